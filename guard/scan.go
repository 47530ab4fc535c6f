package guard

import (
	"bytes"
	"encoding/json"
	"strings"
)

// eachMember shows take the members of the object in text, whatever else is wrong
// with it: a verdict that is torn, or no JSON in some corner that does not matter,
// still shows what it says. Names are shown in lower case, and those that stand
// there twice are shown twice.
func eachMember(text []byte, take func(name string, raw json.RawMessage)) {
	s := scanner{text: text}
	// Brackets are no name: in JSON none stands there but the outermost.
	for s.skip("{}[],:"); !s.done(); s.skip("{}[],:") {
		name := strings.ToLower(plainName(s.value()))
		if s.skip(""); s.done() || s.text[s.at] != ':' {
			take(name, nil)
			continue
		}
		s.at++
		s.skip("")
		take(name, s.value())
	}
}

// eachElement shows take the elements of the array in text, as eachMember does;
// what is no array is its own only element.
func eachElement(text []byte, take func(raw json.RawMessage)) {
	if text = trimSpace(text); len(text) == 0 || text[0] != '[' {
		take(text)
		return
	}
	s := scanner{text: text, at: 1}
	for s.skip("],"); !s.done(); s.skip("],") {
		take(s.value())
	}
}

// scanner walks through what should be JSON and never goes back.
type scanner struct {
	text []byte
	at   int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

// skip goes over white space and these.
func (s *scanner) skip(set string) {
	for !s.done() && (isSpace(s.text[s.at]) || strings.IndexByte(set, s.text[s.at]) >= 0) {
		s.at++
	}
}

// value takes a value: a string, what stands between brackets, or anything up to
// the next structural character or white space. Where there is text it moves on.
func (s *scanner) value() json.RawMessage {
	if s.done() {
		return nil
	}
	start := s.at
	switch c := s.text[start]; {
	case c == '"':
		s.at = stringEnd(s.text, start)
	case c == '{' || c == '[':
		s.nested()
	case isStructural(c):
		s.at++
	default:
		s.token()
	}
	return s.text[start:s.at]
}

// token goes to the end of a bare word.
func (s *scanner) token() {
	for !s.done() && !isStructural(s.text[s.at]) && !isSpace(s.text[s.at]) {
		s.at++
	}
}

// nested goes behind the bracket that closes the one here. Which kind closes
// which does not matter: such text is no JSON in any case.
func (s *scanner) nested() {
	for depth := 0; !s.done(); {
		switch s.text[s.at] {
		case '"':
			s.at = stringEnd(s.text, s.at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.at++
		if depth == 0 {
			return
		}
	}
}

// plainName is a member's name; one that is no JSON string is taken as it stands,
// without quotes of another kind.
func plainName(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return name
	}
	return string(bytes.Trim(raw, "\"'`"))
}

// wellFormed says that the text is one JSON object; a number that JSON has no form
// for is forgiven, since several languages write it.
func wellFormed(text []byte) bool {
	text = trimSpace(text)
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	return json.Valid(text) || json.Valid(withoutNaN(text))
}

// withoutNaN puts null in the place of NaN and the infinities.
func withoutNaN(text []byte) []byte {
	out := make([]byte, 0, len(text))
	s := scanner{text: text}
	for !s.done() {
		start := s.at
		switch c := s.text[start]; {
		case c == '"':
			s.at = stringEnd(s.text, start)
		case isStructural(c) || isSpace(c):
			s.at++
		default:
			s.token()
		}
		switch token := s.text[start:s.at]; string(token) {
		case "NaN", "Infinity", "-Infinity":
			out = append(out, "null"...)
		default:
			out = append(out, token...)
		}
	}
	return out
}
