package httpexport

import "unicode/utf8"

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. What is no UTF-8 in it becomes
// U+FFFD.
func appendString[T string | ~[]byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

// appendEscaped appends s as the inside of a JSON string, so that a string can
// be put together from parts.
func appendEscaped[T string | ~[]byte](dst []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] == yes[0] {
			i++
			continue
		}
		if size := runeSize(s[i:]); size > 1 {
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(dst, s[start:]...)
}

// plain says which bytes stand for themselves: all of ASCII but control
// characters, the quote and the backslash. As a constant nobody can change it.
const plain = no16 + no16 + // control characters
	yes + yes + no + // ' ', '!', '"'
	yes16 + yes16 + yes16 + yes8 + yes + no + // '#' to '[', '\\'
	yes16 + yes16 + yes + yes + yes + // ']' to DEL
	no16 + no16 + no16 + no16 + no16 + no16 + no16 + no16 // what is no ASCII

const (
	no, yes   = "\x00", "\x01"
	no4, yes4 = no + no + no + no, yes + yes + yes + yes
	yes8      = yes4 + yes4
	no16      = no4 + no4 + no4 + no4
	yes16     = yes8 + yes8
)

// runeSize is the length of the rune that s begins with, or 0 if it begins with
// none.
func runeSize[T string | ~[]byte](s T) int {
	var head [utf8.UTFMax]byte
	n := copy(head[:], s)
	r, size := utf8.DecodeRune(head[:n])
	if r == utf8.RuneError && size == 1 {
		return 0
	}
	return size
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	if c >= utf8.RuneSelf {
		return append(dst, "\uFFFD"...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
