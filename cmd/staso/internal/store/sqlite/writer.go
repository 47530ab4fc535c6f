package sqlite

import (
	"sync/atomic"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	// commitRows bounds a transaction: more would share the cost of a commit
	// further, but make the last of them wait longer than they gain.
	commitRows = 3000
	// troubleFor is how long a write that failed speaks against the store.
	troubleFor = 15 * time.Second
)

// writer is the one goroutine that changes the store.
type writer struct {
	conn  *conn
	queue *queue
	now   func() time.Time

	nextSpan, nextTrace int64
	index               *indexer
	hub                 *hub
	writing             atomic.Bool
	failed              atomic.Pointer[failure] // the last write, where it failed
	ended               chan struct{}
}

// failure is why a write failed, and when.
type failure struct {
	err error
	at  time.Time
}

// note remembers how a write went.
func (w *writer) note(err error) error {
	if err == nil {
		w.failed.Store(nil)
		return nil
	}
	err = translate(err)
	w.failed.Store(&failure{err, time.Now()})
	return err
}

// trouble returns why the last write failed, if that was not long ago: a store
// that is asked for no more writes must be found ready again some time.
func (w *writer) trouble() error {
	if f := w.failed.Load(); f != nil && time.Since(f.at) < troubleFor {
		return f.err
	}
	return nil
}

func newWriter(c *conn, q *queue, now func() time.Time, index *indexer) (*writer, error) {
	w := &writer{conn: c, queue: q, now: now, index: index, ended: make(chan struct{})}
	if err := index.load(c); err != nil {
		return nil, err
	}
	return w, w.sequences()
}

// sequences finds the next ids. One that was given is not given again, also
// after the newest rows were removed: the text index counts on it.
func (w *writer) sequences() (err error) {
	if w.nextSpan, err = w.conn.number("SELECT 1 + max(ifnull((SELECT max(id) FROM spans), 0), (SELECT upto FROM indexed))"); err != nil {
		return err
	}
	w.index.last.Store(w.nextSpan - 1)
	w.nextTrace, err = w.conn.number("SELECT 1 + ifnull(max(seq), 0) FROM traces")
	return err
}

// run writes until the queue is closed and empty. Between writes it fills the
// text index, a step at a time.
func (w *writer) run() {
	defer close(w.ended)
	for {
		if ops := w.queue.take(commitRows); len(ops) > 0 {
			w.commit(ops)
			if w.index.due() {
				w.index.step(w.conn)
			}
			continue
		}
		if w.queue.ended() {
			return
		}
		w.rest()
	}
}

// rest waits for the next write. Where the wait grows long it fills the index,
// a step at a time.
func (w *writer) rest() {
	if !w.index.pending() {
		<-w.queue.wake
		return
	}
	timer := time.NewTimer(w.index.wait())
	defer timer.Stop()
	select {
	case <-w.queue.wake:
		return
	case <-timer.C:
	}
	for w.index.step(w.conn) && w.queue.empty() {
	}
}

// commit writes ops in one transaction. Where that fails and they are several,
// each gets a transaction of its own, so that none fails by another's fault.
func (w *writer) commit(ops []*op) {
	w.writing.Store(true)
	defer w.writing.Store(false)
	if ops[0].remove != nil {
		ops[0].done <- w.remove(ops[0])
		return
	}
	err := w.write(ops)
	if err != nil && len(ops) > 1 {
		for _, o := range ops {
			w.end(o, w.write([]*op{o}))
		}
		return
	}
	for _, o := range ops {
		w.end(o, err)
	}
}

// end tells the op's caller how its transaction ended, and who watches what it
// changed.
func (w *writer) end(o *op, err error) {
	if err == nil {
		o.committed, err = true, o.refused
		for _, id := range o.changed {
			w.hub.tell(o.workspace, id)
		}
	}
	o.done <- err
}

func (w *writer) write(ops []*op) error {
	b := newBatch(w.conn, w.index, w.nextSpan, w.nextTrace)
	b.now = nanos(w.now())
	err := w.conn.tx(func() error { return b.write(ops) })
	if err := w.note(err); err != nil {
		return err
	}
	w.nextSpan, w.nextTrace = b.nextSpan, b.nextTrace
	w.index.written(w.nextSpan - 1)
	return nil
}

func (w *writer) remove(o *op) error {
	b := newBatch(w.conn, w.index, w.nextSpan, w.nextTrace)
	found := false
	err := w.conn.tx(func() (err error) {
		found, err = b.remove(o.workspace, *o.remove)
		return err
	})
	if err == nil && !found {
		return store.ErrNotFound
	}
	return w.note(err)
}
