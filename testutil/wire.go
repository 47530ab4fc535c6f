package testutil

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// wireIngest is the body of an ingest request.
type wireIngest struct {
	Traces []wireTrace `json:"traces"`
}

type wireTrace struct {
	TraceID uuid.UUID  `json:"trace_id"`
	Spans   []wireSpan `json:"spans"`
}

type wireSpan struct {
	SpanID          uuid.UUID              `json:"span_id"`
	ParentSpanID    *uuid.UUID             `json:"parent_span_id"`
	Name            string                 `json:"name"`
	Kind            string                 `json:"kind"`
	Timestamp       time.Time              `json:"timestamp"`
	DurationMS      float64                `json:"duration_ms"`
	Status          exporter.Status        `json:"status"`
	Model           string                 `json:"model"`
	Provider        string                 `json:"provider"`
	RequestedModel  string                 `json:"requested_model"`
	UsageAvailable  *bool                  `json:"usage_available"`
	ReasoningEffort string                 `json:"reasoning_effort"`
	InputTokens     int64                  `json:"input_tokens"`
	OutputTokens    int64                  `json:"output_tokens"`
	TotalTokens     int64                  `json:"total_tokens"`
	Input           string                 `json:"input"`
	Output          string                 `json:"output"`
	Attributes      string                 `json:"attributes"`
	ErrorMessage    *string                `json:"error_message"`
	SessionID       string                 `json:"session_id"`
	AgentName       string                 `json:"agent_name"`
	AgentID         string                 `json:"agent_id"`
	AgentVersion    string                 `json:"agent_version"`
	UserID          string                 `json:"user_id"`
	Capture         exporter.CapturePolicy `json:"capture"`
}

// decode returns the trace's spans, or what makes a backend refuse it.
func (t *wireTrace) decode() ([]*exporter.SpanData, error) {
	if t.TraceID == uuid.Nil {
		return nil, fmt.Errorf("trace_id is missing")
	}
	spans := make([]*exporter.SpanData, 0, len(t.Spans))
	for i := range t.Spans {
		s, err := t.Spans[i].decode(t.TraceID)
		if err != nil {
			return nil, fmt.Errorf("span %d: %w", i, err)
		}
		spans = append(spans, s)
	}
	return spans, nil
}

func (w *wireSpan) decode(trace uuid.UUID) (*exporter.SpanData, error) {
	if w.SpanID == uuid.Nil {
		return nil, fmt.Errorf("span_id is missing")
	}
	s := &exporter.SpanData{
		TraceID: trace, SpanID: w.SpanID,
		Name: w.Name, Status: w.Status,
		StartTime:       w.Timestamp,
		Duration:        time.Duration(math.Round(w.DurationMS * float64(time.Millisecond))),
		Model:           w.Model,
		RequestedModel:  w.RequestedModel,
		Provider:        w.Provider,
		ReasoningEffort: w.ReasoningEffort,
		Input:           json.RawMessage(w.Input),
		Output:          json.RawMessage(w.Output),
		ConversationID:  w.SessionID,
		UserID:          w.UserID,
		AgentName:       w.AgentName,
		AgentVersion:    w.AgentVersion,
		Capture:         w.Capture,
	}
	if w.ParentSpanID != nil {
		s.ParentSpanID = *w.ParentSpanID
	}
	if w.ErrorMessage != nil {
		s.ErrorMessage = *w.ErrorMessage
	}
	if s.Kind.UnmarshalText([]byte(w.Kind)) != nil {
		s.Kind = exporter.KindCustom
	}
	if w.AgentID != "" {
		id, err := uuid.Parse(w.AgentID)
		if err != nil {
			return nil, fmt.Errorf("agent_id: %w", err)
		}
		s.AgentID = id
	}
	return s, w.decodeAttributes(s)
}

// decodeAttributes takes out of the attributes what travels among them.
func (w *wireSpan) decodeAttributes(s *exporter.SpanData) error {
	var known struct {
		Provisional   bool  `json:"staso.provisional_root"`
		CacheRead     int64 `json:"cache_read_input_tokens"`
		CacheCreation int64 `json:"cache_creation_input_tokens"`
		CacheWrite5m  int64 `json:"cache_write_5m_input_tokens"`
		CacheWrite1h  int64 `json:"cache_write_1h_input_tokens"`
		Reasoning     int64 `json:"reasoning_tokens"`
		AudioInput    int64 `json:"audio_input_tokens"`
		AudioOutput   int64 `json:"audio_output_tokens"`
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(w.Attributes), &object); err != nil {
		return fmt.Errorf("attributes: %w", err)
	}
	// A caller may use these names for values of other types.
	_ = json.Unmarshal([]byte(w.Attributes), &known) //nolint:errcheck // see above
	s.Attributes = json.RawMessage(w.Attributes)
	s.Provisional = known.Provisional
	// Older clients send counts without saying that they have them.
	if w.UsageAvailable != nil && *w.UsageAvailable || w.InputTokens != 0 || w.OutputTokens != 0 || w.TotalTokens != 0 {
		s.Usage = &exporter.Usage{
			InputTokens: w.InputTokens, OutputTokens: w.OutputTokens, TotalTokens: w.TotalTokens,
			CacheReadInputTokens:     known.CacheRead,
			CacheCreationInputTokens: known.CacheCreation,
			CacheWrite5mInputTokens:  known.CacheWrite5m,
			CacheWrite1hInputTokens:  known.CacheWrite1h,
			ReasoningTokens:          known.Reasoning,
			AudioInputTokens:         known.AudioInput,
			AudioOutputTokens:        known.AudioOutput,
		}
	}
	return nil
}
