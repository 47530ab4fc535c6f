package guardapi

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// escalation is how one reads in answers.
type escalation struct {
	ID            uuid.UUID              `json:"id"`
	Status        store.EscalationStatus `json:"status"`
	Tool          string                 `json:"tool_name"`
	Input         json.RawMessage        `json:"tool_input"`
	Digest        string                 `json:"digest"`
	Rule          string                 `json:"rule_name"`
	Reason        string                 `json:"reason"`
	Severity      string                 `json:"severity"`
	PolicyVersion string                 `json:"policy_version"`
	Verdict       json.RawMessage        `json:"verdict"`
	History       json.RawMessage        `json:"conversation_history"`
	AgentName     string                 `json:"agent_name"`
	AgentID       string                 `json:"agent_id"`
	Environment   string                 `json:"environment"`
	RequestedAt   time.Time              `json:"requested_at"`
	ExpiresAt     time.Time              `json:"expires_at"`
	DecidedBy     string                 `json:"decided_by"`
	DecidedAt     *time.Time             `json:"decided_at"`
	Comment       string                 `json:"comment"`
	GrantsExpire  *time.Time             `json:"grants_expire_at"`
	WaiterCount   int64                  `json:"waiter_count"`
	RedeemedCount int64                  `json:"redeemed_count"`
	Waiters       []waiting              `json:"waiters,omitempty"`
}

type waiting struct {
	DecisionID   uuid.UUID  `json:"decision_id"`
	Requester    string     `json:"requester"`
	Origin       string     `json:"origin"`
	Conversation string     `json:"conversation_id"`
	User         string     `json:"user_id"`
	TraceID      *uuid.UUID `json:"trace_id"`
	SpanID       *uuid.UUID `json:"span_id"`
	AskedAt      time.Time  `json:"asked_at"`
	RedeemedAt   *time.Time `json:"redeemed_at"`
}

func escalationOf(e *store.Escalation) escalation {
	shown := escalation{
		ID: e.ID, Status: e.Status, Tool: e.Tool, Input: valueOf(e.Input), Digest: e.Digest, Rule: e.Rule, Reason: e.Reason,
		Severity: e.Severity, PolicyVersion: e.PolicyVersion, Verdict: valueOf(e.Result), History: valueOf(e.History),
		AgentName: e.AgentName, AgentID: e.AgentID, Environment: e.Environment, RequestedAt: e.RequestedAt, ExpiresAt: e.ExpiresAt,
		DecidedBy: e.DecidedBy, DecidedAt: timeOf(e.DecidedAt), Comment: e.Comment, GrantsExpire: timeOf(e.GrantsExpireAt),
		WaiterCount: e.WaiterCount, RedeemedCount: e.RedeemedCount,
	}
	for _, w := range e.Waiters {
		shown.Waiters = append(shown.Waiters, waiting{
			DecisionID: w.DecisionID, Requester: w.Requester, Origin: w.Origin, Conversation: w.ConversationID, User: w.UserID,
			TraceID: idOf(w.TraceID), SpanID: idOf(w.SpanID), AskedAt: w.AskedAt, RedeemedAt: timeOf(w.RedeemedAt),
		})
	}
	return shown
}

// valueOf is stored bytes as a JSON value; what is not JSON is shown as text.
func valueOf(stored []byte) json.RawMessage {
	switch {
	case len(stored) == 0:
		return nil
	case json.Valid(stored):
		return stored
	}
	text, _ := json.Marshal(string(stored)) //nolint:errcheck // a string always encodes
	return text
}

// timeOf is null for what has not happened.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// idOf is null for no id.
func idOf(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// cursorOf is null at the end of a list.
func cursorOf(next string) *string {
	if next == "" {
		return nil
	}
	return &next
}
