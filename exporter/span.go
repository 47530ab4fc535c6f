package exporter

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// SpanData is a finished span, or a root at its start if Provisional is set.
//
// Its JSON form is for files and queues: the three payloads are JSON values, and
// the duration is in nanoseconds. The wire of a backend is httpexport's.
type SpanData struct {
	// TraceID is 128 random bits; as a W3C trace id it is the same 32 digits
	// without the dashes.
	TraceID uuid.UUID `json:"trace_id"`
	// SpanID is 64 random bits behind eight zero bytes; as a W3C parent id it
	// is the last 16 digits.
	SpanID uuid.UUID `json:"span_id"`
	// ParentSpanID is [uuid.Nil] at a root.
	ParentSpanID uuid.UUID `json:"parent_span_id,omitzero"`

	Name      string        `json:"name"`
	Kind      Kind          `json:"kind"`
	StartTime time.Time     `json:"timestamp"`
	Duration  time.Duration `json:"duration_ns"`

	Status Status `json:"status"`
	// ErrorMessage is why Status is not ok; empty where nobody said.
	ErrorMessage string `json:"error_message,omitempty"`

	// Model is the model that answered, RequestedModel the one asked for.
	Model           string `json:"model,omitempty"`
	RequestedModel  string `json:"requested_model,omitempty"`
	Provider        string `json:"provider,omitempty"`
	ReasoningEffort string `json:"reasoning_effort,omitempty"`
	// Usage is nil where the span has told none.
	Usage *Usage `json:"usage,omitempty"`

	// Input, Output and Attributes are each one valid JSON value, already
	// redacted and cut to size, or empty. Attributes is a JSON object.
	Input      json.RawMessage `json:"input,omitempty"`
	Output     json.RawMessage `json:"output,omitempty"`
	Attributes json.RawMessage `json:"attributes,omitempty"`

	ConversationID string    `json:"conversation_id,omitempty"`
	UserID         string    `json:"user_id,omitempty"`
	AgentName      string    `json:"agent_name,omitempty"`
	AgentID        uuid.UUID `json:"agent_id,omitzero"`
	AgentVersion   string    `json:"agent_version,omitempty"`

	// Capture says which categories of content were suppressed before the span
	// left its process.
	Capture CapturePolicy `json:"capture"`

	// Provisional marks a root that is sent at its start, so that a running
	// trace can be seen. Its final form, with the same ids, replaces it.
	Provisional bool `json:"provisional,omitempty"`
}

// Clone returns a copy that shares no memory with s.
func (s *SpanData) Clone() *SpanData {
	c := *s
	if s.Usage != nil {
		usage := *s.Usage
		c.Usage = &usage
	}
	c.Input = bytes.Clone(s.Input)
	c.Output = bytes.Clone(s.Output)
	c.Attributes = bytes.Clone(s.Attributes)
	return &c
}

// Usage counts the tokens of one model call.
//
// InputTokens includes cache reads and writes, and OutputTokens includes
// reasoning: the detail fields say how many of them were of that sort, they
// never add to them. Providers that count otherwise are converted on the way in.
type Usage struct {
	InputTokens  int64 `json:"input_tokens"`
	OutputTokens int64 `json:"output_tokens"`
	// TotalTokens is sent as given. Zero means InputTokens + OutputTokens.
	TotalTokens int64 `json:"total_tokens"`

	CacheReadInputTokens     int64 `json:"cache_read_input_tokens,omitempty"`
	CacheCreationInputTokens int64 `json:"cache_creation_input_tokens,omitempty"`
	CacheWrite5mInputTokens  int64 `json:"cache_write_5m_input_tokens,omitempty"`
	CacheWrite1hInputTokens  int64 `json:"cache_write_1h_input_tokens,omitempty"`
	ReasoningTokens          int64 `json:"reasoning_tokens,omitempty"`
	AudioInputTokens         int64 `json:"audio_input_tokens,omitempty"`
	AudioOutputTokens        int64 `json:"audio_output_tokens,omitempty"`
}
