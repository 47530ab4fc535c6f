package guardapi

import (
	"encoding/json"
	"maps"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/guard"
)

// readVerdict reads a verdict that was reached elsewhere, and returns its JSON form
// as it was sent. One that does not say what it comes to asks for a person.
func readVerdict(q *question, f fields) (r guard.Result, verdict []byte, err error) {
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
	if members["action"] == nil {
		members["action"] = json.RawMessage(`"escalate"`)
	}
	if verdict, err = json.Marshal(members); err != nil || len(verdict) > maxResult {
		return r, nil, httpapi.Malformed("the verdict: is not valid JSON, or longer than %d bytes", maxResult)
	}
	_ = r.UnmarshalJSON(q.complete(members, verdict)) //nolint:errcheck // what cannot be read blocks
	r.DecisionID, r.Source = q.call.DecisionID, q.call.Source
	return r, verdict, nil
}

// complete is the verdict with something in the place of the changed arguments, where
// the capture policy has left these out: a modify without them would read as a block.
func (q *question) complete(members map[string]json.RawMessage, verdict []byte) []byte {
	if input := members["modified_input"]; q.capture.keepsArguments() || len(input) > 0 && !null(input) {
		return verdict
	}
	whole := maps.Clone(members)
	whole["modified_input"] = json.RawMessage("{}")
	completed, err := json.Marshal(whole)
	if err != nil {
		return verdict
	}
	return completed
}
