package multi

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/staso-go/staso/exporter"
)

// Exporter fans out to its children. Make one with [New]. Its methods may be
// called from any goroutine.
type Exporter struct {
	primary     member
	secondaries []*secondary
	retries     retries
	closed      atomic.Bool

	mu     sync.Mutex
	ledger ledger // the primary's
}

var (
	_ exporter.Exporter    = (*Exporter)(nil)
	_ exporter.FlushBinder = (*Exporter)(nil)
)

// New makes an exporter of a primary and of what [WithSecondary] adds, and
// starts a goroutine for each secondary, which Shutdown ends. Shutdown also shuts
// all children down. All that is wrong is said at once and wraps
// [ErrInvalidOption]; the children are untouched then.
func New(primary exporter.Exporter, opts ...Option) (*Exporter, error) {
	c, err := newConfig(primary, opts)
	if err != nil {
		return nil, err
	}
	e := &Exporter{primary: member{name: Primary, exporter: primary}}
	for _, m := range c.secondaries {
		e.secondaries = append(e.secondaries, startSecondary(m, &c))
	}
	return e, nil
}

// Export queues a copy of the batch for each secondary, unless that was done at
// an earlier try of the same Batch.ID, and returns what the primary says. It
// waits for no secondary.
func (e *Exporter) Export(ctx context.Context, batch exporter.Batch) error {
	if e.closed.Load() {
		return exporter.ErrShutdown
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("multi: %w", err)
	}
	again := e.retries.claim(batch.ID)
	if !again {
		e.distribute(&batch)
	}
	err := e.primary.export(ctx, batch)
	var retryable *exporter.RetryableError
	if errors.As(err, &retryable) {
		e.retries.expect(batch.ID)
	}
	e.count(countOf(&batch), err, again, retryable != nil)
	return err
}

func (e *Exporter) distribute(batch *exporter.Batch) {
	if len(e.secondaries) == 0 || countOf(batch) == (Count{}) {
		return
	}
	p := newParcel(batch)
	for _, s := range e.secondaries {
		s.enqueue(p)
	}
}

func (e *Exporter) count(n Count, err error, again, retryable bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !again {
		e.ledger.receive(n)
	}
	if retryable {
		e.ledger.lastError = err
		return
	}
	e.ledger.settle(n, err, false)
}

// Stats returns the counts of all children as they are now, the primary's first,
// then the secondaries' in the order in which they were added.
func (e *Exporter) Stats() []Stats {
	e.mu.Lock()
	all := []Stats{e.ledger.stats(Primary)}
	e.mu.Unlock()
	for _, s := range e.secondaries {
		all = append(all, s.stats())
	}
	return all
}

// Drain returns when nothing is pending for any secondary, or when ctx ends, with
// an error that names those that were not ready.
func (e *Exporter) Drain(ctx context.Context) error {
	var errs []error
	for _, s := range e.secondaries {
		errs = append(errs, s.drain(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("drain multi: %w", err)
	}
	return nil
}

// BindFlush passes the function on to the children that ask for one. For a
// secondary it also waits until that one's queue is empty.
func (e *Exporter) BindFlush(flush func(context.Context) error) {
	if b, ok := e.primary.exporter.(exporter.FlushBinder); ok {
		b.BindFlush(flush)
	}
	for _, s := range e.secondaries {
		if b, ok := s.exporter.(exporter.FlushBinder); ok {
			b.BindFlush(func(ctx context.Context) error {
				return errors.Join(flush(ctx), s.drain(ctx))
			})
		}
	}
}

// Shutdown sends what is queued until ctx ends, drops and counts the rest, and
// shuts all children down, all of them at the same time. Its error joins what
// each child said, with its name, and, of a secondary, an
// [*exporter.PartialError] with what it missed in its life. A second call returns
// nil. A child that ignores the end of its context is left behind after one
// second more.
func (e *Exporter) Shutdown(ctx context.Context) error {
	if e.closed.Swap(true) {
		return nil
	}
	endings := []ending{begin(Primary, func() error { return e.primary.shutdown(ctx) })}
	for _, s := range e.secondaries {
		endings = append(endings, begin(s.name, func() error { return s.close(ctx) }))
	}
	p := patience{ctx: ctx}
	defer p.end()
	var errs []error
	for _, child := range endings {
		if err := p.await(child.err); err != nil {
			errs = append(errs, fmt.Errorf("multi: %s: %w", child.name, err))
		}
	}
	return errors.Join(errs...)
}
