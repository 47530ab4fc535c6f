package shell

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
)

// isShell says that name is a shell's.
func isShell(name string) bool {
	switch name {
	case "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "ksh93", "rbash", "fish", "csh", "tcsh", "yash", "hush":
		return true
	}
	return false
}

// shellCall is how a shell was called.
type shellCall struct {
	// text is the command line behind -c, if it has one.
	text    *command.Word
	textAt  int
	script  *command.Word
	at      int // of script, or of what follows text
	options bool
}

// readShellCall reads the words behind a shell's name.
func readShellCall(list []command.Word) shellCall {
	var s shellCall
	wantsText, i := false, 0
options:
	for ; i < len(list); i++ {
		text := list[i].Text
		switch {
		case text == "--":
			i++
			break options
		case text == "-c" || text == "--command":
			wantsText = true
		case strings.HasPrefix(text, "--command="):
			word := list[i]
			word.Text = text[len("--command="):]
			s.text, s.textAt, s.at = &word, i, i+1
			return s
		case text == "--rcfile" || text == "--init-file":
			if i++; i < len(list) {
				s.script, s.at = &list[i], i
			}
		case text == "-o" || text == "+o" || text == "-O" || text == "+O":
			i++
		case len(text) > 1 && (text[0] == '-' || text[0] == '+'):
			wantsText = wantsText || text[1] != '-' && text[0] == '-' && strings.IndexByte(text, 'c') > 0
			s.options = s.options || strings.IndexByte(text, 's') > 0 && text[1] != '-'
		default:
			break options
		}
	}
	switch {
	case i >= len(list):
	case wantsText:
		s.text, s.textAt, s.at = &list[i], i, i+1
	case !s.options && s.script == nil:
		s.script, s.at = &list[i], i
	}
	return s
}

// shell runs a shell.
func (f *frame) shell(sc *scope, c *call) stream {
	if c.in.socket {
		f.find("shell.reverse", guard.SeverityCritical, c.start, c.end, "hands a shell on this machine to somebody on the network")
		return stream{}
	}
	s := readShellCall(c.list)
	inner := sc.inner()
	switch {
	case s.text != nil:
		inner.params, inner.hasParams = scriptParams(c, s.at+1), true
		return f.runText(inner, c, s.text.Text, c.taintOf(s.textAt))
	case s.script != nil:
		inner.params, inner.hasParams = scriptParams(c, s.at+1), true
		return f.runFile(inner, c, s.script.Text, c.taintOf(s.at))
	}
	return f.runInput(inner, c)
}

// scriptParams are the positional parameters that begin with the i-th word.
func scriptParams(c *call, i int) []value {
	if i >= len(c.list) {
		return nil
	}
	rest := call{words: c.from(i - 1)}
	return rest.params()
}

// runInput runs what a shell reads on its standard input.
func (f *frame) runInput(sc *scope, c *call) stream {
	t := c.in.taint
	switch {
	case c.in.known:
		via := viaShell
		if t.via != "" {
			via = t.via
		}
		if t.network {
			break
		}
		return f.nested(sc, c.in.text, c.start, c.end, via, stream{}).tainted(t)
	case t.network:
	case t.decoded:
		f.find("shell.obfuscated", guard.SeverityHigh, c.start, c.end, "runs commands that are hidden by an encoding")
	}
	f.printed(sc, c)
	if t.network {
		f.find("shell.pipe_to_shell", guard.SeverityHigh, c.start, c.end, "runs whatever an address on the network answers")
	}
	return stream{taint: t, from: &command.Invocation{Name: c.name}}
}

// printed runs what another program's code has between quotes, for want of what it
// prints.
func (f *frame) printed(sc *scope, c *call) {
	from := c.in.from
	if from == nil || !isInterpreter(from.Name) && !strings.HasSuffix(from.Name, "awk") && from.Name != "sed" {
		return
	}
	for _, word := range from.Args {
		for rest := word.Text; rest != ""; {
			var text string
			text, rest = nextQuoted(rest)
			if strings.IndexByte(text, ' ') > 0 {
				f.nested(sc.inner(), unescape(text, `"'/`), word.Start, word.End, viaShell, stream{})
			}
		}
	}
}

// nextQuoted is the next text between quotes, and what follows it.
func nextQuoted(text string) (quoted, rest string) {
	at := strings.IndexAny(text, `"'`)
	if at < 0 {
		return "", ""
	}
	for end := at + 1; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case text[at]:
			return text[at+1 : end], text[end+1:]
		}
	}
	return "", ""
}

// runFile runs a script.
func (f *frame) runFile(sc *scope, c *call, name string, t taint) stream {
	if isInput(name) {
		return f.runInput(sc, c)
	}
	content := f.content(sc, name)
	t = t.with(content.taint)
	switch {
	case t.network:
		f.find("shell.download_run", guard.SeverityHigh, c.start, c.end, "runs what it has just loaded from the network")
	case t.decoded:
		f.find("shell.obfuscated", guard.SeverityHigh, c.start, c.end, "runs commands that are hidden by an encoding")
	case content.known:
		if language := interpreterLine(content.text); language != "" && !isShell(language) {
			f.feed(sc, c, language, content.text)
			return stream{}
		}
		return f.nested(sc, content.text, c.start, c.end, viaFile, c.in)
	}
	return stream{taint: t.with(c.taint), from: &command.Invocation{Name: c.name}}
}

// isInput says that name stands for the standard input.
func isInput(name string) bool {
	switch name {
	case "-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0":
		return true
	}
	return false
}

// interpreterLine is the program that the first line of a script names.
func interpreterLine(text string) string {
	line, ok := strings.CutPrefix(text, "#!")
	if !ok {
		return ""
	}
	line, _, _ = strings.Cut(line, "\n")
	for _, field := range strings.Fields(line) {
		name := field[strings.LastIndexByte(field, '/')+1:]
		if name != "env" && name != "" && name[0] != '-' {
			return name
		}
	}
	return ""
}

// feed judges an interpreter as if it read text on its standard input.
func (f *frame) feed(sc *scope, c *call, language, text string) {
	inv := c.invocation(sc)
	inv.Name, inv.Args = language, nil
	inv.Stdin, inv.StdinKnown = text, true
	f.judge(sc, inv)
}

// isInterpreter says that name is an interpreter's, other than a shell's.
func isInterpreter(name string) bool {
	switch strings.TrimRight(name, "0123456789.") {
	case "python", "pypy", "perl", "ruby", "node", "nodejs", "deno", "bun", "php", "lua", "luajit", "tclsh", "Rscript", "osascript", "pwsh", "powershell", "ipython":
		return true
	}
	return false
}

// interpreter is about where the code of an interpreter comes from. What the code
// does is judged with the program.
func (f *frame) interpreter(sc *scope, c *call) {
	if c.in.socket {
		f.find("shell.reverse", guard.SeverityCritical, c.start, c.end, "hands an interpreter on this machine to somebody on the network")
	}
	for i := 0; i < len(c.list); i++ {
		switch text := c.list[i].Text; {
		case text == "-":
			f.interprets(c, c.in)
			return
		case text == "-m" || text == "run" && (c.name == "deno" || c.name == "bun"):
			if text == "-m" {
				return
			}
		case isCodeOption(text):
			if c.taintOf(i + 1).network {
				f.find("shell.remote_code", guard.SeverityCritical, c.start, c.end, "runs whatever an address on the network answers")
			}
			return
		case takesValue(text):
			i++
		case text != "" && text[0] != '-':
			f.script(sc, c, text, c.taintOf(i))
			return
		}
	}
	f.interprets(c, c.in)
}

func isCodeOption(text string) bool {
	switch text {
	case "-c", "-e", "-E", "-r", "-p", "--eval", "--print", "-ne", "-pe", "-le", "-lne", "-ane", "-pi", "-n", "-lpe", "-0777":
		return true
	}
	return false
}

func takesValue(text string) bool {
	switch text {
	case "-W", "-X", "-I", "-M", "-d":
		return true
	}
	return false
}

// interprets is about code that an interpreter reads from a pipe.
func (f *frame) interprets(c *call, in stream) {
	switch {
	case in.taint.network:
		f.find("shell.pipe_to_shell", guard.SeverityHigh, c.start, c.end, "runs whatever an address on the network answers")
	case in.taint.decoded:
		f.find("shell.obfuscated", guard.SeverityHigh, c.start, c.end, "runs code that is hidden by an encoding")
	}
}

// script is about a script in a file that the source itself wrote.
func (f *frame) script(sc *scope, c *call, name string, t taint) {
	content := f.content(sc, name)
	switch t = t.with(content.taint); {
	case t.network:
		f.find("shell.download_run", guard.SeverityHigh, c.start, c.end, "runs what it has just loaded from the network")
	case t.decoded:
		f.find("shell.obfuscated", guard.SeverityHigh, c.start, c.end, "runs code that is hidden by an encoding")
	case content.known:
		f.feed(sc, c, c.name, content.text)
	}
}
