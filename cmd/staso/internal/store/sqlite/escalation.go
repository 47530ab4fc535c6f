package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func escalationStatuses() []store.EscalationStatus {
	return []store.EscalationStatus{store.EscalationPending, store.EscalationApproved, store.EscalationDenied, store.EscalationTimeout}
}

// The places of the statuses in escalationStatuses.
const (
	escalationPending = iota
	escalationApproved
	escalationDenied
	escalationTimeout
)

// grantExpired stands in waiters.redeemed for a grant that was asked for too late:
// a clock that is set back does not bring it to life again.
const grantExpired = -1

// Escalate implements [store.GuardStore].
func (s *Store) Escalate(ctx context.Context, workspace string, e store.Escalation, w store.Waiter) (store.Escalation, error) {
	origin := slices.Index(origins(), w.Origin)
	if origin < 0 {
		return store.Escalation{}, fmt.Errorf("waiter %s: origin %.40q: must be one of %q", w.DecisionID, w.Origin, origins())
	}
	e.Input, e.Result, e.History = slices.Clone(e.Input), slices.Clone(e.Result), slices.Clone(e.History)
	size := 2048 + len(e.Input) + len(e.Result) + len(e.History)
	var id uuid.UUID
	return s.escalation(ctx, workspace, size, &id, func(b *batch, ws int64) (refused, err error) {
		id, refused, err = b.escalate(ws, &e, &w, origin)
		return refused, err
	})
}

// escalation makes a change to the escalation id, which the change itself may set,
// and returns the escalation as it then stands: with a refusal too.
func (s *Store) escalation(ctx context.Context, workspace string, size int, id *uuid.UUID, change change) (e store.Escalation, err error) {
	if err := ctx.Err(); err != nil {
		return e, err
	}
	o := &op{workspace: workspace, rows: 2, bytes: size, done: make(chan error, 1)}
	o.change = func(b *batch, ws int64) (refused, err error) {
		if o.changed, err = b.expire(ws); err != nil {
			return nil, err
		}
		if refused, err = change(b, ws); refused == nil && err == nil {
			o.changed = append(o.changed, *id)
		}
		return refused, err
	}
	committed, refused := s.commit(ctx, o)
	if !committed || *id == uuid.Nil || errors.Is(refused, store.ErrNotFound) {
		return e, refused
	}
	if e, err = s.readEscalation(ctx, workspace, *id); err != nil {
		return e, err
	}
	return e, refused
}

// expire times out, for good, what nobody decided in time, and returns it.
func (b *batch) expire(ws int64) (expired []uuid.UUID, err error) {
	const update = "UPDATE escalations SET status = 3 WHERE ws = ? AND status = 0 AND expires <= ? RETURNING escalation_id"
	err = b.conn.rows(update, []driver.Value{ws, b.now}, func(v []driver.Value) error {
		expired = append(expired, asUUID(v[0]))
		return nil
	})
	return expired, err
}

// stored is what a change needs to know of an escalation.
type stored struct {
	seq, status, grants, waiters int64
	id                           uuid.UUID
	digest                       string
}

func (b *batch) storedEscalation(condition string, args ...driver.Value) (e *stored, err error) {
	const find = "SELECT seq, status, grants, waiters, escalation_id, digest FROM escalations WHERE "
	err = b.conn.rows(find+condition, args, func(v []driver.Value) error {
		e = &stored{asInt(v[0]), asInt(v[1]), asInt(v[2]), asInt(v[3]), asUUID(v[4]), asText(v[5])}
		return nil
	})
	return e, err
}

// escalate finds the escalation that w waits for already, or one to join, or
// begins one.
func (b *batch) escalate(ws int64, e *store.Escalation, w *store.Waiter, origin int) (id uuid.UUID, refused, err error) {
	known, err := b.storedEscalation("seq = (SELECT escalation FROM waiters WHERE ws = ? AND decision_id = ?)", ws, w.DecisionID[:])
	if err != nil {
		return id, nil, err
	}
	if known != nil {
		return b.sameWaiter(known, e)
	}
	alike := e.Key()
	open, err := b.storedEscalation("ws = ? AND alike = ? AND status = 0", ws, alike[:])
	if err != nil {
		return id, nil, err
	}
	if open == nil {
		if open, refused, err = b.beginEscalation(ws, e, alike); refused != nil || err != nil {
			return id, refused, err
		}
	}
	if open.waiters >= store.MaxWaiters {
		return open.id, store.ErrInboxFull, nil
	}
	return open.id, nil, b.addWaiter(ws, open, w, origin)
}

// sameWaiter answers a waiter that asks again.
func (b *batch) sameWaiter(known *stored, e *store.Escalation) (uuid.UUID, error, error) {
	if known.digest != e.Digest {
		return uuid.Nil, fmt.Errorf("%w: the decision id was used for another call", store.ErrConflict), nil
	}
	return known.id, nil, nil
}

func (b *batch) beginEscalation(ws int64, e *store.Escalation, alike store.Digest) (made *stored, refused, err error) {
	pending, err := b.conn.number("SELECT count(*) FROM escalations WHERE ws = ? AND status = 0", ws)
	if err != nil {
		return nil, nil, err
	}
	if pending >= store.MaxPending {
		return nil, store.ErrInboxFull, nil
	}
	seq, err := b.conn.number("SELECT 1 + ifnull(max(seq), 0) FROM escalations")
	if err != nil {
		return nil, nil, err
	}
	const insert = `INSERT INTO escalations (seq, ws, escalation_id, alike, status, requested, expires, decided, grants, waiters, redeemed,
		tool, agent_name, agent_id, environment, digest, rule, reason, severity, policy, input, result, history)
		VALUES (?, ?, ?, ?, 0, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	err = b.conn.exec(insert, seq, ws, e.ID[:], alike[:], b.now, nanos(e.ExpiresAt), text(e.Tool), text(e.AgentName), text(e.AgentID),
		text(e.Environment), text(e.Digest), text(e.Rule), text(e.Reason), text(e.Severity), text(e.PolicyVersion),
		blob(e.Input), blob(e.Result), blob(e.History))
	return &stored{seq: seq, id: e.ID, digest: e.Digest}, nil, err
}

func (b *batch) addWaiter(ws int64, e *stored, w *store.Waiter, origin int) error {
	const insert = `INSERT INTO waiters (ws, decision_id, escalation, asked, redeemed, origin, requester, conversation_id, user_id, trace_id, span_id)
		VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)`
	err := b.conn.exec(insert, ws, w.DecisionID[:], e.seq, b.now, int64(origin), text(w.Requester),
		text(w.ConversationID), text(w.UserID), idBlob(w.TraceID), idBlob(w.SpanID))
	if err != nil {
		return err
	}
	return b.conn.exec("UPDATE escalations SET waiters = waiters + 1 WHERE seq = ?", e.seq)
}
