package httpexport_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
)

// llmBatch has 100 spans as an agent makes them: about 350 bytes of messages.
func llmBatch() exporter.Batch {
	batch := batchOf(100)
	for _, s := range batch.Spans {
		s.Kind, s.Model, s.Provider = exporter.KindLLM, "gpt-4o", "openai"
		s.Usage = &exporter.Usage{InputTokens: 120, OutputTokens: 30}
		s.Input = json.RawMessage(`[{"role":"system","content":"You are a helpful assistant for the customers of a shop. ` +
			`Answer briefly, and never promise what the shop cannot keep."},{"role":"user","content":"Where is my order? ` +
			`I ordered \"two lamps\" a week ago, and nobody has told me anything since then."}]`)
		s.Output = json.RawMessage(`{"role":"assistant","content":"Your order A-17 left our warehouse yesterday."}`)
		s.Attributes = json.RawMessage(`{"tags":["vip"],"temperature":0.2}`)
	}
	return batch
}

func BenchmarkEncode100(b *testing.B) {
	batch := llmBatch()
	encode := httpexport.NewEncoder()
	body := encode(nil, batch)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		body = encode(body[:0], batch)
	}
}

// BenchmarkExport100 also counts what the sink allocates; the sink's share is
// what BenchmarkSink shows.
func BenchmarkExport100(b *testing.B) {
	e := benchExporter(b)
	batch := llmBatch()
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Export(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(batch.Spans))/b.Elapsed().Seconds(), "spans/s")
}

func benchExporter(b *testing.B) *httpexport.Exporter {
	b.Helper()
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"accepted":50,"rejected":0,"spans_dropped":0}`)
	}))
	b.Cleanup(sink.Close)
	e, err := httpexport.New(httpexport.WithBaseURL(sink.URL))
	require.NoError(b, err)
	b.Cleanup(func() { _ = e.Shutdown(b.Context()) })
	return e
}

// BenchmarkSink is the least that a POST of the same size costs with net/http,
// both sides counted.
func BenchmarkSink(b *testing.B) {
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"accepted":50,"rejected":0,"spans_dropped":0}`)
	}))
	b.Cleanup(sink.Close)
	body := httpexport.AppendBatch(nil, llmBatch())
	transport := &http.Transport{}
	b.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}
	b.ReportAllocs()
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, sink.URL, bytes.NewReader(body))
		require.NoError(b, err)
		req.Header.Set("Idempotency-Key", uuid.NewString())
		resp, err := client.Do(req)
		require.NoError(b, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
