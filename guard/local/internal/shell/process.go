package shell

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
)

// everyProcess stands for the processes of the whole machine.
const everyProcess = "*"

// processes is the name of the processes whose numbers a program writes; empty where
// it writes none, or only some that are told apart otherwise.
func processes(c *call) string {
	switch c.name {
	case "ps":
		return listed(c)
	case "pgrep", "pidof":
		if n := len(c.list); n > 0 && c.list[n-1].Text != "" && c.list[n-1].Text[0] != '-' {
			return strings.Trim(c.list[n-1].Text, "^$")
		}
		return ""
	}
	if c.in.taint.process == "" {
		return ""
	}
	switch c.name {
	case "grep", "egrep", "rg", "fgrep":
		return sought(c)
	case "awk", "gawk", "mawk":
		return selected(c)
	case "cut", "tr", "sed", "sort", "xargs", "cat", "uniq":
		return c.in.taint.process
	}
	return ""
}

// listed is about ps: of all processes, unless it is told of one.
func listed(c *call) string {
	for i, word := range c.list {
		switch text := word.Text; {
		case text == "-C" && i+1 < len(c.list):
			return c.list[i+1].Text
		case text == "-p" || text == "--pid" || text == "-o" && i == 0 || text == "-q" || strings.HasPrefix(text, "--ppid"):
			return ""
		}
	}
	return everyProcess
}

// sought is what a grep leaves of a list of processes.
func sought(c *call) string {
	if hasFlag(c.list, 'v', "--invert-match") {
		return c.in.taint.process
	}
	for i, word := range c.list {
		if word.Text != "" && word.Text[0] != '-' && (i == 0 || !takesNext(" -m -A -B -C -f ", c.list[i-1].Text)) {
			name := strings.NewReplacer("[", "", "]", "", "^", "", "$", "", `\`, "").Replace(word.Text)
			name, _, _ = strings.Cut(name, "|")
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// selected is what an awk program leaves of a list of processes.
func selected(c *call) string {
	if len(c.list) == 0 {
		return ""
	}
	program := strings.TrimSpace(c.list[len(c.list)-1].Text)
	pattern, _, _ := strings.Cut(program, "{")
	pattern = strings.TrimSpace(pattern)
	switch {
	case pattern == "":
		return c.in.taint.process
	case len(pattern) > 2 && pattern[0] == '/':
		name, _, _ := strings.Cut(pattern[1:], "/")
		return name
	}
	if name := quotedIn(pattern, "=="); name != "" {
		return name
	}
	if name, _, ok := strings.Cut(afterSlash(pattern), "/"); ok {
		return name
	}
	return ""
}

func afterSlash(text string) string {
	_, rest, _ := strings.Cut(text, "/")
	return rest
}

// kills is about ending processes whose numbers were looked up before.
func (f *frame) kills(sc *scope, c *call, inv *command.Invocation) {
	if c.name != "kill" || c.taint.process == "" {
		return
	}
	if c.taint.process != everyProcess {
		named := *inv
		named.Name = "pkill"
		named.Args = []command.Word{{Text: c.taint.process, Known: true, Start: c.start, End: c.end}}
		f.judge(sc, &named)
		return
	}
	if !sc.narrowed {
		f.find("shell.kill.all", guard.SeverityCritical, c.start, c.end, "ends every process of the machine")
	}
}
