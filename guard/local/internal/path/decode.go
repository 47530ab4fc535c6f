package path

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// disguise is how a text was written that decode has put into plain letters.
type disguise struct {
	any    bool // something was decoded
	dots   bool // a dot or a separator was among it
	broken bool // bytes that are no text in any encoding, or ".." beside what is none
}

// rounds is how often a text may be encoded over.
const rounds = 4

// decode puts text into plain letters: percent signs, once or many times over,
// overlong UTF-8, entities, escapes, letters of full width. It does not allocate
// where there is nothing to decode.
func decode(text string) (string, disguise) {
	var d disguise
	if whole, ok := wholeBase64(text); ok {
		text, d.any, d.dots = whole, true, true
	}
	for range rounds {
		if !encoded(text) {
			break
		}
		layer := unescaper{text: text, d: d}
		plain := layer.all()
		if d = layer.d; plain == text {
			break
		}
		text = plain
	}
	return text, d
}

// encoded is a quick look.
func encoded(text string) bool {
	for i := range len(text) {
		switch b := text[i]; {
		case b == '%', b == '&', b >= utf8.RuneSelf:
			return true
		case b == 'x' || b == 'u':
			if i > 0 && (text[i-1] == '0' || text[i-1] == '\\') {
				return true
			}
		}
	}
	return false
}

// wholeBase64 decodes a text that is base64 of a path from end to end.
func wholeBase64(text string) (string, bool) {
	const shortest = 12
	if len(text) < shortest || len(text)%4 != 0 || strings.ContainsAny(text, "./\\_- ") {
		return "", false
	}
	if !strings.HasPrefix(text, "L") && !strings.HasPrefix(text, "Li") { // "/" and "." begin so
		return "", false
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !utf8.Valid(plain) || bytes.IndexByte(plain, '/') < 0 {
		return "", false
	}
	for _, b := range plain {
		if b < ' ' {
			return "", false
		}
	}
	return string(plain), true
}

// unescaper decodes one layer.
type unescaper struct {
	text string
	out  []byte
	d    disguise
}

func (u *unescaper) all() string {
	u.out = make([]byte, 0, len(u.text))
	for i := 0; i < len(u.text); {
		i += max(u.one(i), 1)
	}
	return string(u.out)
}

// one decodes what stands at i, and says how long it is.
func (u *unescaper) one(i int) int {
	switch b := u.text[i]; {
	case b == '%':
		return u.percent(i)
	case b == '&':
		return u.entity(i)
	case b == '0' && i+3 < len(u.text) && u.text[i+1] == 'x':
		return u.hex(i, 2, 2)
	case b == '\\' && i+3 < len(u.text) && u.text[i+1] == 'x':
		return u.hex(i, 2, 2)
	case b == '\\' && i+5 < len(u.text) && u.text[i+1] == 'u':
		return u.hex(i, 2, 4)
	case b >= utf8.RuneSelf:
		r, size := utf8.DecodeRuneInString(u.text[i:])
		u.wide(r, u.text[i:i+size])
		return size
	default:
		u.out = append(u.out, b)
		return 1
	}
}

// hex decodes 0x2e, \x2e and \u002e, but only into what parts names: else "0x20"
// is a part of a name.
func (u *unescaper) hex(i, skip, digits int) int {
	if n, ok := hexNumber(u.text, i+skip, digits); ok && separates(rune(n)) {
		u.plain(byte(n))
		return skip + digits
	}
	u.out = append(u.out, u.text[i])
	return 1
}

// plain adds a decoded byte.
func (u *unescaper) plain(b byte) {
	u.d.any = true
	u.d.dots = u.d.dots || separates(rune(b))
	u.out = append(u.out, b)
}

// wide adds a rune, or the plain letter that it is a wide form of.
func (u *unescaper) wide(r rune, as string) {
	if narrow, ok := narrowed(r); ok {
		u.plain(narrow)
		return
	}
	u.out = append(u.out, as...)
}

// narrowed is the plain letter that r is a form of. An ellipsis is none: it is
// one in prose, and a name.
func narrowed(r rune) (byte, bool) {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return byte(r - 0xFF01 + '!'), true
	case r == 0x2024 || r == 0xFE52:
		return '.', true
	case r == 0x2044 || r == 0x2215 || r == 0x29F8 || r == 0xEFC8 || r == 0xF025 || r == 0x2571:
		return '/', true
	case r == 0x2216 || r == 0x29F5 || r == 0xFE68 || r == 0x29F9:
		return '\\', true
	}
	return 0, false
}

func separates(r rune) bool { return r == '.' || r == '/' || r == '\\' }

func hexNumber(text string, at, digits int) (int, bool) {
	if at+digits > len(text) {
		return 0, false
	}
	n := 0
	for _, b := range []byte(text[at : at+digits]) {
		v := hexValue(b)
		if v < 0 {
			return 0, false
		}
		n = n<<4 | v
	}
	return n, true
}

func hexValue(b byte) int {
	switch {
	case '0' <= b && b <= '9':
		return int(b - '0')
	case 'a' <= b|0x20 && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}
