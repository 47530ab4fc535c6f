package jsonenc

import "reflect"

func (e *Encoder) structEncoder(t reflect.Type) encodeFunc {
	fields := e.fields(t)
	return func(s *state, v reflect.Value) {
		if !s.enter(t) {
			return
		}
		s.buf = append(s.buf, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			if f.text {
				if !s.next(first) {
					break
				}
				first = false
				s.buf = append(s.buf, f.key...)
				s.appendText(v.Field(f.index[0]).String())
				continue
			}
			fv, ok := fieldValue(v, f.index)
			if !ok || f.omits(fv) {
				continue
			}
			if !s.next(first) {
				break
			}
			first = false
			s.buf = append(s.buf, f.key...)
			f.append(s, fv)
		}
		s.buf = append(s.buf, '}')
		s.leave()
	}
}

func (f *field) omits(v reflect.Value) bool {
	return f.omitEmpty && isEmpty(v) || f.isZero != nil && f.isZero(v)
}

func (f *field) append(s *state, v reflect.Value) {
	mark := len(s.buf)
	f.encode(s, v)
	if f.quoted && !isNil(v) {
		text := string(s.buf[mark:])
		s.buf = AppendString(s.buf[:mark], text)
	}
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
	switch k := v.Kind(); k {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Interface, reflect.Pointer:
		return v.IsNil()
	default:
		return isNumber(k) && v.IsZero()
	}
}

// zeroTest is what omitzero asks: the type's own IsZero, or reflection.
func zeroTest(t reflect.Type) func(reflect.Value) bool {
	type zeroer interface{ IsZero() bool }
	own := reflect.TypeFor[zeroer]()
	switch {
	case t.Implements(own):
		return contained(func(v reflect.Value) bool {
			return isNil(v) || v.Interface().(zeroer).IsZero() //nolint:forcetypeassert // its type has it
		})
	case reflect.PointerTo(t).Implements(own):
		return contained(func(v reflect.Value) bool {
			if !v.CanAddr() {
				addressable := reflect.New(t).Elem()
				addressable.Set(v)
				v = addressable
			}
			return v.Addr().Interface().(zeroer).IsZero() //nolint:forcetypeassert // its type has it
		})
	}
	return reflect.Value.IsZero
}

// isNil is true of a nil pointer, in an interface too.
func isNil(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// contained takes an IsZero that panics for a no.
func contained(test func(reflect.Value) bool) func(reflect.Value) bool {
	return func(v reflect.Value) (zero bool) {
		defer func() {
			if recover() != nil {
				zero = false
			}
		}()
		return test(v)
	}
}
