package jsonenc

import (
	"reflect"
	"slices"
	"strings"
)

// field is one member of a struct's JSON form.
type field struct {
	index     []int
	key       string // quoted, with its colon
	name      string
	tagged    bool
	omitEmpty bool
	isZero    func(reflect.Value) bool // not nil: omitzero
	quoted    bool
	encode    func(*state, reflect.Value)
}

func (e *Encoder) structEncoder(t reflect.Type) func(*state, reflect.Value) {
	fields := e.fields(t)
	return func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		defer s.leave()
		s.buf = append(s.buf, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			fv, ok := fieldValue(v, f.index)
			if !ok || f.omitEmpty && isEmpty(fv) || f.isZero != nil && f.isZero(fv) {
				continue
			}
			if !s.nextKey(first, f.key) {
				break
			}
			first = false
			s.buf = append(s.buf, f.key...)
			f.append(s, fv)
		}
		s.buf = append(s.buf, '}')
	}
}

func (f *field) append(s *state, v reflect.Value) {
	if !f.quoted {
		f.encode(s, v)
		return
	}
	mark := len(s.buf)
	f.encode(s, v)
	text := string(s.buf[mark:])
	s.buf = AppendString(s.buf[:mark], text)
}

// fieldValue follows index, and says no where an embedded pointer is nil.
func fieldValue(v reflect.Value, index []int) (reflect.Value, bool) {
	for i, at := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(at)
	}
	return v, true
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Bool, reflect.Interface, reflect.Pointer, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return v.IsZero()
	}
	return false
}

// fields finds the members of t by Go's rules of promotion as encoding/json has
// them: the shallowest of a name wins, then the tagged one, and a tie drops all.
func (e *Encoder) fields(t reflect.Type) []field {
	var all []field
	visited := map[reflect.Type]bool{}
	e.collectFields(t, nil, visited, &all)
	kept := all[:0:0]
	for i := range all {
		if dominant(all, &all[i]) {
			kept = append(kept, all[i])
		}
	}
	slices.SortFunc(kept, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return kept
}

func (e *Encoder) collectFields(t reflect.Type, index []int, visited map[reflect.Type]bool, all *[]field) {
	if visited[t] {
		return
	}
	visited[t] = true
	defer delete(visited, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(slices.Clone(index), i)
		name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if sf.Tag.Get("json") == "-" {
			continue
		}
		if sf.Anonymous && name == "" {
			embedded := sf.Type
			if embedded.Kind() == reflect.Pointer {
				if !sf.IsExported() {
					continue
				}
				embedded = embedded.Elem()
			}
			if embedded.Kind() == reflect.Struct {
				e.collectFields(embedded, at, visited, all)
				continue
			}
		}
		if !sf.IsExported() {
			continue
		}
		*all = append(*all, e.newField(sf, at, name, options))
	}
}

func (e *Encoder) newField(sf reflect.StructField, index []int, name, options string) field {
	f := field{index: index, name: name, tagged: name != "", encode: e.lazyPlan(sf.Type)}
	if name == "" || strings.ContainsAny(name, `\"`) {
		f.name, f.tagged = sf.Name, false
	}
	f.key = string(append(AppendString(nil, f.name), ':'))
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.isZero = zeroTest(sf.Type)
		case "string":
			f.quoted = quotable(sf.Type)
		}
	}
	return f
}

func zeroTest(t reflect.Type) func(reflect.Value) bool {
	type zeroer interface{ IsZero() bool }
	if !t.Implements(reflect.TypeFor[zeroer]()) {
		return reflect.Value.IsZero
	}
	return func(v reflect.Value) bool {
		if (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
			return true
		}
		z, ok := v.Interface().(zeroer)
		return ok && z.IsZero()
	}
}

func quotable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	}
	return false
}

// dominant says that no other field of f's name hides f.
func dominant(all []field, f *field) bool {
	for i := range all {
		other := &all[i]
		if other.name != f.name || slices.Equal(other.index, f.index) {
			continue
		}
		switch {
		case len(other.index) != len(f.index):
			if len(other.index) < len(f.index) {
				return false
			}
		case f.tagged && !other.tagged:
		default: // the other one is tagged, or both are alike
			return false
		}
	}
	return true
}
