package jsonscan

import (
	"unicode/utf16"
	"unicode/utf8"
)

// arenaBytes is how much memory is taken at a time for strings with escapes.
const arenaBytes = 64 << 10

// Text takes a string. Where it equals like, like itself is returned, so that
// what repeats from record to record costs no memory.
func (s *Scanner) Text(like string) string {
	raw, plain := s.quoted()
	if !plain {
		s.scratch = unescape(s.scratch[:0], raw)
		raw = s.scratch
	}
	if string(raw) == like {
		return like
	}
	return string(raw)
}

// Bytes takes a string and returns its content. The bytes may share the
// document's memory, and stay valid as long as that does not change.
func (s *Scanner) Bytes() []byte {
	raw, plain := s.quoted()
	if plain || s.err != nil {
		return raw
	}
	// The content is never longer than its escaped form, unless each byte that
	// is not UTF-8 grows to the three of U+FFFD.
	need := len(raw)
	if !utf8.Valid(raw) {
		need *= len(replacement)
	}
	s.room(need)
	start := len(s.arena)
	s.arena = unescape(s.arena, raw)
	return s.arena[start:len(s.arena):len(s.arena)]
}

// sound returns raw, or a copy in which bytes that are not UTF-8 are replaced.
func (s *Scanner) sound(raw []byte) []byte {
	if utf8.Valid(raw) {
		return raw
	}
	return appendSound(make([]byte, 0, len(raw)+len(raw)/2), raw)
}

func (s *Scanner) room(n int) {
	if cap(s.arena)-len(s.arena) < n {
		s.arena = make([]byte, 0, max(n, min(arenaBytes, len(s.data))))
	}
}

// quoted takes a string and returns what is between its quotes. plain says that
// this is the content as well: no escapes, and UTF-8 throughout.
func (s *Scanner) quoted() (raw []byte, plain bool) {
	if s.peek() != '"' {
		s.fail("a string")
		return nil, false
	}
	s.pos++
	start := s.pos
	plain = true
	ascii := true
	for s.err == nil {
		s.ordinary()
		if s.pos >= len(s.data) {
			s.fail("the end of a string")
			break
		}
		switch c := s.data[s.pos]; {
		case c == '"':
			raw = s.data[start:s.pos:s.pos]
			s.pos++
			return raw, plain && (ascii || utf8.Valid(raw))
		case c == '\\':
			plain = false
			s.escape()
		case c < ' ':
			s.fail("no control character within a string")
		default:
			ascii = false
			s.pos++
		}
	}
	return nil, false
}

// ordinary passes over what a string may hold and that means nothing: ASCII but
// for quotes, backslashes and control characters.
func (s *Scanner) ordinary() {
	data, i := s.data, s.pos
	for i < len(data) && data[i]-' ' < 0x80-' ' && data[i] != '"' && data[i] != '\\' {
		i++
	}
	s.pos = i
}

// escape passes over one escape and checks its form.
func (s *Scanner) escape() {
	s.pos++
	if s.pos >= len(s.data) {
		s.fail("an escape")
		return
	}
	switch s.data[s.pos] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
	case 'u':
		s.pos++
		if _, ok := hex4(s.data[s.pos:]); !ok {
			s.fail("four hexadecimal digits")
			return
		}
		s.pos += 4
	default:
		s.fail("an escape")
	}
}

const replacement = "\uFFFD"

// unescape appends the content of a string whose escapes were checked.
func unescape(dst, raw []byte) []byte {
	sound := utf8.Valid(raw)
	for i := 0; i < len(raw); {
		run := i
		for i < len(raw) && raw[i] != '\\' {
			i++
		}
		if sound {
			dst = append(dst, raw[run:i]...)
		} else {
			dst = appendSound(dst, raw[run:i])
		}
		if i == len(raw) {
			return dst
		}
		if raw[i+1] != 'u' {
			dst = append(dst, plainEscape(raw[i+1]))
			i += 2
			continue
		}
		r, size := unicodeEscape(raw[i:])
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst
}

func plainEscape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c // a quote, a backslash or a slash
}

// unicodeEscape returns the rune that raw begins with, in one escape or in two
// that are a pair of surrogates, and their length.
func unicodeEscape(raw []byte) (rune, int) {
	const one, two = len(`\uXXXX`), len(`\uXXXX\uXXXX`)
	r, _ := hex4(raw[2:])
	if r == 0 {
		return utf8.RuneError, one
	}
	if !utf16.IsSurrogate(r) {
		return r, one
	}
	if len(raw) >= two && raw[one] == '\\' && raw[one+1] == 'u' {
		low, _ := hex4(raw[one+2:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, two
		}
	}
	return utf8.RuneError, one
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// appendSound appends text, each byte of it that is not UTF-8 as one U+FFFD.
func appendSound(dst, text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, replacement...)
		} else {
			dst = append(dst, text[:size]...)
		}
		text = text[size:]
	}
	return dst
}
