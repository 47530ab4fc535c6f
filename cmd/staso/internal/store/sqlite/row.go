package sqlite

import (
	"bytes"
	"database/sql/driver"

	"github.com/google/uuid"
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

// asUUID reads an id; NULL is the zero id.
func asUUID(v driver.Value) (id uuid.UUID) {
	copy(id[:], asBytes(v))
	return id
}
