package guard

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"github.com/google/uuid"
)

// verdictJSON is the JSON form of a Result: the answer of POST /v1/guard/evaluate.
// The members after Digest stand only where there is something to say.
type verdictJSON struct {
	Action         Action          `json:"action"`
	Reason         string          `json:"reason"`
	RuleName       string          `json:"rule_name"`
	Severity       string          `json:"severity"`
	Results        []ruleJSON      `json:"results"`
	RulesTriggered []string        `json:"rules_triggered"`
	ModifiedInput  json.RawMessage `json:"modified_input"`
	Modifications  []Modification  `json:"modifications"`
	EscalationID   *string         `json:"escalation_id"`
	DecisionID     *uuid.UUID      `json:"decision_id"`
	DecisionSource string          `json:"decision_source"`
	Available      bool            `json:"decision_available"`
	Status         string          `json:"evaluation_status"`
	LatencyMS      float64         `json:"latency_ms"`
	PolicyVersion  string          `json:"policy_version"`
	Digest         string          `json:"digest"`

	Approval    Approval    `json:"approval,omitempty"`
	FailureKind FailureKind `json:"failure_kind,omitempty"`
	FailureMode FailureMode `json:"failure_mode,omitempty"`
	Retryable   bool        `json:"retryable,omitempty"`
}

// ruleJSON is the JSON form of a RuleResult.
type ruleJSON struct {
	ID         string      `json:"rule_id"`
	Name       string      `json:"rule_name"`
	Action     string      `json:"action"`
	Reason     string      `json:"reason"`
	Severity   string      `json:"severity"`
	Score      *float64    `json:"score"`
	LatencyMS  float64     `json:"latency_ms"`
	Violations []Violation `json:"violations"`
	Evaluation string      `json:"evaluation_status"`

	// Ours: what AuditAction says is what the rule would do if it were enforced.
	Status      Status `json:"status"`
	AuditAction string `json:"audit_action,omitempty"`
}

// The values of evaluation_status, and the action of a finding in audit mode.
const (
	evaluated     = "evaluated"
	notApplicable = "skipped"
	abstained     = "abstained"
	unavailable   = "unavailable"
	auditAction   = "audit"
)

// MarshalJSON writes the result as the backend answers it. What is unknown of the
// severity is written as low: readers that are strict know no other word for it.
func (r Result) MarshalJSON() ([]byte, error) {
	const about, each = 1024, 256 // bytes of a verdict, and of a rule in it, as a rule
	var b bytes.Buffer
	b.Grow(about + each*len(r.Rules))
	return marshalTo(&b, r.wire())
}

func (r Result) wire() verdictJSON {
	v := verdictJSON{
		Action: r.Action, Reason: r.Reason, RuleName: r.Rule, Severity: wireSeverity(r.Severity),
		Results: wireRules(r.Rules), RulesTriggered: orEmpty(r.Triggered()),
		Modifications: orEmpty(r.Modifications), DecisionSource: r.Source,
		Available: r.Failure == "" || r.Failure == FailureRule, Status: evaluated,
		LatencyMS: milliseconds(r.Latency), PolicyVersion: r.PolicyVersion, Digest: r.Digest,
		Approval: r.Approval, FailureKind: r.Failure, FailureMode: r.FailureMode, Retryable: r.Retryable,
	}
	if !v.Available {
		v.Status = unavailable
	}
	if r.Action == ActionModify && json.Valid(r.Input) {
		v.ModifiedInput = r.Input
	}
	if r.EscalationID != "" {
		v.EscalationID = &r.EscalationID
	}
	if r.DecisionID != uuid.Nil {
		v.DecisionID = &r.DecisionID
	}
	return v
}

// MarshalJSON writes the rule's result as it stands among the results of a verdict.
// A rule that did not judge, or found nothing, has the action allow, and one in
// audit mode that found something has audit.
func (r RuleResult) MarshalJSON() ([]byte, error) { return marshal(r.wire()) }

// wireRules encodes in one go what would else be encoded rule by rule, and then
// once more.
func wireRules(rules []RuleResult) []ruleJSON {
	list := make([]ruleJSON, len(rules))
	for i := range rules {
		list[i] = rules[i].wire()
	}
	return list
}

func (r RuleResult) wire() ruleJSON {
	w := ruleJSON{
		ID: r.ID, Name: r.Name, Action: ActionAllow.String(), Reason: r.Reason, Severity: wireSeverity(r.Severity),
		Score: finite(r.Score), LatencyMS: milliseconds(r.Latency), Violations: orEmpty(r.Violations),
		Evaluation: unavailable, Status: r.Status,
	}
	switch r.Status {
	case StatusFailed:
		w.Evaluation, w.Action = evaluated, r.Action.String()
		if r.Mode == ModeAudit {
			w.Action, w.AuditAction = auditAction, r.Action.String()
		}
	case StatusPassed:
		w.Evaluation = evaluated
	case StatusSkipped:
		w.Evaluation = notApplicable
	case StatusError, StatusTimeout:
	}
	return w
}

// marshal is json.Marshal without the escaping for HTML: arguments are to stay as
// they are.
func marshal(v any) ([]byte, error) { return marshalTo(new(bytes.Buffer), v) }

func marshalTo(b *bytes.Buffer, v any) ([]byte, error) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func wireSeverity(s Severity) string {
	if s < SeverityLow || s > SeverityCritical {
		return SeverityLow.String()
	}
	return s.String()
}

// finite drops a score that JSON cannot hold.
func finite(score *float64) *float64 {
	if score == nil || math.IsNaN(*score) || math.IsInf(*score, 0) {
		return nil
	}
	return score
}

func milliseconds(d time.Duration) float64 {
	return float64(max(d, 0)) / float64(time.Millisecond)
}

// orEmpty makes an empty list of none: in JSON, [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
