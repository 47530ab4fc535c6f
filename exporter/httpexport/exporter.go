package httpexport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/api"
)

// Exporter sends batches to a backend. It is safe for concurrent use.
type Exporter struct {
	client     *api.Client
	transport  *http.Transport // nil if the client is the caller's
	compressor *compressor     // nil if nothing is to be compressed
	bulk       atomic.Int32    // whether the backend takes annotations in bulk
	progress   progress
	encoders   sync.Pool
	payloads   sync.Pool

	// life ends when Shutdown is done, and with it what is still being sent.
	life context.Context
	end  context.CancelFunc

	mu      sync.Mutex // guards what is below
	closed  bool
	flights int
	idle    chan struct{} // closed when flights is 0; nil before Shutdown
}

var _ exporter.Exporter = (*Exporter)(nil)

// New returns an Exporter. All that is wrong with the options is told at once, in
// errors that wrap [ErrInvalidOption]. Nothing is sent before the first Export.
func New(opts ...Option) (*Exporter, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("httpexport: %w", err)
	}
	e := &Exporter{}
	e.life, e.end = context.WithCancel(context.Background())
	if c.compress {
		e.compressor = &compressor{}
	}
	if c.client == nil {
		e.transport = api.NewTransport(e.life, 8)
		c.client = &http.Client{Transport: e.transport}
	}
	e.client = api.NewClient(c.client, c.base, c.key, c.timeout)
	return e, nil
}

// Export sends the batch's spans, then its annotations. Its errors:
//
//   - [*exporter.RetryableError]: no answer, a malformed one, 408, 429 or 5xx. The
//     next try, with the same Batch.ID, goes on where this one stopped.
//   - [*exporter.PartialError]: what the backend refused, by reason: rejected,
//     oversized (413 for one span alone), or unauthorized for what was left when
//     the key was refused half-way.
//   - [*exporter.ReasonError]: the key, the plan or the address is wrong (401,
//     402, 403, a redirect): nothing was sent.
//
// A refusal is an [*exporter.APIError] in each of them. An error that ctx caused
// is retryable and wraps ctx.Err().
func (e *Exporter) Export(ctx context.Context, batch exporter.Batch) error {
	if !e.enter() {
		return exporter.ErrShutdown
	}
	defer e.leave()
	if err := ctx.Err(); err != nil {
		return &exporter.RetryableError{Err: fmt.Errorf("export batch %s: %w", batch.ID, err)}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.life, cancel)()
	return e.deliver(ctx, batch)
}

func (e *Exporter) deliver(ctx context.Context, batch exporter.Batch) error {
	d := e.progress.resume(batch)
	err := e.sendSpans(ctx, d)
	if err == nil {
		err = e.sendAnnotations(ctx, d)
	}
	var retryable *exporter.RetryableError
	if errors.As(err, &retryable) {
		e.progress.keep(d)
		return err
	}
	return d.result(err)
}

// Shutdown waits until what is being exported is done, or, when ctx ends, stops
// it and returns ctx's error. It closes the connections that the Exporter owns.
func (e *Exporter) Shutdown(ctx context.Context) error {
	idle, first := e.close()
	if !first {
		return nil
	}
	var err error
	select {
	case <-idle: // also where ctx has ended already
	default:
		select {
		case <-idle:
		case <-ctx.Done():
			err = fmt.Errorf("httpexport: shutdown stopped what was being sent: %w", ctx.Err())
		}
	}
	e.end()
	if e.transport != nil {
		e.transport.CloseIdleConnections()
	}
	return err
}

func (e *Exporter) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.flights++
	return true
}

func (e *Exporter) leave() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.flights--
	if e.closed && e.flights == 0 {
		close(e.idle)
	}
}

func (e *Exporter) close() (idle <-chan struct{}, first bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, false
	}
	e.closed = true
	e.idle = make(chan struct{})
	if e.flights == 0 {
		close(e.idle)
	}
	return e.idle, true
}
