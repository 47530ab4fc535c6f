package decode

import (
	"encoding/base64"
	"unicode/utf8"
)

// Base64 decodes s where all of it is the base64 of text, in any of the usual
// alphabets, padded or not, in lines or not. Text of fewer than 16 bytes, and what
// is not text, is not meant.
func Base64(s string) (string, bool) {
	if len(s) < minText*4/3 || !beginsAsText(s) {
		return "", false
	}
	compact := make([]byte, 0, len(s))
	compact, _, ok := appendBase64(compact, s)
	if !ok || len(compact)%4 == 1 {
		return "", false
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(compact)))
	n, err := base64.RawStdEncoding.Decode(out, compact)
	return text(out[:n], err == nil)
}

// beginsAsText decodes the beginning of s: what is no text is mostly told there.
func beginsAsText(s string) bool {
	const look = 64
	var room [look]byte
	var out [look / 4 * 3]byte
	compact, all, ok := appendBase64(room[:0:look], s)
	if !ok {
		return false
	}
	if !all {
		compact = compact[:look]
	}
	n, err := base64.RawStdEncoding.Decode(out[:], compact)
	if err != nil {
		return false
	}
	return printable(withoutPart(out[:n]))
}

// withoutPart cuts off a character of which the end is missing.
func withoutPart(data []byte) []byte {
	for i := len(data) - 1; i >= max(0, len(data)-utf8.UTFMax); i-- {
		if utf8.RuneStart(data[i]) {
			if !utf8.FullRune(data[i:]) {
				return data[:i]
			}
			break
		}
	}
	return data
}

// appendBase64 appends the characters of base64 in s, in the standard alphabet, as
// far as there is room for. It says whether that was all, and whether there is
// nothing else but spaces among them.
func appendBase64(compact []byte, s string) (out []byte, all, ok bool) {
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '-':
			c = '+'
		case c == '_':
			c = '/'
		case isBase64(c):
		case c == '\n' || c == '\r' || c == ' ' || c == '=':
			continue
		default:
			return compact, false, false
		}
		if len(compact) == cap(compact) {
			return compact, false, true
		}
		compact = append(compact, c)
	}
	return compact, true, true
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
	var room [64]byte
	out := room[:0]
	for i := 0; i < len(s); i += 2 {
		high, ok := hexDigit(s[i])
		low, ok2 := hexDigit(s[i+1])
		if c := high<<4 | low; !ok || !ok2 || isControl(c) {
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
			if isControl(c) {
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

func isControl(c byte) bool {
	return c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f
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
