// Package plain makes hostile text safe to look at: characters that hide text,
// turn its direction or drive a terminal are replaced by something visible.
// Escaping for HTML is html/template's work, not this package's.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s as one line of visible characters, for names and ids: every
// control, direction and invisible character is shown as ‹U+202E›, and runs of
// white space become one space. At most limit runes are kept, with an ellipsis
// where some were cut; limit below 1 keeps all.
func Line(s string, limit int) string {
	var b strings.Builder
	space, runes := false, 0
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if limit > 0 && runes >= limit {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		writeRune(&b, r, hidden(r))
		runes++
	}
	return b.String()
}

// Text returns s with its lines kept. Joiners stay where they join letters or
// emoji; control characters are shown as their pictures, so an escape sequence
// reads ␛[31m.
func Text(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	previous := rune(0)
	for i, r := range s {
		switch {
		case r == '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case joiner(r):
			writeRune(&b, r, !joins(previous, s[i+utf8.RuneLen(r):]))
		default:
			writeRune(&b, r, hidden(r))
		}
		previous = r
	}
	return b.String()
}

// clean reports whether s is printable ASCII with tabs and newlines only, which
// most payloads are.
func clean(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || (c < ' ' && c != '\n' && c != '\t') {
			return false
		}
	}
	return true
}

func writeRune(b *strings.Builder, r rune, show bool) {
	switch {
	case !show:
		b.WriteRune(r)
	case r < ' ':
		b.WriteRune(0x2400 + r)
	case r == 0x7f:
		b.WriteRune('␡')
	default:
		fmt.Fprintf(b, "‹U+%04X›", r)
	}
}

// hidden reports whether a reader could not see r, or would see what follows in
// another order than it is stored.
func hidden(r rune) bool {
	switch {
	case r < ' ' || (r >= 0x7f && r < 0xa0):
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x206f:
		return true
	case r >= 0xe0000 && r <= 0xe0fff, r == 0x3164, r == 0x115f, r == 0x1160, r == 0xffa0:
		return true
	case r == 0xfe0e || r == 0xfe0f:
		return false // how an emoji is drawn, nothing more
	}
	return unicode.Is(unicode.Cf, r) || joiner(r)
}

func joiner(r rune) bool { return r == 0x200c || r == 0x200d }

// joins reports whether a joiner between these two does what it is made for.
func joins(previous rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return previous > 0x7f && next > 0x7f && !hidden(previous) && !hidden(next)
}

// Cut returns the longest beginning of s of at most n bytes that ends at a rune.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
