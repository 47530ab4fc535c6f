package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
)

// call is one program about to be started.
type call struct {
	words
	// name is the program's, and path what the source calls it by.
	name, path string
	in         stream
	// start and end are its bytes.
	start, end int
	// depth is how many programs it is started through.
	depth int
}

// maxWrapped is how many programs one may be started through: sudo env nice ...
const maxWrapped = 24

// simple runs a simple command.
func (f *frame) simple(sc *scope, expr *syntax.CallExpr, in stream) stream {
	if len(expr.Args) == 0 {
		for _, assign := range expr.Assigns {
			f.assign(sc, assign)
		}
		return stream{}
	}
	list := f.expand(sc, expr.Args)
	if len(list.list) == 0 {
		return stream{}
	}
	start, end := f.at(expr)
	c := call{words: list, in: in, start: start, end: end}
	if len(expr.Assigns) == 0 {
		return f.startAny(sc, c)
	}
	inner := sc.inner()
	for _, assign := range expr.Assigns {
		f.prefix(inner, assign)
	}
	out := f.startAny(inner, c)
	inner.replace()
	return out
}

// startAny starts the program that the first word names, or any of those that it
// may name.
func (f *frame) startAny(sc *scope, c call) stream {
	if len(c.firsts) == 0 {
		return f.start(sc, c)
	}
	var out stream
	for _, first := range c.firsts {
		one := c
		one.firsts = nil
		one.list = append([]command.Word{first}, c.list[1:]...)
		out = out.either(f.start(sc, one))
	}
	return out
}

// start starts the program that the first word names.
func (f *frame) start(sc *scope, c call) stream {
	if len(c.list) == 0 || c.depth > maxWrapped || !f.step() {
		return stream{}
	}
	name, known := programName(c.list[0])
	if !known {
		return f.nameless(c)
	}
	c.name, c.path = name, c.list[0].Text
	if c.depth == 0 && c.path == name {
		if out, done := f.named(sc, c); done {
			return out
		}
	}
	c.words = c.from(1)
	if out, done := f.builtin(sc, &c); done {
		return out
	}
	if out, done := f.wrapped(sc, &c); done {
		return out
	}
	return f.program(sc, &c)
}

// named runs the function, or the alias, that goes by a program's name, and says
// whether the program does not run then. A script does not know its aliases, a
// terminal does.
func (f *frame) named(sc *scope, c call) (stream, bool) {
	if text, ok := sc.alias(c.name); ok {
		f.aliased(sc, c, text)
	}
	fn := sc.function(c.name)
	if fn == nil || fn.active {
		return stream{}, false
	}
	return f.callFunction(sc, fn, c.params(), c.in), !fn.maybe
}

// params are the words behind the name, as a function's parameters.
func (c *call) params() []value {
	params := make([]value, len(c.list)-1)
	for i, word := range c.list[1:] {
		params[i] = value{alts: []string{word.Text}, known: word.Known, taint: c.taintOf(i + 1)}
	}
	return params
}

func (c *call) taintOf(i int) taint {
	if c.taints == nil || i >= len(c.taints) {
		return taint{}
	}
	return c.taints[i]
}

// programName is the name of the program that a word stands for, without its
// folder.
func programName(word command.Word) (string, bool) {
	text := word.Text
	if !word.Quoted && len(text) > 1 && text != "[[" && strings.ContainsAny(text, "*?[") {
		text = usualProgram(text)
	}
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		text = text[i+1:]
	}
	if word.Text == "$0" || word.Text == "${0}" { // the shell itself
		return "bash", true
	}
	if !word.Known && strings.ContainsAny(text, "$`()\"' {}") {
		text = withoutHoles(text)
	}
	if len(text) > 4 && strings.EqualFold(text[len(text)-4:], ".exe") {
		text = text[:len(text)-4]
	}
	return text, text != ""
}

// withoutHoles is a name without what is not known in the midst of it, which most
// likely is nothing: r$@m. Elsewhere it may be all that there is to a name.
func withoutHoles(text string) string {
	from := strings.IndexAny(text, "$`")
	if from <= 0 {
		return ""
	}
	to := from + 2
	switch {
	case text[from] == '`':
		to = strings.LastIndexByte(text, '`') + 1
	case strings.HasPrefix(text[from:], "${"):
		to = strings.LastIndexByte(text, '}') + 1
	case strings.HasPrefix(text[from:], "$("):
		to = strings.LastIndexByte(text, ')') + 1
	default:
		for to < len(text) && (text[to] == '_' || isLetterOrDigit(text[to])) && isLetterOrDigit(text[from+1]) {
			to++
		}
	}
	if to <= from || to >= len(text) || strings.ContainsAny(text[to:], "$`") {
		return ""
	}
	return text[:from] + text[to:]
}

// usualProgram is the program that a glob such as /b??/r? finds on a usual system.
func usualProgram(pattern string) string {
	for _, name := range [...]string{
		"rm", "sh", "bash", "dd", "cat", "nc", "curl", "wget", "chmod", "chown", "mkfs", "mkfs.ext4", "shred", "tee", "mv", "cp", "ln", "su", "sudo",
		"python", "python3", "perl", "base64", "nc.openbsd", "ncat", "socat", "find", "kill", "reboot", "shutdown", "crontab", "passwd", "env", "xxd",
	} {
		for _, dir := range [...]string{"/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/"} {
			if matchGlob(pattern, dir+name) {
				return name
			}
		}
	}
	return path.Base(pattern)
}

// nameless is about a program whose name is not known.
func (f *frame) nameless(c call) stream {
	t := c.taintOf(0)
	switch {
	case t.network:
		f.find("shell.remote_code", guard.SeverityCritical, c.start, c.end, "runs whatever comes in from the network")
	case t.decoded:
		f.find("shell.obfuscated", guard.SeverityHigh, c.start, c.end, "runs a command that is hidden by an encoding")
	}
	return stream{taint: c.taint.with(c.in.taint)}
}

// aliased runs what a name is an alias for. A name within its own alias is not the
// alias.
func (f *frame) aliased(sc *scope, c call, text string) {
	fields := strings.Fields(text)
	if len(fields) == 0 || fields[0] == c.name || strings.ContainsAny(text, "\\\"'$`;|&<>()") {
		return // judged where it was defined
	}
	list := make([]command.Word, 0, len(fields)+len(c.list)-1)
	for _, field := range fields {
		list = append(list, command.Word{Text: field, Known: true, Start: c.list[0].Start, End: c.list[0].End})
	}
	c.list = append(list, c.list[1:]...)
	c.taints = nil
	c.depth++
	f.start(sc, c)
}

// invocation is the program as others judge it.
func (c *call) invocation(sc *scope) *command.Invocation {
	return &command.Invocation{
		Name: c.name, Args: c.list, Stdin: c.in.text, StdinKnown: c.in.known, StdinFrom: c.in.from,
		Piped: sc.piped, Elevated: sc.elevated, Remote: sc.remote, Dir: sc.dir, Start: c.start, End: c.end,
	}
}
