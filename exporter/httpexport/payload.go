package httpexport

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

// maxPooled keeps one huge batch from holding its memory for ever.
const maxPooled = 8 << 20

// payload is a body in a buffer that is used again. A transport may still read a
// body when its request has failed already, so the buffer goes back only when
// every reader is closed and Export is done with it too.
type payload struct {
	buf  []byte
	refs atomic.Int32
	pool *sync.Pool
}

func newPayload(pool *sync.Pool) *payload {
	p, ok := pool.Get().(*payload)
	if !ok {
		p = &payload{pool: pool}
	}
	p.buf = p.buf[:0]
	p.refs.Store(1)
	return p
}

func (p *payload) release() {
	if p.refs.Add(-1) == 0 && cap(p.buf) <= maxPooled {
		p.pool.Put(p)
	}
}

// reader returns a body that reads p. It must be closed, once or more often.
func (p *payload) reader() io.ReadCloser {
	p.refs.Add(1)
	return &payloadReader{payload: p}
}

var errBodyClosed = errors.New("read of a closed body")

// payloadReader is locked, because a transport may close a body while it is
// being read.
type payloadReader struct {
	mu      sync.Mutex
	payload *payload
	offset  int
}

func (r *payloadReader) Read(dst []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.payload == nil {
		return 0, errBodyClosed
	}
	if r.offset == len(r.payload.buf) {
		return 0, io.EOF
	}
	n := copy(dst, r.payload.buf[r.offset:])
	r.offset += n
	return n, nil
}

func (r *payloadReader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.payload != nil {
		r.payload.release()
		r.payload = nil
	}
	return nil
}
