package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const waitFor = 5 * time.Minute

// escalation is a plain call that waits, for waitFor from now on.
func (s *suite) escalation(n byte, edit ...func(*store.Escalation)) store.Escalation {
	e := store.Escalation{
		ID: uuid.UUID{0: 0x44, 15: n}, Tool: "refund", Digest: "sha256:1", Input: []byte(`{"amount": 500}`), ExpiresAt: s.clock.Add(waitFor).UTC(),
	}
	for _, change := range edit {
		change(&e)
	}
	return e
}

func waiter(n byte) store.Waiter {
	return store.Waiter{DecisionID: uuid.UUID{0: 0x55, 15: n}, Requester: "key-1", Origin: store.OriginBackend}
}

// escalate puts a call before a person.
func (s *suite) escalate(e store.Escalation, w store.Waiter) store.Escalation {
	s.Helper()
	got, err := s.store.Escalate(s.ctx, "default", e, w)
	require.NoError(s, err)
	return got
}

func (s *suite) decide(id uuid.UUID, v store.Verdict) (store.Escalation, error) {
	s.Helper()
	return s.store.DecideEscalation(s.ctx, "default", id, v)
}

func (s *suite) approve(id uuid.UUID) store.Escalation {
	s.Helper()
	e, err := s.decide(id, store.Verdict{Approve: true, By: "ann", Comment: "fine", GrantFor: time.Minute})
	require.NoError(s, err)
	return e
}

func (s *suite) redeem(id uuid.UUID, n byte) error {
	s.Helper()
	_, err := s.store.Redeem(s.ctx, "default", id, "sha256:1", waiter(n).DecisionID)
	return err
}

func (s *suite) status(id uuid.UUID) store.EscalationStatus {
	s.Helper()
	e, err := s.store.Escalation(s.ctx, "default", id)
	require.NoError(s, err)
	return e.Status
}

func testEscalationIsKeptExactly(t *testing.T, s *suite) {
	asked := s.escalation(1, func(e *store.Escalation) {
		e.Rule, e.Reason, e.Severity, e.PolicyVersion = "payment_threshold", "pays 500", "high", "sha256:123"
		e.Result, e.History = []byte(`{"action":"escalate"}`), []byte(`[{"role":"user","content":"refund me"}]`)
		e.AgentName, e.AgentID, e.Environment = "bot", "id", "prod"
	})
	w := waiter(1)
	w.ConversationID, w.UserID, w.TraceID, w.SpanID, w.Origin = "c", "u", traceID(1), spanID(1), store.OriginLocal
	got := s.escalate(asked, w)
	want := asked
	w.AskedAt = s.clock.UTC()
	want.Status, want.RequestedAt, want.WaiterCount, want.Waiters = store.EscalationPending, s.clock.UTC(), 1, []store.Waiter{w}
	assert.Equal(t, want, got)
	s.reopen()
	got, err := s.store.Escalation(s.ctx, "default", asked.ID)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = s.store.Escalation(s.ctx, "other", asked.ID)
	assert.ErrorIs(t, err, store.ErrNotFound)

	s.clock = s.clock.Add(time.Second)
	got = s.approve(asked.ID)
	want.Status, want.DecidedBy, want.Comment, want.DecidedAt, want.GrantsExpireAt =
		store.EscalationApproved, "ann", "fine", s.clock.UTC(), s.clock.Add(time.Minute).UTC()
	assert.Equal(t, want, got)
	s.clock = s.clock.Add(time.Second)
	require.NoError(t, s.redeem(asked.ID, 1))
	got, err = s.store.Escalation(s.ctx, "default", asked.ID)
	require.NoError(t, err)
	want.RedeemedCount, want.Waiters[0].RedeemedAt = 1, s.clock.UTC()
	assert.Equal(t, want, got)
	_, err = s.store.Escalate(s.ctx, "default", asked, store.Waiter{Origin: "moon"})
	assert.ErrorContains(t, err, "origin")
}

func testIdenticalCallsShare(t *testing.T, s *suite) {
	first := s.escalate(s.escalation(1), waiter(1))
	second := s.escalate(s.escalation(2), waiter(2))
	assert.Equal(t, first.ID, second.ID)
	assert.Equal(t, int64(2), second.WaiterCount)
	assert.Len(t, second.Waiters, 2)
	for n, edit := range []func(*store.Escalation){
		func(e *store.Escalation) { e.Digest = "sha256:2" }, func(e *store.Escalation) { e.Tool = "pay" },
		func(e *store.Escalation) { e.AgentName = "bot" }, func(e *store.Escalation) { e.Environment = "prod" },
	} {
		other := s.escalate(s.escalation(byte(10+n), edit), waiter(byte(10+n)))
		assert.Equal(t, byte(10+n), other.ID[15], "what is not alike has an entry of its own")
	}
	elsewhere, err := s.store.Escalate(s.ctx, "other", s.escalation(3), waiter(1))
	require.NoError(t, err)
	assert.Equal(t, byte(3), elsewhere.ID[15])

	again := s.escalate(s.escalation(4), waiter(2))
	assert.Equal(t, second, again, "the same waiter again")
	_, err = s.store.Escalate(s.ctx, "default", s.escalation(5, func(e *store.Escalation) { e.Digest = "sha256:9" }), waiter(2))
	assert.ErrorIs(t, err, store.ErrConflict, "the same waiter with another call")

	s.approve(first.ID)
	late := s.escalate(s.escalation(6), waiter(3))
	assert.Equal(t, byte(6), late.ID[15], "what was decided is not joined")
	assert.Equal(t, store.EscalationApproved, s.escalate(s.escalation(7), waiter(1)).Status, "who waited is told what became of it")
}
