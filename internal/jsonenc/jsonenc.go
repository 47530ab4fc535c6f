// Package jsonenc encodes what a caller hands to a span. Unlike encoding/json it
// always succeeds: what has no JSON form becomes a placeholder that says what it
// was, and what is too large is cut, so that the result is valid JSON of bounded
// size whatever comes in.
//
// Types encode as encoding/json does it, with three differences: HTML is not
// escaped, an error that has no MarshalJSON encodes as its text, and the parts
// that encoding/json refuses (channels, functions, NaN, cycles, a MarshalJSON
// that fails or panics) are replaced one by one.
package jsonenc

import (
	"fmt"
	"reflect"
	"sync"
)

// maxDepth bounds nesting. The backend refuses more than 128 levels, and a field
// travels inside a few.
const maxDepth = 100

// Encoder encodes values and remembers how each type is encoded. Its zero value
// is ready, and it is safe for concurrent use.
type Encoder struct {
	plans  sync.Map // reflect.Type -> *plan
	states sync.Pool
}

// Append appends v's JSON to dst. The result grows by at most limit bytes, or by
// a short marker where limit is smaller than one.
func (e *Encoder) Append(dst []byte, v any, limit int) []byte {
	s := e.state(dst, limit)
	s.appendValue(v)
	dst = s.buf
	e.release(s)
	return dst
}

// Immutable says that v cannot change after the call, so that it may be encoded
// later.
func (e *Encoder) Immutable(v any) bool {
	switch v.(type) {
	case nil, string, bool, int, int64, float64:
		return true
	}
	return e.plan(reflect.TypeOf(v)).immutable
}

// state is one call of Append.
type state struct {
	enc   *Encoder
	buf   []byte
	start int
	limit int
	full  bool // the limit was met: close what is open and stop
	depth int
	seen  []visit // the references on the path down to here
	keys  []string
}

// visit names a reference that is being encoded.
type visit struct {
	ptr uintptr
	typ reflect.Type
	len int
}

func (e *Encoder) state(dst []byte, limit int) *state {
	s, ok := e.states.Get().(*state)
	if !ok {
		s = &state{enc: e}
	}
	s.buf, s.start, s.limit = dst, len(dst), limit
	return s
}

func (e *Encoder) release(s *state) {
	s.buf, s.full, s.depth = nil, false, 0
	clear(s.seen)
	clear(s.keys)
	s.seen, s.keys = s.seen[:0], s.keys[:0]
	e.states.Put(s)
}

// appendValue encodes the outermost value. Whatever panics inside, in code of
// ours or of the caller's types, costs the value and nothing else.
func (s *state) appendValue(v any) {
	defer func() {
		if r := recover(); r != nil {
			s.buf = appendPlaceholder(s.buf[:s.start], "panic in %T: %v", v, r)
		}
	}()
	s.appendAny(v)
}

// room says how many bytes may still be written when each open container, and a
// marker, are set aside.
func (s *state) room() int {
	return s.limit - (len(s.buf) - s.start) - s.depth - 2*len(cutKey) - markerSize
}

// enter counts a level of nesting in, and says no where there are too many.
func (s *state) enter(t reflect.Type) bool {
	if s.depth >= maxDepth {
		s.buf = appendPlaceholder(s.buf, "nested deeper than %d: %s", maxDepth, t)
		return false
	}
	s.depth++
	return true
}

func (s *state) leave() { s.depth-- }

// visitDepth is where looking for cycles begins: a cycle shows a few more times
// before it is found, and flat values pay nothing.
const visitDepth = 4

// visit notes a reference on the path, and says no where it is on it already.
func (s *state) visit(v reflect.Value) bool {
	if s.depth < visitDepth {
		return true
	}
	at := visit{ptr: v.Pointer(), typ: v.Type()}
	if v.Kind() == reflect.Slice {
		at.len = v.Len()
	}
	for _, known := range s.seen {
		if known == at {
			s.buf = appendPlaceholder(s.buf, "cycle: %s", v.Type())
			return false
		}
	}
	s.seen = append(s.seen, at)
	return true
}

func (s *state) unvisit() {
	if s.depth >= visitDepth {
		s.seen = s.seen[:len(s.seen)-1]
	}
}

// placeholderTextLimit bounds what a placeholder quotes of an error or a panic.
const placeholderTextLimit = 200

// appendPlaceholder appends a JSON string that stands for something that has no
// JSON form.
func appendPlaceholder(dst []byte, format string, args ...any) []byte {
	text := safeSprintf(format, args...)
	if len(text) > placeholderTextLimit {
		text = text[:runeStart(text, placeholderTextLimit)] + "…"
	}
	return AppendString(dst, "[unencodable: "+text+"]")
}

// safeSprintf survives an Error or String method that panics in a way fmt does
// not catch.
func safeSprintf(format string, args ...any) (text string) {
	defer func() {
		if recover() != nil {
			text = "a value whose text panics"
		}
	}()
	return fmt.Sprintf(format, args...)
}
