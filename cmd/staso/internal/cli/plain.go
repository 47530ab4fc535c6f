package cli

import (
	"strings"
	"unicode"
)

// plain makes text from others fit for a terminal: what would move the cursor,
// change colours, set a title or turn the reading direction around becomes
// visible or a space.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r':
			return ' '
		case r == 0x1b:
			return '␛'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d':
			return unicode.ReplacementChar
		case r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, text)
}

// short is plain text of at most n runes.
func short(text string, n int) string {
	runes := []rune(plain(text))
	if len(runes) <= n {
		return string(runes)
	}
	return string(runes[:n-1]) + "…"
}
