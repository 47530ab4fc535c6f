// Package sqlite keeps a store in one SQLite file, without cgo.
//
// One goroutine writes: calls that wait at the same time share a transaction
// (group commit), so that the price of synchronous=FULL is paid once for them
// all. Summaries of traces and groups move by the difference in the same
// transaction. A small pool of connections reads beside it.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

var (
	_ store.Store   = (*Store)(nil)
	_ store.Indexer = (*Store)(nil)
)

// Store is a [store.Store] in a file. It is safe for concurrent use.
type Store struct {
	codec  *codec
	queue  *queue
	writer *writer
	read   *sql.DB
	lock   *conn
	index  *indexer
	hub    *hub
	now    func() time.Time
}

// Open opens the store at path, which it makes if there is none (its folder
// must exist), and brings an older schema up to date. The store belongs to this
// process until Close: another's Open fails with [ErrLocked]. A file that is no
// sound store fails with [ErrCorrupt], one of a newer schema with a sentence
// that says so. Beside path there are path-wal, path-shm and path-lock.
//
// ctx bounds only the opening.
func Open(ctx context.Context, path string, opts ...Option) (*Store, error) {
	s, err := open(ctx, path, opts)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, opts []Option) (_ *Store, err error) {
	cfg, err := configure(opts)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Store{queue: newQueue(cfg.queueCount, cfg.queueBytes), index: &indexer{}, hub: newHub(), now: cfg.now}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
		}
	}()
	if s.codec, err = newCodec(); err != nil {
		return nil, err
	}
	s.index.codec = s.codec
	if s.lock, err = lockFile(path); err != nil {
		return nil, err
	}
	w, err := openWriter(path, cfg, s.queue, s.index)
	if err != nil {
		return nil, translate(err)
	}
	w.hub = s.hub
	s.writer = w
	if s.read, err = openPool(path, cfg.readers); err != nil {
		return nil, errors.Join(err, w.conn.close())
	}
	go w.run()
	return s, nil
}

func openWriter(path string, cfg *config, q *queue, index *indexer) (_ *writer, err error) {
	c, err := openConn(writeDSN(path))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if err := c.script(writePragmas); err != nil {
		return nil, err
	}
	if err := migrate(c); err != nil {
		return nil, err
	}
	if err := limitSize(c, cfg.maxBytes); err != nil {
		return nil, err
	}
	return newWriter(c, q, cfg.now, index)
}

// limitSize bounds the file's size; 0 is no bound.
func limitSize(c *conn, bytes int64) error {
	if bytes == 0 {
		return nil
	}
	page, err := c.number("PRAGMA page_size")
	if err != nil {
		return err
	}
	return c.script(fmt.Sprintf("PRAGMA max_page_count = %d", max(1, bytes/page)))
}

// Write implements [store.Store]. Where ctx ends while the write waits, Write
// returns ctx's error at once, and the write may still take place.
func (s *Store) Write(ctx context.Context, workspace string, w store.Write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o, err := s.encode(workspace, w)
	if err != nil {
		return err
	}
	return s.do(ctx, o)
}

func (s *Store) do(ctx context.Context, o *op) error {
	_, err := s.commit(ctx, o)
	return err
}

// commit returns once o is written or refused, and says if its transaction took
// place. Until then, and for ever where ctx ended, o is the writer's.
func (s *Store) commit(ctx context.Context, o *op) (bool, error) {
	if err := s.queue.put(o); err != nil {
		return false, err
	}
	select {
	case err := <-o.done:
		return o.committed, err
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// encode makes the rows of w here, in the caller's goroutine, so that the
// writer's has only what it alone can do.
func (s *Store) encode(workspace string, w store.Write) (*op, error) {
	o := &op{workspace: workspace, spans: make([]spanOf, len(w.Spans)), done: make(chan error, 1)}
	rows := make([]row, len(w.Spans))
	for i := range w.Spans {
		if err := s.codec.encode(&rows[i], &w.Spans[i]); err != nil {
			return nil, err
		}
		o.spans[i] = spanOf{w.Spans[i].TraceID, &rows[i]}
		o.bytes += rows[i].size()
	}
	o.annotations = make([]store.Annotation, len(w.Annotations))
	for i, a := range w.Annotations {
		a.Value = append([]byte(nil), a.Value...)
		o.annotations[i] = a
		o.bytes += 256 + len(a.Value) + len(a.Comment)
	}
	return o, nil
}

// DeleteTrace implements [store.Store].
func (s *Store) DeleteTrace(ctx context.Context, workspace string, id uuid.UUID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.do(ctx, &op{workspace: workspace, remove: &id, done: make(chan error, 1)})
}

// Ready implements [store.Store].
func (s *Store) Ready(ctx context.Context) error {
	if s.queue.isClosed() {
		return store.ErrClosed
	}
	if s.queue.full() {
		return store.ErrBusy
	}
	if err := s.writer.trouble(); err != nil {
		return err
	}
	return translate(s.read.PingContext(ctx))
}

// Close implements [store.Store]. It waits until what was accepted is written.
// A second Close returns nil.
func (s *Store) Close() error {
	if !s.queue.close() {
		<-s.writer.ended
		return nil
	}
	<-s.writer.ended
	return errors.Join(s.read.Close(), s.writer.conn.close(), s.release())
}

// release gives up what is not the writer's.
func (s *Store) release() error {
	if s.codec != nil {
		s.codec.close()
	}
	if s.lock == nil {
		return nil
	}
	return s.lock.close()
}
