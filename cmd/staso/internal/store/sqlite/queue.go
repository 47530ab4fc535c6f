package sqlite

import (
	"sync"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// op is one call that waits for the writer: a Write, a change to what the guard
// keeps, or a removal.
type op struct {
	workspace   string
	spans       []spanOf
	annotations []store.Annotation
	change      change
	rows        int        // that change writes, about
	remove      *uuid.UUID // the trace to remove; then nothing else is set

	bytes     int
	refused   error // by change, in the last transaction
	committed bool
	changed   []uuid.UUID // escalations, for those who watch them
	done      chan error  // holds one; gets exactly one
}

// change is a write of the guard's in a transaction. What it refuses is told to its
// caller alone; err undoes the transaction.
type change func(b *batch, ws int64) (refused, err error)

// spanOf is a span's row and the trace it belongs to.
type spanOf struct {
	trace uuid.UUID
	row   *row
}

func (o *op) count() int { return len(o.spans) + len(o.annotations) + o.rows + 1 }

// queue is what waits to be written, bounded by count and by bytes. wake gets
// a value whenever there may be something to take.
type queue struct {
	maxCount, maxBytes int
	wake               chan struct{}

	mu     sync.Mutex
	ops    []*op
	count  int
	bytes  int
	closed bool
}

func newQueue(maxCount, maxBytes int) *queue {
	return &queue{maxCount: maxCount, maxBytes: maxBytes, wake: make(chan struct{}, 1)}
}

// put adds o, or returns store.ErrBusy. What is larger than the bounds by
// itself is taken by an empty queue.
func (q *queue) put(o *op) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return store.ErrClosed
	}
	if len(q.ops) > 0 && (q.count+o.count() > q.maxCount || q.bytes+o.bytes > q.maxBytes) {
		return store.ErrBusy
	}
	q.ops = append(q.ops, o)
	q.count += o.count()
	q.bytes += o.bytes
	q.signal()
	return nil
}

// take returns the next ops to share a transaction, about limit rows of them
// at most; a removal is alone. It returns none where none wait.
func (q *queue) take(limit int) []*op {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, count := 0, 0
	for n < len(q.ops) {
		o := q.ops[n]
		if n > 0 && (o.remove != nil || count+o.count() > limit) {
			break
		}
		n++
		count += o.count()
		q.bytes -= o.bytes
		if o.remove != nil {
			break
		}
	}
	q.count -= count
	taken := q.ops[:n:n]
	q.ops = q.ops[n:]
	if len(q.ops) == 0 {
		q.ops = nil
	}
	return taken
}

// close lets nothing more in. It reports whether the queue was open.
func (q *queue) close() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	was := !q.closed
	q.closed = true
	q.signal()
	return was
}

// waiting returns how many ops wait.
func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ops)
}

func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ops) == 0 && !q.closed
}

func (q *queue) ended() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed && len(q.ops) == 0
}

func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// full says whether a write of one row would be refused.
func (q *queue) full() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.count >= q.maxCount || q.bytes >= q.maxBytes
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}
