// Package pipeline carries ended spans and annotations from the goroutines that
// made them to an exporter: bounded, batched, retried and counted.
//
// There is one queue and a few senders. A sender cuts a batch off the queue when
// one is due, encodes it, and sees it through all its tries; meanwhile intake
// goes on, for it only ever touches the queue. Nothing leaves the books: at any
// moment, ended = exported + dropped + failed + pending.
package pipeline

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/retry"
)

// Config is what New needs. There are no defaults here: the caller has them.
type Config struct {
	Exporter exporter.Exporter
	Resource exporter.Resource

	BatchSize     int           // items
	BatchBytes    int           // as the items estimate themselves
	FlushInterval time.Duration // how long an item waits for its batch to fill
	QueueSize     int           // items queued, batched and in flight
	QueueBytes    int
	// BlockTimeout is how long Enqueue waits for room. Zero drops at once.
	BlockTimeout  time.Duration
	ExportTimeout time.Duration // of one try
	Senders       int
	Retry         retry.Policy

	// OnTrouble, where set, hears of each batch that was lost or cut. It is called
	// by senders and must not block.
	OnTrouble func(error)
}

// Item is a span, a provisional root or an annotation on its way. Its methods
// are called by one goroutine at a time.
type Item interface {
	// Class says which book the item is counted in.
	Class() Class
	// Bytes estimates the memory it holds.
	Bytes() int
	// AppendTo puts its final form into the batch. An item that has become
	// pointless says false and is forgotten.
	AppendTo(*exporter.Batch) bool
	// Release is called once, when its fate is known.
	Release()
}

// Pipeline is safe for concurrent use.
type Pipeline struct {
	cfg    Config
	ctx    context.Context // ends when a Shutdown's deadline passes
	cancel context.CancelFunc

	wake    chan struct{} // a batch may be due
	closing chan struct{} // closed when Shutdown begins
	drained chan struct{} // closed when all senders have ended
	closed  chan struct{} // closed when Shutdown has its answer
	answer  Loss          // valid once closed is

	mu      sync.Mutex
	queue   ring
	bytes   int // of everything pending
	books   [classes]Counts
	lastErr error
	epochs
	waiters      int           // Enqueue calls that wait for room
	room         chan struct{} // closed, and replaced, when room appears and somebody waits
	shuttingDown bool
}

// New starts the senders. Shutdown ends them.
func New(cfg Config) *Pipeline {
	ctx, cancel := context.WithCancel(context.Background())
	p := &Pipeline{
		cfg: cfg, ctx: ctx, cancel: cancel,
		wake:    make(chan struct{}, 1),
		closing: make(chan struct{}),
		drained: make(chan struct{}),
		closed:  make(chan struct{}),
		room:    make(chan struct{}),
		epochs:  epochs{current: &epoch{done: make(chan struct{})}},
	}
	var senders sync.WaitGroup
	for range cfg.Senders {
		senders.Go(func() { newSender(p).run() })
	}
	go func() {
		senders.Wait()
		close(p.drained)
	}()
	return p
}

// Flush returns when all that was enqueued before the call has met its fate, or
// when ctx ends. The Loss says what was lost since the Flush before.
func (p *Pipeline) Flush(ctx context.Context) Loss {
	e := p.seal()
	if e == nil {
		return Loss{}
	}
	p.signal()
	select {
	case <-e.done:
		return e.loss
	case <-ctx.Done():
		return Loss{Pending: p.Stats().Spans.Pending, Err: ctx.Err()}
	}
}

// cancelGrace is how long an exporter may take to come back once its context
// has ended.
const cancelGrace = 2 * time.Second

// Shutdown refuses new items, delivers what it can until ctx ends, and ends the
// senders and the exporter. The Loss is that of the pipeline's whole life. A
// second call waits for the first and returns the same.
func (p *Pipeline) Shutdown(ctx context.Context) Loss {
	if !p.beginShutdown() {
		select {
		case <-p.closed:
			return p.answer
		case <-ctx.Done():
			return Loss{Pending: p.Stats().Spans.Pending, Err: ctx.Err()}
		}
	}
	err := p.drain(ctx)
	if shutdownErr := p.shutdownExporter(ctx); shutdownErr != nil {
		err = errors.Join(err, shutdownErr)
	}
	p.answer = p.totalLoss(err)
	close(p.closed)
	return p.answer
}

func (p *Pipeline) beginShutdown() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shuttingDown {
		return false
	}
	p.shuttingDown = true
	close(p.closing)
	return true
}

// drain waits for the senders; at the end of ctx it cuts them short.
func (p *Pipeline) drain(ctx context.Context) error {
	defer p.cancel()
	select {
	case <-p.drained:
		return nil
	case <-ctx.Done():
	}
	p.cancel()
	grace := time.NewTimer(cancelGrace)
	defer grace.Stop()
	select {
	case <-p.drained:
		return ctx.Err()
	case <-grace.C:
		return errors.Join(ctx.Err(), errors.New("the exporter did not return when its context ended"))
	}
}

// shutdownExporter bounds an exporter that keeps its contract poorly.
func (p *Pipeline) shutdownExporter(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- contain(func() error { return p.cfg.Exporter.Shutdown(ctx) }) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace := time.NewTimer(cancelGrace)
	defer grace.Stop()
	select {
	case err := <-done:
		return err
	case <-grace.C:
		return errors.New("the exporter's Shutdown did not return when its context ended")
	}
}

func (p *Pipeline) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
