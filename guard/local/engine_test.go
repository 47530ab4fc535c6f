package local_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// engine is one with the policies in YAML, or the built-in one without any.
func engine(t testing.TB, yaml ...string) *local.Engine {
	t.Helper()
	var opts []local.Option
	for _, text := range yaml {
		p, err := policy.Parse("test.yaml", []byte(text))
		require.NoError(t, err)
		opts = append(opts, local.WithPolicy(p))
	}
	e, err := local.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e
}

func check(t testing.TB, e *local.Engine, tool, input string) guard.Result {
	t.Helper()
	return checkCall(t, e, guard.Call{Tool: tool, Input: json.RawMessage(input)})
}

func checkCall(t testing.TB, e *local.Engine, call guard.Call) guard.Result {
	t.Helper()
	result, err := e.Check(t.Context(), call)
	require.NoError(t, err)
	return result
}

func TestCheckBlocksArgumentsThatCannotBeTrusted(t *testing.T) {
	e := engine(t)
	for _, c := range []struct{ name, input, code string }{
		{"a member twice", `{"path": "a", "path": "b"}`, "arguments.duplicate_key"},
		{"a member twice, once escaped", `{"path": "a", "p\u0061th": "b"}`, "arguments.duplicate_key"},
		{"a member of a member twice", `{"a": [{"path": "a", "path": "b"}]}`, "arguments.duplicate_key"},
		{"no JSON", `{"path": "a"`, "arguments.invalid_json"},
		{"more than one value", `{"path": "a"} {}`, "arguments.invalid_json"},
		{"a trailing comma", `{"path": "a",}`, "arguments.invalid_json"},
		{"a raw line feed in a string", "{\"path\": \"a\nb\"}", "arguments.invalid_json"},
		{"a number that is none", `{"n": 01}`, "arguments.invalid_json"},
		{"NUL", `{"text": "a\u0000b"}`, "arguments.nul"},
		{"no UTF-8", "{\"path\": \"a\xff\"}", "arguments.invalid_utf8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := check(t, e, "read_file", c.input)
			assert.Equal(t, guard.ActionBlock, result.Action)
			assert.Equal(t, "arguments", result.Rule)
			assert.Contains(t, codes(result), c.code)
		})
	}
}

func TestCheckLetsHarmlessArgumentsPass(t *testing.T) {
	e := engine(t)
	for _, input := range []string{
		``, ` `, `null`, `{}`, `[]`, `"x"`, `7`, `true`, `[1, 2]`, `{"a": {"x": 1}, "b": {"x": 1}}`,
		`{"a": null, "b": true, "c": -1.5e3, "d": [], "e": {}, "f": 1e999}`, `{"emoji": "\ud83d\ude00", "half": "\ud83d"}`,
	} {
		t.Run(input, func(t *testing.T) {
			assert.Equal(t, guard.ActionAllow, check(t, e, "lookup", input).Action)
		})
	}
}

func codes(result guard.Result) []string {
	var codes []string
	for _, rule := range result.Rules {
		for _, violation := range rule.Violations {
			codes = append(codes, violation.Code)
		}
	}
	return codes
}

func TestWhatIsNotReadIsAFinding(t *testing.T) {
	e := engine(t)
	many := `{"a": ["x"` + strings.Repeat(`,"{\"b\": 1, \"c\": 2}"`, 15_000) + `]}`
	crowded := codes(check(t, e, "tool", many))
	assert.True(t, slices.Contains(crowded, "arguments.too_large") || slices.Contains(crowded, "budget.exhausted"), "%v", crowded)

	text := "cat /etc/hosts # and more"
	for range 4 {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	assert.Contains(t, codes(check(t, e, "tool", `{"a": "`+text+`"}`)), "arguments.too_nested")
	output := checkCall(t, e, guard.Call{Tool: "tool", Phase: guard.PhaseOutput, Output: json.RawMessage(`"` + text + `"`)})
	assert.NotContains(t, codes(output), "arguments.too_nested", "what a tool returned is data")
	assert.Contains(t, output.Rules[len(output.Rules)-1].Reason+output.Rules[0].Reason, "encodings")
}

func TestAllowsSayHowSureTheyAre(t *testing.T) {
	const input = `{"text": "the card is 4111 1111 1111 1111"}`
	assert.Equal(t, "Nothing was found against the call.", check(t, engine(t), "t", `{}`).Reason)
	audited := check(t, withRules(t, "rules: [{id: p, rule: pii, mode: audit}]"), "t", input)
	assert.Contains(t, audited.Reason, "audit mode")
	failed := check(t, withRules(t, `rules: [{id: w, when: "args.none == 1", reason: x, on_error: allow}]`), "t", input)
	assert.Contains(t, failed.Reason, "not all rules could judge it")
}

func TestARuleWithoutAModeIsEnforced(t *testing.T) {
	e, err := local.New(local.WithPolicy(&policy.Policy{Name: "p", Rules: []policy.Rule{{ID: "d", Detector: "dangerous"}}}))
	require.NoError(t, err)
	result := check(t, e, "bash", `{"command": "rm -rf /"}`)
	assert.Equal(t, guard.ActionBlock, result.Action)
	assert.Equal(t, []string{"dangerous"}, result.Triggered())
}
