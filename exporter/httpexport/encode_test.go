package httpexport_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
)

// encoded is the wire's one span of a batch of one.
func encoded(t *testing.T, s *exporter.SpanData) map[string]any {
	t.Helper()
	body := httpexport.AppendBatch(nil, exporter.Batch{Spans: []*exporter.SpanData{s}})
	var decoded struct {
		Traces []struct {
			Spans []map[string]any `json:"spans"`
		} `json:"traces"`
	}
	require.NoError(t, json.Unmarshal(body, &decoded), "%s", body)
	return decoded.Traces[0].Spans[0]
}

func TestEncodeEmptySpan(t *testing.T) {
	t.Parallel()
	body := httpexport.AppendBatch(nil, exporter.Batch{Spans: []*exporter.SpanData{{
		TraceID: traceID(1), SpanID: spanID(1), StartTime: time.Unix(0, 0),
	}}})
	assert.Equal(t, `{"traces":[{"trace_id":"`+traceID(1).String()+`","timestamp":"1970-01-01T00:00:00.000000Z",`+
		`"environment":"default","workspace_slug":"","spans":[{"span_id":"00000000-0000-0000-6000-000000000001",`+
		`"parent_span_id":null,"name":"","kind":"custom","timestamp":"1970-01-01T00:00:00.000000Z","duration_ms":0,`+
		`"status":"ok","model":"","provider":"","requested_model":"","usage_available":null,"reasoning_effort":"",`+
		`"input_tokens":0,"output_tokens":0,"total_tokens":0,"input":"","output":"","attributes":"{}",`+
		`"error_message":null,"session_id":"","agent_name":"","agent_id":"","agent_version":"","user_id":"",`+
		`"capture":{"request":"captured","system_prompt":"captured","tool_schema":"captured",`+
		`"tool_arguments":"captured","output":"captured"}}]}]}`, string(body))
}

func TestEncodeUsage(t *testing.T) {
	t.Parallel()
	usage := &exporter.Usage{InputTokens: 7, OutputTokens: 3, CacheReadInputTokens: 2, AudioOutputTokens: 1}
	for name, c := range map[string]struct {
		kind       exporter.Kind
		usage      *exporter.Usage
		available  any
		total      float64
		attributes string
	}{
		"llm without":         {exporter.KindLLM, nil, false, 0, `{}`},
		"tool without":        {exporter.KindTool, nil, nil, 0, `{}`},
		"llm with":            {exporter.KindLLM, usage, true, 10, `{"cache_read_input_tokens":2,"audio_output_tokens":1}`},
		"agent with":          {exporter.KindAgent, &exporter.Usage{}, true, 0, `{}`},
		"total is sent as is": {exporter.KindLLM, &exporter.Usage{InputTokens: 1, TotalTokens: 9}, true, 9, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := encoded(t, &exporter.SpanData{Kind: c.kind, Usage: c.usage})
			assert.Equal(t, c.available, s["usage_available"])
			assert.InDelta(t, c.total, s["total_tokens"], 0)
			assert.JSONEq(t, c.attributes, s["attributes"].(string))
		})
	}
}

func TestEncodeAttributes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		span exporter.SpanData
		want string
	}{
		"none":         {exporter.SpanData{}, `{}`},
		"empty object": {exporter.SpanData{Attributes: json.RawMessage(" { } "), Provider: "openai"}, `{"provider":"openai"}`},
		"added first": {
			exporter.SpanData{Attributes: json.RawMessage(`{"a":1}`), Provider: `open"ai`, Provisional: true},
			`{"provider":"open\"ai","staso.provisional_root":true,"a":1}`,
		},
		"the caller's stands": {
			exporter.SpanData{
				Attributes: json.RawMessage(`{"x":{"reasoning_tokens":1},"provider":"mine","y":["provider",{"provider":2}]}`),
				Provider:   "openai", Usage: &exporter.Usage{ReasoningTokens: 5},
			},
			`{"reasoning_tokens":5,"x":{"reasoning_tokens":1},"provider":"mine","y":["provider",{"provider":2}]}`,
		},
		"a value is no key": {
			exporter.SpanData{Attributes: json.RawMessage(`{"a":"provider","b":"\"provider\":1, \\"}`), Provider: "openai"},
			`{"provider":"openai","a":"provider","b":"\"provider\":1, \\"}`,
		},
		"no object": {exporter.SpanData{Attributes: json.RawMessage(`["x"]`)}, `{"attributes":"[\"x\"]"}`},
		"no JSON":   {exporter.SpanData{Attributes: json.RawMessage("\xff")}, `{"attributes":"\ufffd"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := encoded(t, &c.span)["attributes"].(string)
			assert.JSONEq(t, c.want, got)
			assert.LessOrEqual(t, strings.Count(got, `"provider":`), strings.Count(c.want, `"provider":`), "no key twice")
		})
	}
}

func TestEncodeTimes(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("Ulm", 7200)
	for want, at := range map[string]time.Time{
		"2026-11-23T02:11:56.000000Z":    time.Date(2026, 11, 23, 4, 11, 56, 0, zone),
		"2026-11-23T02:11:56.818553Z":    time.Date(2026, 11, 23, 2, 11, 56, 818553000, time.UTC),
		"2026-11-23T02:11:56.000000001Z": time.Date(2026, 11, 23, 2, 11, 56, 1, time.UTC),
		"0001-01-01T00:00:00.000000Z":    {},
		"9999-12-31T23:59:59.000000Z":    time.Date(12026, 1, 1, 0, 0, 0, 7, time.UTC),
	} {
		s := encoded(t, &exporter.SpanData{StartTime: at})
		assert.Equal(t, want, s["timestamp"])
	}
	s := encoded(t, &exporter.SpanData{Duration: 470*time.Microsecond + 3})
	assert.InDelta(t, 0.470003, s["duration_ms"], 1e-12)
	s = encoded(t, &exporter.SpanData{Duration: math.MaxInt64})
	assert.InDelta(t, float64(math.MaxInt64)/1e6, s["duration_ms"], 1)
}

func TestEncodeGroupsByTrace(t *testing.T) {
	t.Parallel()
	spans := []*exporter.SpanData{span(1, 5), span(2, 4), span(1, 3), span(3, 2), span(1, 1)}
	var decoded struct {
		Traces []struct {
			TraceID   uuid.UUID `json:"trace_id"`
			Timestamp time.Time `json:"timestamp"`
			Spans     []struct {
				Name string `json:"name"`
			} `json:"spans"`
		} `json:"traces"`
	}
	body := httpexport.AppendBatch(nil, exporter.Batch{Spans: spans})
	require.NoError(t, json.Unmarshal(body, &decoded))
	require.Len(t, decoded.Traces, 3)
	first := decoded.Traces[0]
	assert.Equal(t, traceID(1), first.TraceID)
	assert.True(t, first.Timestamp.Equal(spans[4].StartTime), "the earliest span's")
	require.Len(t, first.Spans, 3)
	assert.Equal(t, "span 5", first.Spans[0].Name)
	assert.Equal(t, "span 1", first.Spans[2].Name)
}

func TestEncodeHostile(t *testing.T) {
	t.Parallel()
	hostile := "\x00\xff\"\\<script>\u2028\xed\xa0\x80"
	s := encoded(t, &exporter.SpanData{
		Name: hostile, Status: 77, Kind: 77, Input: json.RawMessage(hostile), Attributes: json.RawMessage("{" + hostile),
	})
	assert.Equal(t, "\x00\ufffd\"\\<script>\u2028\ufffd\ufffd\ufffd", s["name"])
	assert.Equal(t, "error", s["status"])
	assert.Equal(t, "Kind(77)", s["kind"])
}

// FuzzEncode looks for content that spoils a request.
func FuzzEncode(f *testing.F) {
	f.Add("name", []byte(`{"a":1}`), []byte(`{"provider":1,"x":"\""}`), int64(0), uint8(1), true)
	f.Add("\xff", []byte(`"\`), []byte(`{"`), int64(math.MinInt64), uint8(200), false)
	f.Add("", []byte(``), []byte(`{"a":"}`), int64(math.MaxInt64), uint8(0), true)
	f.Fuzz(func(t *testing.T, text string, input, attributes []byte, n int64, kind uint8, provisional bool) {
		s := &exporter.SpanData{
			Name: text, Provider: text, ErrorMessage: text, Input: input, Attributes: attributes,
			StartTime: time.Unix(n, n), Duration: time.Duration(n), Kind: exporter.Kind(kind), Status: exporter.Status(kind),
			Usage: &exporter.Usage{InputTokens: n, ReasoningTokens: n}, Provisional: provisional,
		}
		body := httpexport.AppendBatch(nil, exporter.Batch{Spans: []*exporter.SpanData{s, s}})
		if !json.Valid(body) || !utf8.Valid(body) {
			t.Fatalf("not valid: %q", body)
		}
		if json.Valid(attributes) && utf8.Valid(attributes) {
			got := encoded(t, s)["attributes"].(string)
			assert.True(t, json.Valid([]byte(got)), "%s", got)
		}
	})
}
