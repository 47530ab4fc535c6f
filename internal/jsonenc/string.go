package jsonenc

import (
	"math/bits"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' {
				i = skipPlain(s, i+1)
				continue
			}
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\uFFFD"...)
			start = i + 1
		}
		i += size
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// skipPlain goes on, eight bytes at a time, to the first one that might not be
// copied unseen.
func skipPlain(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if mask := specialBytes(s[i : i+8]); mask != 0 {
			return i + bits.TrailingZeros64(mask)/8
		}
	}
	return i
}

// specialBytes looks at eight bytes at once, and sets the high bit of those that
// are no ASCII, a control character, a quote or a backslash. Behind the first one
// it may be wrong.
func specialBytes(s string) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
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
