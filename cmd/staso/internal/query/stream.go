package query

import (
	"errors"
	"net/http"
	"time"
)

// stream writes a long answer piece by piece. Its first error sticks.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	buf     []byte
	sent    bool
	err     error
}

func (h *Handlers) stream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "application/json")
	return &stream{w: w, control: http.NewResponseController(w), timeout: h.writeTimeout}
}

func (s *stream) write(b []byte) {
	s.buf = append(s.buf, b...)
	s.flushIfFull()
}

func (s *stream) separate(first *bool) {
	if !*first {
		s.buf = append(s.buf, ',')
	}
	*first = false
}

func (s *stream) flushIfFull() {
	if len(s.buf) >= flushBytes {
		s.flush()
	}
}

func (s *stream) flush() {
	if s.err != nil {
		return
	}
	if s.timeout > 0 {
		// Each piece gets the time that a whole short answer has.
		if err := s.control.SetWriteDeadline(time.Now().Add(s.timeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			s.err = err
			return
		}
	}
	_, s.err = s.w.Write(s.buf)
	s.sent = true
	s.buf = s.buf[:0]
}

// end sends what is left. What went wrong before anything was sent is an answer
// of its own. Later it can only be told by breaking off: a client must not take
// half a trace for a whole one.
func (s *stream) end() error {
	if s.err != nil && !s.sent {
		s.w.Header().Del("Content-Disposition")
		return s.err
	}
	s.flush()
	if s.err != nil {
		if noter, ok := s.w.(interface{ NoteError(error) }); ok {
			noter.NoteError(s.err)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}
