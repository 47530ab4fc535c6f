package console

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text safe and short: what does not print becomes an escape, and
// what does not fit the columns becomes an ellipsis.
func clean(text string, columns int) string {
	var b strings.Builder
	used := 0
	// Marks take up no column, so the runes are bounded as well.
	for runes := 0; text != ""; runes++ {
		r, size := utf8.DecodeRuneInString(text)
		piece := printable(text[:size], r)
		n := columnsOf(piece)
		last := len(text) == size
		if runes >= 2*columns || used+n > columns || used+n == columns && !last {
			b.WriteString("…")
			break
		}
		b.WriteString(piece)
		used += n
		text = text[size:]
	}
	return b.String()
}

// printable returns the rune as it is if it prints, else an escape for it.
func printable(encoded string, r rune) string {
	switch {
	case r == utf8.RuneError && len(encoded) == 1:
		return `\x` + strconv.FormatUint(uint64(encoded[0])+0x100, 16)[1:]
	case unicode.Is(unicode.Zs, r):
		return " "
	case unicode.IsPrint(r):
		return encoded
	}
	quoted := strconv.QuoteRuneToASCII(r)
	return quoted[1 : len(quoted)-1]
}

// columnsOf is about how many columns a terminal gives to the text.
func columnsOf(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// isWide knows the blocks of Unicode whose characters are two columns wide.
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || // Hangul Jamo
		r >= 0x2e80 && r <= 0xa4cf || // CJK, Kana, Yi
		r >= 0xac00 && r <= 0xd7a3 || // Hangul syllables
		r >= 0xf900 && r <= 0xfaff || // CJK compatibility
		r >= 0xfe30 && r <= 0xfe6f ||
		r >= 0xff00 && r <= 0xff60 || // full-width forms
		r >= 0xffe0 && r <= 0xffe6 ||
		r >= 0x1f300 && r <= 0x1f64f || // emoji
		r >= 0x1f900 && r <= 0x1f9ff ||
		r >= 0x20000 && r <= 0x3fffd)
}
