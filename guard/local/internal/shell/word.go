package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// words is what the words of a command become.
type words struct {
	list  []command.Word
	taint taint
	// taints are those of each word in list, and nil where none has any.
	taints []taint
	// choice says that the first word is one of several, each of which stands for
	// itself: list holds the first, firsts all of them.
	firsts []command.Word
}

// expand works out what the words of a command become.
func (f *frame) expand(sc *scope, list []*syntax.Word) words {
	out := words{list: make([]command.Word, 0, len(list))}
	for i, w := range list {
		if text, quoted, ok := plain(w); ok {
			start, end := f.at(w)
			out.list = append(out.list, command.Word{Text: text, Known: true, Quoted: quoted, Start: start, End: end})
			continue
		}
		b := f.build(sc, w)
		fields := b.finish()
		if i == 0 && b.choice && len(fields) > 1 {
			out.firsts = fields
			fields = fields[:1]
		}
		out.add(fields, b.taint)
	}
	if out.taints != nil {
		out.pad()
	}
	return out
}

func (w *words) add(fields []command.Word, t taint) {
	if t != (taint{}) {
		w.pad()
		for range fields {
			w.taints = append(w.taints, t)
		}
		w.taint = w.taint.with(t)
	}
	w.list = append(w.list, fields...)
}

func (w *words) pad() {
	for len(w.taints) < len(w.list) {
		w.taints = append(w.taints, taint{})
	}
}

// from is the words from the i-th on.
func (w *words) from(i int) words {
	rest := words{list: w.list[i:], taint: w.taint}
	if w.taints != nil {
		rest.taints = w.taints[i:]
	}
	return rest
}

// plain returns a word's text where it needs no working out.
func plain(w *syntax.Word) (text string, quoted, ok bool) {
	if len(w.Parts) != 1 {
		return "", false, false
	}
	switch part := w.Parts[0].(type) {
	case *syntax.Lit:
		return part.Value, false, !strings.ContainsAny(part.Value, `\{`)
	case *syntax.SglQuoted:
		return part.Value, true, !part.Dollar
	case *syntax.DblQuoted:
		if len(part.Parts) == 0 {
			return "", true, true
		}
		if lit, isLit := part.Parts[0].(*syntax.Lit); isLit && len(part.Parts) == 1 {
			return lit.Value, true, strings.IndexByte(lit.Value, '\\') < 0
		}
	}
	return "", false, false
}

// one works out a word that is not split: the value of an assignment, the target
// of a redirection.
func (f *frame) one(sc *scope, w *syntax.Word) value {
	if w == nil {
		return value{known: true, alts: []string{""}}
	}
	if text, _, ok := plain(w); ok {
		return literal(text)
	}
	b := builder{frame: f, scope: sc, whole: true}
	b.start(w)
	b.parts(w.Parts, false)
	fields := b.finish()
	v := value{known: true, taint: b.taint, each: b.choice}
	for _, field := range fields {
		v.alts = append(v.alts, field.Text)
		v.known = v.known && field.Known
	}
	if len(v.alts) == 0 {
		v.alts = []string{""}
	}
	return v
}

// text is the first of what a word may be, and whether it is known.
func (f *frame) text(sc *scope, w *syntax.Word) (string, bool) {
	v := f.one(sc, w)
	return v.text(), v.known
}

// build works out what one word of a command becomes.
func (f *frame) build(sc *scope, w *syntax.Word) *builder {
	b := &builder{frame: f, scope: sc}
	b.start(w)
	parts := w.Parts
	if hasBraces(parts) {
		split := syntax.Word{Parts: parts}
		if syntax.SplitBraces(&split) {
			parts = split.Parts
		}
	}
	b.parts(parts, false)
	return b
}

func hasBraces(parts []syntax.WordPart) bool {
	open, inside := false, false
	for _, part := range parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			continue
		}
		open = open || strings.IndexByte(lit.Value, '{') >= 0
		inside = inside || open && (strings.IndexByte(lit.Value, ',') >= 0 || strings.Contains(lit.Value, ".."))
	}
	return inside
}
