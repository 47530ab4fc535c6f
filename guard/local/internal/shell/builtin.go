package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
)

// builtin runs what a shell does by itself, and says whether c is that.
func (f *frame) builtin(sc *scope, c *call) (stream, bool) {
	switch c.name {
	case ":", "true", "false", "test", "[", "exit", "return", "break", "continue", "wait", "jobs", "umask",
		"ulimit", "getopts", "times", "bg", "fg", "disown", "popd", "dirs", "bind", "complete", "compgen", "sleep":
		return stream{known: true}, true
	case "echo":
		return f.echo(sc, c), true
	case "printf":
		return f.printf(sc, c), true
	case "cd", "pushd", "chdir":
		f.enter(sc, c)
	case "pwd":
		return f.pwd(sc), true
	case "eval":
		return f.eval(sc, c), true
	case "source", ".":
		return f.sourced(sc, c), true
	case "command", "builtin", "exec":
		return f.direct(sc, c), true
	case "alias":
		f.aliases(sc, c)
	case "read", "readarray", "mapfile":
		f.read(sc, c)
	case "export", "declare", "local", "readonly", "typeset":
		return f.exports(sc, c), true
	case "set":
		return f.set(sc, c), true
	case "unset":
		f.unset(sc, c)
	case "shift":
		n := 1
		if len(c.list) > 0 {
			n, _ = strconv.Atoi(c.list[0].Text) //nolint:errcheck // what is no number shifts nothing
		}
		sc.shift(n)
	case "unalias":
		for _, word := range c.list {
			sc.setAlias(word.Text, "")
		}
	case "history", "fc":
		return f.history(c), true
	case "trap":
		f.trap(sc, c)
	case "which", "type", "hash":
		return f.which(c), true
	default:
		return stream{}, false
	}
	return stream{known: true}, true
}

// enter is cd.
func (f *frame) enter(sc *scope, c *call) {
	for _, word := range c.list {
		if len(word.Text) > 1 && word.Text[0] == '-' {
			continue
		}
		if word.Text == "-" {
			sc.dir = ""
			return
		}
		sc.dir = locate(sc, word.Text)
		return
	}
	sc.dir = "~"
}

func (f *frame) pwd(sc *scope) stream {
	if sc.dir == "" || strings.ContainsAny(sc.dir, "$`") {
		return stream{}
	}
	return stream{}.followed(sc.dir+"\n", nil)
}

// join puts words together as a shell's eval does.
func join(list []command.Word) string {
	if len(list) == 1 {
		return list[0].Text
	}
	var b strings.Builder
	for i, word := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word.Text)
	}
	return b.String()
}

// eval runs its words as a command line.
func (f *frame) eval(sc *scope, c *call) stream {
	if len(c.list) == 0 {
		return stream{}
	}
	return f.runText(sc, c, join(c.list), c.taint)
}

// runText runs text that is a command line, in the shell that sc is of.
func (f *frame) runText(sc *scope, c *call, text string, t taint) stream {
	switch {
	case t.network:
		f.find("shell.remote_code", guard.SeverityCritical, c.start, c.end, "runs whatever an address on the network answers")
		return stream{taint: t}
	case t.decoded:
		f.find("shell.obfuscated", guard.SeverityHigh, c.start, c.end, "runs commands that are hidden by an encoding")
		return stream{taint: t}
	}
	via := viaShell
	if t.via != "" {
		via = t.via
	}
	return f.nested(sc, text, c.start, c.end, via, c.in).tainted(t)
}

// sourced is source: it runs a file in the same shell.
func (f *frame) sourced(sc *scope, c *call) stream {
	if len(c.list) == 0 {
		return stream{}
	}
	return f.runFile(sc, c, c.list[0].Text, c.taintOf(0))
}

// direct is what runs the words behind it as they are.
func (f *frame) direct(sc *scope, c *call) stream {
	i := 0
	for ; i < len(c.list); i++ {
		text := c.list[i].Text
		if len(text) < 2 || text[0] != '-' {
			break
		}
		if c.name == "command" && strings.ContainsAny(text, "vV") {
			if i+2 < len(c.list) && strings.HasPrefix(c.list[len(c.list)-1].Text, "-") {
				continue // nobody asks where an option is: it is to be run
			}
			return f.which(c)
		}
		if c.name == "exec" && text == "-a" {
			i++
		}
	}
	if i >= len(c.list) {
		return stream{}
	}
	inner := *c
	inner.words = c.from(i)
	inner.depth++
	return f.start(sc, inner)
}

// which tells where a program is: on a usual system, by its name.
func (f *frame) which(c *call) stream {
	for _, word := range c.list {
		if len(word.Text) > 0 && word.Text[0] != '-' && word.Known {
			return stream{}.followed(word.Text+"\n", nil)
		}
	}
	return stream{}
}

// aliases is alias: what each stands for is judged at once.
func (f *frame) aliases(sc *scope, c *call) {
	for _, word := range c.list {
		name, text, ok := strings.Cut(word.Text, "=")
		if !ok || name == "" {
			continue
		}
		sc.setAlias(name, text)
		f.declared++
		if word.Known {
			f.nested(sc.inner(), text, word.Start, word.End, viaShell, stream{})
		}
	}
}

// read is read: it sets variables from what it reads.
func (f *frame) read(sc *scope, c *call) {
	v := value{taint: c.in.taint}
	if c.in.known {
		lines := strings.Split(strings.TrimRight(c.in.text, "\n"), "\n")
		if !sc.repeats && c.name == "read" {
			lines = lines[:1]
		}
		v.alts, v.known = lines, true
		v.each = len(lines) > 1
	}
	if c.name != "read" {
		v.array, v.each = true, false
	}
	valued := " -d -i -n -N -p -t -u "
	if v.array {
		valued = " -d -n -O -s -u -C -c "
	}
	for i := 0; i < len(c.list); i++ {
		text := c.list[i].Text
		if len(text) < 2 || text[0] != '-' {
			f.readInto(sc, c.list[i:], v)
			return
		}
		if takesNext(valued, text) || text[len(text)-1] == 'p' && !v.array {
			i++
		}
	}
	sc.set("REPLY", v)
}

// readInto sets the variables: the only one gets all; of several, each gets a word of
// the line, and the last one the rest.
func (f *frame) readInto(sc *scope, names []command.Word, v value) {
	if len(names) == 1 {
		sc.set(names[0].Text, v)
		return
	}
	var fields []string
	if v.known && len(v.alts) == 1 && f.budget.Spend(len(v.alts[0])) {
		fields = strings.Fields(v.alts[0])
	}
	for i, name := range names {
		one := value{taint: v.taint}
		if len(fields) >= len(names) {
			one.alts, one.known = fields[i:i+1], true
			if i == len(names)-1 {
				one.alts = []string{strings.Join(fields[i:], " ")}
			}
		}
		sc.set(name.Text, one)
	}
}

// exports is export and its like where they are not read as such.
func (f *frame) exports(sc *scope, c *call) stream {
	for i, word := range c.list {
		if name, text, ok := strings.Cut(word.Text, "="); ok {
			sc.set(name, value{alts: []string{text}, known: word.Known, taint: c.taintOf(i)})
		}
	}
	if len(c.list) == 0 || c.list[0].Text == "-p" {
		return stream{taint: taint{secret: environment}}
	}
	return stream{}
}

// environment is what a list of all variables is called in a reason.
const environment = "the environment"

// set is set: it changes the positional parameters, and what is kept.
func (f *frame) set(sc *scope, c *call) stream {
	if len(c.list) == 0 {
		return stream{taint: taint{secret: environment}}
	}
	for i, word := range c.list {
		if word.Text == "--" {
			rest := call{words: c.from(i)}
			sc.params, sc.hasParams = rest.params(), true
			return stream{}
		}
		if word.Text == "+o" && i+1 < len(c.list) && c.list[i+1].Text == "history" {
			f.find("shell.tracks.history", guard.SeverityHigh, c.start, c.end, "keeps what is done out of the shell's history")
		}
	}
	return stream{}
}

// unset takes variables and functions away.
func (f *frame) unset(sc *scope, c *call) {
	functions := hasFlag(c.list, 'f', "")
	for _, word := range c.list {
		if functions {
			sc.declare(word.Text, nil)
			f.declared++
			continue
		}
		if syntax.ValidName(word.Text) {
			sc.set(word.Text, value{known: true})
		}
		switch word.Text {
		case "HISTFILE", "HISTSIZE", "HISTFILESIZE", "SAVEHIST":
			f.find("shell.tracks.history", guard.SeverityHigh, c.start, c.end, "keeps what is done out of the shell's history")
		}
	}
}

// history is history.
func (f *frame) history(c *call) stream {
	for _, word := range c.list {
		switch text := word.Text; {
		case len(text) > 1 && text[0] == '-' && strings.ContainsAny(text[1:], "cd") && c.name == "history":
			f.find("shell.tracks.history", guard.SeverityHigh, c.start, c.end, "wipes the shell's history")
			return stream{}
		}
	}
	return stream{taint: taint{secret: "the shell's history"}}
}

// trap is trap: what is to run on a signal may run.
func (f *frame) trap(sc *scope, c *call) {
	for _, word := range c.list {
		if len(word.Text) > 1 && word.Text[0] == '-' {
			if word.Text == "--" {
				continue
			}
			return
		}
		f.nested(sc.inner(), word.Text, word.Start, word.End, viaShell, stream{})
		return
	}
}
