package guard

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Reporter is a [Checker] that asks another one, a local engine, and tells the
// backend of its verdicts in the background. Put it in the engine's place:
//
//	reporter := guard.NewReporter(engine, client)
//	defer reporter.Shutdown(ctx)
//	checker := guard.Chain(reporter, client)
//
// It never holds a call up: up to 1000 decisions, or 16 MiB, wait to be sent, and
// more are dropped and counted in [ReporterStats]. It is safe for concurrent use.
type Reporter struct {
	checker Checker
	client  *Client
	queue   chan []byte
	bytes   atomic.Int64 // in the queue
	flushes chan chan struct{}

	reported, dropped, failed atomic.Int64

	life    context.Context // ends what is being sent
	end     context.CancelFunc
	closing chan struct{}
	done    chan struct{}

	mu      sync.RWMutex // guards closed, and the queue against late comers
	closed  bool
	lastErr error // of the goroutine; read once it is done
}

// ReporterStats counts decisions.
type ReporterStats struct {
	Reported int64 // the backend has them
	Dropped  int64 // the queue was full, or they came after Shutdown
	Failed   int64 // the backend did not take them
}

const (
	reporterQueue    = 1000
	reporterBytes    = 16 << 20
	reporterInterval = time.Second
)

// NewReporter returns a Reporter and starts its one goroutine, which ends with
// [Reporter.Shutdown]. The client is the caller's, and is not closed. A nil or
// disabled one reports nothing.
func NewReporter(checker Checker, client *Client) *Reporter {
	r := &Reporter{
		checker: checker, client: client,
		queue: make(chan []byte, reporterQueue), flushes: make(chan chan struct{}),
		closing: make(chan struct{}), done: make(chan struct{}),
	}
	r.life, r.end = context.WithCancel(context.Background())
	go r.run()
	return r
}

// Check asks the Checker behind it and notes the verdict.
func (r *Reporter) Check(ctx context.Context, call Call) (Result, error) {
	return r.check(ctx, call, ask)
}

func (r *Reporter) check(ctx context.Context, call Call, ask func(context.Context, Checker, Call) (Result, error)) (Result, error) {
	call = named(call.In(ctx))
	result, err := ask(ctx, r.checker, call)
	if r.client != nil && r.client.enabled {
		r.note(ctx, Decision{Call: call, Result: result, Time: time.Now()})
	}
	return result, err
}

func (r *Reporter) note(ctx context.Context, d Decision) {
	encoded, err := r.client.encodeDecision(ctx, d)
	if err != nil {
		r.failed.Add(1)
		return
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if size := int64(len(encoded)); !r.closed && r.bytes.Add(size) <= reporterBytes {
		select {
		case r.queue <- encoded:
			return
		default:
			r.bytes.Add(-size)
		}
	} else if !r.closed {
		r.bytes.Add(-size)
	}
	r.dropped.Add(1)
}

// Stats counts what became of the decisions until now.
func (r *Reporter) Stats() ReporterStats {
	return ReporterStats{Reported: r.reported.Load(), Dropped: r.dropped.Load(), Failed: r.failed.Load()}
}

// Flush waits until what was decided before the call is reported or lost, or until
// ctx ends, and returns ctx's error then.
func (r *Reporter) Flush(ctx context.Context) error {
	flushed := make(chan struct{})
	select {
	case r.flushes <- flushed:
	case <-r.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("guard: flush decisions: %w", ctx.Err())
	}
	select {
	case <-flushed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("guard: flush decisions: %w", ctx.Err())
	}
}

// Shutdown reports what is left, until ctx ends, and ends the goroutine. Its error
// says how many decisions were lost in the Reporter's life. Calls can still be
// checked; their verdicts are dropped. A second Shutdown returns the same.
func (r *Reporter) Shutdown(ctx context.Context) error {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		close(r.closing)
	}
	r.mu.Unlock()
	defer context.AfterFunc(ctx, r.end)()
	<-r.done
	r.end()
	if lost := r.dropped.Load() + r.failed.Load(); lost > 0 {
		return lossError(lost, r.lastErr)
	}
	return nil
}

func lossError(lost int64, err error) error {
	if err == nil {
		return fmt.Errorf("guard: %d decisions were not reported", lost)
	}
	return fmt.Errorf("guard: %d decisions were not reported: %w", lost, err)
}

// run sends what comes, together with what comes within a second of it.
func (r *Reporter) run() {
	defer close(r.done)
	var batch [][]byte
	timer := time.NewTimer(reporterInterval)
	defer timer.Stop()
	timer.Stop()
	for {
		select {
		case d := <-r.queue:
			if len(batch) == 0 {
				timer.Reset(reporterInterval)
			}
			if batch = append(batch, d); len(batch) == reportSize {
				batch = r.send(batch)
			}
		case <-timer.C:
			batch = r.send(batch)
		case flushed := <-r.flushes:
			batch = r.drain(batch)
			close(flushed)
		case <-r.closing:
			r.drain(batch)
			return
		}
	}
}

// drain sends what is there now.
func (r *Reporter) drain(batch [][]byte) [][]byte {
	for range len(r.queue) { // nobody else takes from it
		batch = append(batch, <-r.queue)
	}
	return r.send(batch)
}

// send sends a batch, in as many requests as it takes, and returns an empty one.
func (r *Reporter) send(batch [][]byte) [][]byte {
	for len(batch) > 0 {
		n := batchLength(batch)
		if err := r.client.report(r.life, batch[:n]); err != nil {
			r.lastErr = err
			r.failed.Add(int64(n))
		} else {
			r.reported.Add(int64(n))
		}
		for _, d := range batch[:n] {
			r.bytes.Add(-int64(len(d)))
		}
		batch = batch[n:]
	}
	return nil
}
