package shell

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// unescapeQuoted takes out the backslashes that have a meaning within double
// quotes.
func unescapeQuoted(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			switch text[i+1] {
			case '$', '`', '"', '\\':
				i++
			case '\n':
				i++
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// unescapeBare takes out the backslashes of text that stands in no quotes. It says
// whether one of them took away a meaning, and whether there is a glob left.
func unescapeBare(text string) (clean string, escaped, glob bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c != '\\' || i+1 == len(text):
			glob = glob || c == '*' || c == '?' || c == '['
			b.WriteByte(c)
		case text[i+1] == '\n':
			i++
		default:
			i++
			escaped = true
			b.WriteByte(text[i])
		}
	}
	return b.String(), escaped, glob
}

// ansiC is the text that stands for $'...'.
func ansiC(text string) string { return unescape(text, "\\'\"?") }

// unescape resolves the escapes of $'...', of echo -e and of printf. Those of the
// characters in also stand for themselves.
func unescape(text, also string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		i += escape(&b, text[i:], also)
	}
	return b.String()
}

// escape writes what the escape at the beginning of text, behind its backslash,
// stands for, and returns how many bytes more than one it took.
func escape(b *strings.Builder, text, also string) int {
	const simple = "abefnrtvE"
	if i := strings.IndexByte(simple, text[0]); i >= 0 {
		b.WriteByte("\a\b\x1b\f\n\r\t\v\x1b"[i])
		return 0
	}
	switch c := text[0]; {
	case c == 'x':
		return number(b, text, 1, 2, 16, false)
	case c == 'u':
		return number(b, text, 1, 4, 16, true)
	case c == 'U':
		return number(b, text, 1, 8, 16, true)
	case c == '0':
		return number(b, text, 0, 4, 8, false)
	case c >= '1' && c <= '7':
		return number(b, text, 0, 3, 8, false)
	case c == 'c' && also != "" && len(text) > 1:
		b.WriteByte(text[1] & 0x1f)
		return 1
	case c == '\\' || strings.IndexByte(also, c) >= 0:
		b.WriteByte(c)
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return 0
}

// number writes the character whose number stands in text from skip on, in at most
// digits digits, and returns how many bytes more than one it took.
func number(b *strings.Builder, text string, skip, digits, base int, point bool) int {
	end := skip
	for end < len(text) && end-skip < digits && isDigit(text[end], base) {
		end++
	}
	n, err := strconv.ParseUint(text[skip:end], base, 32)
	switch {
	case err != nil: // no digits
		b.WriteByte('\\')
		b.WriteByte(text[0])
		return 0
	case point && n <= utf8.MaxRune:
		b.WriteRune(rune(n))
	default:
		b.WriteByte(byte(n))
	}
	return end - 1
}

func isDigit(c byte, base int) bool {
	switch {
	case c >= '0' && c <= '9':
		return int(c-'0') < base
	case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		return base == 16
	}
	return false
}

// sequence is what {x..y..step} stands for, cut short.
func sequence(exp *syntax.BraceExp) []string {
	const most = 64
	from, to := exp.Elems[0].Lit(), exp.Elems[1].Lit()
	step := 1
	if len(exp.Elems) > 2 {
		if n, err := strconv.Atoi(exp.Elems[2].Lit()); err == nil && n != 0 {
			step = max(n, -n)
		}
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	letters := err1 != nil || err2 != nil
	if letters {
		if from == "" || to == "" {
			return []string{""}
		}
		first, last = int(from[0]), int(to[0])
	}
	if last < first {
		step = -step
	}
	var list []string
	for n := first; len(list) < most && (step > 0) == (n <= last) || n == last; n += step {
		if letters {
			list = append(list, string(rune(n)))
		} else {
			list = append(list, strconv.Itoa(n))
		}
	}
	if len(list) == 0 {
		return []string{from}
	}
	return list
}
