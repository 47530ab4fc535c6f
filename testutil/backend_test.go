package testutil_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/testutil"
)

const ingest = "/v1/traces/ingest"

// backendTest is a backend and a client that keeps no connection.
type backendTest struct {
	*testutil.Backend
	t      *testing.T
	client *http.Client
}

func newBackend(t *testing.T, opts ...testutil.BackendOption) *backendTest {
	t.Helper()
	b := &backendTest{testutil.NewBackend(opts...), t, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	t.Cleanup(b.Close)
	return b
}

func (b *backendTest) send(ctx context.Context, method, path, body string, header ...string) (int, http.Header, string, error) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, b.URL()+path, strings.NewReader(body))
	require.NoError(b.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := b.client.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(answer), err
}

func (b *backendTest) post(path, body string, header ...string) (int, string) {
	b.t.Helper()
	status, _, answer, err := b.send(b.t.Context(), http.MethodPost, path, body, header...)
	require.NoError(b.t, err)
	return status, answer
}

// twoTraces has one span each; the second is of no kind that is known.
const twoTraces = `{"traces":[
	{"trace_id":"00000000-0000-0000-0000-0000000000a1","spans":[{"span_id":"00000000-0000-0000-0000-000000000001","parent_span_id":null,
		"name":"bot","kind":"agent","timestamp":"2026-11-23T02:11:56.818553+00:00","duration_ms":0.47,"status":"ok","attributes":"{}"}]},
	{"trace_id":"00000000-0000-0000-0000-0000000000a2","spans":[{"span_id":"00000000-0000-0000-0000-000000000001",
		"name":"x","kind":"novel","timestamp":"2026-11-23T02:11:56Z","status":"timeout","attributes":"{}","agent_id":""}]}]}`

func TestBackendIngest(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	status, answer := b.post(ingest, twoTraces, "Idempotency-Key", "k-1")
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"accepted":2,"rejected":0,"spans_dropped":0,"errors":[],"receipt_id":"k-1"}`, answer)
	spans := b.Spans()
	require.Len(t, spans, 2)
	assert.Equal(t, "bot", spans[0].Name)
	assert.Equal(t, 470*time.Microsecond, spans[0].Duration)
	assert.Equal(t, exporter.KindCustom, spans[1].Kind)
	assert.Equal(t, exporter.StatusTimeout, spans[1].Status)
	spans[0].Name = "changed"
	assert.Equal(t, "bot", b.Spans()[0].Name, "what it returns is a copy")
}

func TestBackendRefusesATraceAlone(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	_, answer := b.post(ingest, strings.Replace(twoTraces, `"status":"ok"`, `"status":"ok","agent_id":"x"`, 1))
	assert.Contains(t, answer, `"accepted":1`)
	assert.Contains(t, answer, `"trace":0`)
	_, answer = b.post(ingest, `{"traces":[{"spans":[]},{"trace_id":"00000000-0000-0000-0000-0000000000a1","spans":[{}]}]}`)
	assert.Contains(t, answer, `"rejected":2`)
	status, _ := b.post(ingest, `{"traces":`)
	assert.Equal(t, 400, status)
}

func TestBackendProvisional(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	provisional := strings.Replace(twoTraces, `"attributes":"{}"`, `"attributes":"{\"staso.provisional_root\":true}"`, 1)
	b.post(ingest, provisional)
	assert.True(t, b.Spans()[0].Provisional)
	b.post(ingest, twoTraces)
	b.post(ingest, provisional)
	assert.False(t, b.Spans()[0].Provisional, "it never replaces a final one")
	assert.Len(t, b.Spans(), 2)
}

func TestBackendAnnotations(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	trace := uuid.New()
	path := "/v1/traces/" + trace.String() + "/annotations"
	status, _ := b.post(path, `{"name":"tone","value":"polite","data_type":"categorical"}`)
	assert.Equal(t, 201, status)
	status, answer := b.post(path, `{"name":"tone","value":true,"data_type":"numeric"}`)
	assert.Equal(t, 422, status)
	assert.Contains(t, answer, "data_type is numeric")
	status, _ = b.post("/v1/traces/x/annotations", `{}`)
	assert.Equal(t, 404, status)
	_, answer = b.post("/v1/annotations", `{"annotations":[{"trace_id":"`+trace.String()+`","name":"n","value":1,"data_type":"numeric"},{}]}`)
	assert.Contains(t, answer, `"rejected":1`)
	require.Len(t, b.Annotations(), 2)
	assert.Equal(t, trace, b.Annotations()[1].TraceID)
}

func TestBackendSetupAndKeys(t *testing.T) {
	t.Parallel()
	b := newBackend(t, testutil.WithKey("sk_1"), testutil.WithGzip())
	status, header, answer, err := b.send(t.Context(), http.MethodGet, "/v1/setup/validate", "", "X-API-Key", "sk_1")
	require.NoError(t, err)
	assert.Equal(t, 200, status)
	assert.Equal(t, "gzip", header.Get("Accept-Encoding"))
	assert.Contains(t, answer, `"capabilities":["annotations_bulk"]`)
	status, answer = b.post(ingest, twoTraces)
	assert.Equal(t, 401, status)
	assert.Contains(t, answer, `"code":"invalid_key"`)
	status, _ = b.post("/v1/nothing", "", "X-API-Key", "sk_1")
	assert.Equal(t, 404, status)

	plain := newBackend(t, testutil.WithoutSetupCheck(), testutil.WithoutBulk(), testutil.WithoutReceipts())
	status, _, _, err = plain.send(t.Context(), http.MethodGet, "/v1/setup/validate", "")
	require.NoError(t, err)
	assert.Equal(t, 404, status)
	status, _ = plain.post("/v1/annotations", "{}")
	assert.Equal(t, 404, status)
	_, answer = plain.post(ingest, twoTraces, "Idempotency-Key", "k-1")
	assert.NotContains(t, answer, "receipt_id")
}

func TestBackendTakesGzip(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, twoTraces)
	require.NoError(t, w.Close())
	status, _ := b.post(ingest, zipped.String(), "Content-Encoding", "gzip")
	assert.Equal(t, 200, status)
	assert.JSONEq(t, twoTraces, string(b.RequestsTo(ingest)[0].Body))
	status, _ = b.post(ingest, "not zipped", "Content-Encoding", "gzip")
	assert.Equal(t, 400, status)
	status, _ = b.post(ingest, "x", "Content-Encoding", "zstd")
	assert.Equal(t, 400, status)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	b.Fail(testutil.Status(503, 1500*time.Millisecond), testutil.Malformed(), testutil.Garbage(), testutil.Huge(5000),
		testutil.PartialRejection(1), testutil.Redirect("https://example.com/x"), testutil.TooLarge(10))
	status, header, answer, err := b.send(t.Context(), http.MethodPost, ingest, twoTraces)
	require.NoError(t, err)
	assert.Equal(t, 503, status)
	assert.Equal(t, "2", header.Get("Retry-After"), "whole seconds, rounded up")
	assert.Contains(t, answer, "capacity_exhausted")
	_, answer = b.post(ingest, twoTraces)
	assert.False(t, json.Valid([]byte(answer)))
	_, answer = b.post(ingest, twoTraces)
	assert.Contains(t, answer, "<!doctype html>")
	_, answer = b.post(ingest, twoTraces)
	assert.Len(t, answer, 5000)
	_, answer = b.post(ingest, twoTraces)
	assert.Contains(t, answer, `"rejected":1`)
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	status, _ = b.post(ingest, twoTraces)
	assert.Equal(t, 307, status)
	status, _ = b.post(ingest, twoTraces)
	assert.Equal(t, 413, status)
	status, _ = b.post(ingest, twoTraces)
	assert.Equal(t, 200, status, "the queue is empty")
	assert.Len(t, b.Requests(), 8)

	b.FailAlways(testutil.Delay(time.Millisecond))
	b.Fail(testutil.Status(500, 0))
	status, _ = b.post(ingest, twoTraces)
	assert.Equal(t, 500, status)
	status, _ = b.post(ingest, twoTraces)
	assert.Equal(t, 200, status)
	b.Fail(testutil.Status(500, 0))
	b.Recover()
	status, _ = b.post(ingest, twoTraces)
	assert.Equal(t, 200, status)
}

func TestFaultsThatDoNotAnswer(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	for _, fault := range []testutil.Fault{testutil.Hang(), testutil.SlowBody(), testutil.Delay(time.Hour)} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		b.Fail(fault)
		_, _, _, err := b.send(ctx, http.MethodPost, ingest, twoTraces)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		cancel()
	}
	b.Fail(testutil.Reset())
	_, _, _, err := b.send(t.Context(), http.MethodPost, ingest, twoTraces)
	require.Error(t, err)

	b.Fail(testutil.Hang())
	done := make(chan error, 1)
	go func() {
		_, _, _, err := b.send(t.Context(), http.MethodPost, ingest, twoTraces)
		done <- err
	}()
	b.Close()
	b.Close()
	require.Error(t, <-done, "Close ends what hangs")
}

func TestVerify(t *testing.T) {
	t.Parallel()
	tracer := newTracer(t, rejecter{})
	_, span := tracer.Start(t.Context(), "lost")
	span.End()
	var told failures
	testutil.VerifyDelivered(&told, tracer)
	assert.Contains(t, told.only(t), "1 spans failed: unauthorized")

	fine := newTracer(t, testutil.NewRecorder())
	_, span = fine.Start(t.Context(), "dropped by hand")
	span.Drop()
	testutil.VerifyDelivered(t, fine)
	require.NoError(t, fine.Shutdown(t.Context()))
	_, span = fine.Start(t.Context(), "late")
	span.End()
	told = failures{}
	testutil.VerifyDelivered(&told, fine)
	assert.Contains(t, told.only(t), "after_shutdown")

	told = failures{}
	testutil.VerifyNoLeaks(&told, func() error { return errors.New("two goroutines") })
	assert.Contains(t, told.only(t), "two goroutines")
	testutil.VerifyNoLeaks(t, func() error { return nil })
}

// rejecter refuses everything for good.
type rejecter struct{}

func (rejecter) Export(context.Context, exporter.Batch) error {
	return &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: errors.New("no such key")}
}

func (rejecter) Shutdown(context.Context) error { return nil }
