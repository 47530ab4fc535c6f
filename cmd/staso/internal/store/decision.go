package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"time"

	"github.com/google/uuid"
)

// Digest is a SHA-256.
type Digest [sha256.Size]byte

// Who came to a decision.
const (
	OriginBackend = "backend" // this backend
	OriginLocal   = "local"   // an engine in the caller's process, which reported it
)

// Decision is what the guard decided on one call, as it is kept. It is never
// changed and never removed.
type Decision struct {
	ID  uuid.UUID
	Seq int64 // its place in the workspace's chain, from 1 on
	// Prev is the Hash of the decision before it, zero for the first, and Hash is
	// that of this one: see [Decision.Link].
	Prev, Hash Digest
	// Request stands for the request that asked: the same ID with another Request
	// is a conflict.
	Request Digest

	Time      time.Time // when it was decided; in UTC, to the nanosecond
	Origin    string    // OriginBackend or OriginLocal
	Source    string    // what the call came from: manual, sdk, openai ...
	Requester string    // the key that asked, as a name that does not tell it; empty without one

	Tool   string
	Phase  string // input, output or trace
	Digest string // of the exact arguments: "sha256:" and hex digits
	// Input is the arguments as they were judged, JSON, with what is sensitive
	// masked; empty where the capture policy keeps them back. InputBytes is the
	// size of the whole where it is cut.
	Input      []byte
	InputBytes int64
	// Preview is the first 200 bytes of Input: what lists have.
	Preview string

	Action        string // allow, block, modify or escalate
	Mode          string // enforce, or audit where what was found changed nothing
	Severity      string
	Rule          string // the rule that decided, or empty
	Reason        string
	WouldBlock    bool  // a rule in audit mode would have stopped it
	Hits          []Hit // rules that found something, or failed; each once
	PolicyVersion string
	Latency       time.Duration
	EscalationID  uuid.UUID // uuid.Nil where no person was asked
	Result        []byte    // the whole verdict as it was answered, JSON

	AgentName      string
	AgentID        string
	Environment    string
	ConversationID string
	UserID         string
	TraceID        uuid.UUID // uuid.Nil where it is not known
	SpanID         uuid.UUID
}

// Outcome is what a rule's finding came to.
type Outcome string

// The outcomes.
const (
	Enforced   Outcome = "enforced"    // it counted
	WouldBlock Outcome = "would_block" // it would have, if the rule were enforced
	Failed     Outcome = "failed"      // the rule could not judge
)

// Hit is a rule that had something to say to a call.
type Hit struct {
	Rule    string  `json:"rule"`
	Outcome Outcome `json:"outcome"`
}

// Recorded says what became of one decision of [GuardStore.RecordDecisions].
type Recorded struct {
	// Decision is the one that stands under the ID: the one that was given, or,
	// where it is Known, the one that was there.
	Decision Decision
	Known    bool // the same request was recorded before
	Conflict bool // another request was: then Decision has nothing but its ID
}

// DecisionQuery filters and pages a list of decisions. What is set must all fit.
type DecisionQuery struct {
	PageQuery
	From, To       time.Time // From <= time < To; zero is open
	Tool           string
	Action         string
	Rule           string // a decision with a hit of this rule
	WouldBlock     bool   // those alone that a rule in audit mode would have stopped
	AgentName      string
	Environment    string
	ConversationID string
	TraceID        uuid.UUID
	Origin         string
	// Bodies asks for Input and Result, which are empty else.
	Bodies bool
}

// DecisionPage is one page of decisions.
type DecisionPage struct {
	Decisions  []Decision
	NextCursor string
}

// RuleCounts is what the rules found in some time.
type RuleCounts struct {
	Calls int64 // decisions in that time
	// Stopped is how many of them were not allowed, and WouldStop how many were
	// that a rule in audit mode would have stopped.
	Stopped, WouldStop int64
	Rules              []RuleCount // by name; those without a hit are not among them
}

// RuleCount is what one rule found.
type RuleCount struct {
	Rule                         string
	Enforced, WouldBlock, Failed int64
	Last                         time.Time // of its last hit
}

// ChainReport is what going through a chain of decisions brought.
type ChainReport struct {
	Checked int64  // decisions that were read
	Head    Digest // of the last of them; zero of none. Kept elsewhere, it shows a cut end
	// Broken is the place of the first decision that is not what it was, or is
	// missing; 0 where the chain is whole. Reason says what is wrong with it.
	Broken int64
	Reason string
}

// Content is the digest of what the decision says: of all its fields but Seq,
// Prev, Hash and Preview.
func (d *Decision) Content() (sum Digest) {
	h := fields{sha256.New()}
	h.text("staso decision 1")
	h.bytes(d.ID[:])
	h.bytes(d.Request[:])
	h.number(d.Time.UnixNano())
	for _, text := range []string{
		d.Origin, d.Source, d.Requester, d.Tool, d.Phase, d.Digest,
		d.Action, d.Mode, d.Severity, d.Rule, d.Reason, d.PolicyVersion,
		d.AgentName, d.AgentID, d.Environment, d.ConversationID, d.UserID,
	} {
		h.text(text)
	}
	h.bytes(d.Input)
	h.number(d.InputBytes)
	h.bytes(d.Result)
	h.number(int64(d.Latency))
	h.flag(d.WouldBlock)
	h.bytes(d.EscalationID[:])
	h.bytes(d.TraceID[:])
	h.bytes(d.SpanID[:])
	h.number(int64(len(d.Hits)))
	for _, hit := range d.Hits {
		h.text(hit.Rule)
		h.text(string(hit.Outcome))
	}
	h.Sum(sum[:0])
	return sum
}

// Link is the hash of a decision with the given content at place seq of the
// workspace's chain, after the one whose hash is prev.
func Link(workspace string, seq int64, prev, content Digest) (sum Digest) {
	h := fields{sha256.New()}
	h.text("staso chain 1")
	h.text(workspace)
	h.number(seq)
	h.bytes(prev[:])
	h.bytes(content[:])
	h.Sum(sum[:0])
	return sum
}

// fields writes values so that no two lists of values are the same bytes.
type fields struct{ hash.Hash }

func (f fields) number(n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	f.Write(b[:])
}

func (f fields) bytes(b []byte) {
	f.number(int64(len(b)))
	f.Write(b)
}

func (f fields) text(s string) {
	f.number(int64(len(s)))
	f.Write([]byte(s))
}

func (f fields) flag(yes bool) {
	n := int64(0)
	if yes {
		n = 1
	}
	f.number(n)
}
