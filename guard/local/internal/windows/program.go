package windows

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// program judges a statement whose first word is the program.
func (a *analysis) program(s *statement, first string) {
	s.words = s.words[1:]
	name, options := cutOptions(first)
	s.name = canonical(baseName(name))
	if options != "" {
		s.glued(options)
	}
	a.redirections(s)
	if a.fetched[strings.ToLower(first)] || a.fetched[s.name] {
		a.find(s, "windows.download_run", guard.SeverityCritical, "runs what it has just loaded from the network")
	}
	switch {
	case a.evaluates(s), a.starts(s), a.deletes(s), a.fetchers(s), a.system(s), a.accounts(s), a.cmdlet(s):
	default:
		a.elsewhere(s)
	}
}

// canonical is the name of the command that an alias of PowerShell stands for.
func canonical(name string) string {
	switch name {
	case "rm", "ri", "del", "erase", "rd", "rmdir", "remove-item":
		return "remove-item"
	case "iex":
		return "invoke-expression"
	case "iwr", "wget":
		return "invoke-webrequest"
	case "irm":
		return "invoke-restmethod"
	case "gc", "type":
		return "get-content"
	case "sc":
		return "sc"
	case "saps":
		return "start-process"
	case "spps", "kill":
		return "stop-process"
	case "cpi", "copy", "xcopy", "cp":
		return "copy-item"
	case "mi", "move", "mv":
		return "move-item"
	case "icm":
		return "invoke-command"
	case "clc":
		return "clear-content"
	case "sp":
		return "set-itemproperty"
	}
	return name
}

// glued puts options that were glued to a name before the words: del/f/s/q.
func (s *statement) glued(options string) {
	const most = 16
	parts := strings.SplitN(strings.TrimPrefix(options, "/"), "/", most)
	words := make([]word, 0, len(parts)+len(s.words))
	for _, option := range parts {
		words = append(words, word{text: "/" + option})
	}
	s.words = append(words, s.words...)
}

// redirections judges the files that a statement writes, and takes them out of its
// words.
func (a *analysis) redirections(s *statement) {
	kept := s.words[:0:0]
	into := false
	for i, w := range s.words {
		switch {
		case w.text == ">" && !w.quoted:
			if kept == nil {
				kept = append(make([]word, 0, len(s.words)), s.words[:i]...)
			}
			into = true
		case into:
			command.Write(a.budget, "", wordOf(w), a.report(s))
			into = false
		case kept != nil:
			kept = append(kept, w)
		}
	}
	if kept != nil {
		s.words = kept
	}
}

// report takes over the findings of another package as a statement's.
func (a *analysis) report(s *statement) func(detect.Finding) {
	return func(f detect.Finding) {
		a.find(s, f.Code, f.Severity, f.Reason)
	}
}

// wordOf is a word as package command wants it: with slashes, variables as %x%.
func wordOf(w word) *command.Word {
	text := strings.ReplaceAll(w.text, `\`, "/")
	if rest, ok := cutFold(text, "$env:"); ok {
		end := nameEnd(rest)
		text = "%" + rest[:end] + "%" + rest[end:]
	}
	if rest, ok := cutFold(text, "${env:"); ok {
		name, after, _ := strings.Cut(rest, "}")
		text = "%" + name + "%" + after
	}
	return &command.Word{Text: text, Known: !strings.ContainsAny(text, "$%"), Start: w.start, End: w.end}
}

func cutFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}

// deletes judges del, rd and Remove-Item.
func (a *analysis) deletes(s *statement) bool {
	if s.name != "remove-item" && s.name != "clear-content" && s.name != "clear-item" && s.name != "remove-itemproperty" {
		return false
	}
	recursive := s.slash("s") || s.has("-recurse", 2) || s.has("-rf", 3) || s.has("-fr", 3)
	if s.has("-whatif", 2) || s.slash("?") {
		return true
	}
	for i := range s.words {
		w := s.words[i]
		if w.text == "" || w.text[0] == '-' || w.text[0] == '/' && len(w.text) <= 3 || i > 0 && takesValue(s.words[i-1].text) {
			continue
		}
		if registry(w.text) {
			a.find(s, "windows.registry.delete", guard.SeverityHigh, "deletes settings of the system")
			return true
		}
		before := len(a.findings)
		target := wordOf(w)
		if target.Text == "*.*" || target.Text == "*" {
			target.Text = "*"
			if recursive {
				a.find(s, "shell.delete.all", guard.SeverityHigh, "deletes everything in the working folder")
				return true
			}
		}
		command.Remove(a.budget, "", target, recursive, a.report(s))
		if len(a.findings) > before {
			return true
		}
	}
	return true
}

func takesValue(option string) bool {
	switch strings.ToLower(option) {
	case "-filter", "-include", "-exclude", "-erroraction", "-ea", "-confirm", "-name", "-n":
		return true
	}
	return false
}

// registry says that a text names a place of the registry.
func registry(text string) bool {
	for _, root := range [...]string{"hklm", "hkcu", "hkcr", "hku", "hkey_", "registry::"} {
		if rest, ok := cutFold(text, root); ok && (rest == "" || rest[0] == '\\' || rest[0] == ':' || root == "hkey_" || root == "registry::") {
			return true
		}
	}
	return false
}

// elsewhere hands what is not of Windows to those who know programs of every system.
func (a *analysis) elsewhere(s *statement) {
	inv := command.Invocation{Name: s.name, Start: s.start, End: s.end}
	if nameOnly(s.name) == "" {
		return
	}
	for i := range s.words {
		inv.Args = append(inv.Args, *wordOf(s.words[i]))
	}
	a.derived = append(a.derived, command.Judge(a.budget, &inv, a.report(s))...)
}

// nameOnly is empty where a name is none: an expression, a number.
func nameOnly(name string) string {
	if name == "" || strings.ContainsAny(name, "$()[]{}=<>'\"") {
		return ""
	}
	return name
}

// secrets judges reading and copying files of keys.
func (a *analysis) secrets(s *statement) bool {
	for i := range s.words {
		at := place.Of(s.words[i].text)
		switch {
		case at.Has(place.Secret) && at.Has(place.Project):
			continue
		case at.Has(place.Secret):
			a.find(s, "shell.secret.read", guard.SeverityHigh, "reads keys or passwords")
			return true
		}
	}
	return false
}
