package local_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

func TestTheStrictestActionDecides(t *testing.T) {
	const (
		blocks    = `{id: b, match: {tools: [t]}, reason: blocked}`
		escalates = `{id: e, match: {tools: [t]}, action: escalate, reason: escalated}`
		modifies  = `{id: m, rule: pii, action: modify, reason: modified}`
		audits    = `{id: a, match: {tools: [t]}, mode: audit, reason: audited}`
	)
	for _, c := range []struct {
		rules  string
		action guard.Action
		rule   string
	}{
		{blocks + "," + escalates + "," + modifies, guard.ActionBlock, "b"},
		{modifies + "," + escalates + "," + blocks, guard.ActionBlock, "b"},
		{modifies + "," + escalates, guard.ActionEscalate, "e"},
		{escalates + "," + modifies, guard.ActionEscalate, "e"},
		{modifies + "," + audits, guard.ActionModify, "pii"},
		{audits, guard.ActionAllow, ""},
	} {
		t.Run(c.rules, func(t *testing.T) {
			result := check(t, withRules(t, "rules: ["+c.rules+"]"), "t", `{"text": "the card is 4111 1111 1111 1111"}`)
			assert.Equal(t, c.action, result.Action, result.Reason)
			assert.Equal(t, c.rule, result.Rule)
			assert.Equal(t, c.action == guard.ActionModify, result.Input != nil)
		})
	}
}

func TestEveryRuleJudgesAlsoAfterTheFirstBlocks(t *testing.T) {
	result := check(t, withRules(t, `
rules:
  - {id: first, match: {tools: [t]}, reason: no}
  - {id: second, match: {tools: [t]}, reason: no}
  - {id: watch, match: {tools: [t]}, mode: audit, reason: no}
  - {id: other, match: {tools: [u]}, reason: no}
`), "t", `{}`)
	assert.Equal(t, []string{"first", "second"}, result.Triggered())
	assert.Equal(t, []string{"watch"}, result.WouldBlock())
	assert.Len(t, result.Rules, 4, "the three, and the one about the arguments")
}

func TestTheMostSevereReasonIsTold(t *testing.T) {
	result := check(t, withRules(t, `
rules:
  - {id: low, match: {tools: [t]}, severity: low, reason: a small thing}
  - {id: high, match: {tools: [t]}, severity: high, reason: a large thing}
  - {id: medium, match: {tools: [t]}, severity: medium, reason: a thing}
`), "t", `{}`)
	assert.Equal(t, "high", result.Rule)
	assert.Equal(t, "a large thing", result.Reason)
	assert.Equal(t, guard.SeverityHigh, result.Severity)
}

func TestRulesAreForSomeCallsOnly(t *testing.T) {
	e := withRules(t, `
agents: ["shop-*"]
environments: [production]
rules:
  - {id: tool, match: {tools: ["del*"]}, reason: tool}
  - {id: agent, match: {tools: [x], agents: [shop-two]}, reason: agent}
  - {id: field, match: {tools: [y], args: ["items[].sku"]}, reason: field}
  - {id: kind, match: {tools: [z], kinds: [shell]}, reason: kind}
  - {id: when, when: "tool == 'w' && args.n > 5", reason: when}
  - {id: out, match: {tools: [o]}, phase: [output], reason: out}
`)
	for _, c := range []struct {
		name, rule string
		call       guard.Call
	}{
		{"tool", "tool", guard.Call{Tool: "Delete", Agent: "shop-one", Environment: "production"}},
		{"another tool", "", guard.Call{Tool: "undelete", Agent: "shop-one", Environment: "production"}},
		{"another agent", "", guard.Call{Tool: "delete", Agent: "crm", Environment: "production"}},
		{"no agent", "", guard.Call{Tool: "delete", Environment: "production"}},
		{"another environment", "", guard.Call{Tool: "delete", Agent: "shop-one", Environment: "staging"}},
		{"the rule's agent", "agent", guard.Call{Tool: "x", Agent: "shop-two", Environment: "production"}},
		{"not the rule's agent", "", guard.Call{Tool: "x", Agent: "shop-one", Environment: "production"}},
		{"field", "field", guard.Call{Tool: "y", Input: json.RawMessage(`{"items": [{}, {"sku": 1}]}`), Agent: "shop-one", Environment: "production"}},
		{"another field", "", guard.Call{Tool: "y", Input: json.RawMessage(`{"items": [{}, {"id": 1}]}`), Agent: "shop-one", Environment: "production"}},
		{"kind", "kind", guard.Call{Tool: "z", Input: json.RawMessage(`{"command": "ls"}`), Agent: "shop-one", Environment: "production"}},
		{"another kind", "", guard.Call{Tool: "z", Input: json.RawMessage(`{"path": "ls"}`), Agent: "shop-one", Environment: "production"}},
		{"when", "when", guard.Call{Tool: "w", Input: json.RawMessage(`{"n": 6}`), Agent: "shop-one", Environment: "production"}},
		{"when not", "", guard.Call{Tool: "w", Input: json.RawMessage(`{"n": 5}`), Agent: "shop-one", Environment: "production"}},
		{"output", "out", guard.Call{Tool: "o", Phase: guard.PhaseOutput, Agent: "shop-one", Environment: "production"}},
		{"input", "", guard.Call{Tool: "o", Agent: "shop-one", Environment: "production"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.rule, checkCall(t, e, c.call).Rule)
		})
	}
}

func TestAConditionThatFailsCountsAsTheRuleSays(t *testing.T) {
	for on, want := range map[string]guard.Action{"block": guard.ActionBlock, "allow": guard.ActionAllow} {
		result := check(t, withRules(t, `rules: [{id: w, when: "args.missing > 5", reason: x, on_error: `+on+`}]`), "t", `{}`)
		assert.Equal(t, want, result.Action)
		assert.Equal(t, guard.StatusError, result.Rules[0].Status)
		assert.Contains(t, result.Rules[0].Reason, "missing")
	}
}

func TestARuleIsShownOnlyWhatItsMatchNames(t *testing.T) {
	e := withRules(t, `
rules:
  - {id: d, rule: dangerous, match: {args: [script]}}
  - {id: p, rule: pii, match: {args: ["people[].note"]}}
`)
	const wipe, card = "rm -rf /", "the card is 4111 1111 1111 1111"
	assert.Equal(t, guard.ActionBlock, check(t, e, "run", `{"script": "`+wipe+`"}`).Action)
	assert.Equal(t, guard.ActionAllow, check(t, e, "run", `{"command": "`+wipe+`"}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "run", `{"people": [{"note": "`+card+`"}]}`).Action)
	assert.Equal(t, guard.ActionAllow, check(t, e, "run", `{"people": [{"text": "`+card+`"}]}`).Action)
}

func TestAnExceptionLetsPassWhatItNames(t *testing.T) {
	e := withRules(t, `
rules:
  - id: d
    rule: dangerous
    exceptions:
      - {reason: the nightly job, expires: 2999-01-01, match: {args: [nightly]}}
      - {reason: operators, expires: 2999-01-01, when: "user == 'op'"}
      - {reason: broken, expires: 2999-01-01, when: "args.none == 1"}
`)
	assert.Equal(t, guard.ActionAllow, check(t, e, "run_command", `{"nightly": "rm -rf /"}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "run_command", `{"nightly": "rm -rf /", "command": "rm -rf /"}`).Action)
	op := checkCall(t, e, guard.Call{Tool: "bash", User: "op", Input: json.RawMessage(`{"command": "rm -rf /"}`)})
	assert.Equal(t, guard.ActionAllow, op.Action)
	assert.Equal(t, guard.StatusPassed, op.Rules[0].Status)
}

const masking = `rules: [{id: m, rule: pii, action: modify, reason: masks personal data}]`

func TestModifyMasksAndKeepsAllOtherBytes(t *testing.T) {
	result := check(t, withRules(t, masking), "post", `{ "to" : "ops",  "text":"the card is 4111 1111 1111 1111, thanks" ,"n":1.0e2}`)
	require.Equal(t, guard.ActionModify, result.Action, result.Reason)
	assert.NotContains(t, string(result.Input), "4111 1111 1111 1111")
	assert.Regexp(t, `^\{ "to" : "ops",  "text":"the card is [^"]+, thanks" ,"n":1\.0e2\}$`, string(result.Input))
	assert.Equal(t, []guard.Modification{{Field: "text", Reason: "masks personal data"}}, result.Modifications)
	assert.Equal(t, guard.Digest("post", json.RawMessage(`{ "to" : "ops",  "text":"the card is 4111 1111 1111 1111, thanks" ,"n":1.0e2}`)), result.Digest)
}

func TestModifyReachesIntoJSONInsideOfText(t *testing.T) {
	result := check(t, withRules(t, masking), "post", `{"payload": "{\"text\": \"the card is 4111 1111 1111 1111\"}"}`)
	require.Equal(t, guard.ActionModify, result.Action, result.Reason)
	var outer struct{ Payload string }
	require.NoError(t, json.Unmarshal(result.Input, &outer))
	assert.True(t, json.Valid([]byte(outer.Payload)))
	assert.NotContains(t, outer.Payload, "4111 1111 1111 1111")
}

func TestWhatCannotBeMaskedIsBlocked(t *testing.T) {
	hidden := base64.StdEncoding.EncodeToString([]byte("the card is 4111 1111 1111 1111"))
	result := check(t, withRules(t, masking), "post", `{"text": "`+hidden+`"}`)
	assert.Equal(t, guard.ActionBlock, result.Action)
	assert.Nil(t, result.Input)

	noMask := local.WithDetector("odd", func(c *detect.Call, report func(detect.Finding)) {
		report(detect.Finding{Code: "odd", Reason: "odd", Field: "a", Match: "x", End: 1})
	})
	result = check(t, withRules(t, `rules: [{id: o, rule: odd, action: modify}]`, noMask), "post", `{"a": "x"}`)
	assert.Equal(t, guard.ActionBlock, result.Action)
}

// masks puts a mask in the place of "x".
func masks(mask string) local.Option {
	return local.WithDetector("masks", func(c *detect.Call, report func(detect.Finding)) {
		for i := range c.Args {
			if c.Args[i].Text == "x" {
				report(detect.Finding{Code: "masks", Reason: "x", Field: c.Args[i].Field, Match: "x", End: 1, Mask: mask})
			}
		}
	})
}

func TestAModificationThatItselfViolatesIsABlock(t *testing.T) {
	rules := `rules: [{id: m, rule: masks, action: modify}, {id: d, rule: dangerous}, {id: audit, rule: pii, mode: audit}]`
	assert.Equal(t, guard.ActionModify, check(t, withRules(t, rules, masks("ls")), "bash", `{"command": "x"}`).Action)

	violates := check(t, withRules(t, rules, masks("rm -rf /")), "bash", `{"command": "x"}`)
	assert.Equal(t, guard.ActionBlock, violates.Action)
	assert.Equal(t, "dangerous", violates.Rule)
	assert.Contains(t, violates.Triggered(), "dangerous")
	assert.Nil(t, violates.Input)

	again := check(t, withRules(t, rules, masks("x")), "bash", `{"command": "x"}`)
	assert.Equal(t, guard.ActionBlock, again.Action, "it is still there")

	audited := check(t, withRules(t, rules, masks("call 4111 1111 1111 1111")), "bash", `{"command": "x"}`)
	assert.Equal(t, guard.ActionModify, audited.Action, "audit changes nothing")
}

func TestModifyMakesAnObjectOfWhatIsNone(t *testing.T) {
	result := check(t, withRules(t, `rules: [{id: m, rule: masks, action: modify}]`, masks("y")), "bash", ` "x"`)
	require.Equal(t, guard.ActionModify, result.Action)
	assert.JSONEq(t, `{"input": "y"}`, string(result.Input))
}

func TestWhatARuleHoldsForSensitiveIsMaskedEverywhere(t *testing.T) {
	const card = "4111 1111 1111 1111"
	e := withRules(t, `
rules:
  - {id: p, rule: pii, mode: audit}
  - {id: w, rule: whole}
`, local.WithDetector("whole", func(c *detect.Call, report func(detect.Finding)) {
		text := c.Args[0].Text
		report(detect.Finding{Code: "whole", Reason: "sends " + text, Field: "text", Match: text, End: len(text)})
	}))
	result := check(t, e, "post", `{"text": "the card is `+card+`"}`)
	told, err := json.Marshal(result)
	require.NoError(t, err)
	assert.NotContains(t, string(told), card)
	assert.Contains(t, result.Reason, "Sends the card is 4")
}

// What is shown of a match is cut, and so may be what is sensitive in it.
func TestWhatIsSensitiveIsMaskedWhereItIsCut(t *testing.T) {
	const key = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	for length := 30; length < 130; length += 2 {
		e := withRules(t, `rules: [{id: s, rule: secrets}, {id: w, match: {args: ["*"]}, mode: audit, reason: No.}]`)
		call := guard.Call{Tool: "post", Input: json.RawMessage(`{"text": "` + strings.Repeat("x ", length/2) + key + ` and more of the same, much more"}`)}
		result := checkCall(t, e, call)
		told, err := json.Marshal(result)
		require.NoError(t, err)
		assert.NotContains(t, string(told), key[:12], length)
		explained, err := e.Explain(t.Context(), call)
		require.NoError(t, err)
		for _, x := range explained.Findings {
			assert.NotContains(t, x.Match+x.Text, key[:12], length)
		}
	}
}

// What a program is given may be in a member's name, of which the path of the
// argument is made.
func TestWhatIsSensitiveInANameIsMaskedToo(t *testing.T) {
	const key = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	for _, mode := range []string{"action: block", "action: modify", "mode: audit"} {
		e := withRules(t, `rules: [{id: s, rule: secrets, `+mode+`}, {id: w, match: {args: ["*"]}, mode: audit, reason: No.}]`)
		call := guard.Call{Tool: "post", Input: json.RawMessage(`{"headers": {"authorization: ` + key + `": "` + key + `"}}`)}
		result := checkCall(t, e, call)
		assert.Contains(t, codes(result), "secret.stripe_key")
		told, err := json.Marshal(result)
		require.NoError(t, err)
		assert.NotContains(t, string(told), key, mode)
		assert.Contains(t, string(told), "headers.authorization: sk_", mode)
		explained, err := e.Explain(t.Context(), call)
		require.NoError(t, err)
		told, err = json.Marshal(explained)
		require.NoError(t, err)
		assert.NotContains(t, string(told), key, mode)
	}
}

func TestVerdictsSayWhatTheyAreAbout(t *testing.T) {
	e := engine(t)
	result := checkCall(t, e, guard.Call{Tool: "bash", Input: json.RawMessage(` {"command": "ls"} `), Source: "openai"})
	assert.Equal(t, guard.Digest("bash", json.RawMessage(`{"command":"ls"}`)), result.Digest)
	assert.Equal(t, e.PolicyVersion(), result.PolicyVersion)
	assert.Equal(t, "openai", result.Source)
	assert.NotZero(t, result.DecisionID)
	assert.Positive(t, result.Latency)
	assert.Equal(t, "manual", check(t, e, "bash", `{}`).Source)
}
