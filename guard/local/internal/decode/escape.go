package decode

import "unicode/utf8"

// Escapes undoes the escapes of programming languages where they are written out:
// backslash u and four digits, u and braces, x and two digits. It says whether
// there was one.
func Escapes(s string) (string, bool) {
	var out []byte
	done := 0
	for i := 0; i+3 < len(s); {
		if s[i] != '\\' {
			i++
			continue
		}
		r, size := escapeAt(s[i:])
		if size == 0 {
			i += 2
			continue
		}
		if out == nil {
			out = make([]byte, 0, len(s))
		}
		out = appendRune(append(out, s[done:i]...), r)
		i += size
		done = i
	}
	if out == nil {
		return s, false
	}
	return string(append(out, s[done:]...)), true
}

// escapeAt reads the escape that s, which starts with a backslash, begins with; a
// size of zero says that it is none.
func escapeAt(s string) (r rune, size int) {
	switch s[1] {
	case 'x', 'X':
		if r, ok := hexRune(s[2:min(4, len(s))]); ok && len(s) >= 4 {
			return r, 4
		}
	case 'u':
		if s[2] == '{' {
			return bracedAt(s)
		}
		if len(s) >= 6 {
			if r, ok := hexRune(s[2:6]); ok {
				return r, 6
			}
		}
	case 'U':
		if len(s) >= 10 {
			if r, ok := hexRune(s[2:10]); ok {
				return r, 10
			}
		}
	}
	return 0, 0
}

func bracedAt(s string) (r rune, size int) {
	for end := 3; end < min(len(s), 10); end++ {
		if s[end] == '}' {
			if r, ok := hexRune(s[3:end]); ok {
				return r, end + 1
			}
			break
		}
	}
	return 0, 0
}

// hexRune reads one to eight hexadecimal digits.
func hexRune(s string) (rune, bool) {
	if s == "" {
		return 0, false
	}
	var r uint32
	for i := range len(s) {
		digit, ok := hexDigit(s[i])
		if !ok {
			return 0, false
		}
		r = r<<4 | uint32(digit)
	}
	if r > utf8.MaxRune {
		return 0, false
	}
	return rune(r), true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

func appendRune(out []byte, r rune) []byte { return utf8.AppendRune(out, r) }
