package jsonscan

import "fmt"

// MaxDepth is how deep objects and arrays may be nested, the outermost counted.
const MaxDepth = 128

// Kind is what sort of value comes next.
type Kind byte

// The kinds of value. Invalid stands for the end of the document and for all
// that cannot begin a value.
const (
	Invalid Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// SyntaxError says where a document stops being JSON, and what was wanted there.
type SyntaxError struct {
	Offset int
	Want   string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not valid JSON at byte %d: want %s", e.Offset, e.Want)
}

// Scanner walks one document. It is not for concurrent use.
type Scanner struct {
	data  []byte
	pos   int
	depth int
	fresh bool // the innermost container was opened and holds nothing yet
	key   []byte
	err   error

	arena   []byte // where the bytes of strings with escapes are put
	scratch []byte
}

// New returns a scanner of data. What the scanner hands out as bytes may share
// data's memory: data must not change while they are in use.
func New(data []byte) *Scanner { return &Scanner{data: data} }

// Reset makes s a scanner of data, keeping the memory that it works in. What it
// handed out before stays valid.
func (s *Scanner) Reset(data []byte) {
	*s = Scanner{data: data, arena: s.arena, scratch: s.scratch}
}

// Err returns what is wrong with the document, or nil.
func (s *Scanner) Err() error { return s.err }

// Offset is the position of the next byte that was not read.
func (s *Scanner) Offset() int { return s.pos }

// Since returns the bytes from offset to the position, as they stand in the
// document.
func (s *Scanner) Since(offset int) []byte { return s.data[offset:s.pos:s.pos] }

// Kind tells what comes next, without taking it.
func (s *Scanner) Kind() Kind {
	switch c := s.peek(); {
	case c == '"':
		return String
	case c == '{':
		return Object
	case c == '[':
		return Array
	case c == '-' || '0' <= c && c <= '9':
		return Number
	case c == 't' || c == 'f':
		return Bool
	case c == 'n':
		return Null
	}
	return Invalid
}

// BeginObject takes the opening brace of an object.
func (s *Scanner) BeginObject() { s.begin('{', "an object") }

// BeginArray takes the opening bracket of an array.
func (s *Scanner) BeginArray() { s.begin('[', "an array") }

func (s *Scanner) begin(open byte, want string) {
	if s.peek() != open {
		s.fail(want)
		return
	}
	if s.depth == MaxDepth {
		s.fail(fmt.Sprintf("at most %d objects and arrays in each other", MaxDepth))
		return
	}
	s.pos++
	s.depth++
	s.fresh = true
}

// Field goes to the next field of the object that was begun: its value is to be
// taken next, its name is [Scanner.Key]. At the object's end it returns false.
func (s *Scanner) Field() bool {
	if !s.next('}', "a comma or }") {
		return false
	}
	if s.peek() != '"' {
		s.fail("a field's name in quotes")
		return false
	}
	raw, plain := s.quoted()
	if !plain {
		s.scratch = unescape(s.scratch[:0], raw)
		raw = s.scratch
	}
	s.key = raw
	if s.peek() != ':' {
		s.fail("a colon")
		return false
	}
	s.pos++
	return s.err == nil
}

// Key is the name of the field that [Scanner.Field] went to. It is valid until
// the next value is taken.
func (s *Scanner) Key() []byte { return s.key }

// Element goes to the next element of the array that was begun. At the array's
// end it returns false.
func (s *Scanner) Element() bool { return s.next(']', "a comma or ]") }

// next takes the comma between two members, or the end of the container.
func (s *Scanner) next(closing byte, want string) bool {
	c := s.peek()
	switch {
	case s.err != nil:
		return false
	case c == closing:
		s.pos++
		s.depth--
		s.fresh = false
		return false
	case s.fresh:
		s.fresh = false
		return true
	case c == ',':
		s.pos++
		return true
	}
	s.fail(want)
	return false
}

// End complains if anything but white space is left.
func (s *Scanner) End() {
	if s.peek(); s.err == nil && s.pos < len(s.data) {
		s.fail("nothing after the first value")
	}
}

// peek returns the next byte that is not white space; 0 at the end, or after an
// error.
func (s *Scanner) peek() byte {
	if s.err != nil {
		return 0
	}
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		s.pos++
	}
	return 0
}

func (s *Scanner) fail(want string) {
	if s.err == nil {
		s.err = &SyntaxError{Offset: s.pos, Want: want}
	}
}
