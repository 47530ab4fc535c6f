package jsonenc_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/internal/jsonenc"
)

type (
	plain struct {
		Role, Text string
		N          int
		When       time.Time
		ID         uuid.UUID
		Flags      [2]bool
		note       string
	}
	withPointer struct{ P *int }
	withSlice   struct {
		plain
		L []int
	}
	withHidden struct{ hidden []int }
	withAny    struct{ A any }
	reading    struct{ at *int }
	arrayText  [2]byte
)

func (r reading) MarshalJSON() ([]byte, error)   { return []byte{byte('0' + *r.at)}, nil }
func (a arrayText) MarshalText() ([]byte, error) { return []byte("text"), nil }

// samples is a value of each sort, and whether it may be encoded later.
func samples() map[string]struct {
	v         any
	immutable bool
} {
	return map[string]struct {
		v         any
		immutable bool
	}{
		"string":           {"a", true},
		"bool":             {true, true},
		"int8":             {int8(1), true},
		"uintptr":          {uintptr(1), true},
		"float32":          {float32(1), true},
		"named":            {named("a"), true},
		"struct":           {plain{Role: "user", N: 1, note: "n"}, true},
		"empty struct":     {struct{}{}, true},
		"array":            {[2]plain{{N: 1}, {N: 2}}, true},
		"time":             {time.Unix(1, 0), true},
		"duration":         {time.Second, true},
		"uuid":             {uuid.UUID{1}, true},
		"array of uuid":    {[2]uuid.UUID{{1}, {2}}, true},
		"pointer methods":  {byPointer{1}, true},
		"pointer":          {ptr(1), false},
		"pointer inside":   {withPointer{ptr(1)}, false},
		"slice":            {[]int{1}, false},
		"slice inside":     {withSlice{L: []int{1}}, false},
		"hidden inside":    {withHidden{[]int{1}}, false},
		"bytes":            {[]byte("a"), false},
		"map":              {map[string]int{"a": 1}, false},
		"interface inside": {withAny{1}, false},
		"any in array":     {[1]any{ptr(1)}, false},
		"channel":          {make(chan int), false},
		"function":         {func() {}, false},
		"error":            {errors.New("a"), false},
		"own MarshalJSON":  {reading{ptr(1)}, false},
		"own MarshalText":  {arrayText{1, 2}, false},
	}
}

func TestImmutable(t *testing.T) {
	var e jsonenc.Encoder
	assert.True(t, e.Immutable(nil))
	for name, c := range samples() {
		assert.Equal(t, c.immutable, e.Immutable(c.v), name)
	}
}

// TestWhatIsImmutableDoesNotChange changes all that can be reached from the
// variable that a value was read from.
func TestWhatIsImmutableDoesNotChange(t *testing.T) {
	changed := 0
	for name, c := range samples() {
		owner := reflect.New(reflect.TypeOf(c.v)).Elem()
		owner.Set(reflect.ValueOf(c.v))
		v := owner.Interface()
		before := encode(v)
		scramble(owner)
		if after := encode(v); c.immutable {
			assert.Equal(t, before, after, name)
		} else if before != after {
			changed++
		}
	}
	assert.GreaterOrEqual(t, changed, 7, "scramble finds what can change")
}

func scramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			scramble(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			scramble(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			scramble(v.Field(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString("changed")
		}
	case reflect.Bool:
		if v.CanSet() {
			v.SetBool(!v.Bool())
		}
	default:
		if v.CanSet() && v.CanInt() {
			v.SetInt(v.Int() + 1)
		}
		if v.CanSet() && v.CanUint() {
			v.SetUint(v.Uint() + 1)
		}
		if v.CanSet() && v.CanFloat() {
			v.SetFloat(v.Float() + 1)
		}
	}
}

// TestAppendSharesNothing: what was encoded is not touched by what comes later.
func TestAppendSharesNothing(t *testing.T) {
	var e jsonenc.Encoder
	raw := []byte(`{"a":1}`)
	list := []any{map[string]any{"k": "v"}, rawBytes(raw)}
	got := e.Append(nil, list, wide)
	list[0].(map[string]any)["k"] = "changed"
	raw[5] = '9'
	e.Append(nil, []string{"another"}, wide)
	assert.Equal(t, `[{"k":"v"},{"a":1}]`, string(got))
}

type rawBytes []byte

func (r rawBytes) MarshalJSON() ([]byte, error) { return r, nil }
