package jsonenc

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// plan is how one type is encoded.
type plan struct {
	encode    func(*state, reflect.Value)
	immutable bool
}

// plan returns the plan of t, made once.
func (e *Encoder) plan(t reflect.Type) *plan {
	if known, ok := e.plans.Load(t); ok {
		return known.(*plan) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	p := &plan{immutable: immutable(t)}
	p.encode = e.encoderOf(t)
	known, _ := e.plans.LoadOrStore(t, p)
	return known.(*plan) //nolint:errcheck,forcetypeassert // nothing else is stored
}

// lazyPlan encodes an element type. Its plan is looked up when it is first
// needed, so that recursive types end.
func (e *Encoder) lazyPlan(t reflect.Type) func(*state, reflect.Value) {
	var known atomic.Pointer[plan]
	return func(s *state, v reflect.Value) {
		p := known.Load()
		if p == nil {
			p = e.plan(t)
			known.Store(p)
		}
		p.encode(s, v)
	}
}

// immutable says that a value of type t, once copied into an interface, shares
// nothing with its owner.
func immutable(t reflect.Type) bool {
	switch {
	case t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[uuid.UUID]():
		return true
	case hasMethods(t):
		return false
	}
	switch t.Kind() {
	case reflect.Array:
		return immutable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !immutable(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	}
	return false
}

// hasMethods says that code of the caller's encodes the type. Such code may read
// what changes.
func hasMethods(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[json.Marshaler]()) ||
		t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) ||
		t.Implements(reflect.TypeFor[error]())
}

func (e *Encoder) encoderOf(t reflect.Type) func(*state, reflect.Value) {
	byKind := e.kindEncoder(t)
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return nilSafe(e.methodEncoder(t, byKind))
	}
	encode := e.methodEncoder(t, byKind)
	pointer := reflect.PointerTo(t)
	if hasMethods(t) || !hasMethods(pointer) || pointer.Implements(reflect.TypeFor[error]()) {
		return encode
	}
	byPointer := e.methodEncoder(pointer, nil)
	return func(s *state, v reflect.Value) {
		if v.CanAddr() {
			byPointer(s, v.Addr())
			return
		}
		encode(s, v)
	}
}

// methodEncoder prefers the type's own methods over its kind.
func (e *Encoder) methodEncoder(t reflect.Type, byKind func(*state, reflect.Value)) func(*state, reflect.Value) {
	switch {
	case t.Kind() == reflect.Interface:
		return byKind
	case t.Implements(reflect.TypeFor[json.Marshaler]()):
		return (*state).appendMarshaler
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return byText(textOf)
	case t.Implements(reflect.TypeFor[error]()):
		return byText(errorText)
	}
	return byKind
}

func byText(text func(reflect.Value) (string, bool)) func(*state, reflect.Value) {
	return func(s *state, v reflect.Value) {
		if got, ok := text(v); ok {
			s.appendText(got)
		} else {
			s.buf = appendPlaceholder(s.buf, "%s", got)
		}
	}
}

func nilSafe(encode func(*state, reflect.Value)) func(*state, reflect.Value) {
	return func(s *state, v reflect.Value) {
		if v.IsNil() {
			s.buf = append(s.buf, "null"...)
			return
		}
		encode(s, v)
	}
}

func (e *Encoder) kindEncoder(t reflect.Type) func(*state, reflect.Value) {
	switch t.Kind() {
	case reflect.Bool:
		return func(s *state, v reflect.Value) { s.buf = strconv.AppendBool(s.buf, v.Bool()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(s *state, v reflect.Value) { s.buf = strconv.AppendInt(s.buf, v.Int(), 10) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(s *state, v reflect.Value) { s.buf = strconv.AppendUint(s.buf, v.Uint(), 10) }
	case reflect.Float32, reflect.Float64:
		bits := t.Bits()
		return func(s *state, v reflect.Value) { s.appendFloat(v.Float(), bits) }
	case reflect.String:
		return stringEncoder(t)
	case reflect.Interface:
		return func(s *state, v reflect.Value) { s.appendAny(v.Interface()) }
	case reflect.Pointer:
		return e.pointerEncoder(t)
	case reflect.Slice, reflect.Array:
		return e.listEncoder(t)
	case reflect.Map:
		return e.mapEncoder(t)
	case reflect.Struct:
		return e.structEncoder(t)
	}
	return func(s *state, v reflect.Value) { s.buf = appendPlaceholder(s.buf, "%s", v.Type()) }
}

func stringEncoder(t reflect.Type) func(*state, reflect.Value) {
	if t == reflect.TypeFor[json.Number]() {
		return func(s *state, v reflect.Value) {
			number := v.String()
			if number == "" {
				number = "0"
			}
			s.appendRaw([]byte(number), t)
		}
	}
	return func(s *state, v reflect.Value) { s.appendText(v.String()) }
}

func (e *Encoder) pointerEncoder(t reflect.Type) func(*state, reflect.Value) {
	elem := e.lazyPlan(t.Elem())
	return func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		defer s.leave()
		if !s.visit(v) {
			return
		}
		defer s.unvisit()
		elem(s, v.Elem())
	}
}

func (e *Encoder) listEncoder(t reflect.Type) func(*state, reflect.Value) {
	isSlice := t.Kind() == reflect.Slice
	if isSlice && t.Elem().Kind() == reflect.Uint8 && !hasMethods(t.Elem()) && !hasMethods(reflect.PointerTo(t.Elem())) {
		return func(s *state, v reflect.Value) { s.appendBytes(v.Bytes()) }
	}
	elem := e.lazyPlan(t.Elem())
	list := func(s *state, v reflect.Value) {
		s.buf = append(s.buf, '[')
		for i := range v.Len() {
			if !s.next(i == 0) {
				break
			}
			elem(s, v.Index(i))
		}
		s.buf = append(s.buf, ']')
	}
	return func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		defer s.leave()
		if !isSlice {
			list(s, v)
			return
		}
		if v.IsNil() {
			s.buf = append(s.buf, "null"...)
			return
		}
		if !s.visit(v) {
			return
		}
		defer s.unvisit()
		list(s, v)
	}
}

func (e *Encoder) mapEncoder(t reflect.Type) func(*state, reflect.Value) {
	keyText := mapKeyText(t.Key())
	if keyText == nil {
		return func(s *state, _ reflect.Value) { s.buf = appendPlaceholder(s.buf, "%s: its keys have no text", t) }
	}
	elem := e.lazyPlan(t.Elem())
	return nilSafe(func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		defer s.leave()
		if !s.visit(v) {
			return
		}
		defer s.unvisit()
		s.buf = append(s.buf, '{')
		for i, m := range sortedMembers(v, keyText) {
			if !s.nextKey(i == 0, m.key) {
				break
			}
			s.buf = AppendString(s.buf, m.key)
			s.buf = append(s.buf, ':')
			elem(s, m.value)
		}
		s.buf = append(s.buf, '}')
	})
}

type member struct {
	key   string
	value reflect.Value
}

func sortedMembers(v reflect.Value, keyText func(reflect.Value) string) []member {
	members := make([]member, 0, v.Len())
	for iter := v.MapRange(); iter.Next(); {
		members = append(members, member{keyText(iter.Key()), iter.Value()})
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	return members
}

func mapKeyText(t reflect.Type) func(reflect.Value) string {
	switch {
	case t.Kind() == reflect.String:
		return reflect.Value.String
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return func(v reflect.Value) string { text, _ := textOf(v); return text }
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(v reflect.Value) string { return strconv.FormatInt(v.Int(), 10) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(v reflect.Value) string { return strconv.FormatUint(v.Uint(), 10) }
	}
	return nil
}
