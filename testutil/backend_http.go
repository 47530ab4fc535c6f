package testutil

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// serve answers a request, or lets a fault do it.
func (b *Backend) serve(w http.ResponseWriter, r *http.Request) {
	if b.config.gzip {
		w.Header().Set("Accept-Encoding", "gzip")
	}
	if r.URL.Path == "/v1/setup/validate" {
		b.answer(w, r)
		return
	}
	if fault, ok := b.nextFault(); ok {
		fault.serve(b, w, r)
		return
	}
	b.answer(w, r)
}

// answer does what the real backend does.
func (b *Backend) answer(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	b.note(r, body)
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, "body: "+err.Error())
	case b.config.key != "" && r.Header.Get("X-API-Key") != b.config.key:
		refuse(w, http.StatusUnauthorized, "this key is not known")
	default:
		b.route(w, r, body)
	}
}

func (b *Backend) route(w http.ResponseWriter, r *http.Request, body []byte) {
	trace, isAnnotation := annotatedTrace(r.URL.Path)
	switch call := r.Method + " " + r.URL.Path; {
	case call == "POST /v1/traces/ingest":
		b.ingest(w, r, body)
	case call == "POST /v1/annotations" && !b.config.withoutBulk:
		b.annotateMany(w, r, body)
	case r.Method == http.MethodPost && isAnnotation:
		b.annotate(w, trace, body)
	case call == "GET /v1/setup/validate" && !b.config.withoutSetupCheck:
		b.setup(w)
	default:
		refuse(w, http.StatusNotFound, "there is no "+call)
	}
}

func annotatedTrace(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "/v1/traces/")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, "/annotations")
}

func (b *Backend) setup(w http.ResponseWriter) {
	capabilities := []string{}
	if !b.config.withoutBulk {
		capabilities = append(capabilities, "annotations_bulk")
	}
	reply(w, http.StatusOK, map[string]any{
		"status": "ok", "plan_status": "active", "backend_ready": true, "guard_available": false,
		"capabilities": capabilities, "last_ingestion_at": nil,
	})
}

func (b *Backend) ingest(w http.ResponseWriter, r *http.Request, body []byte) {
	var request wireIngest
	if err := json.Unmarshal(body, &request); err != nil {
		refuse(w, http.StatusBadRequest, "body: "+err.Error())
		return
	}
	accepted, errs := 0, []map[string]any{}
	for i, trace := range request.Traces {
		spans, err := trace.decode()
		if err == nil && isRefused(r, i) {
			err = fmt.Errorf("fault: refused")
		}
		if err != nil {
			errs = append(errs, map[string]any{"trace": i, "detail": err.Error()})
			continue
		}
		accepted++
		b.mu.Lock()
		for _, s := range spans {
			b.keepSpan(s)
		}
		b.mu.Unlock()
	}
	answer := map[string]any{
		"accepted": accepted, "rejected": len(errs), "spans_dropped": 0, "errors": errs,
	}
	if key := r.Header.Get("Idempotency-Key"); !b.config.withoutReceipts && key != "" {
		answer["receipt_id"] = key
	}
	reply(w, http.StatusOK, answer)
}

func (b *Backend) annotate(w http.ResponseWriter, trace string, body []byte) {
	id, err := uuid.Parse(trace)
	if err != nil {
		refuse(w, http.StatusNotFound, "the trace's id is no UUID")
		return
	}
	a, err := decodeAnnotation(body, id)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keepAnnotation(a)
	reply(w, http.StatusCreated, a)
}

func (b *Backend) annotateMany(w http.ResponseWriter, r *http.Request, body []byte) {
	var request struct {
		Annotations []json.RawMessage `json:"annotations"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		refuse(w, http.StatusBadRequest, "body: "+err.Error())
		return
	}
	errs := []map[string]any{}
	for i, one := range request.Annotations {
		a, err := decodeAnnotation(one, uuid.Nil)
		if err == nil && isRefused(r, i) {
			err = fmt.Errorf("fault: refused")
		}
		if err != nil {
			errs = append(errs, map[string]any{"annotation": i, "detail": err.Error()})
			continue
		}
		b.mu.Lock()
		b.keepAnnotation(a)
		b.mu.Unlock()
	}
	reply(w, http.StatusCreated, map[string]any{
		"accepted": len(request.Annotations) - len(errs), "rejected": len(errs), "errors": errs,
	})
}

func decodeAnnotation(body []byte, trace uuid.UUID) (*exporter.Annotation, error) {
	a := &exporter.Annotation{}
	if err := json.Unmarshal(body, a); err != nil {
		return nil, err
	}
	if trace != uuid.Nil {
		a.TraceID = trace
	}
	if a.ID == uuid.Nil {
		a.ID = uuid.New()
	}
	return a, a.Validate()
}

func isRefused(r *http.Request, index int) bool {
	indexes, ok := r.Context().Value(refusedIndexes{}).([]int)
	return ok && slices.Contains(indexes, index)
}

// readBody reads the whole body without its compression.
func readBody(r *http.Request) ([]byte, error) {
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "":
		return io.ReadAll(r.Body)
	case "gzip":
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(unzipped)
	default:
		return nil, fmt.Errorf("content encoding %q is not known", encoding)
	}
}

func (b *Backend) note(r *http.Request, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests = append(b.requests, Request{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body,
	})
}

func refuse(w http.ResponseWriter, code int, detail string) {
	reply(w, code, map[string]any{"detail": detail, "code": machineCode(code)})
}

func machineCode(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "invalid_key"
	case http.StatusPaymentRequired:
		return "plan_expired"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusConflict:
		return "idempotency_conflict"
	case http.StatusRequestEntityTooLarge:
		return "payload_too_large"
	case http.StatusTooManyRequests:
		return "rate_limited"
	case http.StatusServiceUnavailable:
		return "capacity_exhausted"
	}
	if status >= 500 {
		return "backend_unavailable"
	}
	return "malformed_request"
}

func reply(w http.ResponseWriter, code int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(value) //nolint:errcheck // the client sees it
}
