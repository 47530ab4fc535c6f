package business_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestHallucinatedToolReference(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewHallucinatedToolReference, ``)
	for tool, want := range map[string]string{
		"get_user":             "",
		"functions.get_user":   "",
		"mcp__crm__get_user":   "",
		"get_usr":              `Calls "get_usr", which is no tool that it was given; it may mean "get_user".`,
		"launch":               `Calls "launch", which is no tool that it was given.`,
		"get_user.delete_user": `Calls "get_user.delete_user", which is no tool that it was given.`,
	} {
		c := input(tool, `{}`)
		c.Tools = []string{"get_user", "set_name"}
		findings := find(detector, c)
		if want == "" {
			assert.Empty(t, findings, tool)
			continue
		}
		if assert.Len(t, findings, 1, tool) {
			assert.Equal(t, "tool.unknown", findings[0].Code)
			assert.Equal(t, want, findings[0].Reason)
		}
	}
	assert.Empty(t, find(detector, input("anything", `{}`)), "what tools there are is not known")
}

func TestToolsAndSchemasOfThePolicy(t *testing.T) {
	t.Parallel()
	check(t, build(t, business.NewHallucinatedToolReference, `{"tools": ["get_*"], "schemas": {"get_user": {"required": ["id"]}}}`), []row{
		miss("get_user", `{"id": 1}`),
		hit("get_user", `{}`, "tool.arguments"),
		hit("get_user", ``, "tool.arguments"),
		miss("get_else", `{}`),
		hit("set_user", `{"id": 1}`, "tool.unknown"),
	})
	refuses(t, business.NewHallucinatedToolReference, map[string]string{
		`{"tools": ["{"]}`: "tools", `{"schemas": {"a": {"type": "text"}}}`: `a: at #: there is no type "text"`,
	})
}

func TestArgumentsThatDoNotFit(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewHallucinatedToolReference, ``)
	c := input("book", `{"seats": "two", "class": "gold", "extra": 1}`)
	c.Schema = json.RawMessage(`{"type": "object", "additionalProperties": false, "required": ["date"],
		"properties": {"date": {"type": "string"}, "seats": {"type": "integer"}, "class": {"enum": ["eco", "first"]}}}`)
	var reasons []string
	for _, f := range find(detector, c) {
		require.Equal(t, "tool.arguments", f.Code)
		reasons = append(reasons, f.Reason)
	}
	assert.Equal(t, []string{
		`The argument "date" of "book" is required, and is missing.`,
		`The argument "class" of "book" must be one of "eco", "first".`,
		`The argument "extra" of "book" is no argument of this tool.`,
		`The argument "seats" of "book" must be a whole number, and is text.`,
	}, reasons)
	c.Input = json.RawMessage(`{"date": "2030-01-01", "seats": 2}`)
	assert.Empty(t, find(detector, c))
	c.Schema = json.RawMessage(`{"type": "nonsense"}`)
	assert.Empty(t, find(detector, c), "a broken schema is no call's mistake")
}

func TestSchemasAreKept(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewHallucinatedToolReference, ``)
	for i := range 600 {
		c := input("t", `{"a": 1}`)
		c.Schema = fmt.Appendf(nil, `{"properties": {"a": {"minimum": %d}}}`, i)
		assert.Equal(t, i > 1, len(find(detector, c)) == 1, i)
	}
}

// Schemas come with calls, and so does what they take of memory.
func TestSchemasAreNotKeptWithoutBound(t *testing.T) {
	detector := build(t, business.NewHallucinatedToolReference, `{}`)
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := held()
	for i := range 64 {
		c := input("t", `{}`)
		c.Schema = json.RawMessage(fmt.Sprintf(`{"type": "object", "description": "%d %s"}`, i, strings.Repeat("x", 1<<20)))
		find(detector, c)
	}
	assert.Less(t, int64(held())-int64(before), int64(16<<20))
	runtime.KeepAlive(detector)
}
