package sqlite

import (
	"database/sql/driver"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// trace is a trace in the course of a transaction.
type trace struct {
	ws        int64
	id        uuid.UUID
	seq       int64
	stored    bool
	placed    int64
	sum       summary
	workspace *workspace
	before    share // of its groups, before the transaction

	firstOp int // of a new trace: the op that brought it
	rows    []*row
	olds    []*row // what rows replace
	byID    map[uuid.UUID]int
}

// smallTrace is up to which number of rows looking through them all beats a map.
const smallTrace = 8

// index finds the row with a span id.
func (t *trace) index(id uuid.UUID) (int, bool) {
	if t.byID != nil {
		i, ok := t.byID[id]
		return i, ok
	}
	i := sameID(t.rows, id)
	return i, i >= 0
}

func (t *trace) add(r *row) {
	t.rows = append(t.rows, r)
	if t.byID != nil {
		t.byID[r.place.id] = len(t.rows) - 1
	} else if len(t.rows) > smallTrace {
		t.byID = make(map[uuid.UUID]int, 4*smallTrace)
		for i, r := range t.rows {
			t.byID[r.place.id] = i
		}
	}
}

func (t *trace) addOld(old *row) { t.olds = append(t.olds, old) }

func (t *trace) old(id uuid.UUID) *row {
	if i := sameID(t.olds, id); i >= 0 {
		return t.olds[i]
	}
	return nil
}

const traceColumns = `seq, trace_id, placed, start, duration, status, span_count, error_count,
	input_tokens, output_tokens, total_tokens, environment, conversation_id, user_id,
	agent_name, agent_id, agent_version, models, tags, root_id, root_name, provisional,
	input_preview, output_preview, root_status`

// loadTrace reads a trace to go on with, or nil where there is none.
func loadTrace(c *conn, ws int64, id uuid.UUID) (t *trace, err error) {
	const find = "SELECT " + traceColumns + ", state FROM traces WHERE ws = ? AND trace_id = ?"
	err = c.rows(find, []driver.Value{ws, id[:]}, func(v []driver.Value) error {
		t = &trace{ws: ws, id: id, seq: asInt(v[0]), stored: true, placed: asInt(v[2])}
		return t.sum.scan(v)
	})
	return t, err
}

// scan reads a row of traceColumns and state.
func (s *summary) scan(v []driver.Value) error {
	s.start = asInt(v[3])
	s.end = after(s.start, asInt(v[4]))
	s.spans = asInt(v[6])
	s.tokens = [3]int64{asInt(v[8]), asInt(v[9]), asInt(v[10])}
	s.labels[labelEnvironment].label = label{asText(v[11])}
	s.labels[labelConversation].label = label{asText(v[12])}
	s.labels[labelUser].label = label{asText(v[13])}
	s.labels[labelAgent].label = label{asText(v[14]), asText(v[15]), asText(v[16])}
	s.root.place.id = asUUID(v[19])
	s.root.name = asText(v[20])
	s.root.provisional = asInt(v[21]) == 1
	s.root.inputHead, s.root.outputHead = asText(v[22]), asText(v[23])
	s.root.status = uint8(asInt(v[24]))
	return s.decode(asBytes(v[25]))
}

// writeTrace brings the trace's row and groups up to date with its spans.
func (b *batch) writeTrace(t *trace) error {
	if len(t.rows) == 0 {
		return nil
	}
	if err := b.summarise(t); err != nil {
		return err
	}
	t.workspace.skew = max(t.workspace.skew, distance(t.sum.start, t.placed))
	b.moveGroups(t.before, t.share())
	if t.stored {
		return b.updateTrace(t)
	}
	return b.insertTrace(t)
}

func distance(a, b int64) int64 { return max(a, b) - min(a, b) }

func (b *batch) insertTrace(t *trace) error {
	const insert = "INSERT INTO traces (" + traceColumns + `, kinds, state, ws)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	s, err := b.conn.prepare(insert)
	if err != nil {
		return err
	}
	s.add(t.seq, t.id[:], t.placed)
	t.sum.bind(s)
	s.add(t.ws)
	return s.exec()
}

func (b *batch) updateTrace(t *trace) error {
	const update = `UPDATE traces SET start = ?, duration = ?, status = ?, span_count = ?, error_count = ?,
		input_tokens = ?, output_tokens = ?, total_tokens = ?, environment = ?, conversation_id = ?, user_id = ?,
		agent_name = ?, agent_id = ?, agent_version = ?, models = ?, tags = ?, root_id = ?, root_name = ?, provisional = ?,
		input_preview = ?, output_preview = ?, root_status = ?, kinds = ?, state = ? WHERE seq = ?`
	s, err := b.conn.prepare(update)
	if err != nil {
		return err
	}
	t.sum.bind(s)
	s.add(t.seq)
	return s.exec()
}

// bind adds the summary's values in the order of both statements above.
func (s *summary) bind(to *stmt) {
	agent, provisional := s.labels[labelAgent].label, int64(0)
	if s.root.provisional {
		provisional = 1
	}
	to.add(s.start, s.duration(), s.status(), s.spans, s.statuses[statusError],
		s.tokens[0], s.tokens[1], s.tokens[2],
		text(s.labels[labelEnvironment].label[0]), text(s.labels[labelConversation].label[0]), text(s.labels[labelUser].label[0]),
		text(agent[0]), text(agent[1]), text(agent[2]), listOf(s.models), listOf(s.tags),
		s.root.place.id[:], text(s.root.name), provisional, text(s.root.inputHead), text(s.root.outputHead),
		int64(s.root.status), s.kindMask(), s.encode())
}

// listOf is the keys, sorted, as a JSON list; NULL for none.
func listOf(counts map[string]int64) driver.Value {
	if len(counts) == 0 {
		return nil
	}
	return jsonList(slices.Sorted(maps.Keys(counts)))
}
