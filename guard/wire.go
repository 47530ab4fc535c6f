package guard

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// evaluateRequest is the body of POST /v1/guard/evaluate. It is answered with the
// JSON form of a [Result]. The same DecisionID with the same body, DeadlineMS
// aside, gets the same answer; with another body, 409 idempotency_conflict.
type evaluateRequest struct {
	PayloadVersion int                    `json:"payload_version"`
	AcceptActions  []Action               `json:"accept_actions"`
	ToolName       string                 `json:"tool_name"`
	ToolInput      json.RawMessage        `json:"tool_input"` // an object
	Phase          string                 `json:"phase,omitempty"`
	ToolOutput     json.RawMessage        `json:"tool_output,omitempty"`
	Context        map[string]any         `json:"context"`
	DecisionID     uuid.UUID              `json:"decision_id"`
	DecisionSource string                 `json:"decision_source"`
	FailureMode    FailureMode            `json:"failure_mode"`
	DeadlineMS     int64                  `json:"deadline_ms"`
	Capture        exporter.CapturePolicy `json:"capture"`
	// DeferEscalation says that the asker makes the request for approval itself,
	// once it knows all the reasons for it: an answer that escalates needs no
	// escalation_id then.
	DeferEscalation bool `json:"defer_escalation,omitempty"`
}

// The members of a context, besides the names of a call's Attributes. What is not
// known is left out.
const (
	contextAgent        = "agent_name"
	contextAgentID      = "agent_id"
	contextEnvironment  = "environment"
	contextWorkspace    = "workspace_id"
	contextConversation = "session_id"
	contextUser         = "user_id"
	contextTrace        = "trace_id"
	contextSpan         = "span_id"
	contextSchema       = "tool_schema"
	contextTools        = "tools"
	contextHistory      = "conversation_history"
)

// escalationRequest is the body of POST /v1/guard/escalations, by which a local
// engine puts a call before a person. Context is that of an evaluateRequest, and
// Digest the [Digest] of ToolName and ToolInput, which the backend computes too:
// where the two differ it answers 400.
//
// The answer is 201 with an escalationAnswer. DecisionID names the waiter: asked
// again under the same id, the answer is the same. Requests of other waiters with
// the same digest may be given the same escalation; each waiter redeems a grant of
// its own.
type escalationRequest struct {
	ToolName       string          `json:"tool_name"`
	ToolInput      json.RawMessage `json:"tool_input"` // an object
	Context        map[string]any  `json:"context"`
	Reason         string          `json:"reason"`
	Severity       Severity        `json:"severity"`
	RulesTriggered []string        `json:"rules_triggered"`
	Results        []RuleResult    `json:"results"`
	PolicyVersion  string          `json:"policy_version,omitempty"`
	Digest         string          `json:"digest"`
	DecisionID     uuid.UUID       `json:"decision_id"`
	DecisionSource string          `json:"decision_source"`
	// ExpiresInMS is how long the asker waits, and so how long it makes sense to
	// approve.
	ExpiresInMS int64                  `json:"expires_in_ms"`
	Capture     exporter.CapturePolicy `json:"capture"`
}

// An escalation's answers, of which every member may be missing:
//
//	POST /v1/guard/escalations                   201 {"id", "status", "expires_at", "digest"}
//	GET  /v1/guard/escalations/{id}/status       200 {"status", "comment", "decided_by", "digest"}
//	POST /v1/guard/escalations/{id}/redeem       200 {"status": "approved", "digest"}
//
// status is pending, approved, denied or timeout. The status call takes ?wait=30s:
// it is then answered once the status is no longer pending, or after that time.
//
// redeem takes a redeemRequest. Every answer but 200 means that the call must not
// run; the codes of its refusals are the code constants below, all with 409 but for
// codeExpired's 410. A waiter has one grant: a second redeem under the same
// decision_id is codeRedeemed, whatever became of the answer to the first.
type redeemRequest struct {
	Digest     string    `json:"digest"`
	DecisionID uuid.UUID `json:"decision_id"`
}

const (
	codeRedeemed = "already_redeemed"
	codeMismatch = "digest_mismatch"
	codePending  = "escalation_pending"
	codeDenied   = "escalation_denied"
	codeTimeout  = "escalation_timeout" // nobody decided in time
	codeExpired  = "grant_expired"      // approved, but redeemed too late
)

// Decision is a verdict that was reached in this process, for [Client.Report]. It
// travels in
//
//	POST /v1/guard/decisions  {"decisions": [D, ...]}  ->  202 {"accepted": n}
//
// where D has the members of the [Result]'s JSON form, and those of the question:
// tool_name, tool_input, phase, context, capture and decided_at (RFC 3339). Where the
// capture policy suppresses the arguments there is no tool_input, and the reasons
// and matches, which may quote them, are left out. A decision_id that is known
// already is accepted and changes nothing.
type Decision struct {
	Call   Call
	Result Result
	// Time is when it was decided; the zero Time is the time of the report.
	Time time.Time
}

// PolicySet is the policies that the backend holds for a workspace:
//
//	GET /v1/guard/policies  ->  200 {"version": "...", "policies": [{"name", "version", "yaml"}]}
//
// with an ETag, which is to be sent back as If-None-Match: 304 then says that
// nothing has changed.
type PolicySet struct {
	// Version is that of the whole set.
	Version  string   `json:"version"`
	Policies []Policy `json:"policies"`
	// ETag is for the next [Client.Policies], and NotModified says that the set is
	// still the one with the ETag that was asked with; the rest is then empty.
	ETag        string `json:"-"`
	NotModified bool   `json:"-"`
}

// Policy is one policy file as the backend holds it.
type Policy struct {
	Name    string `json:"name"`
	Version string `json:"version"` // the hash of its content
	YAML    string `json:"yaml"`
}
