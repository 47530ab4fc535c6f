package multi

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/retry"
)

// secondary is a child behind a queue, and the owner of the goroutine that
// empties it.
type secondary struct {
	member
	queueSize, queueBytes int
	timeout               time.Duration

	wake    chan struct{}   // has room for one note that the queue has grown
	closing chan struct{}   // closed when nothing more comes in
	stopped chan struct{}   // closed when the goroutine has returned
	ctx     context.Context // the goroutine's life, not a call's
	cut     context.CancelFunc

	mu      sync.Mutex
	closed  bool
	queue   []*parcel
	bytes   int // of the queued parcels and the one on its way
	ledger  ledger
	emptied chan struct{} // closed once nothing is pending; nil while nobody waits
}

func startSecondary(m member, c *config) *secondary {
	s := &secondary{
		member:     m,
		queueSize:  c.queueSize,
		queueBytes: c.queueBytes,
		timeout:    c.timeout,
		wake:       make(chan struct{}, 1),
		closing:    make(chan struct{}),
		stopped:    make(chan struct{}),
	}
	s.ctx, s.cut = context.WithCancel(context.Background())
	go s.run()
	return s
}

// enqueue takes the parcel, or counts why not. It never waits.
func (s *secondary) enqueue(p *parcel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.receive(p.count)
	if reason := s.refusal(p); reason != "" {
		s.ledger.drop(reason, p.count)
		return
	}
	s.queue = append(s.queue, p)
	s.bytes += p.bytes
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// refusal says why a parcel, which is counted as pending already, may not enter.
func (s *secondary) refusal(p *parcel) exporter.Reason {
	switch {
	case s.closed:
		return exporter.ReasonAfterShutdown
	case p.count.items() > s.queueSize, p.bytes > s.queueBytes:
		return exporter.ReasonOversized
	case s.ledger.pending.items() > s.queueSize, s.bytes+p.bytes > s.queueBytes:
		return exporter.ReasonQueueFull
	}
	return ""
}

// run sends until the queue is empty and closed.
func (s *secondary) run() {
	defer close(s.stopped)
	for {
		if p := s.pop(); p != nil {
			s.settle(p, s.send(p))
			continue
		}
		select {
		case <-s.wake:
		case <-s.closing:
			if s.idle() {
				return
			}
		}
	}
}

func (s *secondary) pop() *parcel {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil
	}
	p := s.queue[0]
	s.queue[0] = nil
	s.queue = s.queue[1:]
	return p
}

func (s *secondary) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) == 0
}

func (s *secondary) send(p *parcel) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	return retry.Do(s.ctx, retry.Policy{}, retry.Within(s.timeout, func(ctx context.Context) error {
		return s.export(ctx, p.batch)
	}))
}

func (s *secondary) settle(p *parcel, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.settle(p.count, err, s.ctx.Err() != nil)
	s.bytes -= p.bytes
	if s.emptied != nil && s.ledger.pending == (Count{}) {
		close(s.emptied)
		s.emptied = nil
	}
}

// drain returns when nothing is pending, or when ctx ends.
func (s *secondary) drain(ctx context.Context) error {
	s.mu.Lock()
	if s.ledger.pending == (Count{}) {
		s.mu.Unlock()
		return nil
	}
	if s.emptied == nil {
		s.emptied = make(chan struct{})
	}
	emptied := s.emptied
	s.mu.Unlock()
	select {
	case <-emptied:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", s.name, ctx.Err())
	}
}

// close sends what is queued until ctx ends, and then shuts the child down.
func (s *secondary) close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	close(s.closing)
	stop := context.AfterFunc(ctx, s.cut)
	<-s.stopped
	stop()
	s.cut()
	return errors.Join(s.lost(), s.shutdown(ctx))
}

func (s *secondary) lost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.lost()
}

func (s *secondary) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.stats(s.name)
}
