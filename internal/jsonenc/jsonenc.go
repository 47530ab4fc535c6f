// Package jsonenc encodes what a caller hands to a span. Unlike encoding/json it
// always succeeds: what has no JSON form becomes a placeholder that says what it
// was, and what is too large is cut, so that the result is valid JSON of bounded
// size whatever comes in. The work is bounded too: by the size that is asked for,
// not by the size of what comes in.
//
// Types encode as encoding/json does it, with three differences: HTML is not
// escaped, an error that has no MarshalJSON encodes as its text, and the parts
// that encoding/json refuses (channels, functions, NaN, cycles, a MarshalJSON
// that fails or panics) are replaced one by one.
package jsonenc

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/staso-go/staso/internal/panics"
)

// maxDepth bounds nesting. The backend refuses more than 128 levels, and a field
// travels inside a few.
const maxDepth = 100

// Encoder encodes values and remembers how each type is encoded. Its zero value
// is ready, and it is safe for concurrent use.
type Encoder struct {
	recent [64]atomic.Pointer[plan] // by the type's hash, in front of plans
	plans  sync.Map                 // reflect.Type -> *plan
	states sync.Pool
}

// Append appends v's JSON to dst. The result grows by at most limit bytes, or by
// a short marker where limit is smaller than one; what is cut is marked, as in
// [AppendCut]. Of a map with more members than can fit, some are shown.
func (e *Encoder) Append(dst []byte, v any, limit int) []byte {
	s := e.state(dst, limit)
	s.appendValue(v)
	dst = s.buf
	if s.over() {
		dst = appendCut(dst[:s.start], dst[s.start:], limit)
	}
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

// Footprint estimates the memory in bytes that an [Encoder.Immutable] value
// holds, strings included.
func (e *Encoder) Footprint(v any) int {
	switch v := v.(type) {
	case nil, bool, int, int64, float64:
		return 8
	case string:
		return len(v)
	}
	rv := reflect.ValueOf(v)
	return e.plan(rv.Type()).footprint(rv)
}

// state is one call of Append. It writes until it is over the limit, and then
// closes what is open: what counts are the first bytes, for the whole is cut in
// the end.
type state struct {
	enc   *Encoder
	buf   []byte
	start int
	limit int
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

// keepKeys bounds the list of keys that is kept for the next call.
const keepKeys = 1 << 10

func (e *Encoder) release(s *state) {
	s.buf, s.depth = nil, 0
	clear(s.seen)
	s.seen = s.seen[:0]
	clear(s.keys)
	s.keys = s.keys[:0]
	if cap(s.keys) > keepKeys {
		s.keys = nil
	}
	e.states.Put(s)
}

// appendValue encodes the outermost value. Whatever panics inside costs the value
// and nothing else.
func (s *state) appendValue(v any) {
	defer func() {
		if r := recover(); r != nil {
			s.buf = appendPlaceholder(s.buf[:s.start], typeName(v)+" panicked: "+panics.Text(r))
		}
	}()
	s.appendAny(v)
}

// over says that nothing more will be seen.
func (s *state) over() bool { return s.room() < 0 }

// room says how many bytes are left.
func (s *state) room() int { return s.limit - (len(s.buf) - s.start) }

// fitting returns how many of n bytes to write: one more than there is room for
// is enough to be over.
func (s *state) fitting(n int) int { return min(n, max(s.room(), 0)+1) }

// enter counts a level of nesting in, and says no where there are too many.
func (s *state) enter(t reflect.Type) bool {
	if s.depth >= maxDepth {
		s.placeholder("nested too deep: " + t.String())
		return false
	}
	s.depth++
	return true
}

func (s *state) leave() { s.depth-- }

// visit notes a reference on the path, and says no where it is on it already.
func (s *state) visit(v reflect.Value, length int) bool {
	at := visit{ptr: v.Pointer(), typ: v.Type(), len: length}
	if slices.Contains(s.seen, at) {
		s.placeholder("cycle: " + v.Type().String())
		return false
	}
	s.seen = append(s.seen, at)
	return true
}

func (s *state) unvisit() { s.seen = s.seen[:len(s.seen)-1] }
