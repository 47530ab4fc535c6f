// Package store is the contract between the backend and the place that keeps
// its data. storetest is the suite that every store passes.
//
// Every method takes the workspace first, and no method shows one workspace's
// data to another. Identity is (workspace, trace id, span id).
package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
)

// DefaultWorkspace is the workspace of requests that name none.
const DefaultWorkspace = "default"

var (
	// ErrNotFound is returned where the asked-for thing is not in the workspace.
	ErrNotFound = errors.New("not found")
	// ErrBusy is returned when the queue of writes is full: nothing was stored,
	// and the same write may succeed a moment later.
	ErrBusy = errors.New("store is busy")
	// ErrFull is returned when the disk has no room: nothing was stored.
	ErrFull = errors.New("no space left for the store")
	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("store is closed")
	// ErrInvalidQuery is wrapped by errors about a filter, a sort or a cursor.
	ErrInvalidQuery = errors.New("invalid query")
)

// Store keeps traces, annotations and what the guard keeps.
type Store interface {
	GuardStore

	// Write stores all of w durably, or none of it: when it returns nil, a crash
	// of the process or of the machine loses nothing of it. Safe for concurrent
	// use; writes that wait at the same time share a commit.
	//
	// The same span again is one span: the last final one stands, and a
	// provisional one never replaces a final one. The same annotation id again
	// replaces, also from one trace to another. A span may arrive before its
	// parent, an annotation before its trace. w is not kept.
	//
	// A kind or a status that is none of those in [Span] is an error that names
	// it. Where ctx ends while the write waits, Write returns ctx's error at
	// once, and the write may still take place.
	Write(ctx context.Context, workspace string, w Write) error

	// Traces lists traces that fit the query.
	Traces(ctx context.Context, workspace string, q TraceQuery) (TracePage, error)
	// Trace returns one trace's summary.
	Trace(ctx context.Context, workspace string, id uuid.UUID) (TraceSummary, error)
	// Spans returns a trace's spans by start time, then id, at most limit of
	// them from offset on; without payloads, Input, Output and Attributes hold
	// at most the first 512 bytes' worth of a preview (see Span.Preview).
	Spans(ctx context.Context, workspace string, id uuid.UUID, q SpanQuery) ([]Span, error)
	// Span returns one span, whole.
	Span(ctx context.Context, workspace string, traceID, spanID uuid.UUID) (Span, error)
	// Annotations returns a trace's annotations by time, then id. It gives what
	// is there also while the trace itself has not arrived.
	Annotations(ctx context.Context, workspace string, traceID uuid.UUID) ([]Annotation, error)
	// DeleteTrace removes a trace, its spans and its annotations.
	DeleteTrace(ctx context.Context, workspace string, id uuid.UUID) error

	// Groups lists conversations, agents or users with their roll-ups, last
	// active first.
	Groups(ctx context.Context, workspace string, by GroupBy, page PageQuery) (GroupPage, error)

	// LastIngestion is when a span was last stored; the zero time where none was.
	LastIngestion(ctx context.Context, workspace string) (time.Time, error)
	// Ready returns nil if the store could serve a write now, as far as it knows.
	Ready(ctx context.Context) error
	// Close ends the store. A second Close returns nil. What was waiting to be written is written first.
	Close() error
}

// Indexer is what a store has besides where Text does not find a span at once.
type Indexer interface {
	// IndexLag returns how many of the newest spans Text does not find yet, and
	// why the index does not go on, if it does not.
	IndexLag(ctx context.Context) (int64, error)
}

// Write is what one request brings.
type Write struct {
	Spans       []Span
	Annotations []Annotation
}

// Span is a span as it is kept.
type Span struct {
	TraceID      uuid.UUID
	SpanID       uuid.UUID
	ParentSpanID uuid.UUID // uuid.Nil at a root

	Name   string
	Kind   string // llm, tool, chain, retriever, agent or custom
	Status string // ok, error or timeout

	Start    time.Time     // kept to the nanosecond, in UTC; held within 1823 to 2116
	Duration time.Duration // a negative one is kept as 0

	ErrorMessage    string
	HasError        bool // error_message was not null
	Model           string
	RequestedModel  string
	Provider        string
	ReasoningEffort string
	UsageAvailable  *bool
	InputTokens     int64
	OutputTokens    int64
	TotalTokens     int64

	// Input, Output and Attributes are the bytes that were sent, JSON as a rule:
	// but for NUL and invalid UTF-8, which ingest replaces, they are kept
	// exactly.
	Input, Output, Attributes []byte
	// Preview is set, and the three above are empty, where payloads were not
	// asked for.
	Preview Preview

	Environment    string
	ConversationID string
	UserID         string
	AgentName      string
	AgentID        string
	AgentVersion   string
	Tags           []string // from attributes

	Capture     []byte // the capture object as sent, or empty
	Provisional bool
}

// Preview is the beginning of a span's payloads: enough for a list.
type Preview struct {
	Input, Output           string // at most 512 bytes, ending with a whole rune
	InputBytes, OutputBytes int64  // the sizes of the whole
	AttributesBytes         int64
}

// Annotation is a judgement as it is kept.
type Annotation struct {
	ID       uuid.UUID
	TraceID  uuid.UUID
	SpanID   uuid.UUID // uuid.Nil for the whole trace
	Name     string
	DataType string // numeric, categorical or boolean
	Value    []byte // a JSON number, string or boolean
	Comment  string
	Time     time.Time
}

// TraceSummary is a trace at a glance, kept up to date with every write: it is
// what one would get by computing it anew from the trace's spans.
type TraceSummary struct {
	TraceID    uuid.UUID
	RootSpanID uuid.UUID // of the local root: see RootSpanName
	// RootSpanName is the name of the earliest span whose parent is not in the
	// store's trace; where parents go round in a circle, of the earliest span.
	RootSpanName string
	Status       string // error if any span is; else timeout if any is; else ok
	// RootStatus is that of the local root alone: ok where the errors were inside
	// and did not keep the trace from its end.
	RootStatus string
	Start      time.Time
	Duration   time.Duration // from the first start to the last end
	SpanCount  int64
	ErrorCount int64
	Models     []string
	// The token counts are sums over llm spans.
	InputTokens, OutputTokens, TotalTokens int64

	// Each of these is of the earliest span that has it; an agent's name, id and
	// version are of one span.
	Environment    string
	ConversationID string
	UserID         string
	AgentName      string
	AgentID        string
	AgentVersion   string
	Tags           []string // of all spans, sorted, as Models are
	// Provisional says that the root has only been seen at its start: the trace
	// is still running, or its process died.
	Provisional bool

	// The first 200 bytes or so of the root's input and output, for lists.
	InputPreview, OutputPreview string
	AnnotationCount             int64
}

// Sort is the order of a list of traces.
type Sort string

// The orders of a list of traces.
const (
	SortTimestamp Sort = "timestamp"
	SortDuration  Sort = "duration"
	SortTokens    Sort = "tokens"
)

// TraceQuery filters, orders and pages a list of traces. The zero value is the
// newest page of everything. What is set must all fit.
//
// Where a trace stands in time is the earliest start in the first write that
// brought it: it is never rewritten, so that a cursor holds while spans arrive.
// It orders the list by timestamp, and decides between equals elsewhere; then
// the trace id does.
type TraceQuery struct {
	PageQuery
	Sort      Sort // "" is SortTimestamp
	Ascending bool

	From, To       time.Time // From <= start < To; zero is open
	Environment    string
	AgentName      string
	AgentVersion   string
	ConversationID string
	UserID         string
	Status         string
	Kind           string // a trace with at least one span of it
	Model          string // a trace with at least one span of it
	Tag            string
	// Meta is attribute = value, each on some span of the trace: attributes of
	// the top level whose value is a string, or, as they are written in JSON, a
	// number, a boolean or null. At most 256 of a span's attributes count,
	// and 32 may be asked for.
	Meta        map[string]string
	MinDuration time.Duration
	MaxDuration time.Duration // zero is open
	MinTokens   int64
	MaxTokens   int64 // zero is open
	// Text is words that must all match as prefixes on one span of the trace, in
	// its name, error and the first KiB of its input and output; 32 at most. New spans are
	// found after a moment: see [Indexer].
	Text string
}

// PageQuery asks for one page.
type PageQuery struct {
	Limit  int    // 0 is 50; at most 500
	Cursor string // from the page before; "" is the first
}

// TracePage is one page of traces.
type TracePage struct {
	Traces     []TraceSummary
	NextCursor string // "" at the end
}

// SpanQuery says which of a trace's spans to return, and how much of each.
type SpanQuery struct {
	Payloads bool
	Offset   int
	Limit    int // 0 is all
}

// GroupBy says what a group is of.
type GroupBy string

// The groups.
const (
	ByConversation GroupBy = "conversation"
	ByAgent        GroupBy = "agent"
	ByUser         GroupBy = "user"
)

// Group is the roll-up of the traces of one conversation, agent or user.
type Group struct {
	Key         string    // the conversation id, agent name or user id
	FirstStart  time.Time // where its first trace stands in time: see TraceQuery
	LastStart   time.Time // where its last does
	TraceCount  int64
	ErrorCount  int64 // traces with status error
	TotalTokens int64
	UserID      string // of a conversation: its first trace's that has one
	AgentName   string // of a conversation: its first trace's that has one
}

// GroupPage is one page of groups.
type GroupPage struct {
	Groups     []Group
	NextCursor string
}
