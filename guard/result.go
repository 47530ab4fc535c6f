package guard

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Result is a Checker's verdict on one Call. The zero Result blocks.
type Result struct {
	// Action is what becomes of the call.
	Action Action
	// Reason says why, in a sentence for a person. What a rule holds for
	// sensitive is masked in it.
	Reason string
	// Rule is the name of the rule that decided, and empty where none did.
	Rule     string
	Severity Severity
	// Rules is what each rule had to say that was asked.
	Rules []RuleResult

	// Input is what stands in place of what was judged where Action is
	// ActionModify: the arguments that the tool runs with, an object, or in
	// PhaseOutput the output that the model sees, any JSON value. It is nil for
	// every other Action. Modifications says what was changed in it.
	Input         json.RawMessage
	Modifications []Modification
	// EscalationID names the request for approval where one was made, and Approval
	// says what came of it.
	EscalationID string
	Approval     Approval

	// Latency is how long the judging took.
	Latency time.Duration
	// Digest is the [Digest] of the exact arguments that were judged; an approval
	// is bound to it.
	Digest string
	// PolicyVersion is the version of the policy that was in force.
	PolicyVersion string

	// DecisionID names the decision: that of the Call, or what was made in its place;
	// of a [Chain], that of the decision which counts. Source is that of the Call, or
	// what was made in its place.
	DecisionID uuid.UUID
	Source     string

	// Failure is why there is no verdict, or not a whole one, and empty where
	// there is; FailureMode is then what Action came from.
	Failure     FailureKind
	FailureMode FailureMode
	// Retryable says that the same question may be answered in a moment.
	Retryable bool
}

// Degraded says that not everything that should have judged the call did.
func (r Result) Degraded() bool { return r.Failure != "" }

// Allowed says that the call may run: as it is, or with Input.
func (r Result) Allowed() bool {
	return r.Action == ActionAllow || r.Action == ActionModify
}

// Triggered returns the names of the rules that found something and are
// enforced, each once, in order.
func (r Result) Triggered() []string {
	return r.names(func(rule RuleResult) bool { return rule.Status == StatusFailed && rule.Mode == ModeEnforce })
}

// WouldBlock returns the names of the rules that found something and would have
// stopped the call if they were not in audit mode, each once, in order.
func (r Result) WouldBlock() []string {
	return r.names(func(rule RuleResult) bool { return rule.Status == StatusFailed && rule.Mode == ModeAudit })
}

func (r Result) names(want func(RuleResult) bool) []string {
	var names []string
	for _, rule := range r.Rules {
		if want(rule) && !slices.Contains(names, rule.Name) {
			names = append(names, rule.Name)
		}
	}
	return names
}

// RuleResult is what one rule had to say.
type RuleResult struct {
	// ID is the rule's id in its policy, and Name its name in the catalogue or
	// the one its author gave it.
	ID   string
	Name string
	// Action is what the rule asks for when it finds something, whether or not it
	// is enforced; ActionAllow where it found nothing.
	Action   Action
	Mode     Mode
	Status   Status
	Reason   string
	Severity Severity
	// Score is the judge's, from 0 to 1; nil where there is none.
	Score      *float64
	Latency    time.Duration
	Violations []Violation
}

// Violation is one thing that a rule found.
type Violation struct {
	// Code names the class of the finding, "shell.delete.root" for instance.
	Code string `json:"code"`
	// Field is the argument: "command", "files[0].path".
	Field string `json:"field"`
	// Via is the decodings through which it was seen, outermost first.
	Via []string `json:"via,omitempty"`
	// Start and End are the bytes of it in the argument as decoded by Via.
	Start int `json:"start"`
	End   int `json:"end"`
	// Match is what stands there, masked where it is sensitive, cut to 80 bytes.
	Match  string `json:"match,omitempty"`
	Reason string `json:"reason"`
}

// Modification is one change to a call's arguments.
type Modification struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Mode says whether a rule counts.
type Mode string

// The modes.
const (
	// ModeEnforce: what the rule asks for is done.
	ModeEnforce Mode = "enforce"
	// ModeAudit: what the rule finds is reported and changes nothing.
	ModeAudit Mode = "audit"
)

// Status is how far a rule came.
type Status string

// The statuses.
const (
	StatusPassed  Status = "passed"  // it found nothing
	StatusFailed  Status = "failed"  // it found something
	StatusError   Status = "error"   // it could not judge
	StatusSkipped Status = "skipped" // it had nothing to judge, or need not
	StatusTimeout Status = "timeout" // it did not answer in time
)

// Approval is what became of a request for approval. A caller may branch on it.
type Approval string

// What may become of a request for approval. Only ApprovalGranted lets a call run.
const (
	ApprovalPending  Approval = "pending"  // nobody has decided yet
	ApprovalGranted  Approval = "approved" // approved, and redeemed for this run
	ApprovalDenied   Approval = "denied"   // a person said no
	ApprovalTimeout  Approval = "timeout"  // nobody decided in time
	ApprovalExpired  Approval = "expired"  // approved, but not redeemed in time
	ApprovalRedeemed Approval = "redeemed" // approved, but the approval has been used already
	ApprovalMismatch Approval = "mismatch" // what was approved are other arguments
	ApprovalFailed   Approval = "failed"   // it could not be asked for, or not be redeemed
)

// FailureKind is why there is no verdict. A caller may branch on it.
type FailureKind string

// The failures, by their names on the wire; those after UnsupportedAction are
// ours.
const (
	FailureNetwork             FailureKind = "network_unavailable"
	FailureBackend             FailureKind = "backend_unavailable"
	FailureInvalidKey          FailureKind = "invalid_key"
	FailurePlanExpired         FailureKind = "plan_expired"
	FailureForbidden           FailureKind = "forbidden"
	FailureRateLimited         FailureKind = "rate_limited"
	FailureCapacity            FailureKind = "capacity_exhausted"
	FailureIdempotencyConflict FailureKind = "idempotency_conflict"
	FailureMalformedResponse   FailureKind = "malformed_response"
	FailureDeadlineExceeded    FailureKind = "deadline_exceeded"
	FailureUnsupportedAction   FailureKind = "unsupported_action"
	FailureRule                FailureKind = "rule_failed"    // a rule could not judge; see its RuleResult
	FailureChecker             FailureKind = "checker_failed" // the Checker is nil, panicked, or returned an error
	FailureCallRefused         FailureKind = "call_refused"   // the call itself cannot be judged: too large, or no JSON; always fails closed
)

// FailureMode is what becomes of a call on which there is no verdict.
type FailureMode string

// The failure modes.
const (
	FailOpen   FailureMode = "fail_open"   // it runs
	FailClosed FailureMode = "fail_closed" // it does not
)
