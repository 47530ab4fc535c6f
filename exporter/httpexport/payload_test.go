package httpexport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

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
