package ingest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/loadtest"
)

// benchmarkBody is a request of 100 spans, 10 to a trace.
func benchmarkBody(b *testing.B) []byte {
	b.Helper()
	template, err := loadtest.NewTemplate(loadtest.Shape{Traces: 10, Spans: 10}, time.Now())
	require.NoError(b, err)
	return template.Body(nil, 1)
}

// BenchmarkDecode decodes 100 spans to an op.
func BenchmarkDecode(b *testing.B) {
	body := benchmarkBody(b)
	request := ingest.Request{Now: time.Now()}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ingest.DecodeTraces(body, request); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodingJSON is what the same body costs with encoding/json, into
// structs of the wire and without any of the checks.
func BenchmarkEncodingJSON(b *testing.B) {
	type span struct {
		SpanID         string  `json:"span_id"`
		ParentSpanID   *string `json:"parent_span_id"`
		Name           string
		Kind           string
		Timestamp      time.Time
		DurationMS     float64 `json:"duration_ms"`
		Status         string
		Model          string
		Provider       string
		RequestedModel string `json:"requested_model"`
		UsageAvailable *bool  `json:"usage_available"`
		Effort         string `json:"reasoning_effort"`
		InputTokens    int64  `json:"input_tokens"`
		OutputTokens   int64  `json:"output_tokens"`
		TotalTokens    int64  `json:"total_tokens"`
		Input          string
		Output         string
		Attributes     string
		ErrorMessage   *string `json:"error_message"`
		SessionID      string  `json:"session_id"`
		AgentName      string  `json:"agent_name"`
		AgentID        string  `json:"agent_id"`
		AgentVersion   string  `json:"agent_version"`
		UserID         string  `json:"user_id"`
		Capture        json.RawMessage
	}
	type trace struct {
		TraceID     string `json:"trace_id"`
		Timestamp   time.Time
		Environment string
		Spans       []span
	}
	body := benchmarkBody(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var request struct{ Traces []trace }
		if err := json.Unmarshal(body, &request); err != nil {
			b.Fatal(err)
		}
	}
}
