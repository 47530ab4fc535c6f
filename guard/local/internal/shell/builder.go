package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// partial is a word in the making.
type partial struct {
	text    string
	unknown bool
	quoted  bool // some of it is
	glob    bool // there is a glob in it that has an effect
	begun   bool
}

// builder makes of one word of the source the words that it becomes.
type builder struct {
	*frame
	scope *scope
	// whole says that nothing is split.
	whole bool
	done  []partial
	// open are the words that are still added to; more than one where a part may
	// be one thing or another.
	open     []partial
	first    [1]partial
	taint    taint
	choice   bool
	from, to int
}

func (b *builder) start(w *syntax.Word) {
	b.from, b.to = b.at(w)
	b.open = b.first[:1]
}

// finish returns the words that came of it.
func (b *builder) finish() []command.Word {
	list := make([]command.Word, 0, len(b.done)+len(b.open))
	for _, p := range b.done {
		list = append(list, b.word(p))
	}
	for _, p := range b.open {
		if p.begun {
			list = append(list, b.word(p))
		}
	}
	return list
}

func (b *builder) word(p partial) command.Word {
	return command.Word{Text: p.text, Known: !p.unknown, Quoted: p.quoted && !p.glob, Start: b.from, End: b.to}
}

// add puts text behind each open word.
func (b *builder) add(text string, unknown, quoted bool) {
	b.addMixed(text, unknown, quoted, !quoted && strings.ContainsAny(text, "*?["))
}

// addMixed is add for text of which some may be quoted and some be a glob.
func (b *builder) addMixed(text string, unknown, quoted, glob bool) {
	for i := range b.open {
		p := &b.open[i]
		if len(p.text)+len(text) > maxValue || !b.affords(len(p.text)) {
			p.unknown = true
			p.begun = true
			continue
		}
		p.text += text
		p.unknown = p.unknown || unknown
		p.quoted = p.quoted || quoted
		p.glob = p.glob || glob
		p.begun = true
	}
}

// cheapText is up to what length a text is made longer without being counted.
const cheapText = 512

// affords says that a text of that length may be copied once more.
func (b *builder) affords(length int) bool { return length <= cheapText || b.budget.Spend(length) }

// addAny puts each of the texts behind each open word.
func (b *builder) addAny(texts []string, unknown, quoted bool) {
	if len(texts) > 2 && allNumbers(texts) {
		texts = texts[:2] // they are as good as any
	}
	if len(texts) == 1 {
		b.add(texts[0], unknown, quoted)
		return
	}
	if len(b.done)+len(b.open)*len(texts) > maxFields {
		b.overflow = true
		b.open = b.open[:1]
		b.add(texts[0], true, quoted)
		return
	}
	if !b.budget.Spend(16 * len(b.open) * len(texts)) {
		return
	}
	base := b.open
	b.open = make([]partial, 0, len(base)*len(texts))
	for _, text := range texts {
		from := len(b.open)
		b.open = append(b.open, base...)
		grown := builder{frame: b.frame, open: b.open[from:]}
		grown.add(text, unknown, quoted)
	}
}

func allNumbers(texts []string) bool {
	for _, text := range texts {
		if text == "" || strings.Trim(text, "0123456789") != "" {
			return false
		}
	}
	return true
}

// split ends each open word and begins the next.
func (b *builder) split() {
	kept := b.open[:0]
	for _, p := range b.open {
		if p.begun {
			b.done = append(b.done, p)
		}
	}
	b.open = append(kept, partial{})
}

// parts adds the parts of a word.
func (b *builder) parts(parts []syntax.WordPart, quoted bool) {
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.lit(part.Value, quoted)
		case *syntax.SglQuoted:
			text := part.Value
			if part.Dollar {
				text = ansiC(text)
			}
			b.add(text, false, true)
		case *syntax.DblQuoted:
			b.add("", false, true)
			b.parts(part.Parts, true)
		case *syntax.ParamExp:
			b.value(b.param(b.scope, part), part, quoted)
		case *syntax.CmdSubst:
			b.value(b.substitute(b.scope, part), part, quoted)
		case *syntax.ArithmExp:
			b.value(b.arithmetic(b.scope, part.X), part, quoted)
		case *syntax.ProcSubst:
			b.add(b.process(b.scope, part), false, true)
		case *syntax.ExtGlob:
			b.extended(part)
		case *syntax.BraceExp:
			b.braces(part, quoted)
		}
	}
}

// extended adds what @(a|b) and its like find.
func (b *builder) extended(glob *syntax.ExtGlob) {
	if glob.Op == syntax.GlobExcept || strings.ContainsAny(glob.Pattern.Value, "*?[(") {
		b.add("*", false, false)
		return
	}
	b.addAny(strings.Split(glob.Pattern.Value, "|"), false, false)
}

// lit adds text that stands in the source, without its backslashes.
func (b *builder) lit(text string, quoted bool) {
	if strings.IndexByte(text, '\\') < 0 {
		b.add(text, false, quoted)
		return
	}
	if quoted {
		b.add(unescapeQuoted(text), false, true)
		return
	}
	if clean, escaped, glob := unescapeBare(text); clean != "" {
		b.addMixed(clean, false, escaped, glob)
	}
}

// value adds what an expansion comes to; where that is not known, what stands in
// the source.
func (b *builder) value(v value, node syntax.Node, quoted bool) {
	b.taint = b.taint.with(v.taint)
	switch {
	case v.array && !v.each:
		b.array(v, quoted)
	case len(v.alts) == 0 && v.known:
		b.add("", false, quoted)
	case len(v.alts) == 0:
		b.add(b.written(node), true, quoted)
	case len(v.alts) > 1:
		b.choice = true
		b.addAny(v.alts, !v.known, quoted && !v.each)
	case quoted || b.whole:
		b.add(v.alts[0], !v.known, quoted && !v.each)
	case v.known:
		b.fields(v.alts[0])
	default:
		b.add(v.alts[0], true, false)
	}
}

// fields adds text that is split where there is space in it.
func (b *builder) fields(text string) {
	space := " \t\n"
	if v, ok := b.scope.get("IFS"); ok && v.known && v.text() != "" {
		space = v.text()
	}
	for {
		i := strings.IndexAny(text, space)
		if i < 0 {
			break
		}
		if i > 0 {
			b.add(text[:i], false, false)
		}
		b.split()
		if len(b.done) > maxFields {
			b.overflow = true
			return
		}
		text = strings.TrimLeft(text[i:], space)
	}
	if text != "" {
		b.add(text, false, false)
	}
}

// array adds the elements of an array, each a word of its own.
func (b *builder) array(v value, quoted bool) {
	for i, text := range v.alts {
		if i > 0 {
			if b.whole {
				b.add(" ", false, true)
			} else {
				b.split()
			}
		}
		b.add(text, !v.known, quoted)
	}
}

// braces adds each of the things between braces.
func (b *builder) braces(exp *syntax.BraceExp, quoted bool) {
	if exp.Sequence {
		b.addAny(sequence(exp), false, quoted)
		return
	}
	base := append([]partial(nil), b.open...)
	var grown []partial
	for _, elem := range exp.Elems {
		b.open = append([]partial(nil), base...)
		for i := range b.open { // {a,} is also the empty one
			b.open[i].begun = b.open[i].begun || len(elem.Parts) > 0
		}
		b.parts(elem.Parts, quoted)
		if len(grown)+len(b.open) > maxFields {
			b.overflow = true
			grown = append(grown, b.open[0])[:1]
			break
		}
		grown = append(grown, b.open...)
	}
	b.open = grown
}
