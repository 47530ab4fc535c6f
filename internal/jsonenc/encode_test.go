package jsonenc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/internal/jsonenc"
)

const wide = 1 << 20 // a limit that nothing here meets

func encode(v any) string {
	var e jsonenc.Encoder
	return string(e.Append(nil, v, wide))
}

// std is what encoding/json makes of v, which must be something.
func std(t *testing.T, v any) string {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(v))
	return strings.TrimSuffix(out.String(), "\n")
}

type (
	named     string
	number    int
	textKey   struct{ a, b string }
	byValue   struct{ N int }
	byPointer struct{ N int }
	textPtr   struct{ N int }
	both      struct{ N int } //nolint:recvcheck // both is what it is for
	jsonInt   int
	byteText  byte
	self      struct {
		Name     string
		Next     *self            `json:",omitempty"`
		Children []self           `json:",omitempty"`
		Named    map[string]*self `json:",omitempty"`
	}
)

type pair[A, B any] struct {
	First  A `json:"first"`
	Second B `json:"second,omitempty"`
}

func (k textKey) MarshalText() ([]byte, error)    { return []byte(k.a + "/" + k.b), nil }
func (v byValue) MarshalJSON() ([]byte, error)    { return []byte(`{"value": [1, 2]}`), nil }
func (p *byPointer) MarshalJSON() ([]byte, error) { return []byte(`"pointer"`), nil }
func (p *textPtr) MarshalText() ([]byte, error)   { return []byte("text \"pointer\""), nil }
func (both) MarshalText() ([]byte, error)         { return []byte("text"), nil }
func (*both) MarshalJSON() ([]byte, error)        { return []byte(`"json"`), nil }
func (i jsonInt) MarshalJSON() ([]byte, error)    { return []byte(`"seven"`), nil }
func (b byteText) MarshalText() ([]byte, error)   { return []byte{'b', byte(b)}, nil }
func (n number) String() string                   { return "never used" }
func ptr[T any](v T) *T                           { return &v }
func nested(depth int, leaf any) (v any) {
	for v = leaf; depth > 0; depth-- {
		v = []any{v}
	}
	return v
}

func TestEncodesAsEncodingJSON(t *testing.T) {
	for name, v := range map[string]any{
		"nil":               nil,
		"bool":              true,
		"int":               -1,
		"int8":              int8(-128),
		"int64":             int64(math.MinInt64),
		"uint64":            uint64(math.MaxUint64),
		"uintptr":           uintptr(7),
		"named int":         number(3),
		"float 0":           0.0,
		"float -0":          math.Copysign(0, -1),
		"float small":       1e-9,
		"float 1e21":        1e21,
		"float max":         math.MaxFloat64,
		"float tiny":        math.SmallestNonzeroFloat64,
		"float32":           float32(3.4028235e38),
		"float32 small":     float32(1e-7),
		"float32 0.1":       float32(0.1),
		"string":            "a \"b\" \\ \n\r\t <html> & é 世界 😀",
		"string empty":      "",
		"named string":      named("x"),
		"bytes":             []byte("hello"),
		"bytes empty":       []byte{},
		"bytes nil":         []byte(nil),
		"byte array":        [3]byte{1, 2, 3},
		"bytes with text":   []byteText{'x', 'y'},
		"strings":           []string{"a", "b"},
		"strings nil":       []string(nil),
		"slice empty":       []int{},
		"slice nil":         []int(nil),
		"any slice":         []any{1, "a", nil, 2.5, []any{}, map[string]any{}},
		"any slice nil":     []any(nil),
		"array":             [2]string{"a", "b"},
		"map":               map[string]any{"b": 1, "a": []int{1}, "": nil},
		"map nil":           map[string]any(nil),
		"map typed nil":     map[string]int(nil),
		"map int keys":      map[int]string{10: "a", 9: "b", -1: "c"},
		"map uint8 keys":    map[uint8]string{10: "a", 9: "b"},
		"map named keys":    map[named]int{"z": 1, "y": 2},
		"map text keys":     map[textKey]int{{"a", "b"}: 1, {"c", "d"}: 2},
		"map text ptr keys": map[*textKey]int{nil: 1},
		"map uuid keys":     map[uuid.UUID]int{{1}: 1, {2}: 2},
		"map of maps":       map[string]map[string]any{"a": {"b": 1}, "c": nil},
		"slice of maps":     []map[string]any{{"role": "user", "content": "hi"}, nil},
		"pointer":           ptr(3),
		"pointer nil":       (*int)(nil),
		"pointer pointer":   ptr(ptr("x")),
		"raw":               json.RawMessage(`{ "a" : [ 1 , 2 ] }`),
		"raw nil":           json.RawMessage(nil),
		"raw pointer":       ptr(json.RawMessage(`1`)),
		"json.Number":       json.Number("1.50"),
		"json.Number empty": json.Number(""),
		"json.Number big":   json.Number("123456789012345678901234567890"),
		"time":              time.Date(2024, 2, 3, 4, 5, 6, 7, time.UTC),
		"duration":          time.Second,
		"uuid":              uuid.UUID{1, 2, 3},
		"big.Int":           big.NewInt(1 << 40),
		"netip":             netip.MustParseAddr("::1"),
		"MarshalJSON":       byValue{1},
		"MarshalJSON *":     &byValue{1},
		"ptr recv":          byPointer{1},
		"ptr recv *":        &byPointer{1},
		"ptr recv nil":      (*byPointer)(nil),
		"ptr recv slice":    []byPointer{{1}},
		"ptr recv array":    [1]byPointer{{1}},
		"ptr recv array *":  &[1]byPointer{{1}},
		"ptr recv map":      map[string]byPointer{"a": {1}},
		"text ptr":          textPtr{1},
		"text ptr slice":    []textPtr{{1}},
		"both":              both{1},
		"both *":            &both{1},
		"both slice":        []both{{1}},
		"jsonInt":           []jsonInt{1},
		"generic":           pair[int, *pair[string, any]]{1, &pair[string, any]{"x", []int{1}}},
		"recursive":         self{Name: "a", Next: &self{Name: "b"}, Children: []self{{Name: "c"}}, Named: map[string]*self{"d": nil}},
		"shared, no cycle":  func() any { p := &self{Name: "s"}; return []*self{p, p, p} }(),
		"marshaler field":   struct{ M json.Marshaler }{byValue{}},
		"marshaler nil":     struct{ M json.Marshaler }{},
		"interface":         struct{ A, B any }{A: ptr(1)},
		"typed nil inside":  []any{(*int)(nil), (*byPointer)(nil), map[string]int(nil)},
		"deep":              nested(99, 1),
	} {
		t.Run(name, func(t *testing.T) {
			got := encode(v)
			var compact bytes.Buffer // a MarshalJSON's own spaces are kept
			require.NoError(t, json.Compact(&compact, []byte(got)))
			assert.Equal(t, std(t, v), compact.String())
		})
	}
}

func TestErrorsEncodeAsTheirText(t *testing.T) {
	type failed struct {
		Err  error
		Errs []error
	}
	err := errors.New("no \"luck\"")
	assert.Equal(t, `"no \"luck\""`, encode(err))
	assert.Equal(t, `{"Err":"no \"luck\"","Errs":["no \"luck\"",null]}`, encode(failed{err, []error{err, nil}}))
	assert.Equal(t, `"a\nb"`, encode(errors.Join(errors.New("a"), errors.New("b"))))
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	var e jsonenc.Encoder
	assert.Equal(t, `key:{"N":1}`, string(e.Append([]byte("key:"), struct{ N int }{1}, wide)))
	assert.Equal(t, `ab`, string(e.Append([]byte("ab"), "x", wide)[:2]))
}

func TestInvalidUTF8OfAMarshalerIsReplaced(t *testing.T) {
	assert.Equal(t, "\"a\uFFFDb\"", encode(json.RawMessage("\"a\xffb\"")))
}

// calling marshals itself with the encoder that calls it.
type calling struct {
	e *jsonenc.Encoder
	n int
}

func (c calling) MarshalJSON() ([]byte, error) {
	if c.n == 0 {
		return []byte(`"end"`), nil
	}
	return c.e.Append(nil, map[string]any{"next": calling{c.e, c.n - 1}}, wide), nil
}

func TestMarshalJSONMayCallTheEncoder(t *testing.T) {
	var e jsonenc.Encoder
	got := e.Append(nil, []any{calling{&e, 2}, "after"}, wide)
	assert.Equal(t, `[{"next":{"next":"end"}},"after"]`, string(got))
}

func TestOneEncoderConcurrentSafe(t *testing.T) {
	var e jsonenc.Encoder
	v := map[string]any{"self": self{Name: "a", Next: &self{Name: "b"}}, "list": []byPointer{{1}}, "m": map[string]any{"k": "v"}}
	want := std(t, v)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				assert.Equal(t, want, string(e.Append(nil, v, wide)))
				assert.False(t, e.Immutable(v))
			}
		})
	}
	wg.Wait()
}
