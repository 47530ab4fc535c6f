package httpapi

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync/atomic"
)

const (
	// DefaultMaxBody is how large a body may be, decompressed.
	DefaultMaxBody = 16 << 20
	// DefaultMaxInFlight is how much memory all bodies in work may take together.
	DefaultMaxInFlight = 128 << 20

	firstRead = 32 << 10
)

// Bodies reads the bodies of requests within bounds: of each, and of all that
// are being worked on at a time. It is safe for concurrent use.
type Bodies struct {
	maxBody     int64
	maxInFlight int64
	inFlight    atomic.Int64
	decoders    decoders
}

// NewBodies returns a reader of bodies of at most maxBody bytes each, after
// decompression, and maxInFlight together; 0 is the default of either.
func NewBodies(maxBody, maxInFlight int64) *Bodies {
	if maxBody <= 0 {
		maxBody = DefaultMaxBody
	}
	if maxInFlight <= 0 {
		maxInFlight = DefaultMaxInFlight
	}
	// One byte more shows that a body is too large.
	return &Bodies{maxBody: maxBody, maxInFlight: max(maxInFlight, maxBody+1)}
}

// InFlight is how many bytes of bodies are held now.
func (b *Bodies) InFlight() int64 { return b.inFlight.Load() }

// Body is what a request brought, decompressed.
type Body struct {
	Bytes []byte
	owner *Bodies
}

// Release gives the body's memory back to what others may take. Its bytes must
// not be used any more. A second call does nothing.
func (b *Body) Release() {
	b.owner.inFlight.Add(-int64(cap(b.Bytes)))
	b.Bytes = nil
}

// Read returns the whole body of r, decompressed as its Content-Encoding says:
// gzip, zstd or none. Its error is an [*Error]: too large (413), too slow (408),
// an encoding that is not known (415), or too much in work already (503).
//
// The caller releases the body when it has done with it.
func (b *Bodies) Read(r *http.Request) (*Body, error) {
	if r.ContentLength > b.maxBody {
		// A client that asks before it sends has sent nothing yet.
		if r.Header.Get("Expect") == "" {
			b.ignore(r)
		}
		return nil, b.tooLarge()
	}
	raw := http.MaxBytesReader(nil, r.Body, b.maxBody)
	source, done, err := b.decoders.open(r, raw)
	if err != nil {
		return nil, err
	}
	defer done()
	body := &Body{owner: b}
	if err := b.fill(body, source, b.sizeHint(r)); err != nil {
		body.Release()
		return nil, b.readError(r, err)
	}
	return body, nil
}

// sizeHint is how many bytes to make room for at first. A client may lie about a
// length: it gets no more than it has paid for in bytes.
func (b *Bodies) sizeHint(r *http.Request) int64 {
	if encodingOf(r) == "" && r.ContentLength >= 0 {
		return min(r.ContentLength+1, 1<<20) // one more, so that the end is found without growing
	}
	return firstRead
}

var errBusy = errors.New("too many bytes in flight")

func (b *Bodies) fill(body *Body, source io.Reader, hint int64) error {
	if err := b.grow(body, hint); err != nil {
		return err
	}
	for {
		free := body.Bytes[len(body.Bytes):cap(body.Bytes)]
		n, err := source.Read(free)
		body.Bytes = body.Bytes[:len(body.Bytes)+n]
		switch {
		case int64(len(body.Bytes)) > b.maxBody:
			return errTooLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if len(body.Bytes) == cap(body.Bytes) {
			if err := b.grow(body, int64(cap(body.Bytes))*2); err != nil {
				return err
			}
		}
	}
}

// grow makes room for size bytes, if that much is left.
func (b *Bodies) grow(body *Body, size int64) error {
	size = max(min(size, b.maxBody+1), 1)
	more := size - int64(cap(body.Bytes))
	if b.inFlight.Add(more) > b.maxInFlight {
		b.inFlight.Add(-more)
		return errBusy
	}
	grown := make([]byte, len(body.Bytes), size)
	copy(grown, body.Bytes)
	body.Bytes = grown
	return nil
}

var errTooLarge = errors.New("body too large")

// maxIgnored is how much of a body that is refused is read and thrown away, in
// multiples of what is allowed.
const maxIgnored = 4

// ignore lets the client send its body to the end, within reason: many read no
// answer before, and would take the end of the connection for a failed network.
func (b *Bodies) ignore(r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, maxIgnored*b.maxBody) //nolint:errcheck // whatever happens to it, the answer is the same
}

func (b *Bodies) tooLarge() error {
	return TooLarge("body: larger than %d bytes: send it in several requests", b.maxBody)
}

func (b *Bodies) readError(r *http.Request, err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || errors.Is(err, errTooLarge) {
		b.ignore(r)
		return b.tooLarge()
	}
	switch {
	case errors.Is(err, errBusy):
		b.ignore(r)
		return Busy("the requests that are being worked on hold %d bytes, which is all they may: send this one again in a second", b.maxInFlight)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Error{Status: http.StatusRequestTimeout, Code: CodeRequestTimeout, Cause: err, Detail: "body: it did not arrive in time"}
	}
	refusal := Malformed("body: it ends early, or is not what its Content-Encoding says")
	refusal.Cause = err
	return refusal
}
