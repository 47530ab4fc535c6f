package local_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

func TestNewTellsEveryBadOption(t *testing.T) {
	_, err := local.New(
		local.WithPolicy(nil), local.WithPolicyFile(""), local.WithJudge(nil), local.WithLogger(nil),
		local.WithTools(local.Tool{}), local.WithTools(local.Tool{Name: "t", Schema: []byte("{")}),
	)
	require.ErrorIs(t, err, local.ErrInvalidOption)
	for _, part := range []string{"policy 0 is nil", "a path is empty", "the judge is nil", "the logger is nil", "tool 0 has no name", "schema of t is no JSON"} {
		assert.ErrorContains(t, err, part)
	}
}

func TestNewTellsEveryMistakeOfAPolicyWithItsPlace(t *testing.T) {
	p := parsed(t, `rules:
  - {id: one, rule: danger0us}
  - id: two
    rule: pii
    with: {colour: red}
  - {id: three, rule: path_traversal, phase: [output]}
`)
	_, err := local.New(local.WithPolicy(p))
	for _, part := range []string{`test.yaml:4:`, `"danger0us"`, `"dangerous"`, "test.yaml:7:", "colour", "test.yaml:8:", "use input"} {
		assert.ErrorContains(t, err, part)
	}
	_, err = local.New(local.WithPolicyFile(t.TempDir() + "/none.yaml"))
	assert.ErrorContains(t, err, "none.yaml")
}

func TestTwoPoliciesJudgeTogether(t *testing.T) {
	one := parsed(t, "name: one\nagents: [a]\nrules: [{id: x, match: {tools: [x]}, reason: one}]")
	two := parsed(t, "name: two\nrules: [{id: y, match: {tools: [y]}, reason: two}]")
	e, err := local.New(local.WithPolicy(one, two))
	require.NoError(t, err)
	defer func() { assert.NoError(t, e.Close()) }()
	assert.Equal(t, guard.ActionAllow, checkCall(t, e, guard.Call{Tool: "x", Agent: "b"}).Action)
	assert.Equal(t, guard.ActionBlock, checkCall(t, e, guard.Call{Tool: "x", Agent: "a"}).Action)
	assert.Equal(t, guard.ActionBlock, checkCall(t, e, guard.Call{Tool: "y", Agent: "b"}).Action)
	assert.Equal(t, []*policy.Policy{one, two}, e.Policies())
	assert.NotEqual(t, one.Version, e.PolicyVersion())
	assert.Len(t, e.PolicyVersion(), len(one.Version))
}

func TestReplaceKeepsTheLastGoodPolicies(t *testing.T) {
	e := withRules(t, "rules: [{id: x, match: {tools: [x]}, reason: no}]")
	before := e.PolicyVersion()
	require.ErrorContains(t, e.Replace(parsed(t, "rules: [{id: y, rule: nothing_like_it}]")), "nothing_like_it")
	require.Error(t, e.Replace())
	assert.Equal(t, before, e.PolicyVersion())
	assert.Equal(t, guard.ActionBlock, check(t, e, "x", `{}`).Action)

	require.NoError(t, e.Replace(parsed(t, "rules: [{id: y, match: {tools: [y]}, reason: no}]")))
	assert.NotEqual(t, before, e.PolicyVersion())
	assert.Equal(t, guard.ActionAllow, check(t, e, "x", `{}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "y", `{}`).Action)
}

func TestReplaceKeepsWhatUnchangedRulesRemember(t *testing.T) {
	const loop = "{id: l, rule: confusion_loop, with: {repeat: 3}}"
	e := withRules(t, "rules: ["+loop+"]")
	call := guard.Call{Tool: "t", Conversation: "c"}
	checkCall(t, e, call)
	checkCall(t, e, call)
	require.NoError(t, e.Replace(parsed(t, "rules: ["+loop+", {id: x, match: {tools: [x]}, reason: no}]")))
	_, err := e.Explain(t.Context(), call)
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, checkCall(t, e, call).Action, "the third; an explanation does not count")
}

func TestReplaceIsSeenWholeConcurrentSafe(t *testing.T) {
	one := parsed(t, "rules: [{id: a, match: {tools: [t]}, mode: audit, reason: one}, {id: b, match: {tools: [t]}, mode: audit, reason: one}]")
	two := parsed(t, "rules: [{id: c, match: {tools: [t]}, mode: audit, reason: two}]")
	e, err := local.New(local.WithPolicy(one))
	require.NoError(t, err)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 200 {
				result := check(t, e, "t", `{}`)
				want := map[string][]string{one.Version: {"a", "b"}, two.Version: {"c"}}[result.PolicyVersion]
				if !assert.Equal(t, want, result.WouldBlock()) {
					return
				}
			}
		})
	}
	for range 50 {
		assert.NoError(t, e.Replace(two))
		assert.NoError(t, e.Replace(one))
	}
	wait.Wait()
}

func TestToolsAndSchemasThatAreKnown(t *testing.T) {
	e := withRules(t, "rules: [{id: h, rule: hallucinated_tool_reference}]",
		local.WithTools(local.Tool{Name: "get_user", Schema: []byte(`{"type": "object", "properties": {"id": {"type": "integer"}}}`)}))
	assert.Equal(t, guard.ActionAllow, check(t, e, "get_user", `{"id": 7}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "get_user", `{"id": "seven"}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "get_usr", `{"id": 7}`).Action)
	offered := guard.Call{Tool: "get_usr", Tools: []string{"get_usr"}}
	assert.Equal(t, guard.ActionAllow, checkCall(t, e, offered).Action, "the call knows better")
}

func TestKindsThatAPolicySays(t *testing.T) {
	e := withRules(t, `
tools:
  deploy: {args: {"steps[].run": shell, command: none}}
rules: [{id: d, rule: dangerous}]
`)
	assert.Equal(t, guard.ActionBlock, check(t, e, "deploy", `{"steps": [{"run": "rm -rf /"}]}`).Action)
	assert.Equal(t, guard.ActionAllow, check(t, e, "deploy", `{"command": "rm -rf /"}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "other", `{"command": "rm -rf /"}`).Action)
}

func TestCatalogueHasEveryRule(t *testing.T) {
	var names []string
	for _, rule := range local.Catalogue() {
		names = append(names, rule.Name)
		assert.NotEmpty(t, rule.Description, rule.Name)
		assert.NotEmpty(t, rule.Phases, rule.Name)
	}
	assert.IsIncreasing(t, names)
	for _, name := range []string{
		"dangerous", "path_traversal", "sql_injection", "ssrf_detection", "tool_allowlist", "tool_denylist", "secrets",
		"insecure_output_handling", "pii", "payment_threshold", "refund_validation", "email_rules", "bulk_dump", "confusion_loop",
		"hallucinated_tool_reference", "content", "intent_drift", "jailbreak", "hallucination", "sensitive_topics",
	} {
		assert.Contains(t, names, name)
	}
}
