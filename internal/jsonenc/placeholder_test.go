package jsonenc_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/internal/jsonenc"
)

type (
	failingJSON    struct{}
	invalidJSON    struct{ text string }
	panickingJSON  struct{ with any }
	failingText    struct{}
	panickingText  struct{ with any }
	panickingError struct{ with any }
	pointerError   struct{ text string }
	cyclicPointer  *cyclicPointer
	pointed        struct{ Next *pointed }
	sliced         []sliced
	stringer       struct{}
)

func (failingJSON) MarshalJSON() ([]byte, error)     { return nil, errors.New("no luck") }
func (j invalidJSON) MarshalJSON() ([]byte, error)   { return []byte(j.text), nil }
func (p panickingJSON) MarshalJSON() ([]byte, error) { panic(p.with) }
func (failingText) MarshalText() ([]byte, error)     { return nil, errors.New("no luck") }
func (p panickingText) MarshalText() ([]byte, error) { panic(p.with) }
func (p panickingError) Error() string               { panic(p.with) }
func (p *pointerError) Error() string                { return p.text }
func (stringer) String() string                      { panic(cyclicMap()) }

func cyclicMap() map[string]any {
	m := map[string]any{}
	m["self"] = m
	return m
}

func TestPlaceholders(t *testing.T) {
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"channel":            {make(chan int), `"[unencodable: chan int]"`},
		"nil channel":        {(chan int)(nil), `"[unencodable: chan int]"`},
		"function":           {strings.ToUpper, `"[unencodable: func(string) string]"`},
		"complex":            {complex(1, 2), `"[unencodable: complex128]"`},
		"NaN":                {math.NaN(), `"[unencodable: NaN]"`},
		"+Inf":               {math.Inf(1), `"[unencodable: +Inf]"`},
		"-Inf 32":            {float32(math.Inf(-1)), `"[unencodable: -Inf]"`},
		"one of many":        {[]any{1, make(chan int), "b"}, `[1,"[unencodable: chan int]","b"]`},
		"a field":            {struct{ A, B any }{make(chan int), 2}, `{"A":"[unencodable: chan int]","B":2}`},
		"map of bools":       {map[bool]int{true: 1}, `"[unencodable: map[bool]int: its keys have no text]"`},
		"map of any":         {map[any]any{1: 1}, `"[unencodable: map[interface {}]interface {}: its keys have no text]"`},
		"MarshalJSON":        {failingJSON{}, `"[unencodable: MarshalJSON of jsonenc_test.failingJSON: no luck]"`},
		"no JSON":            {invalidJSON{`{"a":`}, `"[unencodable: jsonenc_test.invalidJSON holds no valid JSON, or it is nested too deep]"`},
		"no JSON at all":     {invalidJSON{``}, `"[unencodable: jsonenc_test.invalidJSON holds no valid JSON, or it is nested too deep]"`},
		"two values":         {invalidJSON{`1 2`}, `"[unencodable: jsonenc_test.invalidJSON holds no valid JSON, or it is nested too deep]"`},
		"raw":                {json.RawMessage(`nope`), `"[unencodable: json.RawMessage holds no valid JSON, or it is nested too deep]"`},
		"Number word":        {json.Number("true"), `"[unencodable: json.Number: \"true\"]"`},
		"Number space":       {json.Number("1 "), `"[unencodable: json.Number: \"1 \"]"`},
		"Number octal":       {json.Number("01"), `"[unencodable: json.Number: \"01\"]"`},
		"panic string":       {panickingJSON{"boom"}, `"[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: boom]"`},
		"panic error":        {panickingJSON{errors.New("boom")}, `"[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: boom]"`},
		"panic value":        {panickingJSON{7}, `"[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: 7]"`},
		"panic cycle":        {panickingJSON{cyclicMap()}, `"[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: map[string]interface {}]"`},
		"panic on panic":     {panickingJSON{panickingError{1}}, `"[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: jsonenc_test.panickingError]"`},
		"panic Stringer":     {panickingJSON{stringer{}}, `"[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: jsonenc_test.stringer]"`},
		"MarshalText":        {failingText{}, `"[unencodable: MarshalText of jsonenc_test.failingText: no luck]"`},
		"text panics":        {panickingText{"boom"}, `"[unencodable: MarshalText of jsonenc_test.panickingText panicked: boom]"`},
		"key fails":          {map[failingText]int{{}: 1}, `{"[unencodable: MarshalText of jsonenc_test.failingText: no luck]":1}`},
		"key panics":         {map[panickingText]int{{"x"}: 1}, `{"[unencodable: MarshalText of jsonenc_test.panickingText panicked: x]":1}`},
		"Error panics":       {panickingError{"boom"}, `"[unencodable: Error of jsonenc_test.panickingError panicked: boom]"`},
		"nil embedded error": {struct{ error }{}, `"[unencodable: Error of struct { error } panicked: runtime error: invalid memory address or nil pointer dereference]"`},
		"nil error pointer":  {(*pointerError)(nil), `null`},
		"after a panic":      {[]any{panickingJSON{"boom"}, 2}, `["[unencodable: MarshalJSON of jsonenc_test.panickingJSON panicked: boom]",2]`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, encode(c.v))
		})
	}
}

func TestCyclesEndWhereTheyClose(t *testing.T) {
	list := []any{1, nil}
	list[1] = list
	typed := sliced{nil}
	typed[0] = typed
	node := &pointed{}
	node.Next = node
	var pointer cyclicPointer
	pointer = &pointer
	var boxed any
	boxed = &boxed
	mixed := map[string]any{}
	mixed["list"] = []any{&mixed}

	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"map":               {cyclicMap(), `{"self":"[unencodable: cycle: map[string]interface {}]"}`},
		"slice":             {list, `[1,"[unencodable: cycle: []interface {}]"]`},
		"typed slice":       {typed, `["[unencodable: cycle: jsonenc_test.sliced]"]`},
		"struct pointer":    {node, `{"Next":"[unencodable: cycle: *jsonenc_test.pointed]"}`},
		"pointer":           {pointer, `"[unencodable: cycle: jsonenc_test.cyclicPointer]"`},
		"interface pointer": {boxed, `"[unencodable: cycle: *interface {}]"`},
		"through all":       {mixed, `{"list":[{"list":["[unencodable: cycle: *map[string]interface {}]"]}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := encode(c.v)
			if name == "through all" { // the map is met first as itself, then through its pointer
				require.True(t, json.Valid([]byte(got)))
				assert.Contains(t, got, "cycle")
				return
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestNestingIsBounded(t *testing.T) {
	list := &pointed{}
	for range 500 {
		list = &pointed{Next: list}
	}
	raw := json.RawMessage(strings.Repeat("[", 60) + strings.Repeat("]", 60))
	for name, v := range map[string]any{
		"slices":       nested(500, 1),
		"strings":      nested(100, []string{"a"}),
		"linked list":  list,
		"raw":          json.RawMessage(strings.Repeat("[", 101) + strings.Repeat("]", 101)),
		"raw within":   nested(60, raw),
		"empty arrays": nested(100, [0]int{}),
	} {
		t.Run(name, func(t *testing.T) {
			got := encode(v)
			assert.True(t, jsonenc.Valid([]byte(got)), got)
			assert.Contains(t, got, "too deep")
		})
	}
	assert.NotContains(t, encode(nested(40, raw)), "too deep")
}

func TestALongReasonIsCut(t *testing.T) {
	got := encode(panickingJSON{strings.Repeat("é", 1<<20)})
	assert.True(t, json.Valid([]byte(got)))
	assert.Less(t, len(got), 300)
	assert.NotContains(t, got, "\uFFFD")
}
