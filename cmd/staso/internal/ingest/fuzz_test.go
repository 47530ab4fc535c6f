package ingest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// captured returns the ingest bodies that were recorded of other clients.
func captured(t testing.TB) [][]byte {
	t.Helper()
	paths, err := filepath.Glob("../../../../../shared/spec/captures/*.jsonl")
	require.NoError(t, err)
	var bodies [][]byte
	for _, path := range paths {
		lines, err := os.ReadFile(path)
		require.NoError(t, err)
		for line := range bytes.Lines(lines) {
			var request struct {
				Path string
				Body json.RawMessage
			}
			require.NoError(t, json.Unmarshal(line, &request))
			if request.Path == "/v1/traces/ingest" {
				bodies = append(bodies, request.Body)
			}
		}
	}
	return bodies
}

func FuzzDecodeTraces(f *testing.F) {
	for _, body := range captured(f) {
		f.Add(body)
	}
	for _, fields := range []string{
		``, `"name":"a\u0000","kind":"x","attributes":"{\"tags\":[\"a\"],\"provider\":\"p\"}"`, `"duration_ms":-1,"input_tokens":1e3`, `"input":{"a":1},"capture":{}`,
		`"usage_available":true,"error_message":"","status":"error"`, `"input_tokens":99999999999999999999`, "\"name\":\"\xff\"",
	} {
		f.Add([]byte(oneSpan(fields)))
	}
	f.Add([]byte(`{"traces":[{"spans":null},{"trace_id":null,"agent_name":"x","spans":[{}]}],"traces":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) { agree(t, body) })
}

func TestDecodeAgreesWithEncodingJSON(t *testing.T) {
	bodies := captured(t)
	if len(bodies) == 0 {
		t.Skip("the captures of other clients are not beside this repository")
	}
	for _, body := range bodies {
		batch := agree(t, body)
		assert.Zero(t, batch.Rejected)
		assert.Positive(t, batch.Spans)
	}
}

// agree holds the decoder against the reference.
func agree(t *testing.T, body []byte) *ingest.Batch {
	t.Helper()
	batch, err := ingest.DecodeTraces(body, ingest.Request{Now: now})
	if err != nil && (strings.Contains(err.Error(), "in each other") || strings.Contains(err.Error(), "more than")) {
		return nil // encoding/json has no such bounds
	}
	want, ok := decodeReference(body)
	require.Equal(t, ok, err == nil, "%v", err)
	if !ok {
		return nil
	}
	require.Equal(t, [2]int{want.accepted, want.rejected}, [2]int{batch.Accepted, batch.Rejected}, "%+v", batch.Errors)
	var got []store.Span
	for _, part := range batch.Parts {
		got = append(got, part.Write.Spans...)
	}
	if len(batch.Parts) > 1 {
		return batch // in another order
	}
	require.Len(t, got, len(want.spans))
	for i := range got {
		if bytes.Contains(got[i].Attributes, []byte("staso.original_kind")) {
			got[i].Attributes = []byte("foreign")
			want.spans[i].Attributes = []byte("foreign")
		}
		require.Equal(t, normal(want.spans[i]), normal(got[i]))
	}
	return batch
}

// normal makes nothing of empty: the difference means nothing.
func normal(sp store.Span) store.Span {
	for _, b := range []*[]byte{&sp.Input, &sp.Output, &sp.Attributes, &sp.Capture} {
		if len(*b) == 0 {
			*b = nil
		}
	}
	return sp
}
