package spool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// receiver keeps copies of what it is sent. answer, where it is set, decides
// what each Export returns.
type receiver struct {
	answer func(ctx context.Context, batch exporter.Batch) error

	mu       sync.Mutex
	batches  []exporter.Batch // those that were answered nil
	shutdown int
}

func (r *receiver) Export(ctx context.Context, batch exporter.Batch) error {
	if r.answer != nil {
		if err := r.answer(ctx, batch); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.batches = append(r.batches, cloneBatch(batch))
	return nil
}

func (r *receiver) Shutdown(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shutdown++
	return nil
}

func (r *receiver) received() []exporter.Batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.batches
}

func (r *receiver) ids() (ids []uuid.UUID) {
	for _, batch := range r.received() {
		ids = append(ids, batch.ID)
	}
	return ids
}

func cloneBatch(b exporter.Batch) exporter.Batch {
	c := exporter.Batch{ID: b.ID, Resource: b.Resource}
	for _, span := range b.Spans {
		c.Spans = append(c.Spans, span.Clone())
	}
	for _, annotation := range b.Annotations {
		c.Annotations = append(c.Annotations, annotation.Clone())
	}
	return c
}

// batchOf makes a batch of n spans and one annotation, with every field set.
func batchOf(n int) exporter.Batch {
	b := exporter.Batch{
		ID:       uuid.New(),
		Resource: exporter.Resource{Environment: "test", Workspace: "team"},
	}
	trace := uuid.New()
	for i := range n {
		b.Spans = append(b.Spans, spanOf(trace, i))
	}
	score := exporter.Numeric("helpful", 0.25)
	score.ID, score.TraceID, score.Comment = uuid.New(), trace, "so so"
	score.Time = time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.UTC)
	b.Annotations = append(b.Annotations, &score)
	return b
}

func spanOf(trace uuid.UUID, i int) *exporter.SpanData {
	return &exporter.SpanData{
		TraceID: trace, SpanID: uuid.New(), ParentSpanID: uuid.New(),
		Name: fmt.Sprintf("step %d", i), Kind: exporter.KindLLM,
		StartTime: time.Date(2026, 5, 4, 3, 2, 1, i, time.UTC), Duration: 1500 * time.Millisecond,
		Status: exporter.StatusError, ErrorMessage: "rate limited <b>",
		Model: "gpt-4o-mini", RequestedModel: "gpt-4o", Provider: "openai", ReasoningEffort: "low",
		Usage:          &exporter.Usage{InputTokens: 12, OutputTokens: 34, ReasoningTokens: 5},
		Input:          json.RawMessage("{ \"q\": \"<spaces are kept>\\n\" }"),
		Output:         json.RawMessage(`"answer"`),
		Attributes:     json.RawMessage(`{"tags":["vip"]}`),
		ConversationID: "c1", UserID: "u1", AgentName: "bot", AgentID: uuid.New(), AgentVersion: "3",
		Capture: exporter.CapturePolicy{Output: exporter.Suppressed},
	}
}

func retryable(text string) error {
	return &exporter.RetryableError{Err: fmt.Errorf("%s", text)}
}

func refused(reason exporter.Reason) error {
	return &exporter.ReasonError{Reason: reason, Err: fmt.Errorf("no")}
}

// How long to wait for something that happens in another goroutine, and how often
// to look.
const (
	timeout = 10 * time.Second
	tick    = time.Millisecond
)
