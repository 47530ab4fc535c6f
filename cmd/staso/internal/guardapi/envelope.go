package guardapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

// maxMembers bounds the members of one object.
const maxMembers = 256

// members calls each with the members of a JSON object, in order. A value's bytes
// are as they stand in text, and only its end is looked for: what is in it is for
// its reader to judge, however deep, long or odd it is. So arguments reach the
// engine exactly as they were sent.
//
// A name that comes twice is refused: one of the two would be judged, and the
// other might run.
func members(where string, text []byte, each func(name string, value []byte) error) error {
	s := splitter{text: text}
	s.space()
	if !s.take('{') {
		return httpapi.Malformed("%s: %s: want a JSON object", where, shapeOf(text))
	}
	var few [16]string
	seen := few[:0]
	for first := true; ; first = false {
		s.space()
		if s.take('}') {
			break
		}
		if !first && !s.take(',') {
			return s.broken(where)
		}
		name, value, ok := s.member()
		if !ok {
			return s.broken(where)
		}
		if slices.Contains(seen, name) {
			return httpapi.Malformed("%s: the member %.60q comes twice: send it once", where, name)
		}
		if seen = append(seen, name); len(seen) > maxMembers {
			return httpapi.Malformed("%s: more than %d members: send fewer", where, maxMembers)
		}
		if err := each(name, value); err != nil {
			return err
		}
	}
	if s.space(); s.at < len(text) {
		return s.broken(where)
	}
	return nil
}

// splitter finds where the values of an object begin and end.
type splitter struct {
	text []byte
	at   int
}

func (s *splitter) broken(where string) error {
	return httpapi.Malformed("%s: not valid JSON at byte %d: send one JSON object", where, s.at)
}

func (s *splitter) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\n', '\r', '\t':
			s.at++
		default:
			return
		}
	}
}

func (s *splitter) take(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// member takes a name, a colon and a value.
func (s *splitter) member() (name string, value []byte, ok bool) {
	s.space()
	start := s.at
	if !s.quoted() || !unquote(s.text[start:s.at], &name) {
		return "", nil, false
	}
	s.space()
	if !s.take(':') {
		return "", nil, false
	}
	s.space()
	start = s.at
	if !s.value() {
		return "", nil, false
	}
	return name, bytes.TrimSpace(s.text[start:s.at:s.at]), true
}

// unquote reads a string, which most of the time is what stands between its quotes.
func unquote(quoted []byte, text *string) bool {
	for _, c := range quoted[1 : len(quoted)-1] {
		if c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			return json.Unmarshal(quoted, text) == nil
		}
	}
	*text = string(quoted[1 : len(quoted)-1])
	return true
}

func (s *splitter) quoted() bool {
	if !s.take('"') {
		return false
	}
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case '"':
			s.at++
			return true
		case '\\':
			s.at++
		}
		s.at++
	}
	return false
}

// value passes over a value: to its closing bracket or, of what has none, to what
// follows it.
func (s *splitter) value() bool {
	start, depth := s.at, 0
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case '"':
			if !s.quoted() {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.at > start
			}
			depth--
		case ',':
			if depth == 0 {
				return s.at > start
			}
		}
		s.at++
	}
	return false
}

// shapeOf says what a value looks like, never what it holds.
func shapeOf(value []byte) string {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return "missing"
	}
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return fmt.Sprintf("a string of %d bytes", max(0, len(value)-2))
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return fmt.Sprintf("a value of %d bytes", len(value))
}

func null(value []byte) bool { return string(value) == "null" }

// textOf reads a string of at most limit bytes; null is an empty one.
func textOf(field string, value []byte, limit int) (string, error) {
	if null(value) {
		return "", nil
	}
	var text string
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' || !unquote(value, &text) {
		return "", httpapi.Malformed("%s: %s: want a string", field, shapeOf(value))
	}
	if len(text) > limit {
		return "", httpapi.Malformed("%s: a string of %d bytes: want at most %d", field, len(text), limit)
	}
	return sound(text), nil
}

// sound replaces what no store and no page takes: NUL. encoding/json has replaced
// bytes that are not UTF-8.
func sound(text string) string { return strings.ReplaceAll(text, "\x00", "\uFFFD") }
