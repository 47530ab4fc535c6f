package jsonschema_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/jsonschema"
)

func problems(t *testing.T, schema, value string) []string {
	t.Helper()
	compiled, err := jsonschema.Compile([]byte(schema))
	require.NoError(t, err, schema)
	var texts []string
	for _, problem := range compiled.Check([]byte(value)) {
		texts = append(texts, strings.TrimSpace(problem.Field+" "+problem.Text))
	}
	return texts
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		schema string
		fits   []string
		misses map[string]string // value: part of what is said
	}{
		{
			`{"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}`,
			[]string{`{"city": "Oslo"}`, `{"city": "Oslo", "days": 3}`, `{"city": "Oslo", "days": 3.0, "more": 1}`},
			map[string]string{
				`{}`:                            "city is required",
				`{"city": 1}`:                   "city must be text, and is a whole number",
				`{"city": "Oslo", "days": 1.5}`: "days must be a whole number, and is a number",
				`{"city": "Oslo", "days": "3"}`: "days must be a whole number, and is text",
				`[]`:                            "must be an object, and is a list",
				`{"city"`:                       "must be JSON",
			},
		},
		{
			`{"properties": {"a": {}}, "additionalProperties": false, "patternProperties": {"^x-": {"type": "number"}}}`,
			[]string{`{"a": null}`, `{"x-1": 2}`},
			map[string]string{`{"b": 1}`: "b is no argument of this tool", `{"x-1": "2"}`: "x-1 must be a number"},
		},
		{
			`{"properties": {"a": {}}, "additionalProperties": {"type": "string"}}`,
			[]string{`{"a": 1, "b": "x"}`},
			map[string]string{`{"b": 1}`: "b must be text"},
		},
		{
			`{"properties": {"a": {}}, "patternProperties": {"(?=x)": {}}, "additionalProperties": false}`,
			[]string{`{"b": 1}`},
			nil, // a pattern that cannot be read constrains nothing
		},
		{
			`{"items": {"type": "integer", "minimum": 0, "exclusiveMaximum": 10}, "minItems": 1, "maxItems": 2, "uniqueItems": true}`,
			[]string{`[0]`, `[1, 9]`, `"no list"`},
			map[string]string{
				`[]`: "at least 1", `[1,2,3]`: "at most 2", `[-1]`: "[0] must be at least 0, and is -1",
				`[10]`: "less than 10", `[1, 1]`: "twice",
			},
		},
		{
			`{"prefixItems": [{"type": "string"}], "items": {"type": "number"}}`,
			[]string{`["a", 1]`},
			map[string]string{`[1, 1]`: "[0] must be text", `["a", "b"]`: "[1] must be a number"},
		},
		{
			`{"items": [{"type": "string"}], "additionalItems": false}`,
			[]string{`["a"]`},
			map[string]string{`["a", 1]`: "[1] must not be there"},
		},
		{
			`{"enum": ["asc", "desc", 1]}`,
			[]string{`"asc"`, `1.0`},
			map[string]string{`"up"`: `must be one of "asc", "desc", 1`, `2`: "must be one of"},
		},
		{`{"const": {"a": [1]}}`, []string{`{"a": [1]}`}, map[string]string{`{"a": [2]}`: "must be one of"}},
		{
			`{"type": ["string", "null"], "minLength": 2, "maxLength": 3, "pattern": "^[a-zé]+$"}`,
			[]string{`null`, `"éé"`, `"abc"`},
			map[string]string{`"a"`: "at least 2", `"abcd"`: "at most 3", `"AB"`: "must match", `1`: "text or null"},
		},
		{`{"type": "string", "nullable": true}`, []string{`null`}, map[string]string{`1`: "text or null"}},
		{`{"pattern": "(?<!x)y"}`, []string{`"z"`}, nil},
		{`{"multipleOf": 0.01}`, []string{`19.99`, `0.07`}, map[string]string{`0.005`: "multiple"}},
		{
			`{"minimum": 1, "exclusiveMinimum": true}`,
			[]string{`1.1`},
			map[string]string{`1`: "more than 1"},
		},
		{
			`{"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 5}]}`,
			[]string{`"x"`, `7`},
			map[string]string{`1`: "none of the forms"},
		},
		{
			`{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}`,
			[]string{`{"a": 1}`},
			map[string]string{`{"a": 1, "b": 1}`: "fits 2", `{}`: "fits 0"},
		},
		{`{"allOf": [{"minimum": 1}, {"maximum": 2}]}`, []string{`1`}, map[string]string{`3`: "at most 2"}},
		{`{"not": {"type": "string"}}`, []string{`1`}, map[string]string{`"x"`: "must not have"}},
		{
			`{"$defs": {"a/b": {"type": "object", "properties": {"next": {"$ref": "#/$defs/a~1b"}, "v": {"type": "integer"}}}}, "$ref": "#/$defs/a~1b"}`,
			[]string{`{"v": 1, "next": {"v": 2}}`},
			map[string]string{`{"next": {"next": {"v": "x"}}}`: "next.next.v must be a whole number"},
		},
		{`{"$ref": "#"}`, nil, map[string]string{`1`: "too large"}},
		{`true`, []string{`1`}, nil},
		{`false`, nil, map[string]string{`1`: "must not be there"}},
		{`{"minProperties": 1, "maxProperties": 1}`, []string{`{"a":1}`}, map[string]string{`{}`: "has 0 members"}},
	} {
		for _, value := range test.fits {
			assert.Empty(t, problems(t, test.schema, value), "%s with %s", test.schema, value)
		}
		for value, want := range test.misses {
			assert.Contains(t, strings.Join(problems(t, test.schema, value), "\n"), want, "%s with %s", test.schema, value)
		}
	}
}

func TestLongEnumsAreCut(t *testing.T) {
	t.Parallel()
	values := make([]string, 30)
	for i := range values {
		values[i] = fmt.Sprint(i)
	}
	got := problems(t, `{"enum": [`+strings.Join(values, ",")+`]}`, `"x"`)
	assert.Equal(t, []string{"must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 21 more"}, got)
}

func TestBadSchemasSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for schema, want := range map[string]string{
		`{`:                        "no JSON",
		`{} {}`:                    "more than one value",
		`1`:                        "a schema is missing",
		`{"type": "text"}`:         `no type "text"`,
		`{"type": [1]}`:            "a list with a whole number",
		`{"properties": {"a": 1}}`: "#/properties/a",
		`{"$ref": "https://x/y"}`:  "out of the schema",
		`{"$ref": "#/$defs/x"}`:    "leads nowhere",
		strings.Repeat(`{"not":`, 100) + "{}" + strings.Repeat("}", 100): "too large",
		`"` + strings.Repeat("a", 300_000) + `"`:                         "at most 262144",
	} {
		_, err := jsonschema.Compile([]byte(schema))
		assert.ErrorContains(t, err, want)
	}
}

func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100)
	start := time.Now()
	for _, schema := range []string{
		`{"anyOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}], "not": {"items": {"$ref": "#"}}}`,
		`{"not": {"anyOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}]}}`,
	} {
		assert.NotEmpty(t, problems(t, schema, deep))
	}
	assert.Less(t, time.Since(start), 30*time.Second)
}

func FuzzCheck(f *testing.F) {
	f.Add(`{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}`, `{"a": {}}`)
	f.Add(`{"anyOf": [{"enum": [1, "x"]}, {"items": {"type": "null"}}]}`, `[null, 1]`)
	f.Fuzz(func(t *testing.T, schema, value string) {
		compiled, err := jsonschema.Compile([]byte(schema))
		if err != nil {
			return
		}
		first, second := compiled.Check([]byte(value)), compiled.Check([]byte(value))
		assert.Equal(t, first, second)
	})
}
