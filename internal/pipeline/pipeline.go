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
	roused       bool // a sender has been signalled and has not cut yet
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
		epochs:  epochs{current: newEpoch()},
	}
	var senders sync.WaitGroup
	for range cfg.Senders {
		senders.Go((&sender{p: p}).run)
	}
	go func() {
		senders.Wait()
		close(p.drained)
	}()
	return p
}

// rouse wakes one sender, unless one is on its way already. It is called with
// p.mu held.
func (p *Pipeline) rouse() {
	if p.claim() {
		p.signal()
	}
}

// claim says whether the caller is to signal. Each cut lets it be asked again.
func (p *Pipeline) claim() bool {
	first := !p.roused
	p.roused = true
	return first
}

func (p *Pipeline) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
