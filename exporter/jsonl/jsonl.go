package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/turn"
)

// ErrLocked is what New wraps where another Exporter, in this process or in
// another, writes the file.
var ErrLocked = errors.New("jsonl: file is in use")

// Exporter writes lines. Make one with [New] or [NewWriter]. Its methods may be
// called from any goroutine; batches are written one at a time.
type Exporter struct {
	pool   sync.Pool // of *encoded; it gives back what is not used
	closed atomic.Bool
	turn   turn.Turn // to use out
	out    output
}

var _ exporter.Exporter = (*Exporter)(nil)

// output is a file or a writer.
type output interface {
	put(e *encoded) error
	close() error
}

// New opens the file, which it makes if it is missing, for append. The folder
// must be there. Another Exporter's file is [ErrLocked]. A wrong argument or
// option wraps [ErrInvalidOption], all of them at once.
func New(path string, opts ...Option) (*Exporter, error) {
	c, err := newConfig(path, opts)
	if err != nil {
		return nil, err
	}
	f, err := openFile(path, c)
	if err != nil {
		return nil, fmt.Errorf("open jsonl: %w", err)
	}
	return &Exporter{turn: turn.New(), out: f}, nil
}

// NewWriter writes to w, a pipe or a buffer for instance. Each batch is one call
// of Write, and only one at a time. Shutdown neither flushes nor closes w. A w
// that blocks makes Export block, whatever its context says.
func NewWriter(w io.Writer) (*Exporter, error) {
	if w == nil {
		return nil, fmt.Errorf("%w: the writer is nil", ErrInvalidOption)
	}
	return &Exporter{turn: turn.New(), out: &writer{w: w}}, nil
}

// Export appends the batch. Its errors:
//
//   - [*exporter.RetryableError]: the disk is full, or another error of the file;
//     no part of the batch is left in it. Of a writer: it took nothing.
//   - [*exporter.PartialError]: what has no form in JSON, or one above
//     [MaxLineBytes], was left out; or a writer took only the first lines.
func (e *Exporter) Export(ctx context.Context, batch exporter.Batch) error {
	if e.closed.Load() {
		return exporter.ErrShutdown
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("jsonl: %w", err)
	}
	lines, ok := e.pool.Get().(*encoded)
	if !ok {
		lines = new(encoded)
	}
	defer e.pool.Put(lines)
	lines.encode(&batch)
	if err := e.turn.Take(ctx); err != nil {
		return fmt.Errorf("jsonl: wait for another batch: %w", err)
	}
	defer e.turn.Pass()
	if e.closed.Load() {
		return exporter.ErrShutdown
	}
	if lines.lines.Len() > 0 {
		if err := e.out.put(lines); err != nil {
			return fmt.Errorf("write jsonl: %w", err)
		}
	}
	return lines.rejected.error()
}

// Shutdown syncs and closes the file. Where a writer blocks, and an Export with
// it, it returns an error when ctx ends.
func (e *Exporter) Shutdown(ctx context.Context) error {
	if e.closed.Swap(true) {
		return nil
	}
	if err := e.turn.Take(ctx); err != nil {
		return fmt.Errorf("close jsonl: a batch is still being written: %w", err)
	}
	defer e.turn.Pass()
	if err := e.out.close(); err != nil {
		return fmt.Errorf("close jsonl: %w", err)
	}
	return nil
}
