package spool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
	"github.com/staso-go/staso/internal/retry"
)

// maxRetryAfter is the longest wait that a receiver may ask for.
const maxRetryAfter = 15 * time.Minute

// sender carries records from the journal to the next exporter.
type sender struct {
	journal *journal
	next    exporter.Exporter
	policy  retry.Policy
	timeout time.Duration
	slots   chan struct{}
	flights sync.WaitGroup
	synced  time.Time // the last time that progress was
	// delivered counts the batches that got through.
	delivered atomic.Int64
}

func newSender(j *journal, next exporter.Exporter, c *config) *sender {
	return &sender{
		journal: j,
		next:    next,
		policy: retry.Policy{
			MaxTries:        -1,
			InitialInterval: min(500*time.Millisecond, c.maxBackoff),
			MaxInterval:     c.maxBackoff,
			MaxRetryAfter:   maxRetryAfter,
		},
		timeout: c.timeout,
		slots:   make(chan struct{}, c.concurrency),
	}
}

// run sends until ctx ends, and returns when nothing is on its way any more.
func (s *sender) run(ctx context.Context) {
	defer s.flights.Wait()
	for {
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		s.syncProgress()
		f := s.await(ctx)
		if f == nil {
			return
		}
		s.flights.Go(func() {
			defer func() { <-s.slots }()
			s.deliver(ctx, f)
		})
	}
}

// await returns the next record, or nil when ctx ends.
func (s *sender) await(ctx context.Context) *flight {
	for {
		f, err := s.takeStubbornly(ctx)
		if f != nil || err != nil {
			return f
		}
		select {
		case <-s.journal.wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// takeStubbornly waits out errors that say nothing of the data, for instance
// that the process has too many files open. It fails only when ctx ends.
func (s *sender) takeStubbornly(ctx context.Context) (f *flight, err error) {
	err = retry.Do(ctx, s.policy, func(ctx context.Context) (err error) {
		if f, err = s.journal.take(ctx); err != nil && ctx.Err() == nil {
			s.journal.setLastError(err)
			return &exporter.RetryableError{Err: err}
		}
		return err
	})
	return f, err
}

func (s *sender) deliver(ctx context.Context, f *flight) {
	batch, err := decodeBatch(f.payload)
	if err != nil {
		s.journal.setLastError(err)
		s.journal.settle(f, ReasonCorrupt, nil)
		return
	}
	flightCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.segment.ctx, cancel)()
	strikes := strikes{others: &s.delivered, seen: s.delivered.Load()}
	err = retry.Do(flightCtx, s.policy, func(ctx context.Context) error {
		return strikes.judge(s.try(ctx, batch))
	})
	s.conclude(ctx, f, err)
}

// maxStrikes is how often a batch may fail while others get through. An outage is
// no strike, so it may take as long as it likes.
const maxStrikes = 20

// strikes keeps a batch that the receiver never takes from holding a slot for
// ever.
type strikes struct {
	others *atomic.Int64 // how many batches got through
	seen   int64
	count  int
}

// judge makes the error of the last strike final.
func (s *strikes) judge(err error) error {
	var retryable *exporter.RetryableError
	if !errors.As(err, &retryable) {
		return err
	}
	if others := s.others.Load(); others != s.seen {
		s.seen = others
		s.count++
	}
	if s.count < maxStrikes {
		return err
	}
	return &exporter.ReasonError{
		Reason: exporter.ReasonRetriesExhausted,
		Err:    fmt.Errorf("failed %d times while other batches got through: %w", maxStrikes, retryable.Err),
	}
}

// conclude settles a flight by the error of its last try. One that was cut off
// by the end of ctx stays pending.
func (s *sender) conclude(ctx context.Context, f *flight, err error) {
	var partial *exporter.PartialError
	var reason *exporter.ReasonError
	switch {
	case err == nil:
		s.delivered.Add(1)
		s.journal.settle(f, "", nil)
	case errors.As(err, &partial):
		s.delivered.Add(1)
		s.journal.settle(f, "", partial)
	case f.segment.ctx.Err() != nil:
		s.journal.settle(f, exporter.ReasonQueueFull, nil)
	case ctx.Err() != nil:
	case errors.As(err, &reason):
		s.journal.settle(f, reason.Reason, nil)
	default:
		s.journal.settle(f, exporter.ReasonExporterFailed, nil)
	}
}

// try sends once. Beside what the next exporter calls retryable it is the
// timeout that is worth another try, and what a person has to mend first: a key,
// a plan, an exporter that somebody else shut down.
func (s *sender) try(ctx context.Context, batch exporter.Batch) error {
	err := retry.Within(s.timeout, func(ctx context.Context) error { return s.export(ctx, batch) })(ctx)
	if err == nil {
		return nil
	}
	s.journal.setLastError(err)
	if needsPerson(err) {
		return &exporter.RetryableError{After: s.policy.MaxInterval, Err: err}
	}
	return err
}

func needsPerson(err error) bool {
	var partial *exporter.PartialError
	var retryable *exporter.RetryableError
	if errors.As(err, &partial) || errors.As(err, &retryable) {
		return false // whatever it wraps, its own word counts
	}
	var reason *exporter.ReasonError
	return errors.Is(err, exporter.ErrShutdown) ||
		errors.As(err, &reason) && reason.Reason == exporter.ReasonUnauthorized
}

// export calls the next exporter and makes a panic of it an error.
func (s *sender) export(ctx context.Context, batch exporter.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("spool: next exporter panicked: %s", panics.Text(p))
		}
	}()
	return s.next.Export(ctx, batch)
}
