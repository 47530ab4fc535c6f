package jsonenc

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// cutKey is the name of the member that says that an object goes on no further.
const cutKey = `"…":`

// markerSize is the most that a marker takes, with its quotes and a comma.
const markerSize = len(`"…[cut at 9223372036854775807 bytes]",`)

// jsonSpace is what may stand around a JSON value.
const jsonSpace = " \t\r\n"

// appendMarker appends the text, within a string, that says where it was cut.
func appendMarker(dst []byte, limit int) []byte {
	dst = append(dst, "…[cut at "...)
	dst = strconv.AppendInt(dst, int64(limit), 10)
	return append(dst, " bytes]"...)
}

// Valid says that raw is one JSON value in UTF-8, nested no deeper than the
// backend takes.
func Valid(raw []byte) bool { return json.Valid(raw) && shallow(raw, maxDepth) && utf8.Valid(raw) }

// shallow says that raw, which is valid, nests no deeper than limit.
func shallow(raw []byte, limit int) bool {
	depth, inString := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}

// AppendCut appends raw, which must be valid JSON, cut to at most limit bytes
// (or to a marker, where limit is smaller than one: some fifty bytes). A string
// is cut at a rune and says so; a list or an object ends with an element that
// says so.
func AppendCut(dst, raw []byte, limit int) []byte {
	if len(raw) > limit {
		raw = bytes.Trim(raw, jsonSpace)
	}
	if len(raw) <= limit {
		return append(dst, raw...)
	}
	return appendCut(dst, raw, limit)
}

// appendCut is AppendCut for a raw that is larger than limit. No more of it is
// looked at than that, and it may begin where dst ends.
func appendCut(dst, raw []byte, limit int) []byte {
	c := cutter{raw: raw, limit: limit}
	c.scan()
	return c.finish(dst)
}

// cutter walks over a value until its budget is used up.
type cutter struct {
	raw   []byte
	limit int

	stack    []byte // the closers of what is open
	at       int
	boundary int  // behind the last whole element of what is open
	empty    bool // what is open has no element before boundary
	inString bool
	isKey    bool // the string, or the next one, is a member's name
	stop     bool // the next escape does not fit
}

func (c *cutter) spent(at int) bool {
	return at+len(c.stack)+markerSize+len(cutKey) > c.limit
}

func (c *cutter) scan() {
	for !c.stop && !c.spent(c.at) {
		b := c.raw[c.at]
		if c.inString {
			c.stringByte(b)
			continue
		}
		c.at++
		switch b {
		case '"':
			c.inString = true
		case '{', '[':
			c.open(b)
		case '}', ']':
			c.stack = c.stack[:len(c.stack)-1]
			c.element(c.at)
		case ':':
			c.isKey = false
		case ',':
			c.element(c.at - 1)
			c.isKey = c.inObject()
		}
	}
}

// stringByte takes one byte, or one whole escape, so that none is cut in two.
func (c *cutter) stringByte(b byte) {
	switch b {
	case '\\':
		size := escapeSize(c.raw[c.at:])
		if c.spent(c.at + size) {
			c.stop = true
			return
		}
		c.at += size
	case '"':
		c.at++
		c.inString = false
		if !c.isKey {
			c.element(c.at)
		}
	default:
		c.at++
	}
}

// escapeSize is the length of the escape at the start of raw; the two halves of a
// surrogate pair are one.
func escapeSize(raw []byte) int {
	switch {
	case raw[1] != 'u':
		return 2
	case len(raw) >= 12 && raw[2]|0x20 == 'd' && isHighSurrogate(raw[3]) && raw[6] == '\\' && raw[7] == 'u':
		return 12
	}
	return 6
}

// isHighSurrogate takes the second hex digit of an escape that begins with d.
func isHighSurrogate(digit byte) bool {
	switch digit {
	case '8', '9', 'a', 'b', 'A', 'B':
		return true
	}
	return false
}

func (c *cutter) open(b byte) {
	c.stack = append(c.stack, b+2) // in ASCII a closer stands two behind its opener
	c.isKey = b == '{'
	c.boundary, c.empty = c.at, true
}

func (c *cutter) element(end int) {
	c.boundary, c.empty = end, false
}

func (c *cutter) inObject() bool {
	return len(c.stack) > 0 && c.stack[len(c.stack)-1] == '}'
}

// finish appends what fitted, a marker, and the closers.
func (c *cutter) finish(dst []byte) []byte {
	if c.inString && !c.isKey {
		dst = append(dst, c.raw[:runeStart(c.raw, c.at)]...)
	} else {
		dst = append(dst, c.raw[:c.boundary]...)
		if len(c.stack) > 0 && !c.empty {
			dst = append(dst, ',')
		}
		if c.inObject() {
			dst = append(dst, cutKey...)
		}
		dst = append(dst, '"')
	}
	dst = appendMarker(dst, c.limit)
	dst = append(dst, '"')
	for i := len(c.stack) - 1; i >= 0; i-- {
		dst = append(dst, c.stack[i])
	}
	return dst
}
