package decode

import (
	"encoding/base64"
	"unicode/utf8"
)

// Base64 decodes s where all of it is the base64 of text, in any of the usual
// alphabets, padded or not, in lines or not. Text of fewer than 16 bytes, and what
// is not text, is not meant.
func Base64(s string) (string, bool) {
	if len(s) < minText*4/3 {
		return "", false
	}
	compact := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-':
			compact = append(compact, '+')
		case c == '_':
			compact = append(compact, '/')
		case isBase64(c):
			compact = append(compact, c)
		case c == '\n' || c == '\r' || c == ' ' || c == '=':
		default:
			return "", false
		}
	}
	if len(compact)%4 == 1 {
		return "", false
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(compact)))
	n, err := base64.RawStdEncoding.Decode(out, compact)
	return text(out[:n], err == nil)
}

// Hex decodes s where all of it is the hex of text, with or without 0x. Text of
// fewer than 16 bytes, and what is not text, is not meant.
func Hex(s string) (string, bool) {
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	if len(s) < 2*minText || len(s)%2 != 0 {
		return "", false
	}
	out := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		high, ok := hexDigit(s[i])
		low, ok2 := hexDigit(s[i+1])
		if !ok || !ok2 {
			return "", false
		}
		out = append(out, high<<4|low)
	}
	return text(out, true)
}

func text(data []byte, ok bool) (string, bool) {
	if !ok || len(data) < minText || !printable(data) {
		return "", false
	}
	return string(data), true
}

// printable says that data is text: valid, and without control characters but
// those of lines.
func printable(data []byte) bool {
	for i := 0; i < len(data); {
		c := data[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return false
		}
		i += size
	}
	return true
}

func isBase64(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// shortestRun is 16 bytes of text in base64, give or take.
const shortestRun = 24

// Runs gives each stretch of s that may be base64 or hex of a text: at least 24
// characters of the alphabet without a space.
func Runs(s string, yield func(start, end int) bool) {
	for start := 0; start+shortestRun <= len(s); {
		// A stretch that begins here goes on to there: look from its end.
		if gap := lastGap(s, start, start+shortestRun); gap >= 0 {
			start = gap + 1
			continue
		}
		end := start + shortestRun
		for end < len(s) && inRun(s[end]) {
			end++
		}
		next := end
		for end < len(s) && s[end] == '=' {
			end++
		}
		if !yield(start, end) {
			return
		}
		start = max(next, end)
	}
}

// lastGap is the last place in s[start:end] that is of no alphabet, or -1.
func lastGap(s string, start, end int) int {
	for i := end - 1; i >= start; i-- {
		if !inRun(s[i]) {
			return i
		}
	}
	return -1
}

func inRun(c byte) bool { return isBase64(c) || c == '-' || c == '_' }
