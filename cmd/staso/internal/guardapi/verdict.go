package guardapi

import (
	"encoding/json"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/guard"
)

// verdictMembers are those of a verdict's JSON form, as they were sent.
func verdictMembers(f fields) map[string]json.RawMessage {
	members := make(map[string]json.RawMessage, 16)
	for _, name := range []string{
		"action", "reason", "rule_name", "severity", "results", "rules_triggered", "modified_input", "modifications", "escalation_id",
		"decision_id", "decision_source", "decision_available", "evaluation_status", "latency_ms", "policy_version", "digest",
		"approval", "failure_kind", "failure_mode", "retryable",
	} {
		if value := f.get(name); value != nil {
			members[name] = value
		}
	}
	return members
}

// readVerdict reads what a verdict that was reached elsewhere says of itself, but
// for its action.
func readVerdict(q *question, f fields) (r guard.Result, err error) {
	r = guard.Result{DecisionID: q.call.DecisionID, Source: q.call.Source}
	for name, into := range map[string]*string{
		"reason": &r.Reason, "rule_name": &r.Rule, "policy_version": &r.PolicyVersion, "digest": &r.Digest, "escalation_id": &r.EscalationID,
	} {
		if *into, err = f.text(name, maxReasonBytes); err != nil {
			return r, err
		}
	}
	severity, err := f.text("severity", maxSourceBytes)
	if err != nil {
		return r, err
	}
	if r.Severity.UnmarshalText([]byte(severity)) != nil {
		return r, httpapi.Malformed("severity: a string of %d bytes: want low, medium, high or critical", len(severity))
	}
	ms, err := f.number("latency_ms")
	if err != nil {
		return r, err
	}
	r.Latency = time.Duration(ms) * time.Millisecond
	r.Rules, err = readRules(f.get("results"))
	return r, err
}

// readRules reads what the rules said, as far as it is kept beside the verdict.
func readRules(list []byte) ([]guard.RuleResult, error) {
	if len(list) == 0 || null(list) {
		return nil, nil
	}
	var results []struct {
		Name       string            `json:"rule_name"`
		Action     string            `json:"action"`
		Status     guard.Status      `json:"status"`
		Evaluation string            `json:"evaluation_status"`
		Violations []guard.Violation `json:"violations"`
	}
	if err := json.Unmarshal(list, &results); err != nil {
		return nil, httpapi.Malformed("results: %s that does not hold what a rule says: want a list of {\"rule_name\", \"action\", \"status\", \"violations\"}", shapeOf(list))
	}
	rules := make([]guard.RuleResult, len(results))
	for i := range results {
		r := &results[i]
		rules[i] = guard.RuleResult{Name: sound(r.Name), Status: r.Status, Mode: guard.ModeEnforce, Violations: r.Violations}
		if r.Action == "audit" {
			rules[i].Mode = guard.ModeAudit
		}
		if r.Status == "" && r.Evaluation == "evaluated" && r.Action != guard.ActionAllow.String() {
			rules[i].Status = guard.StatusFailed
		}
	}
	return rules, nil
}
