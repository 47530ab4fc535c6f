package path

import "strings"

// percent decodes %2e, %u2215, and overlong UTF-8 such as %c0%ae. What follows a
// percent sign and is none of these is kept.
func (u *unescaper) percent(i int) int {
	if i+1 < len(u.text) && u.text[i+1]|0x20 == 'u' {
		if n, ok := hexNumber(u.text, i+2, 4); ok {
			u.wide(rune(n), string(rune(n)))
			u.d.any = true
			return 6
		}
	}
	n, ok := hexNumber(u.text, i+1, 2)
	if !ok {
		u.d.broken = u.d.broken || u.besideDots(i)
		u.out = append(u.out, '%')
		return 1
	}
	if size := u.overlong(i, n); size > 0 {
		return size
	}
	u.besideEncoded(i)
	u.plain(byte(n))
	return 3
}

// besideDots says that ".." stands right before i, or after it.
func (u *unescaper) besideDots(i int) bool {
	return strings.HasSuffix(u.text[:i], "..") && i+1 < len(u.text) && u.text[i+1] != '%' && hexOrLetter(u.text[i+1])
}

// besideEncoded: nobody who writes ".." has a reason to encode what follows it.
func (u *unescaper) besideEncoded(i int) {
	if strings.HasSuffix(u.text[:i], "..") && (i == 2 || !letterOrDigit(u.text[i-3])) {
		u.d.broken = true
	}
}

func hexOrLetter(b byte) bool   { return hexValue(b) >= 0 || letter(b) }
func letterOrDigit(b byte) bool { return letter(b) || '0' <= b && b <= '9' }

// overlong decodes a character that is written in more bytes than it needs. No
// program writes it so; some read it.
func (u *unescaper) overlong(i, lead int) int {
	var more int
	switch {
	case lead == 0xC0 || lead == 0xC1:
		more = 1
	case lead == 0xE0:
		more = 2
	case lead == 0xF0:
		more = 3
	case lead >= 0xF8 && lead <= 0xFB:
		more = 4
	case lead >= 0xFC && lead <= 0xFD:
		more = 5
	default:
		return 0
	}
	return u.overlongTail(i, lead, more)
}

func (u *unescaper) overlongTail(i, lead, more int) int {
	code := lead & (0x3F >> more)
	last := 0
	for k := range more {
		at := i + 3*(k+1)
		n, ok := hexNumber(u.text, at+1, 2)
		if !ok || u.text[at] != '%' {
			return 0
		}
		code, last = code<<6|n&0x3F, n
	}
	size := 3 * (more + 1)
	switch {
	case code < 0x80 && separates(rune(code)):
		u.plain(byte(code))
	case more == 1 && separates(rune(last)):
		u.plain(byte(last))
	case more == 1 && last >= 0x80, more == 1 && last == 0x5E:
		u.plain(byte(code))
	default:
		return 0
	}
	u.d.broken = true
	return size
}

// entity decodes &#46; &#x2f; and the few names that matter.
func (u *unescaper) entity(i int) int {
	const longest = 10
	body := u.text[i+1 : min(i+1+longest, len(u.text))]
	end := strings.IndexByte(body, ';')
	if end < 2 {
		u.out = append(u.out, '&')
		return 1
	}
	if b, ok := entityByte(body[:end]); ok {
		u.plain(b)
		return end + 2
	}
	u.out = append(u.out, '&')
	return 1
}

func entityByte(name string) (byte, bool) {
	switch name {
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "sol":
		return '/', true
	case "bsol":
		return '\\', true
	case "period":
		return '.', true
	}
	return entityNumber(name)
}

func entityNumber(name string) (byte, bool) {
	if name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n := 0
	for _, b := range []byte(digits) {
		v := hexValue(b)
		if v < 0 || v >= base || n > 0xFF {
			return 0, false
		}
		n = n*base + v
	}
	return byte(n), n > 0 && n < 0x80
}
