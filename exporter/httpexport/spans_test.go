package httpexport_test

import (
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
