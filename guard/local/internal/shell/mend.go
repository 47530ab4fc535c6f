package shell

import (
	"errors"
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
)

// maxMends is how often a source is mended before it is read line by line, and
// maxLineMends how often a line is.
const (
	maxMends     = 4
	maxLineMends = 3
)

// mend reads a source that does not parse as well as it goes. A shell runs what
// stands before the mistake; and what is a mistake to one reads as text to another.
func (f *frame) mend(sc *scope, tree *syntax.File, err error, in stream) stream {
	if tree, ok := f.mended(f.source, err, maxMends); ok {
		return f.tree(sc, tree, in)
	}
	from := 0
	if tree != nil && len(tree.Stmts) > 0 {
		f.statements(sc, tree.Stmts, in)
		from = f.offset(tree.Stmts[len(tree.Stmts)-1].End()) - f.base
	}
	f.lines(sc, min(max(from, 0), len(f.source)), in)
	f.uncalled(sc)
	return stream{}
}

// mended parses text with its mistakes taken out, at most so many. Every place in
// it stays where it was, or one further for each mistake before it.
func (f *frame) mended(text string, err error, most int) (*syntax.File, bool) {
	for range most {
		var ok bool
		if text, ok = patch(text, err); !ok || !f.budget.Spend(len(text)) {
			return nil, false
		}
		var tree *syntax.File
		if tree, err = f.parse(text, syntax.LangBash); err == nil {
			return tree, true
		}
	}
	return nil, false
}

// patch takes one mistake out of text: what is left open is closed, and a sign that
// cannot stand where it does is taken for text.
func patch(text string, err error) (string, bool) {
	var mistake syntax.ParseError
	if !errors.As(err, &mistake) {
		return text, false
	}
	if closing := missing(mistake.Text); closing != "" {
		return text + closing, true
	}
	at := int(mistake.Pos.Offset())
	if at < 0 || at >= len(text) {
		return text, false
	}
	switch {
	case strings.HasSuffix(mistake.Text, "must be followed by `)`"):
		at += max(strings.IndexByte(text[at:], '('), 0)
	case strings.HasSuffix(mistake.Text, "must be followed by a statement") && strings.Trim(text[at:], "&| \t\n") == "":
		return text + " :", true
	case strings.HasSuffix(mistake.Text, "must be followed by a word"), strings.Contains(mistake.Text, "can only"):
	case strings.IndexByte("()<>&|;{}`\"'", text[at]) < 0:
		return text, false
	}
	return text[:at] + `\` + text[at:], true
}

// missing is what must be put behind a source that ends too early.
func missing(mistake string) string {
	if _, quote, ok := strings.Cut(mistake, "closing quote "); ok && len(quote) == 3 {
		return quote[1:2]
	}
	if _, delimiter, ok := strings.Cut(mistake, "unclosed here-document "); ok {
		return "\n" + strings.Trim(delimiter, "`") + "\n"
	}
	if _, keyword, ok := strings.Cut(mistake, " must end with "); ok {
		return "\n" + strings.Trim(keyword, "`")
	}
	if _, closing, ok := strings.Cut(mistake, " with "); ok && strings.HasPrefix(mistake, "reached EOF without matching") {
		return " " + strings.Trim(closing, "`")
	}
	return ""
}

// lines reads the source from an offset on line by line, each by itself.
func (f *frame) lines(sc *scope, from int, in stream) {
	for from < len(f.source) && f.step() {
		end := strings.IndexByte(f.source[from:], '\n')
		if end < 0 {
			end = len(f.source)
		} else {
			end += from
		}
		f.line(sc, from, end, in)
		from = end + 1
	}
}

// line reads one line that may be but a part of a command.
func (f *frame) line(sc *scope, from, end int, in stream) {
	text := f.source[from:end]
	trimmed := withoutKeywords(text)
	if trimmed == "" {
		return
	}
	inner := &frame{machine: f.machine, source: trimmed, base: f.base + from + len(text) - len(trimmed), via: f.via, depth: f.depth}
	tree, err := f.parse(trimmed, syntax.LangBash)
	ok := err == nil
	if !ok {
		tree, ok = f.mended(trimmed, err, maxLineMends)
	}
	switch {
	case ok:
		inner.tree(sc, tree, in)
	case !f.foreign && namesDanger(trimmed):
		inner.find("shell.unparsed", guard.SeverityMedium, inner.base, inner.base+len(trimmed), "is no command line that can be understood, and names dangerous programs")
	}
}

// withoutKeywords cuts off what begins, goes on with or ends a compound command.
func withoutKeywords(line string) string {
	for {
		line = strings.TrimLeft(line, " \t\r;({")
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "if", "then", "elif", "else", "while", "until", "do", "!", "time":
			line = rest
		case "fi", "done", "esac", "}", ")", ";;":
			return ""
		default:
			return line
		}
	}
}

// namesDanger says that one of the words in text is a program that does harm, or
// runs what it is told.
func namesDanger(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t;|&()`\"'$={}<>", r) })
	for _, word := range words {
		switch path.Base(word) {
		case "rm", "dd", "mkfs", "shred", "shutdown", "reboot", "eval", "curl", "wget", "nc", "ncat", "chmod", "chown", "sh", "bash", "sudo":
			return true
		}
	}
	return false
}
