package args

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// joinList makes a command line of a list of words under a name that says that it
// is one: {"command": ["rm", "-rf", "/"]}.
func (w *walker) joinList(at scope, first int) {
	if at.role != roleShell && at.role != roleProgram || len(w.set.Args)-first < 2 {
		return
	}
	words := w.set.Args[first:]
	w.join(at.key, first, words, nil)
}

// joinObject makes a command line of a program and its arguments where they are
// members of one object: {"command": "rm", "args": ["-rf", "/"]}.
func (w *walker) joinObject(first int) {
	var program *detect.Arg
	place := 0
	for i := first; i < len(w.set.Args); i++ {
		arg := &w.set.Args[i]
		if arg.Kinds&detect.Shell != 0 && !arg.Derived && !strings.ContainsAny(arg.Text, "\n;|&<>`$") && isProgramRole(arg.Key) {
			program, place = arg, i
		}
	}
	if program == nil {
		return
	}
	var argv []detect.Arg
	for _, arg := range w.set.Args[first:] {
		if arg.Kinds&detect.Argv != 0 && !arg.Derived {
			argv = append(argv, arg)
		}
	}
	if len(argv) > 0 {
		w.join(program.Key, place, w.set.Args[place:place+1], argv)
	}
}

func isProgramRole(key string) bool {
	r := roleOf(key)
	return r == roleShell || r == roleProgram
}

// join adds a command line of the words, each quoted so that it stays one.
func (w *walker) join(key string, parent int, program, argv []detect.Arg) {
	var line strings.Builder
	for _, group := range [2][]detect.Arg{program, argv} {
		for i := range group {
			if !w.budget.Spend(len(group[i].Text)) {
				return
			}
			if line.Len() > 0 {
				line.WriteByte(' ')
			}
			quote(&line, group[i].Text)
		}
	}
	w.set.Add(detect.Arg{
		Field: w.set.Args[parent].Field, Key: key, Kinds: detect.Shell, Text: line.String(),
		Via: viaOf(w.via, "argv"), Derived: true, Parent: parent, Lang: w.tool.lang,
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
