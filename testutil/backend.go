package testutil

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// Backend is a Staso backend in the test's own process: it takes spans and
// annotations over HTTP as the real one does and keeps what it took. It fails as
// [Backend.Fail] and [Backend.FailAlways] say. It is safe for concurrent use.
type Backend struct {
	config  backendConfig
	server  *httptest.Server
	stopped chan struct{} // closed by Close: ends the faults that wait

	mu          sync.Mutex // guards what is below
	spans       map[spanKey]*exporter.SpanData
	order       []spanKey
	annotations map[uuid.UUID]*exporter.Annotation
	noted       []uuid.UUID
	requests    []Request
	queued      []Fault
	permanent   *Fault
}

// spanKey is a span's identity.
type spanKey struct{ trace, span uuid.UUID }

type backendConfig struct {
	key               string
	gzip              bool
	withoutBulk       bool
	withoutReceipts   bool
	withoutSetupCheck bool
}

// BackendOption changes what NewBackend starts.
type BackendOption interface{ apply(*backendConfig) }

type backendOption func(*backendConfig)

func (f backendOption) apply(c *backendConfig) { f(c) }

// WithKey makes the backend answer 401 to every other key. The default is to
// take any.
func WithKey(key string) BackendOption {
	return backendOption(func(c *backendConfig) { c.key = key })
}

// WithGzip makes the backend say that it takes compressed bodies. It takes them
// in any case.
func WithGzip() BackendOption {
	return backendOption(func(c *backendConfig) { c.gzip = true })
}

// WithoutBulk takes away the call for many annotations at once.
func WithoutBulk() BackendOption {
	return backendOption(func(c *backendConfig) { c.withoutBulk = true })
}

// WithoutReceipts leaves the receipt out of acknowledgements, as backends do that
// know no Idempotency-Key.
func WithoutReceipts() BackendOption {
	return backendOption(func(c *backendConfig) { c.withoutReceipts = true })
}

// WithoutSetupCheck takes away the set-up check, and so what a client learns
// there.
func WithoutSetupCheck() BackendOption {
	return backendOption(func(c *backendConfig) { c.withoutSetupCheck = true })
}

// NewBackend starts a backend on a free port of the loopback address. Close it
// when the test is done.
func NewBackend(opts ...BackendOption) *Backend {
	b := &Backend{
		stopped:     make(chan struct{}),
		spans:       make(map[spanKey]*exporter.SpanData),
		annotations: make(map[uuid.UUID]*exporter.Annotation),
	}
	for _, opt := range opts {
		opt.apply(&b.config)
	}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	return b
}

// URL is the base URL for a client, for instance http://127.0.0.1:41871.
func (b *Backend) URL() string { return b.server.URL }

// Close stops the backend and what waits in it. What it took can still be read.
func (b *Backend) Close() {
	b.mu.Lock()
	select {
	case <-b.stopped:
	default:
		close(b.stopped)
	}
	b.mu.Unlock()
	b.server.CloseClientConnections()
	b.server.Close()
}

// Spans returns copies of the spans that were accepted, in the order in which
// they first arrived. A span that arrived twice is there once: the last final one
// stands.
func (b *Backend) Spans() []*exporter.SpanData {
	b.mu.Lock()
	defer b.mu.Unlock()
	spans := make([]*exporter.SpanData, 0, len(b.order))
	for _, key := range b.order {
		spans = append(spans, b.spans[key].Clone())
	}
	return spans
}

// Annotations returns copies of the annotations that were accepted, in the order
// in which they first arrived.
func (b *Backend) Annotations() []*exporter.Annotation {
	b.mu.Lock()
	defer b.mu.Unlock()
	annotations := make([]*exporter.Annotation, 0, len(b.noted))
	for _, id := range b.noted {
		annotations = append(annotations, b.annotations[id].Clone())
	}
	return annotations
}

// Request is a request that reached the backend, one that a fault met included.
type Request struct {
	Method string
	Path   string
	Query  string
	Header http.Header
	// Body is the body without its compression. It is nil where a fault answered
	// before the body was read.
	Body []byte
}

// Requests returns the requests in the order in which they were answered.
func (b *Backend) Requests() []Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

// RequestsTo returns the requests whose path is path.
func (b *Backend) RequestsTo(path string) []Request {
	return slices.DeleteFunc(b.Requests(), func(r Request) bool { return r.Path != path })
}

func (b *Backend) keepSpan(s *exporter.SpanData) {
	key := spanKey{s.TraceID, s.SpanID}
	old, known := b.spans[key]
	if !known {
		b.order = append(b.order, key)
	}
	if !known || !s.Provisional || old.Provisional {
		b.spans[key] = s
	}
}

func (b *Backend) keepAnnotation(a *exporter.Annotation) {
	if _, known := b.annotations[a.ID]; !known {
		b.noted = append(b.noted, a.ID)
	}
	b.annotations[a.ID] = a
}
