package guard_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

var question = uuid.UUID{0: 7, 15: 1}

func TestVerdictsThatBlock(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"block":                      `{"action":"block"}`,
		"any case":                   `{"ACTION":"BLOCK"}`,
		"escaped name":               `{"\u0061ction":"block"}`,
		"unknown action":             `{"action":"quarantine"}`,
		"allow with space":           `{"action":" allow "}`,
		"null action":                `{"action":null}`,
		"action is a list":           `{"action":["allow"]}`,
		"action is an object":        `{"action":{"name":"allow"}}`,
		"action is a bool":           `{"action":true}`,
		"empty action":               `{"action":""}`,
		"twice, allow last":          `{"action":"block","action":"allow"}`,
		"twice, block last":          `{"action":"allow","action":"block"}`,
		"twice, in other case":       `{"action":"block","Action":"allow"}`,
		"a rule blocks":              `{"action":"allow","results":[{"rule_name":"r","action":"block"}]}`,
		"a rule blocks, unevaluated": `{"action":"allow","results":[{"rule_name":"r","action":"block","evaluation_status":"skipped"}]}`,
		"a rule is odd":              `{"action":"allow","results":[{"rule_name":"r","action":7}]}`,
		"a nameless rule":            `{"action":"allow","results":[{"action":"block"}]}`,
		"rules in another case":      `{"action":"allow","Results":[{"Action":"Block"}]}`,
		"rules are an object":        `{"action":"allow","results":{"action":"block"}}`,
		"a second list of rules":     `{"action":"allow","results":[{"action":"block"}],"results":[]}`,
		"only a rule":                `{"results":[{"rule_name":"r","action":"block"}]}`,
		"odd members":                `{"action":"block","reason":7,"severity":[],"results":"x","rules_triggered":{},"modified_input":1,"score":"x","latency_ms":"soon","decision_id":3,"x":{"action":"allow"}}`,
		"NaN":                        `{"score":NaN,"action":"block"}`,
		"infinite":                   `{"latency_ms":-Infinity,"action":"block"}`,
		"torn behind it":             `{"action":"block","reason":"delet`,
		"torn within it":             `{"action":"blo`,
		"another follows":            `{"action":"block"}{"action":"allow"}`,
		"another went before":        `{"action":"allow"}{"action":"block"}`,
		"a text follows":             `{"action":"block"} and so on`,
		"in a list":                  `[{"action":"block"}]`,
		"behind a mark":              "\ufeff{\"action\":\"block\"}",
		"behind a guard":             ")]}'\n{\"action\":\"block\"}",
		"single quotes":              `{'action':'block'}`,
		"no quotes":                  `{action: block}`,
		"comments":                   `{/* x */ "action": "block" // allow`,
		"comma at the end":           `{"action":"block",}`,
		"unavailable, but it blocks": `{"decision_available":false,"action":"block","failure_kind":"capacity_exhausted"}`,
		"to another question":        `{"decision_id":"00000000-0000-0000-0000-0000000000ff","action":"block"}`,
		"modify without input":       `{"action":"modify"}`,
		"modify with null":           `{"action":"modify","modified_input":null}`,
		"modify with a list":         `{"action":"modify","modified_input":[1]}`,
		"modify with a text":         `{"action":"modify","modified_input":"{}"}`,
		"modify with two inputs":     `{"action":"modify","modified_input":{"a":1},"Modified_Input":{"a":2}}`,
		"modify, torn":               `{"action":"modify","modified_input":{"a":1}`,
		"modify, unavailable":        `{"action":"modify","modified_input":{"a":1},"decision_available":false}`,
		"escalate, torn":             `{"action":"escalate","escalation_id":"e1"`,
		"escalate to another":        `{"action":"escalate","decision_id":"00000000-0000-0000-0000-0000000000ff"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, mode := range []guard.FailureMode{guard.FailOpen, guard.FailClosed, ""} {
				got := guard.DecodeVerdict([]byte(body), question, mode)
				assert.Equal(t, guard.ActionBlock, got.Action, "%s: %+v", mode, got)
				assert.False(t, got.Allowed())
				assert.Nil(t, got.Input)
			}
		})
	}
}

func TestVerdictsThatAllow(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"allow":          `{"action":"allow"}`,
		"any case":       `{"Action":"ALLOW"}`,
		"odd members":    `{"action":"allow","reason":7,"severity":[],"results":"x","modified_input":1,"latency_ms":-3,"x":{"action":"block"}}`,
		"rules":          `{"action":"allow","results":[{"rule_name":"a","action":"allow"},{"rule_name":"b","action":"audit"},null]}`,
		"NaN":            `{"action":"allow","results":[{"rule_name":"a","action":"allow","score":NaN}]}`,
		"echo":           `{"action":"allow","decision_id":"` + question.String() + `","decision_available":true}`,
		"null available": `{"action":"allow","decision_available":null,"failure_kind":null}`,
		"twice":          `{"action":"allow","action":"allow"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := guard.DecodeVerdict([]byte(" "+body+"\n"), question, guard.FailClosed)
			assert.Equal(t, guard.ActionAllow, got.Action, "%+v", got)
			assert.False(t, got.Degraded())
			assert.Nil(t, got.Input)
		})
	}
}

func TestVerdictsThatDecideNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		kind guard.FailureKind
	}{
		"empty":               {``, guard.FailureMalformedResponse},
		"page":                {`<html>allow</html>`, guard.FailureMalformedResponse},
		"text":                {`"allow"`, guard.FailureMalformedResponse},
		"empty object":        {`{}`, guard.FailureMalformedResponse},
		"no action":           {`{"reason":"fine"}`, guard.FailureMalformedResponse},
		"nested":              {`{"verdict":{"action":"allow"}}`, guard.FailureMalformedResponse},
		"torn allow":          {`{"action":"allow"`, guard.FailureMalformedResponse},
		"torn before it":      {`{"reason":"x","action":`, guard.FailureMalformedResponse},
		"allow in a list":     {`[{"action":"allow"}]`, guard.FailureMalformedResponse},
		"allow and more":      {`{"action":"allow"} {}`, guard.FailureMalformedResponse},
		"to another question": {`{"action":"allow","decision_id":"00000000-0000-0000-0000-0000000000ff"}`, guard.FailureMalformedResponse},
		"unavailable":         {`{"action":"allow","decision_available":false}`, guard.FailureBackend},
		"unavailable, status": {`{"action":"allow","evaluation_status":"unavailable","failure_kind":"deadline_exceeded"}`, guard.FailureDeadlineExceeded},
		"a failure":           {`{"action":"allow","failure_kind":"capacity_exhausted"}`, guard.FailureCapacity},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for mode, want := range map[guard.FailureMode]guard.Action{
				guard.FailOpen: guard.ActionAllow, guard.FailClosed: guard.ActionBlock, "": guard.ActionBlock,
			} {
				got := guard.DecodeVerdict([]byte(c.body), question, mode)
				assert.Equal(t, want, got.Action, mode)
				assert.True(t, got.Degraded())
				assert.Equal(t, c.kind, got.Failure)
				assert.NotEmpty(t, got.Reason)
			}
		})
	}
}

func TestAWholeVerdict(t *testing.T) {
	t.Parallel()
	score := 0.9
	want := guard.Result{
		Action: guard.ActionModify, Reason: "masks a card", Rule: "pii", Severity: guard.SeverityHigh,
		Input: json.RawMessage(`{"to":"<x>"}`), Modifications: []guard.Modification{{Field: "to", Reason: "masked"}},
		EscalationID: "e1", Approval: guard.ApprovalGranted, Latency: 1500 * time.Microsecond, Digest: "sha256:00", PolicyVersion: "v1",
		DecisionID: question, Source: "sdk", Failure: guard.FailureRule, FailureMode: guard.FailOpen, Retryable: true,
		Rules: []guard.RuleResult{
			{
				ID: "r1", Name: "pii", Action: guard.ActionModify, Mode: guard.ModeEnforce, Status: guard.StatusFailed, Severity: guard.SeverityHigh,
				Reason: "a card", Score: &score, Latency: time.Millisecond,
				Violations: []guard.Violation{{Code: "pii.card", Field: "to", Via: []string{"base64"}, Start: 1, End: 3, Match: "4***", Reason: "a card"}},
			},
			{Name: "a", Action: guard.ActionBlock, Mode: guard.ModeAudit, Status: guard.StatusFailed, Severity: guard.SeverityLow},
			{Name: "b", Action: guard.ActionAllow, Mode: guard.ModeEnforce, Status: guard.StatusPassed, Severity: guard.SeverityLow},
			{Name: "c", Action: guard.ActionAllow, Mode: guard.ModeEnforce, Status: guard.StatusSkipped, Severity: guard.SeverityLow},
			{Name: "d", Action: guard.ActionAllow, Mode: guard.ModeEnforce, Status: guard.StatusTimeout, Severity: guard.SeverityLow},
			{Name: "e", Action: guard.ActionAllow, Mode: guard.ModeEnforce, Status: guard.StatusError, Severity: guard.SeverityLow},
		},
	}
	body, err := json.Marshal(want)
	require.NoError(t, err)
	got := guard.DecodeVerdict(body, question, guard.FailClosed)
	got.Input = bytes.ReplaceAll(got.Input, []byte(`\u003c`), []byte(`<`)) // package json's escapes
	got.Input = bytes.ReplaceAll(got.Input, []byte(`\u003e`), []byte(`>`))
	assert.Equal(t, want, got)
	assert.Equal(t, []string{"pii"}, got.Triggered())
	assert.Equal(t, []string{"a"}, got.WouldBlock())
}

func TestUnmarshalResult(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]guard.Action{
		`{"action":"allow"}`: guard.ActionAllow,
		`{"action":"allow","failure_kind":"network_unavailable","failure_mode":"fail_open","decision_available":false}`: guard.ActionAllow,
		`{"action":"escalate"}`: guard.ActionEscalate,
		`{}`:                    guard.ActionBlock,
		`null`:                  guard.ActionBlock,
		`{"failure_kind":"network_unavailable","failure_mode":"fail_open"}`: guard.ActionBlock,
	} {
		got := guard.Result{Action: guard.ActionAllow}
		if body == "null" { // package json does not ask
			got = guard.Result{}
		}
		require.NoError(t, json.Unmarshal([]byte(body), &got))
		assert.Equal(t, want, got.Action, body)
	}
}

func TestUnmarshalRuleResult(t *testing.T) {
	t.Parallel()
	want := []guard.RuleResult{
		{ID: "r1", Name: "a", Action: guard.ActionBlock, Mode: guard.ModeEnforce, Status: guard.StatusFailed, Severity: guard.SeverityHigh},
		{Name: "b", Action: guard.ActionModify, Mode: guard.ModeAudit, Status: guard.StatusFailed, Severity: guard.SeverityLow},
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var got []guard.RuleResult
	require.NoError(t, json.Unmarshal(text, &got))
	assert.Equal(t, want, got)
	require.NoError(t, json.Unmarshal([]byte(`[{"rule_name":7,"action":"forbid"}]`), &got))
	assert.Equal(t, []any{"7", guard.ActionBlock}, []any{got[0].Name, got[0].Action})
}

func TestVerdictsAreBounded(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"rule_name":"r","action":"allow","violations":[`+strings.Repeat(`{},`, 200)+`{}]},`, 1000)
	body := `{"action":"allow","reason":"` + strings.Repeat("x", 1<<20) + `","results":[` + many + `{"action":"block"}]}`
	got := guard.DecodeVerdict([]byte(body), question, guard.FailOpen)
	assert.Equal(t, guard.ActionBlock, got.Action, "what is not kept is read all the same")
	assert.Len(t, got.Rules, 500)
	assert.Len(t, got.Rules[0].Violations, 100)
	assert.Len(t, got.Reason, 2<<10)
	deep := `{"x":` + strings.Repeat("[", 1<<20) + `,"action":"block"`
	assert.NotPanics(t, func() { guard.DecodeVerdict([]byte(deep), question, guard.FailOpen) })
}

// No text that speaks of a block is an allow, whatever else stands in it; and
// whatever is allowed says so in JSON.
func FuzzVerdict(f *testing.F) {
	for _, seed := range []string{
		`{"action":"allow"}`, `{"ACTION":"modify","modified_input":{"a":1}}`, `{"action":"allow","results":[{"rule_name":"x","action":"audit"}]}`,
		`{"reason":"\"action\":\"block\"","action":"allow"}`, `{"a":[{"b":"}"}],"score":NaN}`, `{"action":"escalate","escalation_id":7}`, `[{}`, `{"x`,
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, body []byte, at int) {
		got := guard.DecodeVerdict(body, question, guard.FailClosed)
		if got.Allowed() && json.Valid(body) {
			requireAllowSaid(t, body)
		}
		if got.Action == guard.ActionModify && !json.Valid(got.Input) {
			t.Fatalf("%q: the call is to run with %q", body, got.Input)
		}
		inner, isObject := bytes.CutPrefix(bytes.TrimSpace(body), []byte("{"))
		if !isObject || !json.Valid(body) {
			return
		}
		blocked := append([]byte(`{"action":"block",`), inner...)
		at = len(`{"action":"block"`) + max(at, -at, 0)%max(1, len(inner))
		for _, odd := range [][]byte{blocked, blocked[:min(at, len(blocked))], append(body, blocked...), append(blocked, body...)} {
			if got := guard.DecodeVerdict(odd, question, guard.FailOpen); got.Allowed() {
				t.Fatalf("%q is let run", odd)
			}
		}
	})
}

// requireAllowSaid reads the body as package json sees it.
func requireAllowSaid(t *testing.T, body []byte) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(body))
	_, _ = decoder.Token()
	said := 0
	for decoder.More() {
		name, _ := decoder.Token()
		var value any
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		if text, _ := name.(string); strings.EqualFold(text, "action") {
			if word, _ := value.(string); !strings.EqualFold(word, "allow") && !strings.EqualFold(word, "modify") {
				t.Fatalf("%q is let run", body)
			}
			said++
		}
	}
	if said == 0 {
		t.Fatalf("%q is let run", body)
	}
}
