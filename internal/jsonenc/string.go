package jsonenc

import (
	"math/bits"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func AppendString[T string | ~[]byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	dst = AppendEscaped(dst, s)
	return append(dst, '"')
}

// AppendEscaped appends s as the inside of a JSON string, so that a string can be
// put together from parts.
func AppendEscaped[T string | ~[]byte](dst []byte, s T) []byte {
	start := 0
	for i := skipPlain(s, 0); i < len(s); i = skipPlain(s, i) {
		c := s[i]
		if c >= utf8.RuneSelf {
			if size := runeSize(s, i); size > 0 {
				i += size
				continue
			}
			dst = append(append(dst, s[start:i]...), "\uFFFD"...)
		} else {
			dst = appendEscape(append(dst, s[start:i]...), c)
		}
		i++
		start = i
	}
	return append(dst, s[start:]...)
}

// runeSize is the length of the rune that begins at i, which is no ASCII, or 0 if
// none does.
func runeSize[T string | ~[]byte](s T, i int) int {
	r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
	if r == utf8.RuneError && size == 1 {
		return 0
	}
	return size
}

// skipPlain goes on from i, eight bytes at a time where it can, to the first one
// that may not be copied unseen.
func skipPlain[T string | ~[]byte](s T, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if mask := specialBytes(s[i : i+8]); mask != 0 {
			return i + bits.TrailingZeros64(mask)/8
		}
	}
	for i < len(s) && s[i] >= 0x20 && s[i] < utf8.RuneSelf && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

// specialBytes looks at eight bytes at once, and sets the high bit of those that
// are no ASCII, a control character, a quote or a backslash. Behind the first one
// it may be wrong.
func specialBytes[T string | ~[]byte](s T) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	quote, backslash := x^(ones*'"'), x^(ones*'\\')
	return highs & (x | ^x&(x-ones*0x20) | ^quote&(quote-ones) | ^backslash&(backslash-ones))
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
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}

// runeStart moves at left to the start of a rune, so that s[:at] cuts none. Bytes
// that belong to no rune are left alone.
func runeStart[T string | []byte](s T, at int) int {
	if at >= len(s) {
		return len(s)
	}
	for i := at; i >= 0 && i > at-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if s[i] < utf8.RuneSelf {
				break
			}
			return i
		}
	}
	return at
}
