package server_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
)

func exporterTo(t *testing.T, url string) *httpexport.Exporter {
	t.Helper()
	e, err := httpexport.New(httpexport.WithBaseURL(url))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Shutdown(t.Context())) })
	return e
}

func spanData(trace uuid.UUID, n byte) *exporter.SpanData {
	return &exporter.SpanData{
		TraceID: trace, SpanID: uuid.UUID{15: n}, Name: "chat", Kind: exporter.KindLLM, StartTime: now.Add(-time.Hour),
		Duration: 1234567 * time.Nanosecond, Status: exporter.StatusError, ErrorMessage: "boom", Model: "gpt-4o",
		Usage: &exporter.Usage{InputTokens: 3, OutputTokens: 4, TotalTokens: 9},
		Input: json.RawMessage(`[{"role":"user","content":"` + strings.Repeat("hello ", 500) + `"}]`), Output: json.RawMessage(`"hi"`),
		Attributes: json.RawMessage(`{"tags":["vip"]}`), ConversationID: "c", UserID: "u", AgentName: "bot",
	}
}

func TestTheLibrarysExporterIsUnderstood(t *testing.T) {
	b := start(t)
	e := exporterTo(t, b.url)
	trace := uuid.MustParse(traceID)
	for n := byte(1); n <= 3; n++ { // compressed from the second on
		first, second := exporter.Numeric("accuracy", 0.5), exporter.Boolean("grounded", true)
		for _, a := range []*exporter.Annotation{&first, &second} {
			a.ID, a.TraceID, a.Time = uuid.New(), trace, now
		}
		require.NoError(t, e.Export(t.Context(), exporter.Batch{
			ID: uuid.New(), Resource: exporter.Resource{Environment: "staging"},
			Spans: []*exporter.SpanData{spanData(trace, n)}, Annotations: []*exporter.Annotation{&first, &second},
		}))
	}
	got := b.get(base)
	assert.EqualValues(t, 3, got["span_count"])
	assert.EqualValues(t, 27, got["total_tokens"])
	assert.Equal(t, "staging", got["environment"])
	assert.Equal(t, []any{"vip"}, got["tags"])
	assert.Len(t, got["annotations"], 6)
	sp := got["spans"].([]any)[0].(map[string]any)
	assert.InDelta(t, 1.234567, sp["duration_ms"], 1e-9)
	assert.Equal(t, "boom", sp["error_message"])
	assert.Equal(t, "hi", sp["output"])
}

func TestTheLibrarysExporterCountsWhatWasRejected(t *testing.T) {
	b := start(t)
	e := exporterTo(t, b.url)
	good, bad := uuid.New(), uuid.New()
	ahead := spanData(bad, 1)
	ahead.StartTime = now.Add(48 * time.Hour)
	err := e.Export(t.Context(), exporter.Batch{
		ID:    uuid.New(),
		Spans: []*exporter.SpanData{spanData(good, 1), spanData(good, 2), spanData(good, 3), ahead, spanData(bad, 2)},
	})
	partial, ok := errors.AsType[*exporter.PartialError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 2}, partial.Rejected)
	require.ErrorContains(t, err, "24 h ahead of this server's clock")
	assert.EqualValues(t, 3, b.get("/v1/traces/" + good.String())["span_count"])
}
