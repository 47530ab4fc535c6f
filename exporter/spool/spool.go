package spool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
)

var (
	// ErrLocked is what New wraps where another Exporter, in this process or in
	// another, holds the folder.
	ErrLocked = errors.New("spool: folder is in use")
	// ErrPending is what Shutdown wraps where batches stay on disk. They are
	// not lost: the next New of the folder sends them.
	ErrPending = errors.New("spool: batches stay on disk")
)

// Exporter is a queue on disk in front of another exporter. Make one with [New].
// Its methods may be called from any goroutine.
type Exporter struct {
	next    exporter.Exporter
	journal *journal
	syncer  *syncer

	stopSending context.CancelFunc
	sent        chan struct{} // closed when the sender has returned

	buffers sync.Pool // of *[]byte

	mu      sync.Mutex
	closed  bool
	exports sync.WaitGroup
}

var (
	_ exporter.Exporter    = (*Exporter)(nil)
	_ exporter.FlushBinder = (*Exporter)(nil)
)

// New opens the spool in the folder dir, which it makes with mode 0700 if it is
// missing, and starts to send what an earlier process left there. The folder
// belongs to one Exporter at a time: another one's error wraps [ErrLocked]. A
// wrong argument or option wraps [ErrInvalidOption], all of them at once.
//
// Shutdown of the spool shuts next down too. If New fails, next is untouched.
func New(dir string, next exporter.Exporter, opts ...Option) (*Exporter, error) {
	c, err := newConfig(dir, next, opts)
	if err != nil {
		return nil, err
	}
	j, err := openJournal(dir, &c)
	if err != nil {
		return nil, fmt.Errorf("open spool: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &Exporter{
		next:        next,
		journal:     j,
		syncer:      startSyncer(j, c.syncInterval),
		stopSending: cancel,
		sent:        make(chan struct{}),
	}
	go func() {
		defer close(e.sent)
		newSender(j, next, &c).run(ctx)
	}()
	return e, nil
}

// Export writes the batch to disk and returns once it is as durable as
// [WithSyncInterval] says. An error of the disk, a full one included, is a
// [*exporter.RetryableError] and leaves no part of the batch behind. A batch
// that is larger than the byte budget is refused as [exporter.ReasonOversized].
func (e *Exporter) Export(ctx context.Context, batch exporter.Batch) error {
	if !e.enter() {
		return exporter.ErrShutdown
	}
	defer e.exports.Done()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	count := Count{Batches: 1, Spans: int64(len(batch.Spans)), Annotations: int64(len(batch.Annotations))}
	if count.Spans+count.Annotations == 0 {
		return nil
	}
	if batch.ID == uuid.Nil {
		batch.ID = uuid.New() // so that a receiver can tell when it is sent again
	}
	buffer := e.buffer()
	defer e.buffers.Put(buffer)
	*buffer = appendBatch((*buffer)[:recordHeaderSize], &batch)
	putHeader(*buffer, count)
	return e.store(ctx, *buffer, count)
}

// buffer is one to frame a batch in. The pool gives back what is not used, so a
// large one does not stay for ever.
func (e *Exporter) buffer() *[]byte {
	if buffer, ok := e.buffers.Get().(*[]byte); ok {
		return buffer
	}
	buffer := make([]byte, recordHeaderSize, 64<<10)
	return &buffer
}

func (e *Exporter) store(ctx context.Context, frame []byte, count Count) error {
	err := e.journal.append(frame, count)
	if err == nil {
		err = e.syncer.commit(ctx)
	}
	var final *exporter.ReasonError
	if err == nil || errors.As(err, &final) {
		return err
	}
	return &exporter.RetryableError{Err: fmt.Errorf("write to spool: %w", err)}
}

func (e *Exporter) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.exports.Add(1)
	return true
}

// Stats returns the counts as they are now. It may be called after Shutdown.
func (e *Exporter) Stats() Stats { return e.journal.stats() }

// Drain returns nil as soon as nothing is pending, or ctx's error when ctx ends
// first. It hurries nothing: a backend that is down keeps it waiting.
func (e *Exporter) Drain(ctx context.Context) error {
	if err := e.journal.awaitEmpty(ctx); err != nil {
		return fmt.Errorf("drain spool: %w", err)
	}
	return nil
}

// BindFlush passes the function on to the next exporter, if that asks for one. As
// passed on, it waits until the spool is empty too.
func (e *Exporter) BindFlush(flush func(context.Context) error) {
	if next, ok := e.next.(exporter.FlushBinder); ok {
		next.BindFlush(func(ctx context.Context) error {
			return errors.Join(flush(ctx), e.Drain(ctx))
		})
	}
}

// grace is how long Shutdown waits, after ctx has ended, for the next exporter
// to notice that.
const grace = time.Second

// Shutdown sends what is pending until ctx ends, leaves the rest on disk, and
// shuts the next exporter down. Its error joins, as they apply:
//
//   - [ErrPending], with how much stays on disk; nothing of that is lost.
//   - [*exporter.PartialError], with what this Exporter dropped in its life, by
//     reason.
//   - the next exporter's error, or that of a file.
//
// A second call returns nil. A next exporter that ignores the end of its context
// is left behind after one second more, and the folder stays locked until it
// returns.
func (e *Exporter) Shutdown(ctx context.Context) error {
	if !e.close() {
		return nil
	}
	result := make(chan error, 1)
	go func() { result <- e.finish(ctx) }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		return fmt.Errorf("spool: the next exporter goes on after its context ended: %w", ctx.Err())
	}
}

func (e *Exporter) close() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	first := !e.closed
	e.closed = true
	return first
}

func (e *Exporter) shutdownNext(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("spool: next exporter panicked: %s", panics.Text(p))
		}
	}()
	return panics.Safe(e.next.Shutdown(ctx))
}

func (e *Exporter) finish(ctx context.Context) error {
	e.exports.Wait()
	drainErr := e.journal.awaitEmpty(ctx)
	e.stopSending()
	<-e.sent
	e.syncer.close()
	closeErr := e.journal.close()
	return errors.Join(e.journal.remainder(drainErr), e.journal.losses(), closeErr, e.shutdownNext(ctx))
}
