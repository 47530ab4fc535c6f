package sqlite

import (
	"context"
	"database/sql/driver"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// DecideEscalation implements [store.GuardStore].
func (s *Store) DecideEscalation(ctx context.Context, workspace string, id uuid.UUID, v store.Verdict) (store.Escalation, error) {
	return s.escalation(ctx, workspace, 1024+len(v.Comment), &id, func(b *batch, ws int64) (refused, err error) {
		e, err := b.storedEscalation("ws = ? AND escalation_id = ?", ws, id[:])
		if err != nil || e == nil {
			return store.ErrNotFound, err
		}
		return b.decide(ws, e, &v)
	})
}

func (b *batch) decide(ws int64, e *stored, v *store.Verdict) (refused, err error) {
	switch e.status {
	case escalationPending:
	case escalationTimeout:
		return store.ErrTimeout, nil
	default:
		return store.ErrDecided, nil
	}
	if v.Waiters > 0 && e.waiters > v.Waiters {
		return store.ErrMoreWaiters, nil
	}
	own, err := b.conn.number("SELECT count(*) FROM waiters WHERE ws = ? AND escalation = ? AND requester = ?", ws, e.seq, text(v.Key))
	if err != nil {
		return nil, err
	}
	if own > 0 {
		return store.ErrOwnRequest, nil
	}
	status, grants := int64(escalationDenied), int64(0)
	if v.Approve {
		status, grants = escalationApproved, after(b.now, int64(v.GrantFor))
	}
	const update = "UPDATE escalations SET status = ?, decided = ?, grants = ?, decided_by = ?, comment = ? WHERE seq = ?"
	return nil, b.conn.exec(update, status, b.now, grants, text(v.By), text(v.Comment), e.seq)
}

// Redeem implements [store.GuardStore].
func (s *Store) Redeem(ctx context.Context, workspace string, id uuid.UUID, digest string, decision uuid.UUID) (store.Escalation, error) {
	return s.escalation(ctx, workspace, 1024, &id, func(b *batch, ws int64) (refused, err error) {
		e, err := b.storedEscalation("ws = ? AND escalation_id = ?", ws, id[:])
		if err != nil || e == nil {
			return store.ErrNotFound, err
		}
		return b.redeem(ws, e, digest, decision)
	})
}

func (b *batch) redeem(ws int64, e *stored, digest string, decision uuid.UUID) (refused, err error) {
	found, redeemed := false, int64(0)
	const find = "SELECT redeemed FROM waiters WHERE ws = ? AND decision_id = ? AND escalation = ?"
	err = b.conn.rows(find, []driver.Value{ws, decision[:], e.seq}, func(v []driver.Value) error {
		found, redeemed = true, asInt(v[0])
		return nil
	})
	if err != nil || !found {
		return store.ErrNotFound, err
	}
	if refused := e.withholds(digest, redeemed); refused != nil {
		return refused, nil
	}
	set, refused := b.now, error(nil)
	if b.now >= e.grants {
		set, refused = grantExpired, store.ErrGrantExpired
	} else if err := b.conn.exec("UPDATE escalations SET redeemed = redeemed + 1 WHERE seq = ?", e.seq); err != nil {
		return nil, err
	}
	return refused, b.conn.exec("UPDATE waiters SET redeemed = ? WHERE ws = ? AND decision_id = ?", set, ws, decision[:])
}

// withholds says why a grant is not given, whatever the time.
func (e *stored) withholds(digest string, redeemed int64) error {
	switch {
	case digest != e.digest:
		return store.ErrMismatch
	case e.status == escalationPending:
		return store.ErrPending
	case e.status == escalationDenied:
		return store.ErrDenied
	case e.status == escalationTimeout:
		return store.ErrTimeout
	case redeemed == grantExpired:
		return store.ErrGrantExpired
	case redeemed != 0:
		return store.ErrRedeemed
	}
	return nil
}
