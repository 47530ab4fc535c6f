package staso

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/internal/jsonenc"
	"github.com/staso-go/staso/internal/pipeline"
	"github.com/staso-go/staso/internal/retry"
)

// Tracer makes spans and sees to it that they are delivered. Build one with
// [New], inject it, and call [Tracer.Shutdown] at the end. It is safe for
// concurrent use. A nil Tracer, and a disabled one, can be used and do nothing.
type Tracer struct {
	cfg        Config
	agentID    uuid.UUID
	redactor   Redactor
	sampler    Sampler
	parentFrom func(context.Context) (SpanContext, bool)
	rewrites   bool // content is needed whole before it is cut

	pipeline *pipeline.Pipeline // nil: disabled
	idle     exporter.Exporter  // of a disabled Tracer: only to be shut down
	trouble  *trouble
	encoder  jsonenc.Encoder
	records  sync.Pool
	buffers  sync.Pool          // of *[]byte, full
	boxes    sync.Pool          // of *[]byte, empty
	vcs      func() []attribute // of roots, found out once
	stopVCS  context.CancelFunc // ends the finding out

	redactions atomic.Int64
}

// What of the pipeline nobody needs to turn.
const (
	batchBytes    = 4 << 20
	exportTimeout = 30 * time.Second
	senders       = 8 // requests in flight: under load each waits for its answer
)

// New builds a Tracer. Every bad option and variable is in the error, which
// wraps [ErrInvalidOption]. It starts nine goroutines, eight of which send; each
// request under way has one more. They end with [Tracer.Shutdown].
func New(opts ...Option) (*Tracer, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("staso.New: %w", err)
	}
	t := newTracer(c)
	if !c.Enabled {
		t.idle = c.exporter
		return t, nil
	}
	if c.exporter == nil {
		if c.exporter, err = newExporter(c); err != nil {
			return nil, fmt.Errorf("staso.New: %w", errors.Join(ErrInvalidOption, err))
		}
	}
	t.trouble = newTrouble(c.logger, c.Debug)
	t.findVCS(c)
	t.pipeline = pipeline.New(pipeline.Config{
		Exporter:  c.exporter,
		Resource:  exporter.Resource{Environment: c.Environment, Workspace: c.Workspace},
		BatchSize: c.BatchSize, BatchBytes: batchBytes, FlushInterval: c.FlushInterval,
		QueueSize: c.QueueSize, QueueBytes: c.QueueBytes, BlockTimeout: c.BlockOnFull,
		ExportTimeout: exportTimeout, Senders: senders, Retry: retry.Policy{},
		OnTrouble: t.trouble.lost,
	})
	if binder, ok := c.exporter.(exporter.FlushBinder); ok {
		binder.BindFlush(t.Flush)
	}
	return t, nil
}

func newTracer(c *config) *Tracer {
	t := &Tracer{
		cfg: c.Config, agentID: AgentID(c.AgentName),
		redactor: c.redactor, sampler: c.sampler, parentFrom: c.parentFrom,
	}
	if c.apiKey != "" {
		t.cfg.APIKey = "[redacted]"
	}
	t.rewrites = c.redactor != nil || takesParts(c.Capture)
	return t
}

func newExporter(c *config) (exporter.Exporter, error) {
	opts := []httpexport.Option{httpexport.WithBaseURL(c.BaseURL)}
	if c.apiKey != "" {
		opts = append(opts, httpexport.WithAPIKey(c.apiKey))
	}
	if c.httpClient != nil {
		opts = append(opts, httpexport.WithHTTPClient(c.httpClient))
	}
	return httpexport.New(opts...)
}

// Start begins a span as the child of ctx's span, or as the root of a new trace,
// and returns a context in which it is the parent. End it with [Span.End].
//
// An empty name is "unnamed"; a name is cut at 256 bytes. Whether ctx is cancelled
// does not matter to recording. A nil or disabled Tracer returns ctx as it is, and
// a nil Span, which can be used. It may be called from many goroutines.
func (t *Tracer) Start(ctx context.Context, name string, opts ...SpanOption) (context.Context, *Span) {
	if t == nil || t.pipeline == nil {
		return ctx, nil
	}
	ctx = orBackground(ctx)
	sc := scopeOf(ctx)
	r := t.newRecord(sc.about, name, opts)
	c := &spanContext{scopeContext: scopeContext{Context: ctx}, span: Span{tracer: t, rec: r}}
	span := &c.span
	t.place(ctx, sc, span)
	c.scope = scope{tracer: t, span: span, about: sc.about}
	if !span.sampled {
		span.rec = nil
		t.release(r)
	} else if r.data.ParentSpanID == uuid.Nil && slices.Contains(t.cfg.ProvisionalRoots, r.data.Kind) {
		t.pipeline.Enqueue(&provisionalRoot{span: span})
	}
	return c, span
}

// spanContext is the context of a span: the two share an allocation.
type spanContext struct {
	scopeContext
	span Span
}

// parent is the span here, or the one in another process.
func (s scope) parent() SpanContext {
	switch {
	case s.span != nil:
		return s.span.Context()
	case s.remote != nil:
		return *s.remote
	}
	return SpanContext{}
}

// place gives the span its ids and its fate: those of its parent here, of its
// parent elsewhere, or of a new trace.
func (t *Tracer) place(ctx context.Context, sc scope, span *Span) {
	d := &span.rec.data
	span.spanID = newSpanID()
	parent := sc.parent()
	if !parent.IsValid() && t.parentFrom != nil {
		parent = t.foreignParent(ctx)
	}
	if parent.IsValid() {
		span.traceID, span.sampled = parent.TraceID, parent.Sampled
		d.ParentSpanID = parent.SpanID
	} else {
		span.traceID = newTraceID()
		span.sampled = t.sample(span.traceID, d.Name, d.Kind)
	}
	d.TraceID, d.SpanID = span.traceID, span.spanID
}

func (t *Tracer) foreignParent(ctx context.Context) (parent SpanContext) {
	defer func() {
		if r := recover(); r != nil {
			t.trouble.panicked("WithParentFrom", r)
			parent = SpanContext{}
		}
	}()
	parent, ok := t.parentFrom(ctx)
	if !ok {
		return SpanContext{}
	}
	return parent
}

// Flush waits until all that had ended before the call is delivered or lost, or
// until ctx ends. Its error is a [*LossError] that says what was lost since the
// Flush before, and why. Other goroutines may go on meanwhile.
func (t *Tracer) Flush(ctx context.Context) error {
	if t == nil || t.pipeline == nil {
		return nil
	}
	return lossError(t.pipeline.Flush(orBackground(ctx)))
}

// orBackground forgives a nil context.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// Shutdown delivers what has ended, until ctx ends, and stops the Tracer: spans
// that end later are counted as after_shutdown. At the end of ctx it cancels the
// export under way and still leaves no goroutine behind. Its error is a
// [*LossError] with all that was lost in the Tracer's life. A second call returns
// the answer of the first.
func (t *Tracer) Shutdown(ctx context.Context) error {
	ctx = orBackground(ctx)
	switch {
	case t == nil:
		return nil
	case t.pipeline != nil:
		defer t.stopVCS()
		defer context.AfterFunc(ctx, t.stopVCS)()
		return lossError(t.pipeline.Shutdown(ctx))
	case t.idle != nil:
		return t.idle.Shutdown(ctx)
	}
	return nil
}

// Config returns what the Tracer was built with, without the key.
func (t *Tracer) Config() Config {
	if t == nil {
		return Config{}
	}
	c := t.cfg
	c.ProvisionalRoots = slices.Clone(c.ProvisionalRoots)
	return c
}

// String names the Tracer, without any secret.
func (t *Tracer) String() string {
	if t == nil {
		return "staso.Tracer(nil)"
	}
	return fmt.Sprintf("staso.Tracer(%q at %s)", t.cfg.AgentName, t.cfg.BaseURL)
}

// Format prints String for every verb, so that none reaches what is inside.
func (t *Tracer) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }
