package args

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// joinList makes a command line of a list of words under a name that says that it
// is one: {"command": ["rm", "-rf", "/"]}.
func (w *walker) joinList(at scope, first int) {
	if len(w.set.Args)-first < 2 || at.role != roleShell && at.role != roleProgram && !w.commands(first) {
		return
	}
	line := newLine(w)
	for i := first; i < len(w.set.Args); i++ {
		line.word(w.set.Args[i].Text)
	}
	line.add(at.key, first)
}

// commands says that each argument from first on was taken for a command line of
// its own, because of the tool that it is for: bash {"input": ["rm", "-rf", "/"]}.
func (w *walker) commands(first int) bool {
	return w.tool.class == classShell && !slices.ContainsFunc(w.set.Args[first:], func(arg detect.Arg) bool { return arg.Kinds&detect.Shell == 0 })
}

// joinObject makes a command line of a program and its arguments where they are
// members of one object: {"command": "rm", "args": ["-rf", "/"]}; and of a tool that
// is a program and what it is called with: kubectl {"args": "delete namespace x"}.
func (w *walker) joinObject(first int) {
	program, argv := w.programAt(first), w.argvAt(first)
	outer := ""
	if w.depth == 1 && !w.nested {
		outer = w.tool.program
	}
	bare := program < 0 && outer == "" && w.depth == 1 && w.tool.class == classShell && len(argv) > 1 // exec {"args": ["ls", "-l"]}
	if outer == "" && (program < 0 || len(argv) == 0) && !bare || program < 0 && len(argv) == 0 {
		return
	}
	line, parent := newLine(w), program
	if program < 0 {
		parent = argv[0]
	} else if before, _, _ := strings.Cut(w.set.Args[program].Text, " "); strings.EqualFold(before, outer) {
		outer = ""
	}
	line.raw(outer)
	if program >= 0 {
		line.raw(w.set.Args[program].Text)
	}
	for _, i := range argv {
		if arg := &w.set.Args[i]; strings.HasSuffix(arg.Field, "]") {
			line.word(arg.Text)
		} else {
			line.raw(arg.Text)
		}
	}
	line.add(w.set.Args[parent].Key, parent)
}

// programAt is the place of the last argument from first on that is a program, or
// the beginning of a command line; -1 without one.
func (w *walker) programAt(first int) int {
	for i := len(w.set.Args) - 1; i >= first; i-- {
		arg := &w.set.Args[i]
		if arg.Kinds&detect.Shell != 0 && w.own(arg) && isProgramRole(arg.Key) && !strings.ContainsAny(arg.Text, "\n;|&<>`$") {
			return i
		}
	}
	return -1
}

func (w *walker) argvAt(first int) []int {
	var places []int
	for i := first; i < len(w.set.Args); i++ {
		if arg := &w.set.Args[i]; arg.Kinds&detect.Argv != 0 && w.own(arg) {
			places = append(places, i)
		}
	}
	return places
}

// own says that the argument stands in what is read, and was not joined.
func (w *walker) own(arg *detect.Arg) bool { return len(arg.Via) == len(w.via) }

func isProgramRole(key string) bool {
	r := roleOf(key)
	return r == roleShell || r == roleProgram
}

// line is a command line that is put together.
type line struct {
	walker *walker
	text   strings.Builder
}

func newLine(w *walker) *line { return &line{walker: w} }

// raw adds what is a part of a command line already.
func (l *line) raw(text string) {
	if text == "" || !l.walker.budget.Spend(len(text)) {
		return
	}
	if l.text.Len() > 0 {
		l.text.WriteByte(' ')
	}
	l.text.WriteString(text)
}

// word adds what stays one word, quoted where it needs to be.
func (l *line) word(text string) {
	if !l.walker.budget.Spend(len(text)) {
		return
	}
	if l.text.Len() > 0 {
		l.text.WriteByte(' ')
	}
	quote(&l.text, text)
}

// add makes an argument of the line, as standing in the one at parent.
func (l *line) add(key string, parent int) {
	if l.text.String() == l.walker.set.Args[parent].Text {
		return
	}
	l.walker.set.Add(detect.Arg{
		Field: l.walker.set.Args[parent].Field, Key: key, Kinds: detect.Shell, Text: l.text.String(),
		Via: viaOf(l.walker.via, "argv"), Derived: true, Parent: parent, Lang: l.walker.tool.lang,
	})
}

// quote writes a word as a shell reads it back.
func quote(line *strings.Builder, word string) {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@+%") == "" {
		line.WriteString(word)
		return
	}
	line.WriteByte('\'')
	line.WriteString(strings.ReplaceAll(word, "'", `'\''`))
	line.WriteByte('\'')
}

func viaOf(via []string, name string) []string {
	return append(slices.Clip(via), name)
}
