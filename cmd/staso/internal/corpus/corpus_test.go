package corpus_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/corpus"
	"github.com/staso-go/staso/guard"
)

// judge blocks what says "bad", and finds personal data in what says "card".
var judge = guard.CheckerFunc(func(_ context.Context, call guard.Call) (guard.Result, error) {
	result := guard.Result{Action: guard.ActionAllow}
	if strings.Contains(string(call.Input), "bad") {
		result.Action = guard.ActionBlock
	}
	if strings.Contains(string(call.Input), "card") {
		result.Rules = []guard.RuleResult{{Name: "pii", Violations: []guard.Violation{{Code: "pii.credit_card"}}}}
	}
	return result, nil
})

const labelled = `
{"id": "1", "tool_name": "t", "tool_input": {"x": "bad"}, "label": "dangerous", "tier": 1}
{"id": "2", "tool_name": "t", "tool_input": {"x": "missed"}, "label": "dangerous", "tier": 1, "category": "c"}
{"id": "3", "tool_name": "t", "tool_input": {"x": "fine"}, "label": "safe", "tier": 1}
{"id": "4", "tool_name": "t", "tool_input": {"x": "not so bad"}, "label": "safe", "tier": 1, "contested": true}
{"id": "5", "tool_name": "t", "tool_input": {"x": "card"}, "label": "contains_pii", "tier": 2}
{"id": "6", "tool_name": "t", "tool_input": {"x": "card"}, "label": "safe", "tier": 2, "category": "pii.credit_card"}
{"id": "7", "tool_name": "t", "tool_input": {"x": "card"}, "label": "safe", "tier": 2, "category": "pii.us_ssn"}
{"id": "8", "tool_name": "t", "tool_input": {"x": "bad"}, "label": "policy", "tier": 9}
{"id": "r", "tools": ["t"], "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "a", "name": "t", "arguments": {"x": 1}}, {"id": "b", "name": "t", "arguments": {"x": "bad"}}]}]}
{"id": "s", "tools": ["sh"], "messages": [{"role": "assistant", "content": "Now I look.", "action": "ls"}, {"role": "assistant", "content": "And now", "action": "bad"}]}
`

func TestEvalCountsByLabelAndTier(t *testing.T) {
	report := &corpus.Report{}
	require.NoError(t, report.Eval(t.Context(), judge, "f.jsonl", strings.NewReader(labelled)))
	report.Finish()
	var groups []corpus.Group
	for _, g := range report.Groups {
		groups = append(groups, *g)
	}
	assert.Equal(t, []corpus.Group{
		{File: "f.jsonl", Label: "run", Tier: 0, Calls: 4, Right: 2, Stopped: 2},
		{File: "f.jsonl", Label: "dangerous", Tier: 1, Calls: 2, Right: 1, Stopped: 1},
		{File: "f.jsonl", Label: "safe", Tier: 1, Calls: 2, Right: 1, Stopped: 1, Contested: 1},
		{File: "f.jsonl", Label: "contains_pii", Tier: 2, Calls: 1, Right: 1},
		{File: "f.jsonl", Label: "safe", Tier: 2, Calls: 2, Right: 1},
		{File: "f.jsonl", Label: "policy", Tier: 9, Calls: 1, Right: 1, Stopped: 1},
	}, groups)
	var wrong []string
	for _, w := range report.Wrong {
		wrong = append(wrong, w.ID)
	}
	assert.Equal(t, []string{"2", "4", "6", "r#1/b", "s#1"}, wrong)

	var table strings.Builder
	require.NoError(t, report.Print(&table))
	assert.Regexp(t, `f\.jsonl +1 +dangerous: stopped +2 +1 +1 +0 +50\.0 +1`, table.String())
	assert.Regexp(t, `all +- +run: passed +4 +2 +2 +0 +50\.0 +2`, table.String())
}

func TestRowsThatAreNone(t *testing.T) {
	for data, want := range map[string]string{
		"\n{":                                "line 2: a row is a JSON object",
		`{"tool_name": "t", "label": "bad"}`: `line 1: label "bad" is none: use dangerous, safe, contains_pii or policy`,
		`{"label": "safe"}`:                  "line 1: tool_name is missing",
		`{"messages": 7}`:                    "line 1: messages:",
	} {
		err := (&corpus.Report{}).Eval(t.Context(), judge, "f", strings.NewReader(data))
		assert.ErrorContains(t, err, want, data)
	}
}
