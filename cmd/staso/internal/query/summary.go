package query

import (
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// summary is how a trace reads in a list.
type summary struct {
	TraceID        uuid.UUID  `json:"trace_id"`
	RootSpanID     *uuid.UUID `json:"root_span_id"`
	RootSpanName   string     `json:"root_span_name"`
	Status         string     `json:"status"`
	Timestamp      time.Time  `json:"timestamp"`
	DurationMS     float64    `json:"duration_ms"`
	SpanCount      int64      `json:"span_count"`
	ErrorCount     int64      `json:"error_count"`
	Models         []string   `json:"models"`
	InputTokens    int64      `json:"input_tokens"`
	OutputTokens   int64      `json:"output_tokens"`
	TotalTokens    int64      `json:"total_tokens"`
	CostUSD        *float64   `json:"cost_usd"` // null: no price is known
	KnownCostUSD   float64    `json:"known_cost_usd"`
	Environment    string     `json:"environment"`
	ConversationID string     `json:"conversation_id"`
	UserID         string     `json:"user_id"`
	AgentName      string     `json:"agent_name"`
	AgentID        string     `json:"agent_id"`
	AgentVersion   string     `json:"agent_version"`
	Tags           []string   `json:"tags"`
	Provisional    bool       `json:"provisional"`
	InputPreview   string     `json:"input_preview"`
	OutputPreview  string     `json:"output_preview"`
	Annotations    int64      `json:"annotation_count"`
}

func summaryOf(t *store.TraceSummary) summary {
	s := summary{
		TraceID: t.TraceID, RootSpanName: t.RootSpanName, Status: t.Status,
		Timestamp: t.Start.UTC(), DurationMS: milliseconds(t.Duration),
		SpanCount: t.SpanCount, ErrorCount: t.ErrorCount, Models: listOf(t.Models),
		InputTokens: t.InputTokens, OutputTokens: t.OutputTokens, TotalTokens: t.TotalTokens,
		Environment: t.Environment, ConversationID: t.ConversationID, UserID: t.UserID,
		AgentName: t.AgentName, AgentID: t.AgentID, AgentVersion: t.AgentVersion,
		Tags: listOf(t.Tags), Provisional: t.Provisional,
		InputPreview: t.InputPreview, OutputPreview: t.OutputPreview, Annotations: t.AnnotationCount,
	}
	if t.RootSpanID != uuid.Nil {
		s.RootSpanID = &t.RootSpanID
	}
	return s
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// listOf makes an empty list of none, so that answers hold [] and not null.
func listOf(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

// group is how a roll-up reads; of the first three the one that it is of is set.
type group struct {
	ConversationID *string   `json:"conversation_id,omitempty"`
	AgentName      *string   `json:"agent_name,omitempty"`
	UserID         *string   `json:"user_id,omitempty"`
	First          time.Time `json:"first_timestamp"`
	Last           time.Time `json:"last_timestamp"`
	TraceCount     int64     `json:"trace_count"`
	ErrorCount     int64     `json:"error_count"`
	TotalTokens    int64     `json:"total_tokens"`
}

func groupOf(by store.GroupBy, g *store.Group) group {
	shown := group{
		First: g.FirstStart.UTC(), Last: g.LastStart.UTC(),
		TraceCount: g.TraceCount, ErrorCount: g.ErrorCount, TotalTokens: g.TotalTokens,
	}
	switch by {
	case store.ByConversation:
		shown.ConversationID, shown.AgentName, shown.UserID = &g.Key, &g.AgentName, &g.UserID
	case store.ByAgent:
		shown.AgentName = &g.Key
	case store.ByUser:
		shown.UserID = &g.Key
	}
	return shown
}
