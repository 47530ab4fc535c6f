package jsonenc

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

type encodeFunc = func(*state, reflect.Value)

// plan is how one type is encoded.
type plan struct {
	typ       reflect.Type
	encode    encodeFunc
	immutable bool
	footprint func(reflect.Value) int
}

// plan returns the plan of t, made once.
func (e *Encoder) plan(t reflect.Type) *plan {
	slot := &e.recent[reflect.ValueOf(t).Pointer()>>5%uintptr(len(e.recent))]
	if p := slot.Load(); p != nil && p.typ == t {
		return p
	}
	known, ok := e.plans.Load(t)
	if !ok {
		known, _ = e.plans.LoadOrStore(t, &plan{
			typ: t, encode: e.encoderOf(t), immutable: immutable(t), footprint: footprintOf(t),
		})
	}
	p := known.(*plan) //nolint:forcetypeassert // nothing else is stored
	slot.Store(p)
	return p
}

// lazyPlan encodes an element type. Its plan is looked up when it is first
// needed, so that recursive types end.
func (e *Encoder) lazyPlan(t reflect.Type) encodeFunc {
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

func (e *Encoder) encoderOf(t reflect.Type) encodeFunc {
	encode := methodEncoder(t, e.kindEncoder(t))
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return nilSafe(encode)
	}
	return addressEncoder(t, encode)
}

func nilSafe(encode encodeFunc) encodeFunc {
	return func(s *state, v reflect.Value) {
		if v.IsNil() {
			s.appendNull()
			return
		}
		encode(s, v)
	}
}

func (e *Encoder) kindEncoder(t reflect.Type) encodeFunc {
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
		if t == reflect.TypeFor[json.Number]() {
			return func(s *state, v reflect.Value) { s.appendNumber(v.String()) }
		}
		return func(s *state, v reflect.Value) { s.appendText(v.String()) }
	case reflect.Interface:
		return func(s *state, v reflect.Value) { s.appendAny(v.Interface()) }
	case reflect.Pointer:
		return e.pointerEncoder(t)
	case reflect.Slice:
		return nilSafe(e.sliceEncoder(t))
	case reflect.Array:
		return e.elementsEncoder(t)
	case reflect.Map:
		return nilSafe(e.mapEncoder(t))
	case reflect.Struct:
		return e.structEncoder(t)
	}
	return func(s *state, _ reflect.Value) { s.placeholder(t.String()) }
}

// pointerEncoder counts a level only where the pointer might lead to itself with
// no list or object between.
func (e *Encoder) pointerEncoder(t reflect.Type) encodeFunc {
	elem := e.lazyPlan(t.Elem())
	encode := func(s *state, v reflect.Value) {
		if s.visit(v, 0) {
			elem(s, v.Elem())
			s.unvisit()
		}
	}
	if kind := t.Elem().Kind(); kind != reflect.Pointer && kind != reflect.Interface {
		return encode
	}
	return func(s *state, v reflect.Value) {
		if s.enter(t) {
			encode(s, v)
			s.leave()
		}
	}
}

func (e *Encoder) sliceEncoder(t reflect.Type) encodeFunc {
	if t.Elem().Kind() == reflect.Uint8 && !hasMethods(reflect.PointerTo(t.Elem())) {
		return func(s *state, v reflect.Value) { s.appendBytes(v.Bytes()) }
	}
	elements := e.elementsEncoder(t)
	return func(s *state, v reflect.Value) {
		if s.visit(v, v.Len()) {
			elements(s, v)
			s.unvisit()
		}
	}
}

func (e *Encoder) elementsEncoder(t reflect.Type) encodeFunc {
	elem := e.lazyPlan(t.Elem())
	return func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		s.buf = append(s.buf, '[')
		for i := range v.Len() {
			if !s.next(i == 0) {
				break
			}
			elem(s, v.Index(i))
		}
		s.buf = append(s.buf, ']')
		s.leave()
	}
}

func (e *Encoder) mapEncoder(t reflect.Type) encodeFunc {
	if t == reflect.TypeFor[map[string]any]() {
		return func(s *state, v reflect.Value) { s.appendStringMap(v.Interface().(map[string]any)) } //nolint:forcetypeassert // it is its type
	}
	keyText := keyTextOf(t.Key())
	if keyText == nil {
		return func(s *state, _ reflect.Value) { s.placeholder(t.String() + ": its keys have no text") }
	}
	elem := e.lazyPlan(t.Elem())
	return func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		if s.visit(v, 0) {
			s.appendMembers(sortedMembers(v, keyText, s.membersFitting()), elem)
			s.unvisit()
		}
		s.leave()
	}
}

type member struct {
	key   string
	value reflect.Value
}

func (s *state) appendMembers(members []member, elem encodeFunc) {
	s.buf = append(s.buf, '{')
	for i := range members {
		if !s.next(i == 0) {
			break
		}
		s.appendText(members[i].key)
		s.buf = append(s.buf, ':')
		elem(s, members[i].value)
	}
	s.buf = append(s.buf, '}')
}

func sortedMembers(v reflect.Value, keyText func(reflect.Value) string, most int) []member {
	members := make([]member, 0, min(v.Len(), most))
	for iter := v.MapRange(); len(members) < most && iter.Next(); {
		members = append(members, member{keyText(iter.Key()), iter.Value()})
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	return members
}

func keyTextOf(t reflect.Type) func(reflect.Value) string {
	switch {
	case t.Kind() == reflect.String:
		return reflect.Value.String
	case marshalsText(t):
		return keyText
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(v reflect.Value) string { return strconv.FormatInt(v.Int(), 10) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(v reflect.Value) string { return strconv.FormatUint(v.Uint(), 10) }
	}
	return nil
}
