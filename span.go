package staso

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

// Span is one piece of work under way. [Tracer.Start] makes it and [Span.End]
// ends it. It is safe for concurrent use; a nil Span can be used and does
// nothing; what is set after End is ignored.
type Span struct {
	tracer  *Tracer
	traceID uuid.UUID
	spanID  uuid.UUID
	sampled bool

	mu    sync.Mutex
	rec   *record // nil: ended, or not sampled
	ended bool
}

// TraceID returns the id of the span's trace; [uuid.Nil] of a nil Span.
func (s *Span) TraceID() uuid.UUID {
	if s == nil {
		return uuid.Nil
	}
	return s.traceID
}

// ID returns the span's id; [uuid.Nil] of a nil Span.
func (s *Span) ID() uuid.UUID {
	if s == nil {
		return uuid.Nil
	}
	return s.spanID
}

// Context returns what another process needs to continue the trace.
func (s *Span) Context() SpanContext {
	if s == nil {
		return SpanContext{}
	}
	return SpanContext{TraceID: s.traceID, SpanID: s.spanID, Sampled: s.sampled}
}

// record calls change with the span's record, unless it has ended.
func (s *Span) record(change func(*record)) {
	if s == nil || !s.sampled {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec != nil {
		change(s.rec)
	}
}

// SetInput says what the span works on: for a model's span its messages, for a
// tool's its arguments. Any value will do; it is read now, so that changing it
// later changes nothing. What has no JSON form becomes a placeholder that says
// what it was.
func (s *Span) SetInput(v any) { s.setField(FieldInput, v) }

// SetOutput says what came of it; see [Span.SetInput].
func (s *Span) SetOutput(v any) { s.setField(FieldOutput, v) }

// Captures says whether what is set of the field would be kept: not of a nil Span
// or one that is not sampled or has ended, and not where a capture setting
// suppresses it. Metadata and error messages are always captured.
func (s *Span) Captures(field Field) bool {
	if s == nil || !s.sampled {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rec != nil && !s.rec.suppresses(field)
}

// SetMetadata sets one entry of the span's metadata. The same key again
// replaces. The constants of this package name the keys that backends know. A
// span keeps at most 512 entries, and never the key staso.provisional_root, which
// is the exporters' own.
func (s *Span) SetMetadata(key string, value any) {
	if s == nil || !s.sampled {
		return
	}
	encoded, later := s.tracer.encode(value)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec != nil {
		s.rec.setMeta(key, encoded, later)
	}
}

// SetModel says which model answered. Where [Span.SetRequestedModel] says
// nothing, it is also the one that was asked for.
func (s *Span) SetModel(model string) {
	s.record(func(r *record) { r.data.Model = cutText(model, maxIdentifier) })
}

// SetRequestedModel says which model was asked for, where another may answer.
func (s *Span) SetRequestedModel(model string) {
	s.record(func(r *record) { r.data.RequestedModel = cutText(model, maxIdentifier) })
}

// SetProvider says whose model it is, for instance "openai".
func (s *Span) SetProvider(provider string) {
	s.record(func(r *record) { r.data.Provider = cutText(provider, maxIdentifier) })
}

// SetReasoningEffort says how hard the model was asked to think, for instance
// "high".
func (s *Span) SetReasoningEffort(effort string) {
	s.record(func(r *record) { r.data.ReasoningEffort = cutText(effort, maxIdentifier) })
}

// SetUsage says how many tokens a model's call took. A count below zero counts
// as zero.
func (s *Span) SetUsage(u Usage) {
	for _, n := range []*int64{
		&u.InputTokens, &u.OutputTokens, &u.TotalTokens, &u.CacheReadInputTokens, &u.CacheCreationInputTokens,
		&u.CacheWrite5mInputTokens, &u.CacheWrite1hInputTokens, &u.ReasoningTokens, &u.AudioInputTokens, &u.AudioOutputTokens,
	} {
		*n = max(0, *n)
	}
	s.record(func(r *record) {
		r.usage = u
		r.data.Usage = &r.usage
	})
}

// SetTags adds tags to the span's own. A tag that it has is not added again. A
// tag is cut at 256 bytes; a span keeps at most 512.
func (s *Span) SetTags(tags ...string) {
	s.record(func(r *record) { r.tags = appendTags(r.tags, tags) })
}

// SetStatus says how the span ended, and why where it is not ok.
func (s *Span) SetStatus(status Status, description string) {
	s.record(func(r *record) {
		r.data.Status = status
		r.data.ErrorMessage = cutText(description, r.tracer.encodeLimit())
	})
}

// RecordError makes err the reason that the span failed: its status becomes
// error, or timeout where err wraps [context.DeadlineExceeded], and the types of
// the wrapped errors are kept. nil does nothing.
func (s *Span) RecordError(err error) {
	if err == nil || s == nil || !s.sampled {
		return
	}
	status := StatusError
	if isTimeout(err) {
		status = StatusTimeout
	}
	e := s.tracer.describe(err)
	s.record(func(r *record) {
		r.data.Status = status
		r.data.ErrorMessage = e.message
		r.setMeta(KeyExceptionType, nil, e.typ)
		r.errors = e.chain
	})
}

func isTimeout(err error) (timeout bool) {
	defer func() { timeout = recover() == nil && timeout }() // an Is method of the user's may panic
	return errors.Is(err, context.DeadlineExceeded)
}

// Drop makes the span be forgotten when it ends. It is counted as user_drop.
// Its children are sent all the same.
func (s *Span) Drop() { s.record(func(r *record) { r.drop = true }) }

// End ends the span now. A second call does nothing.
func (s *Span) End() { s.end(time.Time{}) }

// EndAt ends the span at t, for work that was finished elsewhere. A time before
// the start counts as the start.
func (s *Span) EndAt(t time.Time) { s.end(t) }

func (s *Span) end(at time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	r := s.rec
	first := !s.ended
	s.rec, s.ended = nil, true
	s.mu.Unlock()
	switch {
	case r != nil:
		r.end(at)
	case first && !s.sampled:
		s.tracer.pipeline.Drop(pipeline.Span, exporter.ReasonSampled)
	}
}

// describedError is an error, read while it is safe to read.
type describedError struct {
	message string
	typ     string
	chain   []string
}

// maxChain bounds how many wrapped errors are named.
const maxChain = 16

func (t *Tracer) describe(err error) (e describedError) {
	e.typ = fmt.Sprintf("%T", err)
	told := false
	defer func() {
		if r := recover(); r != nil && !told {
			e.message = fmt.Sprintf("%s (its Error panicked)", e.typ)
		}
	}()
	e.message = cutText(err.Error(), t.encodeLimit())
	told = true
	limit := maxIdentifier
	if t.redactor != nil {
		limit = t.encodeLimit() // a secret that was cut in two would not be found
	}
	e.appendChain(err, limit)
	return e
}

func (e *describedError) appendChain(err error, limit int) {
	if err == nil || len(e.chain) >= maxChain {
		return
	}
	e.chain = append(e.chain, cutText(fmt.Sprintf("%T: %s", err, err.Error()), limit))
	switch wrapped := err.(type) { //nolint:errorlint // this walks the chain itself
	case interface{ Unwrap() error }:
		e.appendChain(wrapped.Unwrap(), limit)
	case interface{ Unwrap() []error }:
		for _, inner := range wrapped.Unwrap() {
			e.appendChain(inner, limit)
		}
	}
}
