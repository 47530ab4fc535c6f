package scripted

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

// skill is a part of the script: what to do about questions with a word in them.
type skill struct {
	word string
	play func(turn) chat.Message
	busy int // the status that its very first request gets
}

// skills are tried in order.
func skills() []skill {
	return []skill{
		{word: "passages", play: fromPassages},
		{word: "tidy up", play: tidy},
		{word: "publish release", play: publish},
		{word: "new colleague", play: brief},
		{word: "largest", play: largest},
		{word: "changed", play: changes, busy: http.StatusServiceUnavailable},
		{word: "left to do", play: leftToDo},
		{word: "who sets", play: hunt},
		{word: "", play: overview},
	}
}

func skillFor(question string) skill {
	question = strings.ToLower(question)
	all := skills()
	return all[slices.IndexFunc(all, func(s skill) bool { return strings.Contains(question, s.word) })]
}

// overview says what a project is.
func overview(t turn) chat.Message {
	switch t.round {
	case 0:
		return call("I look at what is here, and at how it came about.",
			use("list_files", nil), use("git_log", map[string]any{"limit": 5}))
	case 1:
		if names := worthReading(t); len(names) > 0 {
			return call("", readAll(names)...)
		}
		return call("", use("list_files", map[string]any{"recursive": true, "limit": 20}))
	}
	lines := []string{}
	for _, f := range found[file](t, "read_file") {
		if about := gist(f); about != "" {
			lines = append(lines, fmt.Sprintf("- `%s`: %s", f.Path, about))
		}
	}
	lines = append(lines, "", folders(t))
	if h := found[history](t, "git_log"); len(h) > 0 && len(h[0].Commits) > 0 {
		lines = append(lines, fmt.Sprintf("The last change was on %s: %s.", h[0].Commits[0].Date, h[0].Commits[0].Subject))
	}
	return say(append([]string{"Begin with the files that say what it is:"}, lines...)...)
}

// worthReading are the files that tell most of a project: its README first.
func worthReading(t turn) []string {
	var names []string
	for _, l := range found[listing](t, "list_files") {
		for _, prefix := range []string{"readme", "contributing", "go.mod", "package.json", "pyproject.toml", "cargo.toml", "makefile", "changelog"} {
			for _, e := range l.Entries {
				if !e.Folder && strings.HasPrefix(strings.ToLower(e.Path), prefix) && len(names) < 4 {
					names = append(names, e.Path)
				}
			}
		}
	}
	return names
}

func folders(t turn) string {
	var names []string
	files := 0
	for _, l := range found[listing](t, "list_files") {
		for _, e := range l.Entries {
			if e.Folder {
				names = append(names, e.Path+"/")
			} else {
				files++
			}
		}
	}
	text := fmt.Sprintf("Beside %d files at the top there are %d folders", files, len(names))
	if len(names) > 0 {
		text += ": " + strings.Join(names[:min(len(names), 8)], ", ")
	}
	return text + "."
}

func readAll(names []string) []chat.ToolCall {
	calls := make([]chat.ToolCall, len(names))
	for i, name := range names {
		calls[i] = use("read_file", map[string]any{"path": name})
	}
	return calls
}

// largest says which files are the largest. It also tries a file that lies outside
// the folder, which the tool refuses; it goes on without it.
func largest(t turn) chat.Message {
	switch t.round {
	case 0:
		return call("", use("list_files", map[string]any{"recursive": true, "sort": "size", "limit": 30}))
	case 1:
		names := texts(t, 5)
		return call("I read the beginning of each, and see whether a folder above explains them.",
			append(readAll(names), use("read_file", map[string]any{"path": "../README.md"}))...)
	case 2:
		if len(t.failures()) > 0 {
			return call("I may not look outside the folder. Who speaks of the largest one?",
				use("search_text", map[string]any{"query": stem(texts(t, 1))}))
		}
	}
	var lines []string
	for _, f := range found[file](t, "read_file") {
		lines = append(lines, fmt.Sprintf("- `%s`, %d KB: %s", f.Path, (f.Size+1023)/1024, orElse(gist(f), "no text that says what it is")))
	}
	for _, m := range found[matches](t, "search_text") {
		lines = append(lines, "", fmt.Sprintf("%d lines speak of %q.", len(m.Matches), m.Query))
	}
	return say(append([]string{"The largest files of text are:"}, lines...)...)
}

// changes says what was done last: by the history, or where there is none by the
// files' ages.
func changes(t turn) chat.Message {
	switch t.round {
	case 0:
		return call("", use("git_log", map[string]any{"limit": 12}),
			use("list_files", map[string]any{"recursive": true, "sort": "newest", "limit": 30}))
	case 1:
		return call("", readAll(texts(t, 3))...)
	}
	var lines []string
	for _, h := range found[history](t, "git_log") {
		for _, c := range h.Commits[:min(len(h.Commits), 6)] {
			lines = append(lines, fmt.Sprintf("- %s, %s (%s)", c.Date, c.Subject, c.ID))
		}
		if h.Note != "" {
			lines = append(lines, "There is no history to read: "+h.Note+". By their ages, these files changed last:")
		}
	}
	for _, f := range found[file](t, "read_file") {
		lines = append(lines, fmt.Sprintf("- `%s`: %s", f.Path, orElse(gist(f), "no heading")))
	}
	return say(lines...)
}

// leftToDo looks for notes of unfinished work.
func leftToDo(t turn) chat.Message {
	switch t.round {
	case 0:
		return call("Four words usually mark it.",
			use("search_text", map[string]any{"query": "to" + "do"}), use("search_text", map[string]any{"query": "fix" + "me"}),
			use("search_text", map[string]any{"query": "deprecated"}), use("search_text", map[string]any{"query": "not implemented"}))
	case 1:
		if names := matched(t); len(names) > 0 {
			return call("I read the files around them.", readAll(names)...)
		}
	}
	var lines []string
	files := 0
	for _, m := range found[matches](t, "search_text") {
		files = max(files, m.Files)
		for _, hit := range m.Matches[:min(len(m.Matches), 2)] {
			line := fmt.Sprintf("- `%s` line %d: %s", hit.Path, hit.Line, hit.Text)
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if len(lines) == 0 {
		return say(fmt.Sprintf("Nothing in %d files says so.", files))
	}
	return say(append([]string{fmt.Sprintf("In %d files I found:", files)}, lines...)...)
}

// matched are the files with matches, three at most.
func matched(t turn) []string {
	var names []string
	for _, m := range found[matches](t, "search_text") {
		for _, hit := range m.Matches {
			if len(names) < 3 && !slices.Contains(names, hit.Path) {
				names = append(names, hit.Path)
			}
		}
	}
	return names
}

// hunt looks for the word that the question ends with, and does not know when to
// stop: it takes an agent's limit to end it.
func hunt(t turn) chat.Message {
	words := strings.Fields(t.question)
	word := strings.Trim(words[len(words)-1], "?")
	for _, m := range found[matches](t, "search_text") {
		if len(m.Matches) > 0 {
			return say(fmt.Sprintf("`%s` does, in line %d.", m.Matches[0].Path, m.Matches[0].Line))
		}
	}
	short := word[:max(len(word)-t.round, min(len(word), 6))]
	return call("It must be somewhere.", use("search_text", map[string]any{"query": short}),
		use("search_text", map[string]any{"query": strings.ToUpper(strings.ReplaceAll(short, "-", "_"))}))
}

// brief has two other agents find out, and puts together what they say.
func brief(t turn) chat.Message {
	if t.round == 0 {
		return call("Two of us know this better.",
			use("ask_repo_guide", map[string]any{"question": "What is this project, and where does one begin to read?"}),
			use("ask_historian", map[string]any{"question": "What changed last?"}))
	}
	lines := []string{"Welcome. This is what you need on your first day.", ""}
	for _, by := range []string{"ask_repo_guide", "ask_historian"} {
		for _, a := range found[told](t, by) {
			lines = append(lines, a.Answer, "")
		}
	}
	return say(lines...)
}

// fromPassages answers out of the passages that stand in the question.
func fromPassages(t turn) chat.Message {
	_, passages, _ := strings.Cut(t.question, "Passages:\n")
	first, _, _ := strings.Cut(passages, "\n\n[2] ")
	if strings.TrimSpace(first) == "" {
		return say("The documents do not say.")
	}
	return say("The documents say it in this place:", "", strings.TrimSpace(first))
}
