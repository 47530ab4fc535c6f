package guard_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

func TestResultsJSONForm(t *testing.T) {
	t.Parallel()
	score := math.NaN()
	for name, c := range map[string]struct {
		result guard.Result
		want   string
	}{
		"zero blocks": {guard.Result{}, `{"action":"block","reason":"","rule_name":"","severity":"low","results":[],"rules_triggered":[],
			"modified_input":null,"modifications":[],"escalation_id":null,"decision_id":null,"decision_source":"",
			"decision_available":true,"evaluation_status":"evaluated","latency_ms":0,"policy_version":"","digest":""}`},
		"modify": {guard.Result{
			Action: guard.ActionModify, Reason: "masks the <card>", Rule: "pii", Severity: guard.SeverityHigh,
			Input: json.RawMessage(`{"to": "<x>"}`), Modifications: []guard.Modification{{Field: "to", Reason: "masked"}},
			Latency: 1500 * time.Microsecond, PolicyVersion: "v1", Digest: "sha256:00", DecisionID: uuid.UUID{15: 1}, Source: "sdk",
			Rules: []guard.RuleResult{
				{
					ID: "r1", Name: "pii", Action: guard.ActionModify, Mode: guard.ModeEnforce, Status: guard.StatusFailed, Score: &score,
					Violations: []guard.Violation{{Code: "pii.card", Field: "to", End: 3, Reason: "a card"}},
				},
				{ID: "r2", Name: "dangerous", Action: guard.ActionBlock, Mode: guard.ModeAudit, Status: guard.StatusFailed},
				{ID: "r3", Name: "secrets", Action: guard.ActionBlock, Status: guard.StatusTimeout},
			},
		}, `{"action":"modify","reason":"masks the <card>","rule_name":"pii","severity":"high","rules_triggered":["pii"],
			"results":[
				{"rule_id":"r1","rule_name":"pii","action":"modify","reason":"","severity":"low","score":null,"latency_ms":0,
					"violations":[{"code":"pii.card","field":"to","start":0,"end":3,"reason":"a card"}],
					"evaluation_status":"evaluated","status":"failed"},
				{"rule_id":"r2","rule_name":"dangerous","action":"audit","reason":"","severity":"low","score":null,"latency_ms":0,
					"violations":[],"evaluation_status":"evaluated","status":"failed","audit_action":"block"},
				{"rule_id":"r3","rule_name":"secrets","action":"allow","reason":"","severity":"low","score":null,"latency_ms":0,
					"violations":[],"evaluation_status":"unavailable","status":"timeout"}],
			"modified_input":{"to":"<x>"},"modifications":[{"field":"to","reason":"masked"}],"escalation_id":null,
			"decision_id":"00000000-0000-0000-0000-000000000001","decision_source":"sdk","decision_available":true,
			"evaluation_status":"evaluated","latency_ms":1.5,"policy_version":"v1","digest":"sha256:00"}`},
		"no verdict": {guard.Result{
			Action: guard.ActionAllow, Failure: guard.FailureNetwork, FailureMode: guard.FailOpen, Retryable: true,
			EscalationID: "e1", Approval: guard.ApprovalPending, Input: json.RawMessage(`{}`),
		}, `{"action":"allow","reason":"","rule_name":"","severity":"low","results":[],"rules_triggered":[],
			"modified_input":null,"modifications":[],"escalation_id":"e1","decision_id":null,"decision_source":"",
			"decision_available":false,"evaluation_status":"unavailable","latency_ms":0,"policy_version":"","digest":"",
			"approval":"pending","failure_kind":"network_unavailable","failure_mode":"fail_open","retryable":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(c.result)
			require.NoError(t, err)
			assert.JSONEq(t, c.want, string(got))
		})
	}
}

// Two rules of a policy may have the same name in the catalogue.
func TestRulesOfOneNameAreNamedOnce(t *testing.T) {
	t.Parallel()
	rule := func(id, name string, mode guard.Mode) guard.RuleResult {
		return guard.RuleResult{ID: id, Name: name, Mode: mode, Status: guard.StatusFailed, Action: guard.ActionBlock}
	}
	r := guard.Result{Rules: []guard.RuleResult{
		rule("1", "dangerous", guard.ModeEnforce), rule("2", "pii_detection", guard.ModeAudit), rule("3", "allowed_tools", guard.ModeEnforce),
		rule("4", "dangerous", guard.ModeEnforce), rule("5", "pii_detection", guard.ModeAudit), rule("6", "dangerous", guard.ModeAudit),
	}}
	assert.Equal(t, []string{"dangerous", "allowed_tools"}, r.Triggered())
	assert.Equal(t, []string{"pii_detection", "dangerous"}, r.WouldBlock())
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"rules_triggered":["dangerous","allowed_tools"]`)
}
