package store

import (
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
)

// The bounds of what waits for a person.
const (
	MaxPending = 1000 // escalations of a workspace
	MaxWaiters = 1000 // of one escalation
)

// EscalationStatus is how far an escalation came.
type EscalationStatus string

// The statuses, by their names on the wire.
const (
	EscalationPending  EscalationStatus = "pending"
	EscalationApproved EscalationStatus = "approved"
	EscalationDenied   EscalationStatus = "denied"
	EscalationTimeout  EscalationStatus = "timeout" // nobody decided in time
)

// Escalation is a call that a person decides on. Calls that are alike and pending
// at the same time share one; each has a waiter of its own in it.
type Escalation struct {
	ID   uuid.UUID
	Tool string
	// Digest is of the exact arguments, "sha256:" and hex digits: an approval is
	// bound to it. Input is these arguments, as they will run.
	Digest string
	Input  []byte

	Rule          string
	Reason        string
	Severity      string
	PolicyVersion string
	Result        []byte // the verdict that asks for a person, JSON
	History       []byte // the conversation so far, a JSON list of {role, content}; empty where it is not known
	AgentName     string
	AgentID       string
	Environment   string

	RequestedAt time.Time // set by the store's clock
	// ExpiresAt is when it times out if nobody decides. It is judged by the
	// store's clock whenever somebody asks, and what timed out once stays so.
	ExpiresAt time.Time

	Status    EscalationStatus
	DecidedBy string
	DecidedAt time.Time // zero while it is pending, and of a timeout
	Comment   string
	// GrantsExpireAt is until when what was approved may be redeemed; zero unless
	// it was.
	GrantsExpireAt time.Time

	WaiterCount   int64
	RedeemedCount int64
	Waiters       []Waiter // by the time they asked, then id; lists leave it out
}

// Key is what makes two calls alike: tool, digest, agent and environment.
func (e *Escalation) Key() (sum Digest) {
	h := fields{sha256.New()}
	for _, text := range []string{"staso escalation 1", e.Tool, e.Digest, e.AgentName, e.AgentID, e.Environment} {
		h.text(text)
	}
	h.Sum(sum[:0])
	return sum
}

// Waiter is one call that waits for an escalation, and its grant.
type Waiter struct {
	DecisionID uuid.UUID // names it: see Decision.ID
	Requester  string    // the key that asked: see Decision.Requester
	Origin     string    // OriginBackend or OriginLocal

	ConversationID string
	UserID         string
	TraceID        uuid.UUID
	SpanID         uuid.UUID

	AskedAt    time.Time // set by the store's clock
	RedeemedAt time.Time // zero while its grant is not taken
}

// Verdict is what a person says to an escalation.
type Verdict struct {
	Approve bool
	By      string // who it is, for the record
	Key     string // the key that decides, named as Waiter.Requester is; empty without one
	Comment string
	// Waiters is how many calls the person was shown; where more wait by then, it
	// is a conflict. 0 does not ask.
	Waiters int64
	// GrantFor is how long an approval may be redeemed.
	GrantFor time.Duration
}

// EscalationQuery filters and pages a list of escalations. What is set must all
// fit.
type EscalationQuery struct {
	PageQuery
	Status         EscalationStatus
	Tool           string
	AgentName      string
	Environment    string
	ConversationID string    // one with a waiter of it
	TraceID        uuid.UUID // one with a waiter of it
}

// EscalationPage is one page of escalations.
type EscalationPage struct {
	Escalations []Escalation
	NextCursor  string
}
