// Package decode undoes encodings of text: percent, escapes, HTML entities, base64
// and hex, and the look-alikes of Unicode. Nothing here fails: what is not encoded
// is said to be so.
package decode

import "html"

// What is never gone beyond.
const (
	maxRounds = 3 // of percent-encoding inside percent-encoding
	minText   = 16
)

// Percent undoes percent-encoding, also "%u002f" and encodings of encodings, three
// deep. It says whether there was any.
func Percent(s string) (string, bool) {
	decoded := s
	for range maxRounds {
		next, changed := percentOnce(decoded)
		if !changed {
			break
		}
		decoded = next
	}
	return decoded, decoded != s
}

func percentOnce(s string) (string, bool) {
	first := nextPercent(s, 0)
	if first < 0 {
		return s, false
	}
	out := make([]byte, 0, len(s))
	out = append(out, s[:first]...)
	for i := first; i < len(s); {
		r, size := percentAt(s, i)
		switch size {
		case 0:
			out = append(out, s[i])
			i++
		case 3:
			out = append(out, byte(r))
			i += size
		default:
			out = appendRune(out, r)
			i += size
		}
	}
	return string(out), true
}

// nextPercent is where the next encoded byte begins, or -1.
func nextPercent(s string, from int) int {
	for i := from; i+2 < len(s); i++ {
		if s[i] == '%' {
			if _, size := percentAt(s, i); size > 0 {
				return i
			}
		}
	}
	return -1
}

// percentAt reads "%2f" or "%u002f" at i; a size of zero says that there is none.
func percentAt(s string, i int) (r rune, size int) {
	if s[i] != '%' {
		return 0, 0
	}
	if i+5 < len(s) && (s[i+1] == 'u' || s[i+1] == 'U') {
		if r, ok := hexRune(s[i+2 : i+6]); ok {
			return r, 6
		}
	}
	if i+2 < len(s) {
		if r, ok := hexRune(s[i+1 : i+3]); ok {
			return r, 3
		}
	}
	return 0, 0
}

// HTML undoes entities, and says whether there was one.
func HTML(s string) (string, bool) {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '&' && (s[i+1] == '#' || isLetter(s[i+1])) {
			decoded := html.UnescapeString(s)
			return decoded, decoded != s
		}
	}
	return s, false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
