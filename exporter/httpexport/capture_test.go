package httpexport_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
)

// capture is a request that another client of the wire made.
type capture struct {
	Path string          `json:"path"`
	Body json.RawMessage `json:"body"`
}

// captures returns those of one client whose path ends so.
func captures(t *testing.T, name, suffix string) []capture {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "spec", "captures", name))
	if os.IsNotExist(err) {
		t.Skip("the captured requests are not beside the repository")
	}
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	var found []capture
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c capture
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		if strings.HasSuffix(c.Path, suffix) {
			found = append(found, c)
		}
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, found)
	return found
}

// TestSameAsTheOfficialClient exports what the official client exported, and
// compares the requests.
func TestSameAsTheOfficialClient(t *testing.T) {
	t.Parallel()
	for _, c := range captures(t, "python-0.5.25.jsonl", ingestPath) {
		backend := newBackend(t)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, backend.URL()+ingestPath, bytes.NewReader(c.Body))
		require.NoError(t, err)
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())

		e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
		require.NoError(t, e.Export(t.Context(), exporter.Batch{
			ID: uuid.New(), Resource: exporter.Resource{Environment: "staging", Workspace: "default"}, Spans: backend.Spans(),
		}))
		assert.Equal(t, likeForLike(t, c.Body), likeForLike(t, backend.Requests()[1].Body))
	}
}

// likeForLike is a body without what may differ: how a time is written, the order
// and the spacing of JSON in strings, and usage_available, which that client
// leaves false for counts that were set by hand.
func likeForLike(t *testing.T, body []byte) any {
	t.Helper()
	var decoded struct {
		Traces []map[string]any `json:"traces"`
	}
	require.NoError(t, json.Unmarshal(body, &decoded))
	for _, trace := range decoded.Traces {
		trace["timestamp"] = instant(t, trace["timestamp"])
		for _, s := range trace["spans"].([]any) {
			s := s.(map[string]any)
			s["timestamp"] = instant(t, s["timestamp"])
			delete(s, "usage_available")
			var attributes any
			require.NoError(t, json.Unmarshal([]byte(s["attributes"].(string)), &attributes))
			s["attributes"] = attributes
		}
	}
	return decoded.Traces
}

func instant(t *testing.T, value any) string {
	t.Helper()
	at, err := time.Parse(time.RFC3339, value.(string))
	require.NoError(t, err)
	return at.UTC().Format(time.RFC3339Nano)
}

func TestAnnotationsAsTheOfficialClient(t *testing.T) {
	t.Parallel()
	for _, c := range captures(t, "python-0.5.25.jsonl", "/annotations") {
		var a exporter.Annotation
		require.NoError(t, json.Unmarshal(c.Body, &a))
		a.TraceID = uuid.MustParse(strings.Split(c.Path, "/")[3])
		backend := newBackend(t)
		e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
		require.NoError(t, e.Export(t.Context(), exporter.Batch{ID: uuid.New(), Annotations: []*exporter.Annotation{&a}}))
		got := backend.Requests()[0]
		assert.Equal(t, c.Path, got.Path)
		var theirs, ours map[string]any
		require.NoError(t, json.Unmarshal(c.Body, &theirs))
		require.NoError(t, json.Unmarshal(got.Body, &ours))
		assert.Equal(t, a.TraceID.String(), ours["trace_id"])
		delete(ours, "trace_id") // one more than theirs, for both calls have one form
		assert.Equal(t, theirs, ours)
	}
}
