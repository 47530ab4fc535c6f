package ingest

import (
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// The bounds of one request and of what is in it.
const (
	// MaxSpans is how many spans one request may bring; more are a 413.
	MaxSpans = 10_000
	// MaxTraces is how many traces, or annotations, one request may bring.
	MaxTraces = 10_000

	maxErrors         = 100 // errors told in one answer
	maxErrorsPerTrace = 5

	maxWorkspaces   = 16   // that one request may bring spans for
	maxIDBytes      = 1024 // a longer id is refused
	maxLabelBytes   = 1024 // a longer name is cut
	maxCaptureBytes = 4096
	maxTags         = 64
	maxTagBytes     = 256
	maxTokens       = 1_000_000_000_000
	maxDuration     = 10 * 366 * 24 * time.Hour
	maxAhead        = 24 * time.Hour
)

// Request is what the decoder needs to know beside the body.
type Request struct {
	// Now is the server's clock: what lies more than 24 h ahead of it is refused.
	Now time.Time
	// Key is the Idempotency-Key, or empty. With it a trace or annotation
	// without an id gets the same one in every retry.
	Key string
	// Workspace is the one that the header names, or empty.
	Workspace string
}

// Batch is what a request brings, ready for the store.
type Batch struct {
	// Parts hold what was accepted, a part for each workspace.
	Parts []Part
	// Accepted and Rejected count traces (of annotations: annotations).
	Accepted, Rejected int
	// Spans counts the spans accepted, SpansRejected those of rejected traces.
	Spans, SpansRejected int
	// Errors says what was wrong with what was rejected; it is bounded.
	Errors []ItemError
}

// Part is what a request brings for one workspace.
type Part struct {
	Workspace string
	Write     store.Write
}

// ItemError says why one trace or annotation was rejected.
type ItemError struct {
	Trace      *int   `json:"trace,omitempty"`
	Span       *int   `json:"span,omitempty"` // absent where the trouble is the trace itself
	Annotation *int   `json:"annotation,omitempty"`
	Detail     string `json:"detail"`
}

// part returns the part of a workspace, made if it is new.
func (b *Batch) part(workspace string) *store.Write {
	for i := range b.Parts {
		if b.Parts[i].Workspace == workspace {
			return &b.Parts[i].Write
		}
	}
	b.Parts = append(b.Parts, Part{Workspace: workspace})
	return &b.Parts[len(b.Parts)-1].Write
}

func (b *Batch) fault(e ItemError) {
	if len(b.Errors) < maxErrors {
		b.Errors = append(b.Errors, e)
	}
}
