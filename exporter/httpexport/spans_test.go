package httpexport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/internal/version"
	"github.com/staso-go/staso/testutil"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()+"/"), httpexport.WithAPIKey("sk_test_key"))
	batch := batchOf(3)
	require.NoError(t, e.Export(t.Context(), batch))
	requests := backend.Requests()
	require.Len(t, requests, 1, "the spans of a batch go in one request")
	got := requests[0]
	assert.Equal(t, http.MethodPost, got.Method)
	assert.Equal(t, ingestPath, got.Path)
	assert.Equal(t, "sk_test_key", got.Header.Get("X-API-Key"))
	assert.Equal(t, version.UserAgent, got.Header.Get("User-Agent"))
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	assert.Equal(t, batch.ID.String(), got.Header.Get("Idempotency-Key"))
	assert.Empty(t, got.Header.Get("Content-Encoding"))
	assert.NotEmpty(t, got.Header.Get("Content-Length"))
	var body struct {
		Traces []struct {
			Environment string `json:"environment"`
			Workspace   string `json:"workspace_slug"`
		} `json:"traces"`
	}
	require.NoError(t, json.Unmarshal(got.Body, &body))
	require.Len(t, body.Traces, 2)
	assert.Equal(t, "staging", body.Traces[0].Environment)
	assert.Equal(t, "acme", body.Traces[1].Workspace)
}

func TestBatchWithoutAnIDGetsOne(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	batch := batchOf(1)
	batch.ID = uuid.Nil
	require.NoError(t, e.Export(t.Context(), batch))
	require.NoError(t, e.Export(t.Context(), batch))
	keys := idempotencyKeys(backend)
	require.Len(t, keys, 2)
	assert.NotEqual(t, keys[0], keys[1])
	assert.NotEqual(t, uuid.Nil.String(), keys[0])
}

func idempotencyKeys(backend *testutil.Backend) []string {
	var keys []string
	for _, r := range backend.RequestsTo(ingestPath) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
	}
	return keys
}

func TestTooLargeIsHalved(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	backend.FailAlways(testutil.TooLarge(6000))
	batch := batchOf(20)
	require.NoError(t, e.Export(t.Context(), batch))
	assert.Len(t, backend.Spans(), 20)
	first := idempotencyKeys(backend)
	assert.Equal(t, batch.ID.String(), first[0])
	assert.Len(t, unique(first), len(first), "every part has a key of its own")

	require.NoError(t, e.Export(t.Context(), batch))
	assert.Equal(t, first, idempotencyKeys(backend)[len(first):], "the same parts have the same keys on every try")
}

func unique(keys []string) map[string]bool {
	set := make(map[string]bool)
	for _, key := range keys {
		set[key] = true
	}
	return set
}

func TestOneSpanTooLargeIsCounted(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	backend.FailAlways(testutil.TooLarge(20_000))
	batch := batchOf(30)
	batch.Spans[11].Input = json.RawMessage(`"` + strings.Repeat("x", 30_000) + `"`)
	err := e.Export(t.Context(), batch)
	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonOversized: 1}, partial.Rejected)
	assert.Len(t, backend.Spans(), 29)
}

func TestMoreSpansThanARequestTakes(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	require.NoError(t, e.Export(t.Context(), batchOf(1201)))
	assert.Len(t, backend.Spans(), 1201)
	assert.Len(t, backend.RequestsTo(ingestPath), 3)
}

func TestNextTryGoesOnWhereTheLastOneStopped(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	batch := batchOf(900)
	backend.Fail(testutil.PartialRejection(0), testutil.Status(503, 0))
	require.ErrorAs(t, e.Export(t.Context(), batch), new(*exporter.RetryableError))
	assert.Len(t, backend.Spans(), 498)

	err := e.Export(t.Context(), batch)
	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 2}, partial.Rejected, "refused in the first try")
	assert.Len(t, backend.RequestsTo(ingestPath), 3)
	assert.Len(t, backend.Spans(), 898)
}

func TestUnauthorizedHalfWay(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	batch := batchOf(700)
	batch.Annotations = []*exporter.Annotation{note(1)}
	backend.Fail(testutil.PartialRejection(), testutil.Status(401, 0))
	var partial *exporter.PartialError
	require.ErrorAs(t, e.Export(t.Context(), batch), &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonUnauthorized: 200}, partial.Rejected)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonUnauthorized: 1}, partial.RejectedAnnotations)
	assert.Len(t, backend.Spans(), 500)
}

func TestPartialRejection(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	batch := batchOf(5) // traces of 2, 2 and 1 spans
	backend.Fail(testutil.PartialRejection(2))
	err := e.Export(t.Context(), batch)
	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 1}, partial.Rejected)
	require.ErrorContains(t, err, "trace 2")
	require.ErrorContains(t, err, "fault: refused")
	assert.Len(t, backend.Spans(), 4)
}

func TestAcknowledgementCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		lost   int
	}{
		"all taken, no receipt":   {`{"accepted":3,"rejected":0,"spans_dropped":0}`, 0},
		"all taken, null receipt": {`{"accepted":3,"receipt_id":null,"unknown":{}}`, 0},
		"the refused are named":   {`{"accepted":2,"rejected":1,"errors":[{"trace":2,"span":0,"detail":"no"}]}`, 1},
		"named twice":             {`{"accepted":2,"rejected":1,"errors":[{"trace":2},{"trace":2}]}`, 1},
		"not named: the largest":  {`{"accepted":2,"rejected":1}`, 2},
		"one of two named":        {`{"accepted":1,"rejected":2,"errors":[{"trace":2}]}`, 3},
		"named wrongly":           {`{"accepted":2,"rejected":1,"errors":[{"trace":77},{"trace":-1}]}`, 2},
		"list in another form":    {`{"accepted":2,"rejected":1,"errors":"see the log"}`, 2},
		"spans dropped":           {`{"accepted":3,"rejected":0,"spans_dropped":4}`, 4},
		"more than there are":     {`{"accepted":3,"rejected":0,"spans_dropped":400}`, 5},
		"all refused":             {`{"accepted":0,"rejected":3}`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := newBackend(t)
			e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
			backend.Fail(testutil.Answer(200, c.answer))
			err := e.Export(t.Context(), batchOf(5))
			if c.lost == 0 {
				require.NoError(t, err)
				return
			}
			var partial *exporter.PartialError
			require.ErrorAs(t, err, &partial)
			assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: c.lost}, partial.Rejected)
		})
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	backend := newBackend(t, testutil.WithGzip())
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	require.NoError(t, e.Export(t.Context(), batchOf(50)), "before it was told")
	require.NoError(t, e.Export(t.Context(), batchOf(50)), "after")
	require.NoError(t, e.Export(t.Context(), exporter.Batch{Spans: []*exporter.SpanData{{TraceID: traceID(1), SpanID: spanID(1)}}}))
	backend.Fail(testutil.Answer(http.StatusUnsupportedMediaType, `{"detail":"a proxy says no"}`))
	require.NoError(t, e.Export(t.Context(), batchOf(50)), "it is sent again as it is")
	require.NoError(t, e.Export(t.Context(), batchOf(50)), "and so from then on")

	var encodings []string
	for _, r := range backend.RequestsTo(ingestPath) {
		encodings = append(encodings, r.Header.Get("Content-Encoding"))
		assert.True(t, json.Valid(r.Body))
	}
	assert.Equal(t, []string{"", "gzip", "", "gzip", "", ""}, encodings, "a small body is never compressed")
}

func TestCompressionOff(t *testing.T) {
	t.Parallel()
	backend := newBackend(t, testutil.WithGzip())
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()), httpexport.WithCompression(false))
	require.NoError(t, e.Export(t.Context(), batchOf(50)))
	require.NoError(t, e.Export(t.Context(), batchOf(50)))
	assert.Empty(t, backend.Requests()[1].Header.Get("Content-Encoding"))
}

func TestUnsupportedMediaTypeOfAPlainBodyIsFinal(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	backend.FailAlways(testutil.Status(415, 0))
	require.ErrorAs(t, e.Export(t.Context(), batchOf(50)), new(*exporter.PartialError))
	assert.Len(t, backend.Requests(), 1)
}

func TestBuffersAreNotSharedConcurrentSafe(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	// A backend that answers before it has read leaves the transport reading a
	// body whose Export has returned.
	backend.FailAlways(testutil.Status(503, 0))
	big := batchOf(100)
	for _, s := range big.Spans {
		s.Output = json.RawMessage(`"` + strings.Repeat("y", 20_000) + `"`)
	}
	for range 3 {
		require.Error(t, e.Export(t.Context(), big))
	}
	backend.Recover()
	require.NoError(t, e.Export(t.Context(), batchOf(4)))
	requests := backend.Requests()
	body := requests[len(requests)-1].Body
	assert.True(t, json.Valid(body))
	assert.False(t, bytes.Contains(body, []byte("yyyy")))
}

// TestReadAfterReturn has a transport that goes on reading when it has returned,
// as net/http's may.
func TestReadAfterReturn(t *testing.T) {
	t.Parallel()
	var held []*http.Request
	e := newExporter(t, httpexport.WithHTTPClient(&http.Client{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			held = append(held, r)
			return nil, context.DeadlineExceeded
		}),
	}))
	first, second := batchOf(2), batchOf(2)
	second.Spans[0].Name = "of the second"
	require.Error(t, e.Export(t.Context(), first))
	require.Error(t, e.Export(t.Context(), second))
	var read bytes.Buffer
	_, err := read.ReadFrom(held[0].Body)
	require.NoError(t, err)
	assert.True(t, json.Valid(read.Bytes()))
	assert.NotContains(t, read.String(), "of the second")
	require.NoError(t, held[0].Body.Close())
	require.NoError(t, held[0].Body.Close())
	_, err = held[0].Body.Read(make([]byte, 1))
	require.Error(t, err)
	again, err := held[1].GetBody()
	require.NoError(t, err)
	read.Reset()
	_, err = read.ReadFrom(again)
	require.NoError(t, err)
	assert.Contains(t, read.String(), "of the second")
}
