package jsonenc

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

// AppendStringBytes is AppendString for bytes.
func AppendStringBytes(dst, s []byte) []byte {
	dst = append(dst, '"')
	dst = AppendEscaped(dst, s)
	return append(dst, '"')
}

// AppendEscaped appends s as the inside of a JSON string, so that a string can be
// put together from parts.
func AppendEscaped(dst, s []byte) []byte {
	return appendEscaped(dst, unsafe.String(unsafe.SliceData(s), len(s))) // read now, and not kept
}

func appendEscaped(dst []byte, s string) []byte {
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
func runeSize(s string, i int) int {
	r, size := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && size == 1 {
		return 0
	}
	return size
}

// skipPlain goes on from i, eight bytes at a time where it can, to the first one
// that may not be copied unseen.
func skipPlain(s string, i int) int {
	b := unsafe.Slice(unsafe.StringData(s), len(s)) // only read
	for ; i+8 <= len(b); i += 8 {
		if special := specialBytes(binary.LittleEndian.Uint64(b[i:])); special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for i < len(b) && b[i] >= 0x20 && b[i] < utf8.RuneSelf && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// specialBytes looks at eight bytes at once, and sets the high bit of those that
// are no ASCII, a control character, a quote or a backslash. Behind the first one
// it may be wrong.
//
// A subtraction borrows, and so sets the high bit, in the bytes that are smaller.
// With the second bit flipped, the quote (0x22) and the control characters are the
// ASCII below 0x21; with that of the backslash flipped, it alone is below 1.
func specialBytes(x uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	return highs & (((x ^ ones*2) - ones*0x21) | ((x ^ ones*'\\') - ones) | x)
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
