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
	// ErrInvalidQuery is wrapped by errors about a filter, a sort or a cursor.
	ErrInvalidQuery = errors.New("invalid query")
)

// Store keeps traces and annotations.
type Store interface {
	// Write stores all of w durably, or none of it: when it returns nil, a crash
	// of the process or of the machine loses nothing of it. Safe for concurrent
	// use; writes that wait at the same time share a commit.
	//
	// The same span again is one span: the last final one stands, and a
	// provisional one never replaces a final one. A span may arrive before its
	// parent, an annotation before its trace. w is not kept.
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
	// Ready returns nil if the store could serve a write now.
	Ready(ctx context.Context) error
	// Close ends the store. What was waiting to be written is written first.
	Close() error
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

	Start    time.Time     // kept to the nanosecond, in UTC
	Duration time.Duration // never negative

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
	Input, Output           string
	InputBytes, OutputBytes int64 // the sizes of the whole
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

// TraceSummary is a trace at a glance, kept up to date with every write.
type TraceSummary struct {
	TraceID    uuid.UUID
	RootSpanID uuid.UUID // of the local root: see RootSpanName
	// RootSpanName is the name of the earliest span whose parent is not in the
	// store's trace.
	RootSpanName string
	Status       string // error if any span is; else timeout if any is; else ok
	Start        time.Time
	Duration     time.Duration // from the first start to the last end
	SpanCount    int64
	ErrorCount   int64
	Models       []string
	// The token counts are sums over llm spans.
	InputTokens, OutputTokens, TotalTokens int64

	Environment    string
	ConversationID string
	UserID         string
	AgentName      string
	AgentID        string
	AgentVersion   string
	Tags           []string
	// Provisional says that the root has only been seen at its start: the trace
	// is still running, or its process died.
	Provisional bool

	// Input and Output are the first line or so of the root's, for lists.
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
// newest page of everything.
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
	Meta           map[string]string // attribute = value, on any span of the trace
	MinDuration    time.Duration
	MaxDuration    time.Duration // zero is open
	MinTokens      int64
	MaxTokens      int64 // zero is open
	// Text is words that must all match as prefixes, in names, errors and the
	// first KiB of inputs and outputs.
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
	Key         string // the conversation id, agent name or user id
	FirstStart  time.Time
	LastStart   time.Time
	TraceCount  int64
	ErrorCount  int64 // traces with status error
	TotalTokens int64
	UserID      string // of a conversation
	AgentName   string // of a conversation
}

// GroupPage is one page of groups.
type GroupPage struct {
	Groups     []Group
	NextCursor string
}
