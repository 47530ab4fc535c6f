package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const escalationColumns = `seq, escalation_id, status, requested, expires, decided, grants, waiters, redeemed, tool, agent_name, agent_id,
	environment, digest, rule, reason, severity, policy, decided_by, comment, input, result, history`

// Escalation implements [store.GuardStore].
func (s *Store) Escalation(ctx context.Context, workspace string, id uuid.UUID) (store.Escalation, error) {
	e, err := s.readEscalation(ctx, workspace, id)
	if err != nil || !overdue(&e, s.now()) {
		return e, err
	}
	if err := s.expire(ctx, workspace); err != nil {
		return e, err
	}
	return s.readEscalation(ctx, workspace, id)
}

// overdue says that e is pending and its time has come.
func overdue(e *store.Escalation, now time.Time) bool {
	return e.Status == store.EscalationPending && !now.Before(e.ExpiresAt)
}

// expire times out what is overdue, before anybody is told so: then it stays so,
// wherever the clock goes.
func (s *Store) expire(ctx context.Context, workspace string) error {
	o := &op{workspace: workspace, rows: 1, bytes: 256, done: make(chan error, 1)}
	o.change = func(b *batch, ws int64) (refused, err error) {
		o.changed, err = b.expire(ws)
		return nil, err
	}
	return s.do(ctx, o)
}

func (s *Store) readEscalation(ctx context.Context, workspace string, id uuid.UUID) (e store.Escalation, err error) {
	seq := int64(0)
	const find = "SELECT " + escalationColumns + " FROM escalations WHERE " + inWorkspace + " AND escalation_id = ?"
	err = s.rows(ctx, find, []any{workspace, id[:]}, func(v []driver.Value) error {
		seq, e = asInt(v[0]), scanEscalation(v)
		return nil
	})
	if err == nil && seq == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Escalation{}, err
	}
	const waiting = `SELECT decision_id, asked, redeemed, origin, requester, conversation_id, user_id, trace_id, span_id
		FROM waiters WHERE ` + inWorkspace + " AND escalation = ? ORDER BY asked, decision_id"
	err = s.rows(ctx, waiting, []any{workspace, seq}, func(v []driver.Value) error {
		e.Waiters = append(e.Waiters, store.Waiter{
			DecisionID: asUUID(v[0]), AskedAt: at(asInt(v[1])), RedeemedAt: atOrZero(asInt(v[2])), Origin: nameIn(origins(), asInt(v[3])),
			Requester: asText(v[4]), ConversationID: asText(v[5]), UserID: asText(v[6]), TraceID: asUUID(v[7]), SpanID: asUUID(v[8]),
		})
		return nil
	})
	return e, err
}

// expireAny times out what is overdue, if anything is.
func (s *Store) expireAny(ctx context.Context, workspace string) error {
	found := false
	const find = "SELECT 1 FROM escalations WHERE " + inWorkspace + " AND status = 0 AND expires <= ? LIMIT 1"
	err := s.rows(ctx, find, []any{workspace, nanos(s.now())}, func([]driver.Value) error {
		found = true
		return nil
	})
	if err != nil || !found {
		return err
	}
	return s.expire(ctx, workspace)
}

// Escalations implements [store.GuardStore].
func (s *Store) Escalations(ctx context.Context, workspace string, q store.EscalationQuery) (page store.EscalationPage, err error) {
	limit, err := pageLimit(q.Limit)
	if err != nil {
		return page, err
	}
	if err := s.expireAny(ctx, workspace); err != nil {
		return page, err
	}
	sum := escalationDigest(workspace, q)
	list := &listQuery{}
	list.and("e."+inWorkspace, workspace)
	if err := list.escalations(q); err != nil {
		return page, err
	}
	if q.Cursor != "" {
		last, _, err := readCursor(q.Cursor, sum, 1)
		if err != nil {
			return page, err
		}
		list.and("e.seq < ?", last[0])
	}
	last := int64(0)
	find := "SELECT " + escalationColumns + " FROM escalations e WHERE " + strings.Join(list.where, " AND ") + " ORDER BY e.seq DESC LIMIT ?"
	err = s.rows(ctx, find, append(list.args, limit+1), func(v []driver.Value) error {
		if len(page.Escalations) == limit {
			page.NextCursor = writeCursor(sum, []int64{last}, nil)
			return nil
		}
		last, page.Escalations = asInt(v[0]), append(page.Escalations, scanEscalation(v))
		return nil
	})
	return page, err
}

func escalationDigest(workspace string, q store.EscalationQuery) []byte {
	q.PageQuery = store.PageQuery{}
	return digest(struct {
		Workspace string
		Query     store.EscalationQuery
	}{workspace, q})
}

// escalations adds the filters of a list of escalations.
func (q *listQuery) escalations(f store.EscalationQuery) error {
	if f.Status != "" {
		status := slices.Index(escalationStatuses(), f.Status)
		if status < 0 {
			return fmt.Errorf("%w: status %.40q: must be one of %q", store.ErrInvalidQuery, string(f.Status), escalationStatuses())
		}
		q.and("e.status = ?", status)
	}
	q.equal("e.tool", f.Tool)
	q.equal("e.agent_name", f.AgentName)
	q.equal("e.environment", f.Environment)
	const waiter = "EXISTS (SELECT 1 FROM waiters w WHERE w.ws = e.ws AND w.escalation = e.seq AND "
	if f.ConversationID != "" {
		q.and(waiter+"w.conversation_id = ?)", f.ConversationID)
	}
	if f.TraceID != uuid.Nil {
		q.and(waiter+"w.trace_id = ?)", f.TraceID[:])
	}
	return nil
}

func scanEscalation(v []driver.Value) store.Escalation {
	return store.Escalation{
		ID: asUUID(v[1]), Status: nameIn(escalationStatuses(), asInt(v[2])), RequestedAt: at(asInt(v[3])), ExpiresAt: at(asInt(v[4])),
		DecidedAt: atOrZero(asInt(v[5])), GrantsExpireAt: atOrZero(asInt(v[6])), WaiterCount: asInt(v[7]), RedeemedCount: asInt(v[8]),
		Tool: asText(v[9]), AgentName: asText(v[10]), AgentID: asText(v[11]), Environment: asText(v[12]), Digest: asText(v[13]),
		Rule: asText(v[14]), Reason: asText(v[15]), Severity: asText(v[16]), PolicyVersion: asText(v[17]),
		DecidedBy: asText(v[18]), Comment: asText(v[19]), Input: asBytes(v[20]), Result: asBytes(v[21]), History: asBytes(v[22]),
	}
}

// atOrZero is the zero time for what has not happened.
func atOrZero(nanos int64) time.Time {
	if nanos <= 0 {
		return time.Time{}
	}
	return at(nanos)
}
