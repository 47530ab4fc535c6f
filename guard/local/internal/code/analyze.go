// Package code looks through source code of programs for what it would do.
package code

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// detector is the rule of the catalogue that all findings here belong to.
const detector = "dangerous"

// Analyze says what running source would do that is dangerous, and which commands
// for a shell, statements of SQL and addresses stand inside it. What stands in
// comments and in strings that nobody runs is nothing. An empty lang, or one that is
// not known, has it guessed. It is safe for concurrent use.
func Analyze(b *detect.Budget, source, lang string) detect.Analysis {
	if !b.Spend(len(source)/8 + 1) {
		return detect.Analysis{}
	}
	language := byName(lang)
	var cells []detect.Arg
	if language == python || language == unknown {
		source, cells = notebook(source)
	}
	if !mayMatter(source) {
		return detect.Analysis{Derived: cells}
	}
	if language == unknown {
		language = guess(source)
	}
	if language == shell || commandLike(source) {
		return detect.Analysis{Derived: []detect.Arg{{Kinds: detect.Shell, Text: source, Derived: true}}}
	}
	var found []detect.Finding
	p := parser{report: func(f detect.Finding) {
		const most = 64
		if len(found) < most {
			found = append(found, f)
		}
	}}
	p.budget = b
	p.read(source, language)
	p.conclude()
	return detect.Analysis{Findings: found, Derived: append(p.derived, cells...)}
}

// mayMatter says that source has a word in it without which there is nothing to
// find.
func mayMatter(source string) bool {
	for _, word := range [...]string{
		"system", "exec", "popen", "Popen", "spawn", "subprocess", "eval", "`", "%x", "qx", "rm", "remove", "Remove", "unlink", "delete",
		"Delete", "open", "read", "write", "Write", "File", "socket", "Socket",
		"compile", "Function", "environ", "env", "ctypes", "fork", "kill", "chmod", "passthru", "Process", "Command", "Runtime", "__",
		"drop", "clear", "http", "request", "pty", "loads", "file", "uid", "connect", "cancel",
	} {
		if strings.Contains(source, word) {
			return true
		}
	}
	return false
}

// commandLike says that a source is a shell's command line given to the wrong
// program: a well-known program first, and an option or a path behind it.
func commandLike(source string) bool {
	first, rest, ok := strings.Cut(strings.TrimSpace(source), " ")
	if !ok || len(rest) < 2 || strings.ContainsAny(source, "\n();=") {
		return false
	}
	switch first {
	case "rm", "dd", "mkfs", "shred", "chmod", "chown", "git", "curl", "wget", "sudo", "kill", "mv", "cp", "find", "bash", "sh", "nc":
		return rest[0] == '-' || rest[0] == '/' || rest[0] == '~' || strings.Contains(rest, " -")
	}
	return false
}

// facts are what only means something together.
type facts struct {
	connects bool // to another machine, by a socket
	given    bool // the socket is given to a program for its input and output
	shell    bool // a shell is started with nothing to do
	loop     bool
	forks    bool
}

// conclude reports what several calls together do.
func (p *parser) conclude() {
	if p.facts.connects && p.facts.shell {
		p.finding("code.reverse", guard.SeverityCritical, "lets another machine type commands into this one", "")
	} else if p.facts.connects && p.facts.given {
		p.finding("code.reverse", guard.SeverityCritical, "gives another machine this program's input and output", "")
	}
	if p.facts.forks && p.facts.loop {
		p.finding("code.forks", guard.SeverityHigh, "starts processes until the machine stands still", "")
	}
}
