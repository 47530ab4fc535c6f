package jsonenc

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// appendAny encodes the everyday types without reflection.
func (s *state) appendAny(v any) {
	switch known := v.(type) {
	case nil:
		s.appendNull()
	case string:
		s.appendText(known)
	case bool:
		s.buf = strconv.AppendBool(s.buf, known)
	case int:
		s.buf = strconv.AppendInt(s.buf, int64(known), 10)
	case int64:
		s.buf = strconv.AppendInt(s.buf, known, 10)
	case float64:
		s.appendFloat(known, 64)
	case map[string]any:
		s.appendStringMap(known)
	case []any:
		s.appendAnySlice(known, reflect.ValueOf(v))
	case []string:
		s.appendStrings(known)
	default:
		rv := reflect.ValueOf(v)
		s.enc.plan(rv.Type()).encode(s, rv)
	}
}

func (s *state) appendNull() { s.buf = append(s.buf, "null"...) }

// appendText encodes a string, or as much of it as will be seen.
func (s *state) appendText(text string) {
	s.buf = AppendString(s.buf, text[:s.fitting(len(text))])
}

func (s *state) appendFloat(f float64, bits int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		s.placeholder(strconv.FormatFloat(f, 'g', -1, bits))
		return
	}
	s.buf = strconv.AppendFloat(s.buf, f, floatFormat(f, bits), -1, bits)
	if n := len(s.buf); n >= 4 && s.buf[n-4] == 'e' && s.buf[n-3] == '-' && s.buf[n-2] == '0' {
		s.buf[n-2] = s.buf[n-1] // e-09 to e-9
		s.buf = s.buf[:n-1]
	}
}

// floatFormat is that of ES6, as in encoding/json.
func floatFormat(f float64, bits int) byte {
	abs := math.Abs(f)
	if bits == 32 {
		if abs != 0 && (float32(abs) < 1e-6 || float32(abs) >= 1e21) {
			return 'e'
		}
		return 'f'
	}
	if abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return 'e'
	}
	return 'f'
}

// appendRaw takes over JSON that somebody else encoded.
func (s *state) appendRaw(raw []byte, from reflect.Type) {
	raw = bytes.Trim(raw, jsonSpace)
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	}
	if !json.Valid(raw) || !shallow(raw, maxDepth-s.depth) {
		s.placeholder(from.String() + " holds no valid JSON, or it is nested too deep")
		return
	}
	s.buf = append(s.buf, raw[:s.fitting(len(raw))]...)
}

func (s *state) appendBytes(b []byte) {
	if b == nil {
		s.appendNull()
		return
	}
	s.buf = append(s.buf, '"')
	s.buf = base64.StdEncoding.AppendEncode(s.buf, b[:s.fitting(len(b))])
	s.buf = append(s.buf, '"')
}

// next begins an element, and says no when it would not be seen.
func (s *state) next(first bool) bool {
	if s.over() {
		return false
	}
	if !first {
		s.buf = append(s.buf, ',')
	}
	return true
}

func (s *state) appendStrings(list []string) {
	if list == nil {
		s.appendNull()
		return
	}
	if !s.enter(reflect.TypeFor[[]string]()) {
		return
	}
	defer s.leave()
	s.buf = append(s.buf, '[')
	for i, text := range list {
		if !s.next(i == 0) {
			break
		}
		s.appendText(text)
	}
	s.buf = append(s.buf, ']')
}

func (s *state) appendAnySlice(list []any, v reflect.Value) {
	if list == nil {
		s.appendNull()
		return
	}
	if !s.enter(reflect.TypeFor[[]any]()) {
		return
	}
	defer s.leave()
	if !s.visit(v, len(list)) {
		return
	}
	defer s.unvisit()
	s.buf = append(s.buf, '[')
	for i, elem := range list {
		if !s.next(i == 0) {
			break
		}
		s.appendAny(elem)
	}
	s.buf = append(s.buf, ']')
}

func (s *state) appendStringMap(m map[string]any) {
	if m == nil {
		s.appendNull()
		return
	}
	if !s.enter(reflect.TypeFor[map[string]any]()) {
		return
	}
	defer s.leave()
	if !s.visit(reflect.ValueOf(m), 0) {
		return
	}
	defer s.unvisit()
	mark := len(s.keys)
	keys := s.sortedKeys(m)
	s.buf = append(s.buf, '{')
	for i, key := range keys {
		if !s.next(i == 0) {
			break
		}
		s.appendText(key)
		s.buf = append(s.buf, ':')
		s.appendAny(m[key])
	}
	s.buf = append(s.buf, '}')
	clear(keys)
	s.keys = s.keys[:mark]
}

// minMember is the least that a member of an object takes: "":0,
const minMember = 5

// membersFitting bounds how many members of a map are worth looking at.
func (s *state) membersFitting() int { return max(s.room(), 0)/minMember + 1 }

func (s *state) sortedKeys(m map[string]any) []string {
	mark, most := len(s.keys), s.membersFitting()
	for key := range m {
		if len(s.keys)-mark >= most {
			break
		}
		s.keys = append(s.keys, key)
	}
	keys := s.keys[mark:]
	slices.Sort(keys)
	return keys
}

func (s *state) appendNumber(number string) {
	if number == "" {
		number = "0"
	}
	if c := number[0]; c != '-' && (c < '0' || c > '9') || !json.Valid([]byte(number)) || number[len(number)-1] <= ' ' {
		s.placeholder("json.Number: " + strconv.Quote(number[:min(len(number), 40)]))
		return
	}
	s.buf = append(s.buf, number[:s.fitting(len(number))]...)
}
