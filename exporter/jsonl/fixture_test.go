package jsonl_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

func open(t *testing.T, path string, opts ...jsonl.Option) *jsonl.Exporter {
	t.Helper()
	e, err := jsonl.New(path, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Shutdown(t.Context()) })
	return e
}

// span is one with every field set.
func span(name string) *exporter.SpanData {
	return &exporter.SpanData{
		TraceID: uuid.New(), SpanID: uuid.New(), ParentSpanID: uuid.New(),
		Name: name, Kind: exporter.KindLLM,
		StartTime: time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.UTC), Duration: 1500 * time.Millisecond,
		Status: exporter.StatusTimeout, ErrorMessage: "rate <b>limited</b>\n",
		Model: "gpt-4o-mini", RequestedModel: "gpt-4o", Provider: "openai", ReasoningEffort: "low",
		Usage:          &exporter.Usage{InputTokens: 12, OutputTokens: 34, ReasoningTokens: 5},
		Input:          json.RawMessage(`{"q":"<tag>\n"}`),
		Output:         json.RawMessage(`"answer"`),
		Attributes:     json.RawMessage(`{"tags":["vip"]}`),
		ConversationID: "c1", UserID: "u1", AgentName: "bot", AgentID: uuid.New(), AgentVersion: "3",
		Capture: exporter.CapturePolicy{Output: exporter.Suppressed}, Provisional: true,
	}
}

func annotation() *exporter.Annotation {
	a := exporter.Categorical("tone", "kind")
	a.ID, a.TraceID, a.SpanID, a.Comment = uuid.New(), uuid.New(), uuid.New(), "so so"
	a.Time = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	return &a
}

func batch(names ...string) exporter.Batch {
	b := exporter.Batch{ID: uuid.New(), Resource: exporter.Resource{Environment: "test", Workspace: "team"}}
	for _, name := range names {
		b.Spans = append(b.Spans, span(name))
	}
	return b
}

// names reads the names of the spans in a file, and fails on a line that is no
// record.
func names(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	for record, err := range jsonl.Read(file) {
		require.NoError(t, err)
		names = append(names, record.Span.Name)
	}
	return names
}

// readAll gives the names of what can be read and the errors of what cannot.
func readAll(r io.Reader) (names []string, errs []error) {
	for record, err := range jsonl.Read(r) {
		switch {
		case err != nil:
			errs = append(errs, err)
		case record.Span != nil:
			names = append(names, record.Span.Name)
		default:
			names = append(names, fmt.Sprintf("annotation %s", record.Annotation.Name))
		}
	}
	return names, errs
}
