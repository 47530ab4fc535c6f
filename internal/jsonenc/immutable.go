package jsonenc

import (
	"reflect"
	"time"

	"github.com/google/uuid"
)

// immutable says that a value of type t, once copied into an interface, shares
// nothing with its owner, and that no code of the caller's encodes it: such code
// may read what changes.
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
	}
	return t.Kind() == reflect.String || isNumber(t.Kind())
}

// isNumber is true of booleans too.
func isNumber(k reflect.Kind) bool { return reflect.Bool <= k && k <= reflect.Float64 }

// footprintOf makes the function that estimates the memory of a value of type t,
// whose strings may be larger than all of the rest.
func footprintOf(t reflect.Type) func(reflect.Value) int {
	size := int(t.Size())
	if !holdsText(t) {
		return func(reflect.Value) int { return size }
	}
	return func(v reflect.Value) int { return size + textSize(v) }
}

func holdsText(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return true
	case reflect.Array:
		return holdsText(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsText(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

func textSize(v reflect.Value) (n int) {
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Array:
		for i := range v.Len() {
			n += textSize(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += textSize(v.Field(i))
		}
	}
	return n
}
