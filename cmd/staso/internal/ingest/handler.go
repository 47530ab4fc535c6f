package ingest

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// maxKeyBytes bounds the Idempotency-Key, which every answer repeats.
const maxKeyBytes = 256

// Handlers are the requests that write. They are safe for concurrent use.
type Handlers struct {
	store  store.Store
	bodies *httpapi.Bodies
	now    func() time.Time
	count  Counts
}

// New returns handlers that write to st and read bodies by way of bodies. now
// is the clock that times are compared with, as a rule time.Now.
func New(st store.Store, bodies *httpapi.Bodies, now func() time.Time) *Handlers {
	return &Handlers{store: st, bodies: bodies, now: now}
}

// Counts returns the numbers so far, for the metrics. They go on counting.
func (h *Handlers) Counts() *Counts { return &h.count }

// PostTraces is POST /v1/traces/ingest.
func (h *Handlers) PostTraces(w http.ResponseWriter, r *http.Request) error {
	batch, req, err := h.take(r, DecodeTraces)
	if err != nil {
		return err
	}
	h.count.addTraces(batch)
	return httpapi.WriteJSON(w, http.StatusOK, answerOf(batch, req))
}

// PostAnnotation is POST /v1/traces/{trace_id}/annotations.
func (h *Handlers) PostAnnotation(w http.ResponseWriter, r *http.Request) error {
	traceID, err := httpapi.PathID(r, "trace_id")
	if err != nil {
		return err
	}
	one := func(body []byte, req Request) (*Batch, error) { return DecodeAnnotation(body, traceID, req) }
	batch, _, err := h.take(r, one)
	if err != nil {
		return err
	}
	h.count.addAnnotations(batch)
	a := batch.Parts[0].Write.Annotations[0]
	return httpapi.WriteJSON(w, http.StatusCreated, httpapi.AnnotationOf(&a))
}

// PostAnnotations is POST /v1/annotations.
func (h *Handlers) PostAnnotations(w http.ResponseWriter, r *http.Request) error {
	batch, req, err := h.take(r, DecodeAnnotations)
	if err != nil {
		return err
	}
	h.count.addAnnotations(batch)
	return httpapi.WriteJSON(w, http.StatusOK, answerOf(batch, req))
}

// take reads, decodes and stores one request.
func (h *Handlers) take(r *http.Request, decode func([]byte, Request) (*Batch, error)) (*Batch, Request, error) {
	req, err := h.request(r)
	if err != nil {
		return nil, req, err
	}
	body, err := h.bodies.Read(r)
	if err != nil {
		return nil, req, err
	}
	defer body.Release()
	batch, err := decode(body.Bytes, req)
	if err != nil {
		return nil, req, err
	}
	return batch, req, h.write(r.Context(), batch)
}

func (h *Handlers) request(r *http.Request) (Request, error) {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKeyBytes || !utf8.ValidString(key) {
		return Request{}, httpapi.Malformed("header Idempotency-Key: %d bytes: want at most %d of UTF-8, as a rule a UUID", len(key), maxKeyBytes)
	}
	header := r.Header.Get(httpapi.WorkspaceHeader)
	if _, err := httpapi.ChooseWorkspace("", header); err != nil {
		return Request{}, err
	}
	return Request{Now: h.now(), Key: key, Workspace: header}, nil
}

// write stores workspace by workspace. Where a later one fails the client sends
// all again, and what was stored already is stored over itself.
func (h *Handlers) write(ctx context.Context, batch *Batch) error {
	for _, part := range batch.Parts {
		if err := h.store.Write(ctx, part.Workspace, part.Write); err != nil {
			return err
		}
	}
	return nil
}

// answer says what became of a batch. SpansDropped would count spans that were
// left out of traces that were accepted: here a trace is taken whole or not at
// all, and it is always 0.
type answer struct {
	Accepted     int         `json:"accepted"`
	Rejected     int         `json:"rejected"`
	SpansDropped int         `json:"spans_dropped"`
	ReceiptID    *string     `json:"receipt_id"`
	Errors       []ItemError `json:"errors,omitempty"`
}

func answerOf(b *Batch, req Request) answer {
	a := answer{Accepted: b.Accepted, Rejected: b.Rejected, Errors: b.Errors}
	if req.Key != "" {
		a.ReceiptID = &req.Key
	}
	return a
}
