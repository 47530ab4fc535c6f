package local_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

func parsePolicy(t *testing.T, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("test.yaml", []byte(text))
	require.NoError(t, err)
	return p
}

func TestTheBuiltInPolicyPassesItsTests(t *testing.T) {
	results, err := local.RunTests(t.Context(), policy.Default())
	require.NoError(t, err)
	tested := map[string]map[guard.Action]bool{}
	for _, result := range results {
		assert.True(t, result.Passed(), "%s:%d %s: %s: %s", result.Test.At.File, result.Test.At.Line, result.Rule, result.Test.Name, result.Failure)
		if tested[result.Rule] == nil {
			tested[result.Rule] = map[guard.Action]bool{}
		}
		tested[result.Rule][result.Test.Expect] = true
	}
	for _, rule := range policy.Default().Rules {
		assert.True(t, tested[rule.ID][rule.Action], "rule %s has no example of what it finds", rule.ID)
		assert.True(t, tested[rule.ID][guard.ActionAllow], "rule %s has no example of what it lets pass", rule.ID)
	}
}

const testedPolicy = `
version: 1
extends: none
agents: [somebody]
rules:
  - id: no-pay
    match: {tools: [pay]}
    reason: Nothing is paid here.
    mode: audit
    action: escalate
    tests:
      - {name: right, call: {tool: pay}, expect: escalate, rules: [no-pay]}
      - {name: wrong, call: {tool: pay}, expect: allow}
      - {name: right too, call: {tool: get}, expect: allow}
  - id: loops
    rule: confusion_loop
    with: {repeat: 2, window: 2}
    tests:
      - {name: twice, call: {tool: get, conversation: a}, expect: block, repeat: 2}
      - {name: once, call: {tool: get, conversation: a}, expect: allow}
tests:
  - {name: audit stops nothing, call: {tool: pay}, expect: allow, rules: [no-pay]}
  - {name: names a rule, call: {tool: get}, expect: allow, rules: [no-pay]}
`

func TestRunTests(t *testing.T) {
	t.Parallel()
	results, err := local.RunTests(t.Context(), parsePolicy(t, testedPolicy))
	require.NoError(t, err)
	got := map[string]string{}
	for _, result := range results {
		got[result.Policy+"/"+result.Rule+"/"+result.Test.Name] = result.Failure
	}
	assert.Equal(t, map[string]string{
		"test/no-pay/right":         "",
		"test/no-pay/wrong":         "expected allow, got escalate: Nothing is paid here.",
		"test/no-pay/right too":     "",
		"test/loops/twice":          "",
		"test/loops/once":           "",
		"test//audit stops nothing": "",
		"test//names a rule":        "expected rule no-pay to find something, and it did not",
	}, got)
	assert.Equal(t, 13, results[1].Test.At.Line)
}

func TestRunTestsReportsMistakes(t *testing.T) {
	t.Parallel()
	bad := parsePolicy(t, "version: 1\nextends: none\nrules:\n  - {id: a, rule: dangrous, tests: [{name: a, call: {tool: t}, expect: allow}]}")
	_, err := local.RunTests(t.Context(), bad)
	assert.ErrorContains(t, err, `test.yaml:4:6`)
	assert.ErrorContains(t, err, `did you mean "dangerous"`)
	_, err = local.RunTests(t.Context(), nil)
	assert.ErrorContains(t, err, "nil")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = local.RunTests(ctx, parsePolicy(t, testedPolicy))
	assert.ErrorIs(t, err, context.Canceled)
}

func ExampleRunFixtures() {
	tests, err := policy.ParseTests("calls.yaml", []byte(`
- {name: cleaning up, call: {tool: bash, input: {command: rm -rf build}}, expect: allow}
- {name: the machine, call: {tool: bash, input: {command: rm -rf /}}, expect: allow}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := local.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	for _, result := range local.RunFixtures(context.Background(), engine, tests) {
		fmt.Println(result.Test.Name, result.Passed())
	}
	// Output:
	// cleaning up true
	// the machine false
}
