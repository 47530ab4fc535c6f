package jsonenc

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// appendAny encodes the everyday types without reflection.
func (s *state) appendAny(v any) {
	switch v := v.(type) {
	case nil:
		s.buf = append(s.buf, "null"...)
	case string:
		s.appendText(v)
	case bool:
		s.buf = strconv.AppendBool(s.buf, v)
	case int:
		s.buf = strconv.AppendInt(s.buf, int64(v), 10)
	case int64:
		s.buf = strconv.AppendInt(s.buf, v, 10)
	case float64:
		s.appendFloat(v, 64)
	case json.RawMessage:
		s.appendRaw(v, reflect.TypeFor[json.RawMessage]())
	case map[string]any:
		s.appendStringMap(reflect.ValueOf(v), v)
	case []any:
		s.appendAnySlice(reflect.ValueOf(v), v)
	case []string:
		s.appendStrings(v)
	default:
		rv := reflect.ValueOf(v)
		s.enc.plan(rv.Type()).encode(s, rv)
	}
}

// appendText encodes a string, cut where it does not fit.
func (s *state) appendText(text string) {
	if room := s.room(); len(text) > room {
		s.appendCutText(text, room)
		return
	}
	mark := len(s.buf)
	s.buf = AppendString(s.buf, text)
	if room := s.room(); room < 0 { // escapes made it larger
		s.buf = s.buf[:mark]
		s.appendCutText(text, room+len(text))
	}
}

func (s *state) appendCutText(text string, room int) {
	mark := len(s.buf)
	for {
		room = runeStart(text, max(room, 0))
		s.buf = append(s.buf[:mark], '"')
		s.buf = appendEscaped(s.buf, text[:room])
		if over := -s.room(); over <= 0 || room == 0 {
			break
		}
		room /= 2 // mostly escapes: a coarse second try is enough
	}
	s.buf = appendMarker(s.buf, s.limit)
	s.buf = append(s.buf, '"')
	s.full = true
}

func (s *state) appendFloat(f float64, bits int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		s.buf = appendPlaceholder(s.buf, "%v", f)
		return
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (bits == 64 && (abs < 1e-6 || abs >= 1e21) || bits == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)) {
		format = 'e'
	}
	s.buf = strconv.AppendFloat(s.buf, f, format, -1, bits)
	if n := len(s.buf); format == 'e' && n >= 4 && s.buf[n-4] == 'e' && s.buf[n-3] == '-' && s.buf[n-2] == '0' {
		s.buf[n-2] = s.buf[n-1] // e-09 to e-9
		s.buf = s.buf[:n-1]
	}
}

// appendRaw takes over JSON that somebody else encoded.
func (s *state) appendRaw(raw []byte, from reflect.Type) {
	if raw == nil {
		s.buf = append(s.buf, "null"...)
		return
	}
	if !Valid(raw) {
		s.buf = appendPlaceholder(s.buf, "%s holds no valid JSON, or is nested deeper than %d", from, maxDepth)
		return
	}
	if len(raw) > s.room() {
		s.buf = AppendCut(s.buf, raw, s.limit-(len(s.buf)-s.start)-s.depth-2*len(cutKey)-markerSize)
		s.full = true
		return
	}
	s.buf = append(s.buf, raw...)
}

func (s *state) appendBytes(b []byte) {
	if b == nil {
		s.buf = append(s.buf, "null"...)
		return
	}
	fits := max(s.room(), 0) / 4 * 3
	s.buf = append(s.buf, '"')
	if len(b) <= fits {
		s.buf = base64.StdEncoding.AppendEncode(s.buf, b)
	} else {
		s.buf = base64.StdEncoding.AppendEncode(s.buf, b[:fits])
		s.buf = appendMarker(s.buf, s.limit)
		s.full = true
	}
	s.buf = append(s.buf, '"')
}

// next begins an element of an array, and says no when the rest is to be cut.
func (s *state) next(first bool) bool {
	if s.full {
		return false
	}
	if !first {
		s.buf = append(s.buf, ',')
	}
	if s.room() < 0 {
		s.full = true
		s.buf = append(s.buf, '"')
		s.buf = appendMarker(s.buf, s.limit)
		s.buf = append(s.buf, '"')
		return false
	}
	return true
}

// nextKey begins a member of an object.
func (s *state) nextKey(first bool, key string) bool {
	if s.full {
		return false
	}
	if !first {
		s.buf = append(s.buf, ',')
	}
	if s.room() < len(key) {
		s.full = true
		s.buf = appendMarkerMember(s.buf, s.limit)
		return false
	}
	return true
}

func (s *state) appendStrings(list []string) {
	if list == nil {
		s.buf = append(s.buf, "null"...)
		return
	}
	s.depth++
	s.buf = append(s.buf, '[')
	for i, text := range list {
		if !s.next(i == 0) {
			break
		}
		s.appendText(text)
	}
	s.buf = append(s.buf, ']')
	s.depth--
}

func (s *state) appendAnySlice(rv reflect.Value, list []any) {
	if list == nil {
		s.buf = append(s.buf, "null"...)
		return
	}
	if !s.enter(rv.Type()) {
		return
	}
	defer s.leave()
	if !s.visit(rv) {
		return
	}
	defer s.unvisit()
	s.buf = append(s.buf, '[')
	for i, v := range list {
		if !s.next(i == 0) {
			break
		}
		s.appendAny(v)
	}
	s.buf = append(s.buf, ']')
}

func (s *state) appendStringMap(rv reflect.Value, m map[string]any) {
	if m == nil {
		s.buf = append(s.buf, "null"...)
		return
	}
	if !s.enter(rv.Type()) {
		return
	}
	defer s.leave()
	if !s.visit(rv) {
		return
	}
	defer s.unvisit()
	mark := len(s.keys)
	for key := range m {
		s.keys = append(s.keys, key)
	}
	keys := s.keys[mark:]
	slices.Sort(keys)
	s.buf = append(s.buf, '{')
	for i, key := range keys {
		if !s.nextKey(i == 0, key) {
			break
		}
		s.buf = AppendString(s.buf, key)
		s.buf = append(s.buf, ':')
		s.appendAny(m[key])
	}
	s.keys = s.keys[:mark]
	s.buf = append(s.buf, '}')
}

// appendMarshaler runs a MarshalJSON of the caller's.
func (s *state) appendMarshaler(v reflect.Value) {
	mark := len(s.buf)
	defer func() {
		if r := recover(); r != nil {
			s.buf = appendPlaceholder(s.buf[:mark], "MarshalJSON of %s panicked: %v", v.Type(), r)
		}
	}()
	marshaler, ok := v.Interface().(json.Marshaler)
	if !ok {
		s.buf = append(s.buf, "null"...)
		return
	}
	raw, err := marshaler.MarshalJSON()
	if err != nil {
		s.buf = appendPlaceholder(s.buf, "MarshalJSON of %s: %v", v.Type(), err)
		return
	}
	s.appendRaw(raw, v.Type())
}

// textOf runs a MarshalText of the caller's.
func textOf(v reflect.Value) (text string, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			text, ok = safeSprintf("MarshalText of %s panicked: %v", v.Type(), r), false
		}
	}()
	marshaler, isMarshaler := v.Interface().(encoding.TextMarshaler)
	if !isMarshaler {
		return "nil", false
	}
	b, err := marshaler.MarshalText()
	if err != nil {
		return safeSprintf("MarshalText of %s: %v", v.Type(), err), false
	}
	return string(b), true
}

// errorText runs an Error of the caller's.
func errorText(v reflect.Value) (text string, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			text, ok = safeSprintf("Error of %s panicked: %v", v.Type(), r), false
		}
	}()
	err, isError := v.Interface().(error)
	if !isError {
		return "nil", false
	}
	return err.Error(), true
}
