package sqlite

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// details are the parts of a span that nothing is sought or summed by.
type details struct {
	RequestedModel  string   `json:"requested_model,omitempty"`
	Provider        string   `json:"provider,omitempty"`
	ReasoningEffort string   `json:"reasoning_effort,omitempty"`
	Tags            []string `json:"tags,omitempty"`
	Capture         []byte   `json:"capture,omitempty"`
}

func kinds() []string    { return []string{"custom", "llm", "tool", "chain", "retriever", "agent"} }
func statuses() []string { return []string{"ok", "timeout", "error"} }

// The places of what counts in kinds and statuses.
const (
	kindLLM       = 1
	statusTimeout = 1
	statusError   = 2
)

// encode makes the row of s. It keeps nothing that the caller may change.
func (c *codec) encode(r *row, s *store.Span) error {
	kind := slices.Index(kinds(), s.Kind)
	if kind < 0 {
		return fmt.Errorf("span %s: kind %.40q: must be one of %q", s.SpanID, s.Kind, kinds())
	}
	status := slices.Index(statuses(), s.Status)
	if status < 0 {
		return fmt.Errorf("span %s: status %.40q: must be one of %q", s.SpanID, s.Status, statuses())
	}
	detail, err := encodeDetails(s)
	if err != nil {
		return fmt.Errorf("span %s: %w", s.SpanID, err)
	}
	*r = row{
		place: place{start: nanos(s.Start), id: s.SpanID}, parent: s.ParentSpanID, duration: max(0, int64(s.Duration)),
		kind: uint8(kind), status: uint8(status), flags: flagsOf(s),
		tokens: [3]int64{s.InputTokens, s.OutputTokens, s.TotalTokens}, name: s.Name, model: s.Model,
		labels: [labelCount]label{
			labelEnvironment: {s.Environment}, labelConversation: {s.ConversationID}, labelUser: {s.UserID},
			labelAgent: {s.AgentName, s.AgentID, s.AgentVersion},
		},
		tags: slices.Clone(s.Tags), error: s.ErrorMessage, details: detail,
	}
	r.end = after(r.place.start, r.duration)
	c.encodePayloads(r, s)
	return nil
}

func (c *codec) encodePayloads(r *row, s *store.Span) {
	buffer := make([]byte, 0, plainSize(s.Input)+plainSize(s.Output)+plainSize(s.Attributes))
	for _, p := range []struct {
		from []byte
		to   *[]byte
		flag int64
	}{{s.Input, &r.input, flagInputPacked}, {s.Output, &r.output, flagOutputPacked}, {s.Attributes, &r.attrs, flagAttributesPacked}} {
		stored, packed := c.pack(p.from)
		if packed {
			r.flags |= p.flag
			*p.to = stored
			continue
		}
		buffer = append(buffer, stored...)
		*p.to = buffer[len(buffer)-len(stored) : len(buffer) : len(buffer)]
	}
}

func plainSize(payload []byte) int {
	if len(payload) >= compressFrom {
		return 0
	}
	return len(payload)
}

func encodeDetails(s *store.Span) (string, error) {
	if s.RequestedModel == "" && s.Provider == "" && s.ReasoningEffort == "" && len(s.Tags) == 0 && len(s.Capture) == 0 {
		return "", nil
	}
	out, err := json.Marshal(details{s.RequestedModel, s.Provider, s.ReasoningEffort, s.Tags, s.Capture})
	return string(out), err
}

func flagsOf(s *store.Span) int64 {
	var flags int64
	if s.HasError {
		flags |= flagHasError
	}
	if s.Provisional {
		flags |= flagProvisional
	}
	if s.UsageAvailable != nil {
		flags |= flagUsageKnown
		if *s.UsageAvailable {
			flags |= flagUsageAvailable
		}
	}
	return flags
}

func decodeDetails(s string) (d details, err error) {
	if s == "" {
		return d, nil
	}
	if err := json.Unmarshal([]byte(s), &d); err != nil {
		return d, fmt.Errorf("%w: a span's details: %w", ErrCorrupt, err)
	}
	return d, nil
}
