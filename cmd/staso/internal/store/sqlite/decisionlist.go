package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	// inChain is a condition that holds a decision's id to a workspace.
	inChain = "d.id >= (SELECT ws << 40 FROM workspaces WHERE slug = ?) AND d.id < (SELECT (ws + 1) << 40 FROM workspaces WHERE slug = ?)"

	listedDecision = "d.id, d.decision_id, d.time, d.action, d.flags, d.latency, d.input_bytes, d.tool, d.agent_name, d.agent_id, d.environment, " +
		"d.conversation_id, d.user_id, d.trace_id, d.span_id, d.source, d.requester, d.phase, d.mode, d.severity, d.rule, d.reason, d.hits, " +
		"d.policy, d.digest, d.preview, d.escalation_id, d.request, d.prev, d.hash"
	wholeDecision = listedDecision + ", b.input, b.result"
)

// Decision implements [store.GuardStore].
func (s *Store) Decision(ctx context.Context, workspace string, id uuid.UUID) (d store.Decision, err error) {
	found := false
	const find = "SELECT " + wholeDecision + " FROM decisions d LEFT JOIN decision_bodies b ON b.id = d.id WHERE d." + inWorkspace + " AND d.decision_id = ?"
	err = s.rows(ctx, find, []any{workspace, id[:]}, func(v []driver.Value) (err error) {
		found = true
		d, err = s.scanDecision(v, true)
		return err
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return d, err
}

// Decisions implements [store.GuardStore].
func (s *Store) Decisions(ctx context.Context, workspace string, q store.DecisionQuery) (page store.DecisionPage, err error) {
	limit, err := pageLimit(q.Limit)
	if err != nil {
		return page, err
	}
	sum := decisionDigest(workspace, q)
	text, args, err := s.decisionSQL(ctx, workspace, q, sum)
	if err != nil {
		return page, err
	}
	err = s.rows(ctx, text, append(args, limit+1), func(v []driver.Value) error {
		if len(page.Decisions) == limit {
			last := &page.Decisions[limit-1]
			page.NextCursor = writeCursor(sum, []int64{nanos(last.Time)}, binary.BigEndian.AppendUint64(nil, uint64(last.Seq)))
			return nil
		}
		d, err := s.scanDecision(v, q.Bodies)
		page.Decisions = append(page.Decisions, d)
		return err
	})
	return page, err
}

func decisionDigest(workspace string, q store.DecisionQuery) []byte {
	q.PageQuery, q.Bodies = store.PageQuery{}, false
	return digest(struct {
		Workspace string
		Query     store.DecisionQuery
	}{workspace, q})
}

// decisionSQL is the query of one page, but for its last argument, the limit.
func (s *Store) decisionSQL(ctx context.Context, workspace string, q store.DecisionQuery, sum []byte) (string, []any, error) {
	list := &listQuery{}
	from, time, id := " FROM decisions d", "d.time", "d.id"
	switch {
	case q.TraceID != uuid.Nil || q.ConversationID != "":
		blocks, err := s.blocks(ctx, workspace, q)
		if err != nil {
			return "", nil, err
		}
		from = " FROM json_each(?) k CROSS JOIN decisions d ON d.id >= k.value AND d.id < k.value + " + strconv.Itoa(blockSize)
		list.args = append(list.args, blocks)
		list.and("+d."+inWorkspace, workspace)
		list.hit(workspace, q.Rule)
	case q.Rule != "": // its hits are few, and in order
		from, time, id = " FROM decision_hits h CROSS JOIN decisions d ON d.id = h.id", "h.time", "h.id"
		list.and("h."+inWorkspace+" AND h.rule = ?", workspace, q.Rule)
	default:
		list.and("d."+inWorkspace, workspace)
	}
	if err := list.decisions(q, time); err != nil {
		return "", nil, err
	}
	if q.Cursor != "" {
		numbers, key, err := readCursor(q.Cursor, sum, 1)
		if err != nil || len(key) != 8 {
			return "", nil, cursorError(err)
		}
		list.and("("+time+", "+id+") < (?, (SELECT ws << 40 FROM workspaces WHERE slug = ?) + ?)",
			numbers[0], workspace, int64(binary.BigEndian.Uint64(key)))
	}
	columns := listedDecision
	if q.Bodies {
		columns = wholeDecision
		from += " LEFT JOIN decision_bodies b ON b.id = d.id"
	}
	order := " ORDER BY " + time + " DESC, " + id + " DESC LIMIT ?"
	return "SELECT " + columns + from + " WHERE " + strings.Join(list.where, " AND ") + order, list.args, nil
}

// hit holds a decision to have a hit of the rule, unless rule is "".
func (q *listQuery) hit(workspace, rule string) {
	if rule != "" {
		q.and("EXISTS (SELECT 1 FROM decision_hits h WHERE h."+inWorkspace+" AND h.rule = ? AND h.time = d.time AND h.id = d.id)", workspace, rule)
	}
}

func cursorError(err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: cursor: is not one that this store gave", store.ErrInvalidQuery)
}

// decisions adds the filters of a list of decisions.
func (q *listQuery) decisions(f store.DecisionQuery, time string) error {
	if !f.From.IsZero() {
		q.and(time+" >= ?", nanos(f.From))
	}
	if !f.To.IsZero() {
		q.and(time+" < ?", nanos(f.To))
	}
	q.equal("d.tool", f.Tool)
	q.equal("d.agent_name", f.AgentName)
	q.equal("d.environment", f.Environment)
	q.equal("d.conversation_id", f.ConversationID)
	if f.TraceID != uuid.Nil {
		q.and("d.trace_id = ?", f.TraceID[:])
	}
	if f.WouldBlock {
		q.and("d.flags & ? <> 0", flagWouldBlock)
	}
	if f.Origin != "" {
		origin := slices.Index(origins(), f.Origin)
		if origin < 0 {
			return fmt.Errorf("%w: origin %.40q: must be one of %q", store.ErrInvalidQuery, f.Origin, origins())
		}
		q.and("d.flags >> ? = ?", originShift, origin)
	}
	if f.Action != "" {
		action := slices.Index(actions(), f.Action)
		if action < 0 {
			return fmt.Errorf("%w: action %.40q: must be one of %q", store.ErrInvalidQuery, f.Action, actions())
		}
		q.and("d.action = ?", action)
	}
	return nil
}

// scanDecision reads a row of listedDecision or, whole, of wholeDecision.
func (s *Store) scanDecision(v []driver.Value, whole bool) (d store.Decision, err error) {
	flags := asInt(v[4])
	d = store.Decision{
		Seq: placeOf(asInt(v[0])), ID: asUUID(v[1]), Time: at(asInt(v[2])), Action: nameIn(actions(), asInt(v[3])),
		WouldBlock: flags&flagWouldBlock != 0, Origin: nameIn(origins(), flags>>originShift),
		Latency: time.Duration(asInt(v[5])), InputBytes: asInt(v[6]), Tool: asText(v[7]),
		AgentName: asText(v[8]), AgentID: asText(v[9]), Environment: asText(v[10]), ConversationID: asText(v[11]), UserID: asText(v[12]),
		TraceID: asUUID(v[13]), SpanID: asUUID(v[14]), Source: asText(v[15]), Requester: asText(v[16]), Phase: asText(v[17]),
		Mode: asText(v[18]), Severity: asText(v[19]), Rule: asText(v[20]), Reason: asText(v[21]), PolicyVersion: asText(v[23]),
		Digest: asText(v[24]), Preview: asText(v[25]), EscalationID: asUUID(v[26]),
		Request: asDigest(v[27]), Prev: asDigest(v[28]), Hash: asDigest(v[29]),
	}
	if hits := asText(v[22]); hits != "" {
		if err := json.Unmarshal([]byte(hits), &d.Hits); err != nil {
			return d, fmt.Errorf("%w: the hits of decision %s: %w", ErrCorrupt, d.ID, err)
		}
	}
	if !whole {
		return d, nil
	}
	if d.Input, err = s.codec.unpack(asBytes(v[30]), flags&flagDecisionInputPacked != 0); err != nil {
		return d, err
	}
	d.Result, err = unsqueeze(asBytes(v[31]), flags&flagResultPacked != 0)
	return d, err
}
