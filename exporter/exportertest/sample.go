package exportertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// newSpan returns an ordinary span of the trace, with every field set.
func newSpan(trace uuid.UUID, n int) *exporter.SpanData {
	return &exporter.SpanData{
		TraceID: trace, SpanID: newSpanID(), ParentSpanID: newSpanID(),
		Name: fmt.Sprintf("call-model %d", n), Kind: exporter.KindLLM,
		StartTime: time.Date(2026, 11, 23, 2, 11, 56, 818553000+n, time.UTC),
		Duration:  time.Duration(n)*time.Millisecond + 470*time.Microsecond + 3,
		Status:    exporter.StatusError, ErrorMessage: "boom",
		Model: "claude-sonnet-4-5", RequestedModel: "claude-sonnet", Provider: "anthropic", ReasoningEffort: "high",
		Usage: &exporter.Usage{
			InputTokens: 120, OutputTokens: 30, TotalTokens: 151,
			CacheReadInputTokens: 1, CacheCreationInputTokens: 2, CacheWrite5mInputTokens: 3,
			CacheWrite1hInputTokens: 4, ReasoningTokens: 5, AudioInputTokens: 6, AudioOutputTokens: 7,
		},
		Input:          json.RawMessage(`{"messages":[{"role":"user","content":"where is my order?"}]}`),
		Output:         json.RawMessage(`{"content":"looking it up","n":12.50,"ok":true,"none":null}`),
		Attributes:     json.RawMessage(`{"time_to_first_token":0.21,"tags":["vip"]}`),
		ConversationID: "conv-42", UserID: "user-alice",
		AgentName: "support-bot", AgentID: uuid.MustParse("db9640e0-b131-55a4-a5cd-0ded511b7f92"), AgentVersion: "v7",
		Capture: exporter.CapturePolicy{ToolSchema: exporter.Suppressed},
	}
}

// newSpanID returns 64 random bits behind eight zero bytes.
func newSpanID() (id uuid.UUID) {
	random := uuid.New()
	copy(id[8:], random[:8])
	id[8] |= 1 // never all zero
	return id
}

// newBatch returns a batch of n spans, of which every three share a trace.
func newBatch(n int) exporter.Batch {
	batch := emptyBatch()
	var trace uuid.UUID
	for i := range n {
		if i%3 == 0 {
			trace = uuid.New()
		}
		batch.Spans = append(batch.Spans, newSpan(trace, i))
	}
	return batch
}

func emptyBatch() exporter.Batch {
	return exporter.Batch{
		ID:       uuid.New(),
		Resource: exporter.Resource{Environment: "staging"},
	}
}

// newAnnotations returns one annotation of each type.
func newAnnotations() []*exporter.Annotation {
	numeric, boolean := exporter.Numeric("accuracy", 0.75), exporter.Boolean("grounded", true)
	categorical := exporter.Categorical("tone", "polite <b>\u2028 \U0001F4E6")
	annotations := []*exporter.Annotation{&numeric, &boolean, &categorical}
	for i, a := range annotations {
		a.ID, a.TraceID = uuid.New(), uuid.New()
		a.Time = time.Date(2026, 11, 23, 3, 0, i, 0, time.UTC)
	}
	boolean.SpanID, numeric.Comment = newSpanID(), "fine"
	return annotations
}

// hostileSpans returns what a user's content may look like at its worst. The
// payloads are valid JSON, as the contract says, though not always valid UTF-8.
func hostileSpans() []*exporter.SpanData {
	text := "\x00\xff\xfe\xed\xa0\x80 \"'\\</script><script>alert(1)</script>\r\n\t\x1b[31m\u2028\u202e" + strings.Repeat("\x80", 70)
	quoted := json.RawMessage("\"\xff</script>\\u0000\\ud800 \\\" \xf0\x9f\"")
	nested := json.RawMessage(strings.Repeat(`[`, 90) + `{"a":1,"a":1e400}` + strings.Repeat(`]`, 90))
	spans := []*exporter.SpanData{
		{Name: text, ErrorMessage: text, Model: text, Provider: text, RequestedModel: text, ReasoningEffort: text},
		{ConversationID: text, UserID: text, AgentName: text, AgentVersion: text, Status: exporter.StatusTimeout},
		{Input: quoted, Output: nested, Attributes: json.RawMessage("{\"\xff\":\"\xff\",\"provider\":7,\"\":{}}")},
		{Input: json.RawMessage(`"` + strings.Repeat(`\u003c<`, 200_000) + `"`)},
		{Kind: 250, Status: 250, Provisional: true, Usage: &exporter.Usage{InputTokens: -1, TotalTokens: 1 << 62}},
		{StartTime: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)},
		{StartTime: time.Date(-5, 1, 1, 0, 0, 0, 0, time.FixedZone("odd", 3601)), Duration: 1<<63 - 1},
		{}, // a span that says nothing at all
	}
	for _, s := range spans {
		s.TraceID, s.SpanID = uuid.New(), newSpanID()
	}
	spans[1].ParentSpanID = spans[1].SpanID // its own parent
	return spans
}

// unicodeSpan holds text that is unusual and valid.
func unicodeSpan() *exporter.SpanData {
	s := newSpan(uuid.New(), 1)
	s.Name = "naïve café 北京 عربى \U0001F468\u200d\U0001F469\u200d\U0001F467 \u2028\u2029\ufffd"
	s.Input = json.RawMessage(`{"ключ":"\ud83d\udce6 \u0000 \u2028 é"}`)
	s.ErrorMessage = "tab\there, \"quotes\", back\\slash, <b>&amp;"
	return s
}
