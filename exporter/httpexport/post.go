package httpexport

import (
	"context"
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/staso-go/staso/internal/api"
)

// post sends body, compressed where that is wanted. A backend that refuses the
// compression is sent the body as it is, at once.
func (e *Exporter) post(ctx context.Context, path string, key uuid.UUID, body *payload) (*api.Answer, error) {
	if e.compressor == nil || !e.compressor.wants(len(body.buf)) {
		return e.postAs(ctx, path, key, body, "")
	}
	small := newPayload(&e.payloads)
	defer small.release()
	var err error
	if small.buf, err = e.compressor.compress(small.buf, body.buf); err != nil {
		return nil, err
	}
	answer, err := e.postAs(ctx, path, key, small, "gzip")
	if hasStatus(err, http.StatusUnsupportedMediaType) {
		e.compressor.refuse()
		return e.postAs(ctx, path, key, body, "")
	}
	return answer, err
}

func (e *Exporter) postAs(ctx context.Context, path string, key uuid.UUID, body *payload, encoding string) (*api.Answer, error) {
	req, err := e.client.NewRequest(ctx, http.MethodPost, path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	if key != uuid.Nil {
		req.Header.Set("Idempotency-Key", key.String())
	}
	req.Body, req.ContentLength = body.reader(), int64(len(body.buf))
	req.GetBody = func() (io.ReadCloser, error) { return body.reader(), nil }
	answer, err := e.client.Do(req, maxAnswer)
	if err == nil && e.compressor != nil {
		e.compressor.learn(answer.Header)
	}
	return answer, err
}
