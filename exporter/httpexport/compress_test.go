package httpexport_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

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
