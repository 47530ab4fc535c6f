package jsonscan

// Skip takes the next value and checks that it is JSON.
func (s *Scanner) Skip() {
	switch s.Kind() {
	case Null:
		s.Null()
	case Bool:
		s.Bool()
	case Number:
		s.Number()
	case String:
		s.quoted()
	case Array:
		for s.BeginArray(); s.Element(); {
			s.Skip()
		}
	case Object:
		for s.BeginObject(); s.Field(); {
			s.Skip()
		}
	default:
		s.fail("a value")
	}
}

// Raw takes the next value whole, and returns its bytes as they stand in the
// document, but for bytes that are not UTF-8.
func (s *Scanner) Raw() []byte {
	s.peek()
	start := s.pos
	if s.Skip(); s.err != nil {
		return nil
	}
	return s.sound(s.data[start:s.pos:s.pos])
}

// Null takes null.
func (s *Scanner) Null() { s.literal("null") }

// Bool takes true or false.
func (s *Scanner) Bool() bool {
	if s.peek() == 't' {
		s.literal("true")
		return s.err == nil
	}
	s.literal("false")
	return false
}

func (s *Scanner) literal(word string) {
	s.peek()
	rest := s.data[s.pos:]
	if s.err != nil || len(rest) < len(word) || string(rest[:len(word)]) != word {
		s.fail(word)
		return
	}
	s.pos += len(word)
}

// Number takes a number and returns it as it is written. It may be larger than
// any type of Go holds.
func (s *Scanner) Number() []byte {
	s.peek()
	if s.err != nil {
		return nil
	}
	start := s.pos
	if s.at('-') {
		s.pos++
	}
	if s.at('0') {
		s.pos++
	} else {
		s.digits()
	}
	if s.at('.') {
		s.pos++
		s.digits()
	}
	if s.at('e') || s.at('E') {
		s.pos++
		if s.at('+') || s.at('-') {
			s.pos++
		}
		s.digits()
	}
	if s.err != nil {
		return nil
	}
	return s.data[start:s.pos:s.pos]
}

func (s *Scanner) at(c byte) bool { return s.pos < len(s.data) && s.data[s.pos] == c }

func (s *Scanner) digits() {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	if s.pos == start {
		s.fail("a digit")
	}
}
