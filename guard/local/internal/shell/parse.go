package shell

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// parse reads text as one dialect of the shell.
func (m *machine) parse(text string, lang syntax.LangVariant) (*syntax.File, error) {
	if m.parser == nil {
		m.parser = syntax.NewParser()
	}
	syntax.Variant(lang)(m.parser)
	return m.parser.Parse(strings.NewReader(valid(text)), "")
}

// valid is text with every byte that is not UTF-8 replaced by one that has no
// meaning; the parser takes nothing else, and shells do not mind.
func valid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	out := []byte(text)
	for i := 0; i < len(out); {
		r, size := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = 0x1a
		}
		i += size
	}
	return string(out)
}

// run analyses the frame's source as a shell would run it, and returns what it
// writes.
func (f *frame) run(sc *scope, in stream) stream {
	if tooDeep(f.source) {
		f.find("shell.too_deep", guard.SeverityMedium, f.base, f.base+len(f.source), "is nested too deep, or too long, to be judged")
		return stream{}
	}
	tree, err := f.parse(f.source, syntax.LangBash)
	var wrongDialect syntax.LangError
	if errors.As(err, &wrongDialect) || err != nil && strings.ContainsAny(f.source, "(") {
		if other, otherErr := f.parse(f.source, syntax.LangZsh); otherErr == nil {
			tree, err = other, nil
		}
	}
	if err != nil {
		if f.depth == 0 && isCode(f.source) {
			f.derive(detect.Arg{Kinds: detect.Code, Text: f.source})
		}
		f.unparsed()
		return f.mend(sc, tree, err, in)
	}
	return f.tree(sc, tree, in)
}

// unparsed says that the source is none that parses, whatever is then made of it.
func (f *frame) unparsed() {
	if f.foreign {
		return
	}
	f.report(detect.Finding{
		Detector: Unparsed, Code: "shell.unparsed_source", Severity: guard.SeverityLow,
		Reason: "is no command line that a shell would take as it is", Start: f.base, End: f.base + len(f.source),
	})
}

// tree runs a whole source.
func (f *frame) tree(sc *scope, tree *syntax.File, in stream) stream {
	out := f.statements(sc, tree.Stmts, in)
	f.uncalled(sc)
	return out
}

// nested runs text as a shell would, that stands within the source from start to
// end: whole, where it is written there as such, or else through via.
func (f *frame) nested(sc *scope, text string, start, end int, via string, in stream) stream {
	if strings.TrimSpace(text) == "" {
		return stream{}
	}
	if f.depth >= maxNested {
		f.find("shell.too_deep", guard.SeverityMedium, start, end, "runs shells within shells, too deep to be judged")
		return stream{}
	}
	if !f.budget.Spend(len(text)) {
		return stream{}
	}
	inner := &frame{machine: f.machine, source: text, depth: f.depth + 1}
	from, to := start-f.base, end-f.base
	if from >= 0 && from <= to && to <= len(f.source) && via != viaFile {
		if i := strings.Index(f.source[from:to], text); i >= 0 {
			inner.base, inner.via = start+i, f.via
			return inner.run(sc, in)
		}
	}
	inner.via = append(slices.Clip(f.via), strings.Fields(via)...)
	return inner.run(sc, in)
}

// What text is read through, besides the decodings.
const (
	viaShell = "shell"
	viaFile  = "file"
)
