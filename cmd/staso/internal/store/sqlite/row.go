package sqlite

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// The bits of spans.flags.
const (
	flagHasError = 1 << iota
	flagProvisional
	flagUsageKnown
	flagUsageAvailable
	flagInputPacked
	flagOutputPacked
	flagAttributesPacked
)

// The labels of a span that its trace takes over, each from the first span
// that has it. An agent's name, id and version are one label, so that they are
// of one agent.
const (
	labelEnvironment = iota
	labelConversation
	labelUser
	labelAgent
	labelCount
)

// label is one label's text; only an agent's has all three parts.
type label [3]string

func (l label) empty() bool { return l == label{} }

// place orders the spans of a trace: by start, then by id.
type place struct {
	start int64
	id    uuid.UUID
}

func (p place) before(other place) bool {
	if p.start != other.start {
		return p.start < other.start
	}
	return bytes.Compare(p.id[:], other.id[:]) < 0
}

// row is a span in the form that is written. A row that was read back for the
// sake of its trace's summary has only what that needs.
type row struct {
	id     int64 // of the stored row; 0 while it is not stored
	place  place
	parent uuid.UUID
	end    int64

	duration             int64
	kind, status         uint8
	flags                int64
	tokens               [3]int64 // input, output, total
	name, model          string
	labels               [labelCount]label
	tags                 []string
	error, details       string
	input, output, attrs []byte
}

func (r *row) provisional() bool { return r.flags&flagProvisional != 0 }

// root says whether the span claims to have no parent. One that names itself
// has none.
func (r *row) root() bool { return r.parent == uuid.Nil || r.parent == r.place.id }

// size is the row's share of the queue's bound.
func (r *row) size() int {
	return 256 + len(r.name) + len(r.error) + len(r.details) + len(r.input) + len(r.output) + len(r.attrs)
}

// headBytes is how much of its root's payloads a trace shows in a list.
const headBytes = 200

// head is the beginning of a payload.
func (r *row) head(stored []byte, packedFlag int64) string {
	whole, _ := preview(stored, 0, r.flags&packedFlag != 0)
	return cut([]byte(whole), headBytes)
}

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

const spanColumns = `id, ws, trace, span_id, parent_id, start, duration, kind, status, flags,
	input_tokens, output_tokens, total_tokens, name, model, environment, conversation_id, user_id,
	agent_name, agent_id, agent_version, error_message, details, input, output, attributes`

// bind adds the row's values to s, in the order of spanColumns.
func (r *row) bind(s *stmt, ws, seq int64) {
	s.add(r.id, ws, seq, r.place.id[:], parentBlob(r.parent), r.place.start, r.duration, int64(r.kind), int64(r.status), r.flags,
		r.tokens[0], r.tokens[1], r.tokens[2], text(r.name), text(r.model),
		text(r.labels[labelEnvironment][0]), text(r.labels[labelConversation][0]), text(r.labels[labelUser][0]),
		text(r.labels[labelAgent][0]), text(r.labels[labelAgent][1]), text(r.labels[labelAgent][2]),
		text(r.error), text(r.details), blob(r.input), blob(r.output), blob(r.attrs))
}

func parentBlob(id uuid.UUID) driver.Value {
	if id == uuid.Nil {
		return nil
	}
	return id[:]
}

// factColumns are what the summary of a trace is made of.
const factColumns = `id, span_id, parent_id, start, duration, kind, status, flags,
	input_tokens, output_tokens, total_tokens, name, model, environment, conversation_id, user_id,
	agent_name, agent_id, agent_version, details`

// scanFacts reads a row of factColumns.
func scanFacts(v []driver.Value) (*row, error) {
	r := &row{
		id: asInt(v[0]), place: place{start: asInt(v[3]), id: asUUID(v[1])}, parent: asUUID(v[2]), duration: asInt(v[4]),
		kind: uint8(asInt(v[5])), status: uint8(asInt(v[6])), flags: asInt(v[7]),
		tokens: [3]int64{asInt(v[8]), asInt(v[9]), asInt(v[10])}, name: asText(v[11]), model: asText(v[12]),
		labels: [labelCount]label{
			labelEnvironment: {asText(v[13])}, labelConversation: {asText(v[14])}, labelUser: {asText(v[15])},
			labelAgent: {asText(v[16]), asText(v[17]), asText(v[18])},
		},
	}
	r.end = after(r.place.start, r.duration)
	d, err := decodeDetails(asText(v[19]))
	r.tags = d.Tags
	return r, err
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

// asUUID reads an id; NULL is the zero id.
func asUUID(v driver.Value) (id uuid.UUID) {
	copy(id[:], asBytes(v))
	return id
}

// timeLimit bounds times so that the distance of any two fits an int64: they
// are held within 1823 to 2116.
const timeLimit = 1<<62 - 1

// nanos is t in nanoseconds since 1970.
func nanos(t time.Time) int64 {
	if sec := t.Unix(); sec <= -timeLimit/1_000_000_000 {
		return -timeLimit
	} else if sec >= timeLimit/1_000_000_000 {
		return timeLimit
	}
	return t.UnixNano()
}

func at(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

// after is start + duration, held at the end of time.
func after(start, duration int64) int64 {
	if duration > timeLimit-start {
		return timeLimit
	}
	return start + duration
}
