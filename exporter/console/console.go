package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/turn"
)

// Exporter prints trees. Make one with [New]. Its methods may be called from any
// goroutine.
type Exporter struct {
	config config

	turn   turn.Turn // to use what follows, and the writer
	closed bool
	held   map[uuid.UUID]*trace
	order  []*trace // as they were begun
	size   int
	timer  *time.Timer // runs while something is held
	err    error       // of a write that no call was there to return
}

var _ exporter.Exporter = (*Exporter)(nil)

// New makes an exporter that prints. All that is wrong is said at once and wraps
// [ErrInvalidOption].
func New(opts ...Option) (*Exporter, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	return &Exporter{config: c, turn: turn.New(), held: make(map[uuid.UUID]*trace)}, nil
}

// Export holds the spans and prints the traces that are complete. An error of the
// writer is final, and what was to be printed is lost; one that came up while no
// Export was under way is returned by the next.
func (e *Exporter) Export(ctx context.Context, batch exporter.Batch) error {
	if err := e.turn.Take(ctx); err != nil {
		return fmt.Errorf("console: wait for another batch: %w", err)
	}
	defer e.turn.Pass()
	if e.closed {
		return exporter.ErrShutdown
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("console: %w", err)
	}
	now := time.Now()
	for _, span := range batch.Spans {
		t := e.of(span.TraceID, batch.Resource)
		t.latest = now
		e.size += t.add(newNode(span, &e.config))
	}
	p := e.printer()
	for _, annotation := range batch.Annotations {
		e.annotate(p, annotation)
	}
	e.release(p, func(t *trace) bool { return t.complete })
	for e.size > e.config.maxHeld {
		e.print(p, e.order[0])
	}
	e.watch(now)
	return errors.Join(e.takeError(), e.write(p))
}

// Shutdown prints what is held. Where the writer blocks, and an Export with it,
// it returns an error when ctx ends.
func (e *Exporter) Shutdown(ctx context.Context) error {
	if err := e.turn.Take(ctx); err != nil {
		return fmt.Errorf("shut down console: a batch is still being printed: %w", err)
	}
	defer e.turn.Pass()
	if e.closed {
		return nil
	}
	e.closed = true
	if e.timer != nil {
		e.timer.Stop()
	}
	p := e.printer()
	e.release(p, func(*trace) bool { return true })
	return errors.Join(e.takeError(), e.write(p))
}

func (e *Exporter) of(id uuid.UUID, resource exporter.Resource) *trace {
	t := e.held[id]
	if t == nil {
		t = newTrace(id, resource)
		e.held[id] = t
		e.order = append(e.order, t)
	}
	return t
}

// annotate holds an annotation with its trace, or prints it where that is not
// held.
func (e *Exporter) annotate(p *printer, a *exporter.Annotation) {
	t := e.held[a.TraceID]
	if t == nil {
		p.annotation(a, &e.config)
		return
	}
	t.annotate(a.SpanID, noteOf(a, &e.config))
	e.size++
}

// release prints the held traces for which due says true.
func (e *Exporter) release(p *printer, due func(*trace) bool) {
	for _, t := range slices.Clone(e.order) {
		if due(t) {
			e.print(p, t)
		}
	}
}

func (e *Exporter) print(p *printer, t *trace) {
	p.trace(t)
	delete(e.held, t.id)
	e.order = slices.DeleteFunc(e.order, func(other *trace) bool { return other == t })
	e.size -= t.size
}

// watch keeps the timer running while something is held.
func (e *Exporter) watch(now time.Time) {
	if len(e.order) == 0 || e.timer != nil {
		return
	}
	next := e.order[0].latest
	for _, t := range e.order {
		if t.latest.Before(next) {
			next = t.latest
		}
	}
	e.timer = time.AfterFunc(next.Add(e.config.maxWait).Sub(now), e.expire)
}

// expire prints what has waited long enough.
func (e *Exporter) expire() {
	e.turn <- struct{}{}
	defer e.turn.Pass()
	e.timer = nil
	if e.closed {
		return
	}
	now := time.Now()
	p := e.printer()
	e.release(p, func(t *trace) bool { return now.Sub(t.latest) >= e.config.maxWait })
	e.watch(now)
	if err := e.write(p); err != nil {
		e.err = err
	}
}

func (e *Exporter) printer() *printer {
	return &printer{width: e.config.width, color: *e.config.color}
}

func (e *Exporter) write(p *printer) error {
	if p.Len() == 0 {
		return nil
	}
	if _, err := e.config.out.Write(p.Bytes()); err != nil {
		return fmt.Errorf("write to console: %w", err)
	}
	return nil
}

func (e *Exporter) takeError() error {
	err := e.err
	e.err = nil
	return err
}
