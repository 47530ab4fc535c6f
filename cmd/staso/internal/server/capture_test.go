package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type recorded struct {
	Method, Path string
	Headers      map[string]string
	Body         json.RawMessage
}

// recordings are the requests of other clients, by file.
func recordings(t *testing.T) map[string][]recorded {
	t.Helper()
	paths, err := filepath.Glob("../../../../../shared/spec/captures/*.jsonl")
	require.NoError(t, err)
	if len(paths) == 0 {
		t.Skip("the recorded requests of other clients are not beside this repository")
	}
	all := map[string][]recorded{}
	for _, path := range paths {
		lines, err := os.ReadFile(path)
		require.NoError(t, err)
		for line := range strings.Lines(string(lines)) {
			var r recorded
			require.NoError(t, json.Unmarshal([]byte(line), &r))
			all[filepath.Base(path)] = append(all[filepath.Base(path)], r)
		}
	}
	return all
}

func (b *backend) replay(r recorded) answer {
	b.t.Helper()
	var headers []string
	for name, value := range r.Headers {
		headers = append(headers, name, value)
	}
	return b.do(r.Method, r.Path, string(r.Body), headers...)
}

func TestRecordedClientsAreStoredAndReadBackExactly(t *testing.T) {
	for name, requests := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			var seen int
			for _, r := range requests {
				switch {
				case r.Path == "/v1/traces/ingest":
					seen += b.checkIngest(r)
				case strings.HasSuffix(r.Path, "/annotations"):
					b.checkAnnotation(r)
					seen++
				}
			}
			assert.Positive(t, seen)
		})
	}
}

type sentTraces struct {
	Traces []struct {
		TraceID     string `json:"trace_id"`
		Environment string
		Spans       []map[string]any
	}
}

func (b *backend) checkIngest(r recorded) int {
	t := b.t
	t.Helper()
	var sent sentTraces
	require.NoError(t, json.Unmarshal(r.Body, &sent))
	a := b.replay(r)
	require.Equal(t, 200, a.status)
	var receipt any
	if key := r.Headers["Idempotency-Key"]; key != "" {
		receipt = key
	}
	want := map[string]any{"accepted": float64(len(sent.Traces)), "rejected": 0.0, "spans_dropped": 0.0, "receipt_id": receipt}
	assert.Equal(t, want, a.json(t))
	n := 0
	for _, trace := range sent.Traces {
		got := b.get("/v1/traces/" + trace.TraceID)
		assert.Equal(t, trace.Environment, got["environment"])
		byID := map[string]map[string]any{}
		for _, sp := range got["spans"].([]any) {
			byID[sp.(map[string]any)["span_id"].(string)] = sp.(map[string]any)
		}
		for _, sp := range trace.Spans {
			checkSpan(t, sp, byID[sp["span_id"].(string)])
			n++
		}
	}
	return n
}

// checkSpan compares every field that was sent with what is read back.
func checkSpan(t *testing.T, sent, got map[string]any) {
	t.Helper()
	require.NotNil(t, got)
	for field, value := range sent {
		switch field {
		case "input", "output", "attributes":
			var want any
			if value != "" {
				require.NoError(t, json.Unmarshal([]byte(value.(string)), &want))
			}
			assert.Equal(t, want, got[field], field)
		case "timestamp":
			at, err := time.Parse(time.RFC3339Nano, value.(string))
			require.NoError(t, err)
			assert.Equal(t, at.UTC().Format(time.RFC3339Nano), got[field])
		case "session_id":
			assert.Equal(t, value, got["conversation_id"])
		default:
			assert.Equal(t, value, got[field], field)
		}
	}
}

func (b *backend) checkAnnotation(r recorded) {
	t := b.t
	t.Helper()
	a := b.replay(r)
	require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
	made := a.json(t)
	var sent map[string]any
	require.NoError(t, json.Unmarshal(r.Body, &sent))
	for field, value := range sent {
		assert.Equal(t, value, made[field], field)
	}
	trace := b.get(strings.TrimSuffix(r.Path, "/annotations"))
	assert.Contains(t, trace["annotations"], made)
}
