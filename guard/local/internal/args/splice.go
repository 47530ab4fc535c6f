package args

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Edit puts a mask in the place of some bytes of an argument that stands in the
// call itself.
type Edit struct {
	Arg        int
	Start, End int // of its text
	Mask       string
}

// Locate is where match stands in the text of the argument at place i; a start
// below zero says nowhere, or more than once.
func (s *Set) Locate(i int, match string) (start, end int) {
	start = strings.Index(s.Args[i].Text, match)
	if start < 0 || strings.Contains(s.Args[i].Text[start+1:], match) {
		return -1, -1
	}
	return start, start + len(match)
}

// Splice is input with the edits made, and all other bytes as they are. Where edits
// overlap, the first mask stands for both. It says whether all could be made.
func (s *Set) Splice(input []byte, edits []Edit) ([]byte, bool) {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(s.origins[a.Arg].start, s.origins[b.Arg].start), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	out := make([]byte, 0, len(input)+64)
	done := 0
	for i := 0; i < len(edits); {
		at := edits[i].Arg
		o := s.origins[at]
		if s.Args[at].Derived || o.end <= o.start || o.start < done || o.end > len(input) {
			return nil, false
		}
		last := i
		for last < len(edits) && edits[last].Arg == at {
			last++
		}
		out = append(out, input[done:o.start]...)
		out = append(out, s.edited(input, at, edits[i:last])...)
		done, i = o.end, last
	}
	out = append(out, input[done:]...)
	return out, json.Valid(out)
}

// edited is a value with the edits made, as JSON.
func (s *Set) edited(input []byte, at int, edits []Edit) []byte {
	o, text := s.origins[at], s.Args[at].Text
	asIs := o.plain && input[o.start] == '"'
	var out []byte
	out = append(out, '"')
	done := 0
	for _, e := range edits {
		if e.Start < done {
			done = max(done, e.End)
			continue
		}
		out = appendText(out, text[done:e.Start], asIs)
		out = appendText(out, e.Mask, false)
		done = e.End
	}
	out = appendText(out, text[done:], asIs)
	return append(out, '"')
}

// appendText appends text as it stands in a JSON string; asIs says that it came
// from one without escapes.
func appendText(out []byte, text string, asIs bool) []byte {
	if asIs {
		return append(out, text...)
	}
	const digits = "0123456789abcdef"
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		case c < utf8.RuneSelf:
			out = append(out, c)
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			out = utf8.AppendRune(out, r)
			i += size
			continue
		}
		i++
	}
	return out
}
