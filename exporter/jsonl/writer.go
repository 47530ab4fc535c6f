package jsonl

import (
	"errors"
	"io"
	"io/fs"

	"github.com/staso-go/staso/exporter"
)

// writer is somebody else's. What it took it keeps, so whole lines count.
type writer struct {
	w    io.Writer
	torn bool // the last line that it took has no end
}

func (w *writer) put(e *encoded) error {
	if err := w.mend(); err != nil {
		return err
	}
	lines := e.lines.Bytes()
	n, err := w.w.Write(lines)
	n = min(max(n, 0), len(lines))
	if err == nil && n < len(lines) {
		err = io.ErrShortWrite
	}
	if err == nil {
		return nil
	}
	if n == 0 {
		return classify(err)
	}
	w.torn = lines[n-1] != '\n'
	e.cutAt(n, err)
	return nil
}

// mend ends a line that was cut off.
func (w *writer) mend() error {
	if !w.torn {
		return nil
	}
	if _, err := w.w.Write([]byte{'\n'}); err != nil {
		return classify(err)
	}
	w.torn = false
	return nil
}

func (w *writer) close() error { return nil }

// classify says whether a writer that took nothing may take something later.
func classify(err error) error {
	if errors.Is(err, fs.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	return &exporter.RetryableError{Err: err}
}
