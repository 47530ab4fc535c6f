package testutil

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is a way in which a [Backend] fails a request for spans or annotations.
type Fault struct {
	serve func(b *Backend, w http.ResponseWriter, r *http.Request)
}

// Fail makes the next requests fail, one for each fault, in this order. The
// set-up check never fails. It comes before [Backend.FailAlways].
func (b *Backend) Fail(faults ...Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queued = append(b.queued, faults...)
}

// FailAlways makes every request fail until [Backend.Recover].
func (b *Backend) FailAlways(f Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.permanent = &f
}

// Recover ends all faults, queued ones included.
func (b *Backend) Recover() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.permanent, b.queued = nil, nil
}

func (b *Backend) nextFault() (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queued) > 0 {
		f := b.queued[0]
		b.queued = b.queued[1:]
		return f, true
	}
	if b.permanent != nil {
		return *b.permanent, true
	}
	return Fault{}, false
}

// Status answers code with the detail that the real backend would give. A
// retryAfter above zero is sent in whole seconds, rounded up.
func Status(code int, retryAfter time.Duration) Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		b.note(r, nil)
		if retryAfter > 0 {
			seconds := int64((retryAfter + time.Second - 1) / time.Second)
			w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
		}
		refuse(w, code, "fault: "+http.StatusText(code))
	}}
}

// Answer takes the request for read and answers body with status code, whatever
// was sent.
func Answer(code int, body string) Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		sent, _ := readBody(r) //nolint:errcheck // the answer is the same
		b.note(r, sent)
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}}
}

// Malformed answers 200 with JSON that ends in the middle.
func Malformed() Fault { return Answer(http.StatusOK, `{"accepted": 1, "rejec`) }

// Garbage answers 200 with a page of HTML, as the login page of a network does.
func Garbage() Fault {
	return Answer(http.StatusOK, "<!doctype html><title>Welcome</title><p>Please log in.")
}

// Huge answers 200 and then n bytes.
func Huge(n int) Fault { return Answer(http.StatusOK, strings.Repeat(" ", n)) }

// Redirect answers 307 with another place.
func Redirect(to string) Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		b.note(r, nil)
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	}}
}

// Delay answers as usual, but d later.
func Delay(d time.Duration) Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			b.answer(w, r)
		case <-b.stopped:
		}
	}}
}

// Hang takes the request and never answers, until the client goes or the backend
// is closed.
func Hang() Fault {
	return Fault{func(b *Backend, _ http.ResponseWriter, r *http.Request) {
		body, _ := readBody(r) //nolint:errcheck // there is no answer
		b.note(r, body)
		b.wait(r)
	}}
}

// Reset breaks the connection before the body was read, as a backend does that
// dies.
func Reset() Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		b.note(r, nil)
		hijacker, ok := w.(http.Hijacker)
		if !ok {
			panic(http.ErrAbortHandler)
		}
		conn, _, err := hijacker.Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) //nolint:errcheck // closing breaks it in any case
		}
		_ = conn.Close()
	}}
}

// SlowBody takes the request and begins an answer that never ends, until the
// client goes or the backend is closed.
func SlowBody() Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		body, _ := readBody(r) //nolint:errcheck // there is no answer
		b.note(r, body)
		_, _ = io.WriteString(w, `{"accepted":`)
		_ = http.NewResponseController(w).Flush() //nolint:errcheck // there is no answer
		b.wait(r)
	}}
}

// TooLarge answers 413 to bodies of more than n bytes, compressed as they came,
// and the others as usual.
func TooLarge(n int64) Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > n {
			b.note(r, nil)
			refuse(w, http.StatusRequestEntityTooLarge, "the body is larger than "+strconv.FormatInt(n, 10)+" bytes")
			return
		}
		b.answer(w, r)
	}}
}

// PartialRejection refuses the traces with these indexes in the request, or these
// annotations of a bulk one, and takes the rest.
func PartialRejection(indexes ...int) Fault {
	return Fault{func(b *Backend, w http.ResponseWriter, r *http.Request) {
		b.answer(w, r.WithContext(context.WithValue(r.Context(), refusedIndexes{}, indexes)))
	}}
}

// refusedIndexes is the context key under which PartialRejection tells the
// handlers what to refuse.
type refusedIndexes struct{}

// wait ends when the client goes or the backend is closed.
func (b *Backend) wait(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-b.stopped:
	}
}
