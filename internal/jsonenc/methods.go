package jsonenc

import (
	"encoding"
	"encoding/json"
	"reflect"

	"github.com/staso-go/staso/internal/panics"
)

func marshalsJSON(t reflect.Type) bool { return t.Implements(reflect.TypeFor[json.Marshaler]()) }
func marshalsText(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// hasMethods says that code of the caller's encodes the type.
func hasMethods(t reflect.Type) bool {
	return marshalsJSON(t) || marshalsText(t) || t.Implements(reflect.TypeFor[error]())
}

// methodEncoder prefers the type's own methods over its kind.
func methodEncoder(t reflect.Type, byKind encodeFunc) encodeFunc {
	switch {
	case t.Kind() == reflect.Interface: // the type that is in it decides
		return byKind
	case marshalsJSON(t):
		return (*state).appendMarshaler
	case marshalsText(t):
		return (*state).appendTextMarshaler
	case t.Implements(reflect.TypeFor[error]()):
		return (*state).appendError
	}
	return byKind
}

// addressEncoder prefers the methods of the pointer to t, where there is one.
func addressEncoder(t reflect.Type, encode encodeFunc) encodeFunc {
	pointer := reflect.PointerTo(t)
	switch {
	case marshalsJSON(pointer):
		return ifAddressable((*state).appendMarshaler, encode)
	case marshalsText(pointer):
		return ifAddressable((*state).appendTextMarshaler, encode)
	}
	return encode
}

func ifAddressable(byPointer, encode encodeFunc) encodeFunc {
	return func(s *state, v reflect.Value) {
		if v.CanAddr() {
			byPointer(s, v.Addr())
			return
		}
		encode(s, v)
	}
}

// contain runs code of the caller's, and puts a placeholder where it panics.
func (s *state) contain(what string, v reflect.Value, run func()) {
	mark := len(s.buf)
	defer func() {
		if r := recover(); r != nil {
			s.buf = s.buf[:mark]
			s.placeholder(what + " of " + v.Type().String() + " panicked: " + panics.Text(r))
		}
	}()
	run()
}

func (s *state) appendMarshaler(v reflect.Value) {
	s.contain("MarshalJSON", v, func() {
		raw, err := v.Interface().(json.Marshaler).MarshalJSON() //nolint:forcetypeassert // its type has it
		if err != nil {
			s.placeholder("MarshalJSON of " + v.Type().String() + ": " + err.Error())
			return
		}
		s.appendRaw(raw, v.Type())
	})
}

func (s *state) appendTextMarshaler(v reflect.Value) {
	s.contain("MarshalText", v, func() {
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText() //nolint:forcetypeassert // its type has it
		if err != nil {
			s.placeholder("MarshalText of " + v.Type().String() + ": " + err.Error())
			return
		}
		s.appendText(string(text))
	})
}

func (s *state) appendError(v reflect.Value) {
	s.contain("Error", v, func() {
		s.appendText(v.Interface().(error).Error()) //nolint:forcetypeassert // its type has it
	})
}

// keyText is the text of a map's key that is a TextMarshaler. One that fails is
// known by its failure.
func keyText(v reflect.Value) (key string) {
	defer func() {
		if r := recover(); r != nil {
			key = "[unencodable: MarshalText of " + v.Type().String() + " panicked: " + panics.Text(r) + "]"
		}
	}()
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return ""
	}
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText() //nolint:forcetypeassert // its type has it
	if err != nil {
		return "[unencodable: MarshalText of " + v.Type().String() + ": " + err.Error() + "]"
	}
	return string(text)
}
