package pipeline_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
	"github.com/staso-go/staso/internal/retry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errBoom = errors.New("boom")

func again(after time.Duration) error { return &exporter.RetryableError{After: after, Err: errBoom} }

// item is a span, an annotation or a provisional root that knows what happened
// to it.
type item struct {
	class    pipeline.Class
	bytes    int
	encode   func(*exporter.Batch) bool // nil: it appends itself
	released atomic.Int32
	span     exporter.SpanData
	note     exporter.Annotation
}

func (i *item) Class() pipeline.Class { return i.class }
func (i *item) Bytes() int            { return i.bytes }
func (i *item) Release()              { i.released.Add(1) }

func (i *item) AppendTo(b *exporter.Batch) bool {
	switch {
	case i.encode != nil:
		return i.encode(b)
	case i.class == pipeline.Annotation:
		b.Annotations = append(b.Annotations, &i.note)
	default:
		b.Spans = append(b.Spans, &i.span)
	}
	return true
}

// items makes n of one class, named from 0 on.
func items(class pipeline.Class, n int) []*item {
	out := make([]*item, n)
	for i := range out {
		name := strconv.Itoa(i)
		out[i] = &item{class: class, bytes: 1, span: exporter.SpanData{Name: name}, note: exporter.Annotation{Name: name}}
	}
	return out
}

func enqueue(p *pipeline.Pipeline, list ...*item) {
	for _, i := range list {
		p.Enqueue(i)
	}
}

// enqueueSpans makes and enqueues n spans.
func enqueueSpans(p *pipeline.Pipeline, n int) []*item {
	list := items(pipeline.Span, n)
	enqueue(p, list...)
	return list
}

// sent is one call of Export.
type sent struct {
	after time.Duration // since the fake was made
	id    uuid.UUID
	spans []string
	notes int
}

// fake is an exporter that notes each call, and then does as it is told.
type fake struct {
	export   func(context.Context, exporter.Batch) error
	shutdown func(context.Context) error
	start    time.Time

	mu    sync.Mutex
	calls []sent
	ended int
}

func (f *fake) Export(ctx context.Context, b exporter.Batch) error {
	call := sent{after: time.Since(f.start), id: b.ID, notes: len(b.Annotations)}
	for _, span := range b.Spans {
		call.spans = append(call.spans, span.Name)
	}
	f.mu.Lock()
	f.calls = append(f.calls, call)
	f.mu.Unlock()
	if f.export == nil {
		return nil
	}
	return f.export(ctx, b)
}

func (f *fake) Shutdown(ctx context.Context) error {
	f.mu.Lock()
	f.ended++
	f.mu.Unlock()
	if f.shutdown == nil {
		return nil
	}
	return f.shutdown(ctx)
}

func (f *fake) sent() []sent {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]sent(nil), f.calls...)
}

// spans counts what was sent, tries included.
func (f *fake) spans() (n int) {
	for _, call := range f.sent() {
		n += len(call.spans)
	}
	return n
}

func (f *fake) has(name string) bool {
	return slices.ContainsFunc(f.sent(), func(s sent) bool { return slices.Contains(s.spans, name) })
}

// config is the library's, with small numbers.
func config(f *fake) pipeline.Config {
	f.start = time.Now()
	return pipeline.Config{
		Exporter: f, Resource: exporter.Resource{Environment: "test"},
		BatchSize: 10, BatchBytes: 1000, FlushInterval: 5 * time.Second,
		QueueSize: 100, QueueBytes: 100_000,
		ExportTimeout: 30 * time.Second, Senders: 2, Retry: retry.Policy{},
	}
}

// start makes a pipeline that a test shuts down by itself, at the latest when it
// ends.
func start(t *testing.T, f *fake, change ...func(*pipeline.Config)) *pipeline.Pipeline {
	t.Helper()
	cfg := config(f)
	for _, c := range change {
		c(&cfg)
	}
	p := pipeline.New(cfg)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		p.Shutdown(ctx)
		assertBooks(t, p)
	})
	return p
}

// assertBooks: at any moment, ended = exported + dropped + failed + pending.
func assertBooks(t *testing.T, p *pipeline.Pipeline) {
	t.Helper()
	s := p.Stats()
	for name, c := range map[string]pipeline.Counts{"spans": s.Spans, "annotations": s.Annotations, "provisional": s.Provisional} {
		sum := c.Exported + c.Pending + total(c.Dropped) + total(c.Failed)
		assert.Equal(t, c.Ended, sum, "%s: %+v", name, c)
		assert.GreaterOrEqual(t, c.Pending, int64(0), "%s: %+v", name, c)
	}
	assert.GreaterOrEqual(t, s.PendingBytes, int64(0))
}

func total(counts map[exporter.Reason]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

func assertReleasedOnce(t *testing.T, list []*item) {
	t.Helper()
	for n, i := range list {
		if got := i.released.Load(); got != 1 {
			assert.Failf(t, "release", "item %d was released %d times", n, got)
		}
	}
}

// after ends a context, which the test's own bubble times.
func after(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
