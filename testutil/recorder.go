package testutil

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/staso-go/staso/exporter"
)

// flushTimeout bounds how long a question to a Recorder waits for the tracer.
const flushTimeout = 5 * time.Second

// Recorder is an exporter that keeps what it is given, for tests to look at.
// Give it to a tracer with staso.WithExporter. A question to it first waits, 5 s
// at most, until the tracer has handed over what ended before: no test needs a
// Flush or a sleep. It is safe for concurrent use, and several tracers may share
// it. The zero value is ready.
type Recorder struct {
	mu          sync.Mutex
	spans       []*exporter.SpanData // that ended
	running     []*exporter.SpanData // roots that are only known by their start
	known       map[spanKey]bool     // what is, or was, in either
	annotations []*exporter.Annotation
	flushes     []func(context.Context) error
	closed      bool
}

var _ exporter.FlushBinder = (*Recorder)(nil)

// NewRecorder returns an empty Recorder.
func NewRecorder() *Recorder { return &Recorder{} }

// Export keeps copies of the batch's spans and annotations.
func (r *Recorder) Export(ctx context.Context, batch exporter.Batch) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return exporter.ErrShutdown
	}
	if err := ctx.Err(); err != nil {
		return &exporter.RetryableError{Err: fmt.Errorf("record batch %s: %w", batch.ID, err)}
	}
	for _, s := range batch.Spans {
		r.keep(s.Clone())
	}
	for _, a := range batch.Annotations {
		r.annotations = append(r.annotations, a.Clone())
	}
	return nil
}

// keep lets a span replace its provisional form, and only that: a span that ends
// up here twice is a fault that a test should see.
func (r *Recorder) keep(s *exporter.SpanData) {
	key := spanKey{s.TraceID, s.SpanID}
	if s.Provisional {
		if !r.known[key] {
			r.running = append(r.running, s)
		}
	} else {
		r.running = slices.DeleteFunc(r.running, func(old *exporter.SpanData) bool {
			return old.SpanID == s.SpanID && old.TraceID == s.TraceID
		})
		r.spans = append(r.spans, s)
	}
	if r.known == nil {
		r.known = make(map[spanKey]bool)
	}
	r.known[key] = true
}

// Shutdown makes later Exports fail. What was kept can still be read.
func (r *Recorder) Shutdown(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return nil
}

// BindFlush is called by the tracer that the Recorder is given to.
func (r *Recorder) BindFlush(flush func(context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flushes = append(r.flushes, flush)
}

// flush waits for the tracers. The lock is not held, since they export to r
// meanwhile.
func (r *Recorder) flush() error {
	r.mu.Lock()
	flushes := r.flushes
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	var errs []error
	for _, flush := range flushes {
		errs = append(errs, flush(ctx))
	}
	return errors.Join(errs...)
}

// Spans returns what ended until now, in the order in which it ended, and behind
// it the roots that are only known by their start. What it returns belongs to
// the caller.
func (r *Recorder) Spans() Spans {
	_ = r.flush() //nolint:errcheck // what did arrive can be looked at
	return r.recorded()
}

func (r *Recorder) recorded() Spans {
	r.mu.Lock()
	defer r.mu.Unlock()
	spans := make(Spans, 0, len(r.spans)+len(r.running))
	for _, s := range slices.Concat(byEnd(r.spans), r.running) {
		spans = append(spans, s.Clone())
	}
	return spans
}

// byEnd undoes the disorder of batches that were sent at the same time.
func byEnd(spans []*exporter.SpanData) []*exporter.SpanData {
	return slices.SortedStableFunc(slices.Values(spans), func(a, b *exporter.SpanData) int {
		return a.StartTime.Add(a.Duration).Compare(b.StartTime.Add(b.Duration))
	})
}

// Annotations returns what was annotated until now, in that order. What it
// returns belongs to the caller.
func (r *Recorder) Annotations() []*exporter.Annotation {
	_ = r.flush() //nolint:errcheck // what did arrive can be looked at
	r.mu.Lock()
	defer r.mu.Unlock()
	annotations := make([]*exporter.Annotation, 0, len(r.annotations))
	for _, a := range r.annotations {
		annotations = append(annotations, a.Clone())
	}
	return annotations
}

// TakeAll returns what Spans returns and forgets it, with the annotations.
func (r *Recorder) TakeAll() Spans {
	_ = r.flush() //nolint:errcheck // what did arrive can be looked at
	r.mu.Lock()
	defer r.mu.Unlock()
	spans := Spans(slices.Concat(byEnd(r.spans), r.running))
	r.spans, r.running, r.known, r.annotations = nil, nil, nil, nil
	return spans
}

// Reset forgets everything that ended until now.
func (r *Recorder) Reset() { r.TakeAll() }
