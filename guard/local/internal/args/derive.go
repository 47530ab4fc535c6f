package args

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/staso-go/staso/guard/local/internal/decode"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// Derive adds what is encoded in the argument at i, three encodings deep, and its
// other readings.
func (s *Set) Derive(b *detect.Budget, tool *Tool, i int) {
	arg := &s.Args[i]
	if arg.IsNumber || len(arg.Text) < 4 {
		return
	}
	s.views(b, arg)
	s.patched(b, i)
	if s.Depth(i) >= MaxNested {
		s.TooNested = s.TooNested || s.encoded(b, arg)
		return
	}
	switch {
	case s.nestedJSON(b, tool, i):
	case s.whole(b, tool, i):
	default:
		s.stretches(b, i)
	}
}

// nestedJSON reads a text that is an object or a list; also one that is taken for a
// command, which does not begin as one.
func (s *Set) nestedJSON(b *detect.Budget, tool *Tool, i int) bool {
	arg := s.Args[i]
	text := strings.TrimSpace(arg.Text)
	if !bracketed(text) || !b.Spend(len(text)) {
		return false
	}
	before, field := len(s.Args), string(s.field)
	found := len(s.Findings)
	s.field = append(s.field[:0], arg.Field...)
	w := walker{set: s, tool: tool, budget: b, src: text, nested: true, parent: i, via: viaOf(arg.Via, "json")}
	w.value(scope{key: arg.Key, role: roleOf(arg.Key)})
	w.space()
	s.field = append(s.field[:0], field...)
	if w.limited && !w.lenient() {
		return true // and the finding says that it was not read whole
	}
	if w.broken || w.pos < len(w.src) {
		// No JSON after all: then it is a text, of which nothing was wrong.
		s.Args, s.origins, s.Findings = s.Args[:before], s.origins[:before], s.Findings[:found]
		return false
	}
	return true
}

// encoded says that the argument is one more encoding than is looked into.
func (s *Set) encoded(b *detect.Budget, arg *detect.Arg) bool {
	if !b.Spend(2 * len(arg.Text)) {
		return false
	}
	if text := strings.TrimSpace(arg.Text); bracketed(text) && json.Valid([]byte(text)) {
		return true
	}
	if !mayBeEncoded(arg.Text) {
		return false
	}
	_, isBase64 := decode.Base64(arg.Text)
	_, isHex := decode.Hex(arg.Text)
	return isBase64 || isHex
}

func bracketed(text string) bool {
	if len(text) < 5 {
		return false
	}
	first, last := text[0], text[len(text)-1]
	return first == '{' && last == '}' || first == '[' && last == ']'
}

// whole decodes a text all of which is base64 or hex.
func (s *Set) whole(b *detect.Budget, tool *Tool, i int) bool {
	arg := s.Args[i]
	if !mayBeEncoded(arg.Text) || !b.Spend(2*len(arg.Text)) {
		return false
	}
	text, via := arg.Text, "base64"
	decoded, ok := decode.Base64(text)
	if !ok {
		via = "hex"
		if decoded, ok = decode.Hex(text); !ok {
			return false
		}
	}
	w := walker{set: s, tool: tool}
	derived := detect.Arg{Field: arg.Field, Key: arg.Key, Text: decoded, Via: viaOf(arg.Via, via), Derived: true, Parent: i}
	derived.Kinds, derived.Lang = w.kinds(scope{key: arg.Key, role: roleOf(arg.Key)}, decoded)
	s.Add(derived)
	return true
}

// mayBeEncoded looks at the first bytes: most texts hold a space there.
func mayBeEncoded(text string) bool {
	for i := range min(len(text), 20) {
		c := text[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(".,:;!?()[]{}<>@#$&*'\"\\`~|^%", c) >= 0 {
			return false
		}
	}
	return true
}

// stretches decodes what stands encoded inside of a prose.
func (s *Set) stretches(b *detect.Budget, i int) {
	arg := s.Args[i]
	if arg.Kinds&(detect.Text|detect.Value) == 0 || len(arg.Text) < 32 || !b.Spend(len(arg.Text)) {
		return
	}
	left := maxTokens
	decode.Runs(arg.Text, func(start, end int) bool {
		stretch := arg.Text[start:end]
		if len(stretch) == len(arg.Text) || !b.Spend(2*len(stretch)) {
			return true
		}
		decoded, ok := decode.Base64(stretch)
		via := "base64"
		if !ok {
			via = "hex"
			decoded, ok = decode.Hex(stretch)
		}
		if ok {
			s.Add(detect.Arg{Field: arg.Field, Key: arg.Key, Kinds: detect.Text, Text: decoded, Via: viaOf(arg.Via, via), Derived: true, Parent: i})
			left--
		}
		return left > 0
	})
}

// views adds the argument's other readings. Shell, SQL and source are read by
// whoever runs them as they stand, so there are none of those.
func (s *Set) views(b *detect.Budget, arg *detect.Arg) {
	if arg.Kinds == 0 || arg.Kinds&^(detect.Shell|detect.Code|detect.SQL|detect.Argv) == 0 {
		return
	}
	signs := scan(arg.Text)
	if signs == 0 || !b.Spend(4*len(arg.Text)) {
		return
	}
	add := func(mark marks, via string, read func(string) (string, bool)) {
		if signs&mark == 0 {
			return
		}
		if text, changed := read(arg.Text); changed {
			arg.Views = append(arg.Views, detect.View{Text: text, Via: via})
		}
	}
	add(markPercent, "percent", decode.Percent)
	add(markEscape, "unicode", decode.Escapes)
	add(markEntity, "html", decode.HTML)
	add(markForeign, "nfkc", func(text string) (string, bool) { return fold(b, text) })
}

// foldCost is what one byte takes to be folded, in bytes looked at.
const foldCost = 24

// fold is decode.Fold, a piece at a time as long as the budget lasts.
func fold(b *detect.Budget, text string) (string, bool) {
	const piece = 8 << 10
	if len(text) <= piece {
		if !b.Spend(foldCost * len(text)) {
			return text, false
		}
		return decode.Fold(text)
	}
	var out strings.Builder
	changed := false
	for rest := text; rest != ""; {
		end := min(piece, len(rest))
		for end < len(rest) && !utf8.RuneStart(rest[end]) {
			end++
		}
		if !b.Spend(foldCost * end) {
			return text, false
		}
		folded, different := decode.Fold(rest[:end])
		changed = changed || different
		out.WriteString(folded)
		rest = rest[end:]
	}
	return out.String(), changed
}

// marks are the signs of an encoding.
type marks uint8

const (
	markPercent marks = 1 << iota
	markEscape
	markEntity
	markForeign
)

func scan(text string) marks {
	var found marks
	for _, sign := range [...]struct {
		char byte
		mark marks
	}{{'%', markPercent}, {'\\', markEscape}, {'&', markEntity}} {
		if strings.IndexByte(text, sign.char) >= 0 {
			found |= sign.mark
		}
	}
	if foreign(text) {
		found |= markForeign
	}
	return found
}

// foreign says that there is more than ASCII.
func foreign(text string) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		if eight(text, i)&highs != 0 {
			return true
		}
	}
	for ; i < len(text); i++ {
		if text[i] >= 0x80 {
			return true
		}
	}
	return false
}
