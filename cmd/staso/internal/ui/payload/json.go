package payload

import (
	"encoding/json"
	"strings"
)

// Type is the type of a JSON value.
type Type uint8

// The types of a JSON value.
const (
	Null Type = iota
	Bool
	Number
	String
	Array
	Object
)

const (
	maxNodes = 100_000
	maxDepth = 128
)

// Value is a decoded JSON value that keeps the order of its names, names that
// appear twice, and numbers as they were written. A nil *Value is an absent one.
type Value struct {
	Type  Type
	Text  string   // of a string, decoded; of a number or a bool, as written
	Names []string // of an object, beside Items
	Items []*Value
}

// Get returns the last item of that name, or nil.
func (v *Value) Get(name string) *Value {
	if v == nil || v.Type != Object {
		return nil
	}
	for i := len(v.Names) - 1; i >= 0; i-- {
		if v.Names[i] == name {
			return v.Items[i]
		}
	}
	return nil
}

// str returns the string of that name, or "".
func (v *Value) str(name string) string {
	if item := v.Get(name); item.is(String) {
		return item.Text
	}
	return ""
}

func (v *Value) is(t Type) bool { return v != nil && v.Type == t }

// Parse decodes one JSON value. It returns false where src is not JSON, is
// nested deeper than 128 or holds more than 100,000 values.
func Parse(src []byte) (*Value, bool) {
	p := parser{src: src}
	v := p.value(0)
	p.space()
	return v, v != nil && p.pos == len(src)
}

// ParsePrefix decodes the beginning of a JSON value that may be cut anywhere,
// and returns what is there; nil where it does not begin like JSON.
func ParsePrefix(src []byte) *Value {
	p := parser{src: src, cut: true}
	return p.value(0)
}

type parser struct {
	src   []byte
	pos   int
	nodes int
	cut   bool // the end of src may be anywhere
}

func (p *parser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// peek returns the next byte that is not white space, or 0 at the end.
func (p *parser) peek() byte {
	p.space()
	if p.pos == len(p.src) {
		return 0
	}
	return p.src[p.pos]
}

func (p *parser) atEnd() bool { return p.cut && p.pos >= len(p.src) }

func (p *parser) value(depth int) *Value {
	p.nodes++
	if depth > maxDepth || p.nodes > maxNodes {
		return nil
	}
	switch c := p.peek(); c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		if s, ok := p.string(); ok {
			return &Value{Type: String, Text: s}
		}
		return nil
	case 0:
		return nil
	default:
		return p.literal()
	}
}

func (p *parser) object(depth int) *Value {
	v := &Value{Type: Object}
	p.pos++
	for p.peek() != '}' {
		if len(v.Items) > 0 && !p.take(',') {
			return p.partial(v)
		}
		if p.peek() != '"' {
			return p.partial(v)
		}
		name, ok := p.string()
		if !ok || !p.take(':') {
			return p.partial(v)
		}
		item := p.value(depth + 1)
		if item == nil {
			return p.partial(v)
		}
		v.Names, v.Items = append(v.Names, name), append(v.Items, item)
	}
	p.pos++
	return v
}

func (p *parser) array(depth int) *Value {
	v := &Value{Type: Array}
	p.pos++
	for p.peek() != ']' {
		if len(v.Items) > 0 && !p.take(',') {
			return p.partial(v)
		}
		item := p.value(depth + 1)
		if item == nil {
			return p.partial(v)
		}
		v.Items = append(v.Items, item)
	}
	p.pos++
	return v
}

// partial is v where the source was cut inside it, and nil where it is wrong.
func (p *parser) partial(v *Value) *Value {
	if p.atEnd() {
		return v
	}
	return nil
}

func (p *parser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.pos++
	return true
}

// string decodes the string at pos.
func (p *parser) string() (string, bool) {
	start := p.pos
	escaped := false
	for i := start + 1; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '\\':
			escaped = true
			i++
		case c == '"':
			p.pos = i + 1
			return unquote(p.src[start:p.pos], escaped)
		case c < ' ':
			return "", false
		}
	}
	if !p.cut {
		return "", false
	}
	p.pos = len(p.src)
	return unquoteCut(p.src[start:])
}

func unquote(literal []byte, escaped bool) (string, bool) {
	if !escaped {
		return strings.ToValidUTF8(string(literal[1:len(literal)-1]), "\ufffd"), true
	}
	var s string
	err := json.Unmarshal(literal, &s)
	return s, err == nil
}

// unquoteCut decodes a string without its end: an escape that was cut goes.
func unquoteCut(literal []byte) (string, bool) {
	for cut := 0; cut <= 6 && cut < len(literal); cut++ {
		whole := append(literal[:len(literal)-cut:len(literal)-cut], '"')
		if s, ok := unquote(whole, true); ok {
			return strings.TrimRight(s, "\ufffd"), true
		}
	}
	return "", false
}

func (p *parser) literal() *Value {
	start := p.pos
	for p.pos < len(p.src) && !strings.ContainsRune(" \t\r\n,:]}[{\"", rune(p.src[p.pos])) {
		p.pos++
	}
	text := p.src[start:p.pos]
	switch string(text) {
	case "null":
		return &Value{Type: Null}
	case "true", "false":
		return &Value{Type: Bool, Text: string(text)}
	}
	if len(text) == 0 || !json.Valid(text) {
		return nil
	}
	return &Value{Type: Number, Text: string(text)}
}
