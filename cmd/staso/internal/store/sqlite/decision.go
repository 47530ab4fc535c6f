package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// actions are in the order of their numbers; what is none of them reads as the
// first.
func actions() []string { return []string{"block", "allow", "modify", "escalate"} }
func origins() []string { return []string{store.OriginBackend, store.OriginLocal} }

func outcomes() []store.Outcome {
	return []store.Outcome{store.Enforced, store.WouldBlock, store.Failed}
}

// The bits of decisions.flags; the origin's place in origins is above them.
const (
	flagWouldBlock = 1 << iota
	flagDecisionInputPacked
	flagResultPacked
	originShift = iota
)

// placeBits is how much of a decision's id is its place in its chain.
const placeBits = 40

// placeID is the id of the decision at place seq of a workspace's chain: of one
// workspace they stand together, in order.
func placeID(ws, seq int64) int64 { return ws<<placeBits | seq }

func placeOf(id int64) int64 { return id & (1<<placeBits - 1) }

// decisionRow is a decision in the form that is written, and what became of it.
type decisionRow struct {
	store.Decision
	content store.Digest
	action  int
	flags   int64
	hits    []hitRow
	hitText string
	input   []byte
	result  []byte
	known   bool
	clash   bool
}

type hitRow struct {
	rule    string
	outcome int
}

// RecordDecisions implements [store.GuardStore].
func (s *Store) RecordDecisions(ctx context.Context, workspace string, decisions []store.Decision) ([]store.Recorded, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, bytes := make([]decisionRow, len(decisions)), 0
	for i := range decisions {
		if err := s.codec.encodeDecision(&rows[i], &decisions[i]); err != nil {
			return nil, err
		}
		bytes += rows[i].size()
	}
	err := s.do(ctx, &op{workspace: workspace, rows: 2 * len(rows), bytes: bytes, done: make(chan error, 1), change: func(b *batch, ws int64) (error, error) {
		return nil, b.appendDecisions(workspace, ws, rows)
	}})
	if err != nil {
		return nil, err
	}
	return s.recorded(ctx, workspace, rows)
}

// recorded is what became of each row. What was known is read from the store.
func (s *Store) recorded(ctx context.Context, workspace string, rows []decisionRow) (list []store.Recorded, err error) {
	list = make([]store.Recorded, len(rows))
	for i := range rows {
		list[i] = store.Recorded{Decision: rows[i].Decision, Known: rows[i].known, Conflict: rows[i].clash}
		switch {
		case rows[i].clash:
			list[i].Decision = store.Decision{ID: rows[i].ID}
		case rows[i].known:
			if list[i].Decision, err = s.Decision(ctx, workspace, rows[i].ID); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// encodeDecision makes the row of d, in the caller's goroutine. It keeps nothing
// that the caller may change.
func (c *codec) encodeDecision(r *decisionRow, d *store.Decision) (err error) {
	r.Decision = *d
	if r.action = slices.Index(actions(), d.Action); r.action < 0 {
		return fmt.Errorf("decision %s: action %.40q: must be one of %q", d.ID, d.Action, actions())
	}
	origin := slices.Index(origins(), d.Origin)
	if origin < 0 {
		return fmt.Errorf("decision %s: origin %.40q: must be one of %q", d.ID, d.Origin, origins())
	}
	r.flags = int64(origin) << originShift
	r.Time = at(nanos(d.Time))
	r.Preview = cut(r.Input, headBytes)
	if err := r.encodeHits(d.Hits); err != nil {
		return fmt.Errorf("decision %s: %w", d.ID, err)
	}
	r.content = r.Content()
	if d.WouldBlock {
		r.flags |= flagWouldBlock
	}
	c.encodeBodies(r)
	return nil
}

// encodeBodies makes of arguments and verdict what is written, in memory of its own.
func (c *codec) encodeBodies(r *decisionRow) {
	var packed bool
	if r.input, packed = c.pack(r.Input); packed {
		r.flags |= flagDecisionInputPacked
	} else {
		r.input = slices.Clone(r.input)
	}
	if r.result, packed = c.squeeze(r.Result); packed {
		r.flags |= flagResultPacked
	} else {
		r.result = slices.Clone(r.result)
	}
}

func (r *decisionRow) encodeHits(hits []store.Hit) error {
	r.Hits = slices.Clone(hits)
	for i, hit := range hits {
		outcome := slices.Index(outcomes(), hit.Outcome)
		if outcome < 0 {
			return fmt.Errorf("outcome %.40q: must be one of %q", string(hit.Outcome), outcomes())
		}
		// As JSON has it, or what is read back would not be what was hashed.
		r.Hits[i].Rule = strings.ToValidUTF8(hit.Rule, "\uFFFD")
		r.hits = append(r.hits, hitRow{r.Hits[i].Rule, outcome})
	}
	if len(hits) == 0 {
		return nil
	}
	encoded, err := json.Marshal(r.Hits)
	r.hitText = string(encoded)
	return err
}

// size is the row's share of the queue's bound.
func (r *decisionRow) size() int {
	return 1024 + len(r.input) + len(r.result) + len(r.Reason) + len(r.hitText)
}

// appendDecisions puts rows at the end of the workspace's chain.
func (b *batch) appendDecisions(workspace string, ws int64, rows []decisionRow) error {
	c, err := b.chain(ws)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := b.appendDecision(c, workspace, ws, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) appendDecision(c *chain, workspace string, ws int64, r *decisionRow) error {
	r.known, r.clash = false, false
	r.Seq, r.Prev = c.seq+1, c.hash
	r.Hash = store.Link(workspace, r.Seq, r.Prev, r.content)
	added, err := b.insertDecision(ws, r)
	if err != nil {
		return err
	}
	if !added {
		return b.sameDecision(ws, r)
	}
	c.seq, c.hash, c.moved = r.Seq, r.Hash, true
	const body = "INSERT INTO decision_bodies (id, input, result) VALUES (?, ?, ?)"
	if err := b.conn.exec(body, placeID(ws, r.Seq), blob(r.input), blob(r.result)); err != nil {
		return err
	}
	for _, hit := range r.hits {
		const insert = "INSERT OR IGNORE INTO decision_hits (ws, rule, time, id, outcome) VALUES (?, ?, ?, ?, ?)"
		if err := b.conn.exec(insert, ws, hit.rule, nanos(r.Time), placeID(ws, r.Seq), int64(hit.outcome)); err != nil {
			return err
		}
	}
	return nil
}

// sameDecision finds out whether what is there under the row's ID came of the same
// request.
func (b *batch) sameDecision(ws int64, r *decisionRow) error {
	const find = "SELECT request FROM decisions WHERE ws = ? AND decision_id = ?"
	return b.conn.rows(find, []driver.Value{ws, r.ID[:]}, func(v []driver.Value) error {
		r.known = string(asBytes(v[0])) == string(r.Request[:])
		r.clash = !r.known
		return nil
	})
}

const decisionColumns = `id, decision_id, time, action, flags, latency, input_bytes, tool, agent_name, agent_id, environment,
	conversation_id, user_id, trace_id, span_id, source, requester, phase, mode, severity, rule, reason, hits, policy, digest,
	preview, escalation_id, request, prev, hash`

// insertDecision reports false where the ID is there already.
func (b *batch) insertDecision(ws int64, r *decisionRow) (bool, error) {
	const insert = "INSERT INTO decisions (" + decisionColumns + `, ws)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (ws, decision_id) DO NOTHING`
	s, err := b.conn.prepare(insert)
	if err != nil {
		return false, err
	}
	s.add(placeID(ws, r.Seq), r.ID[:], nanos(r.Time), int64(r.action), r.flags, int64(r.Latency), r.InputBytes,
		text(r.Tool), text(r.AgentName), text(r.AgentID), text(r.Environment), text(r.ConversationID), text(r.UserID),
		idBlob(r.TraceID), idBlob(r.SpanID), text(r.Source), text(r.Requester), text(r.Phase), text(r.Mode), text(r.Severity),
		text(r.Rule), text(r.Reason), text(r.hitText), text(r.PolicyVersion), text(r.Digest), text(r.Preview),
		idBlob(r.EscalationID), r.Request[:], r.Prev[:], r.Hash[:], ws)
	n, err := s.execCount()
	return n > 0, err
}

// idBlob gives NULL for no id.
func idBlob(id uuid.UUID) driver.Value {
	if id == uuid.Nil {
		return nil
	}
	return id[:]
}
