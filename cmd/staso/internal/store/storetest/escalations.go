package storetest

import (
	"context"
	"sync"
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

func testVerdicts(t *testing.T, s *suite) {
	a := s.escalate(s.escalation(1), waiter(1))
	s.escalate(s.escalation(1), waiter(2))
	_, err := s.decide(a.ID, store.Verdict{Approve: true, Waiters: 1})
	assert.ErrorIs(t, err, store.ErrMoreWaiters)
	_, err = s.decide(a.ID, store.Verdict{Approve: true, Key: "key-1"})
	assert.ErrorIs(t, err, store.ErrOwnRequest)
	_, err = s.decide(a.ID, store.Verdict{Key: "key-1"})
	assert.ErrorIs(t, err, store.ErrOwnRequest, "nor does it deny")
	assert.Equal(t, store.EscalationPending, s.status(a.ID))

	denied, err := s.decide(a.ID, store.Verdict{By: "ann", Comment: "no", Key: "key-2", Waiters: 2})
	require.NoError(t, err)
	assert.Equal(t, store.EscalationDenied, denied.Status)
	stands, err := s.decide(a.ID, store.Verdict{Approve: true, By: "bob"})
	assert.ErrorIs(t, err, store.ErrDecided)
	assert.Equal(t, denied, stands, "the first verdict stands, and is shown")
	assert.ErrorIs(t, s.redeem(a.ID, 1), store.ErrDenied)
	_, err = s.decide(uuid.New(), store.Verdict{Approve: true})
	assert.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.store.DecideEscalation(s.ctx, "other", a.ID, store.Verdict{Approve: true})
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func testOneVerdictStands(t *testing.T, s *suite) {
	for n := range byte(5) {
		e := s.escalate(s.escalation(n, func(e *store.Escalation) { e.Digest = "sha256:" + string('a'+rune(n)) }), waiter(n))
		var mu sync.Mutex
		var won []bool
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				_, err := s.decide(e.ID, store.Verdict{Approve: i%2 == 0, GrantFor: time.Minute})
				if err != nil {
					assert.ErrorIs(t, err, store.ErrDecided)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				won = append(won, i%2 == 0)
			})
		}
		wg.Wait()
		require.Len(t, won, 1)
		want := store.EscalationDenied
		if won[0] {
			want = store.EscalationApproved
		}
		assert.Equal(t, want, s.status(e.ID))
	}
}

func testRedeem(t *testing.T, s *suite) {
	e := s.escalate(s.escalation(1), waiter(1))
	s.escalate(s.escalation(1), waiter(2))
	assert.ErrorIs(t, s.redeem(e.ID, 1), store.ErrPending)
	s.approve(e.ID)
	_, err := s.store.Redeem(s.ctx, "default", e.ID, "sha256:other", waiter(1).DecisionID)
	assert.ErrorIs(t, err, store.ErrMismatch)
	assert.ErrorIs(t, err, store.ErrConflict)
	assert.ErrorIs(t, s.redeem(e.ID, 3), store.ErrNotFound, "nobody who waits")
	assert.ErrorIs(t, s.redeem(uuid.New(), 1), store.ErrNotFound)
	_, err = s.store.Redeem(s.ctx, "other", e.ID, "sha256:1", waiter(1).DecisionID)
	assert.ErrorIs(t, err, store.ErrNotFound)

	const tries = 8
	var mu sync.Mutex
	got := 0
	var wg sync.WaitGroup
	for range tries {
		wg.Go(func() {
			if err := s.redeem(e.ID, 1); err != nil {
				assert.ErrorIs(t, err, store.ErrRedeemed)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			got++
		})
	}
	wg.Wait()
	assert.Equal(t, 1, got, "a grant is taken once")
	s.reopen()
	assert.ErrorIs(t, s.redeem(e.ID, 1), store.ErrRedeemed)
	assert.NoError(t, s.redeem(e.ID, 2), "each waiter has its own")
}

func testEscalationExpires(t *testing.T, s *suite) {
	asked := s.clock
	e := s.escalate(s.escalation(1), waiter(1))
	s.clock = asked.Add(waitFor - 1)
	assert.Equal(t, store.EscalationPending, s.status(e.ID))
	s.clock = asked.Add(waitFor)
	assert.Equal(t, store.EscalationTimeout, s.status(e.ID))
	s.clock = asked.Add(-24 * time.Hour)
	assert.Equal(t, store.EscalationTimeout, s.status(e.ID), "a clock that is set back does not bring it to life again")
	_, err := s.decide(e.ID, store.Verdict{Approve: true})
	assert.ErrorIs(t, err, store.ErrTimeout)
	assert.ErrorIs(t, s.redeem(e.ID, 1), store.ErrTimeout)

	s.clock = asked
	next := s.escalate(s.escalation(2), waiter(2))
	assert.NotEqual(t, e.ID, next.ID, "what timed out is not joined")
	s.clock = asked.Add(365 * 24 * time.Hour) // nobody looked meanwhile
	stands, err := s.decide(next.ID, store.Verdict{Approve: true})
	assert.ErrorIs(t, err, store.ErrTimeout)
	assert.Equal(t, store.EscalationTimeout, stands.Status)
	s.clock = asked
	assert.Equal(t, store.EscalationTimeout, s.status(next.ID))
}

func testGrantExpires(t *testing.T, s *suite) {
	e := s.escalate(s.escalation(1), waiter(1))
	s.escalate(s.escalation(1), waiter(2))
	s.approve(e.ID)
	decided := s.clock
	s.clock = decided.Add(time.Minute)
	assert.ErrorIs(t, s.redeem(e.ID, 1), store.ErrGrantExpired)
	s.clock = decided.Add(time.Minute - 1)
	assert.ErrorIs(t, s.redeem(e.ID, 1), store.ErrGrantExpired, "who was told so is not told otherwise")
	assert.NoError(t, s.redeem(e.ID, 2))
	assert.Equal(t, store.EscalationApproved, s.status(e.ID))
}

func testEscalationsSurvive(t *testing.T, s *suite) {
	asked := s.clock
	pending, due := s.escalate(s.escalation(1), waiter(1)), s.escalate(s.escalation(2, func(e *store.Escalation) {
		e.Digest, e.ExpiresAt = "sha256:2", asked.Add(time.Second)
	}), waiter(2))
	s.clock = asked.Add(time.Minute)
	s.reopen()
	assert.Equal(t, store.EscalationPending, s.status(pending.ID))
	assert.Equal(t, store.EscalationTimeout, s.status(due.ID))
	s.approve(pending.ID)
	s.reopen()
	assert.NoError(t, s.redeem(pending.ID, 1))
}

func testInboxIsBounded(t *testing.T, s *suite) {
	for n := range store.MaxPending {
		id := uuid.UUID{0: 0x66, 1: byte(n >> 8), 2: byte(n)}
		e := s.escalation(0, func(e *store.Escalation) { e.ID, e.Digest = id, id.String() })
		s.escalate(e, store.Waiter{DecisionID: id, Origin: store.OriginLocal})
	}
	_, err := s.store.Escalate(s.ctx, "default", s.escalation(1), waiter(1))
	assert.ErrorIs(t, err, store.ErrInboxFull)
	_, err = s.store.Escalate(s.ctx, "other", s.escalation(1), waiter(1))
	assert.NoError(t, err, "each workspace has its own")
	s.clock = s.clock.Add(waitFor)
	s.escalate(s.escalation(1), waiter(1))
}

func testInbox(t *testing.T, s *suite) {
	assert.Empty(t, s.inbox(store.EscalationQuery{}))
	for n := range byte(5) {
		w := waiter(n)
		if n == 2 {
			w.ConversationID, w.TraceID = "c", traceID(1)
		}
		s.escalate(s.escalation(n, func(e *store.Escalation) {
			e.Digest = "sha256:" + string('a'+rune(n))
			if n == 3 {
				e.Tool, e.AgentName, e.Environment = "pay", "bot", "prod"
			}
			if n == 4 {
				e.ExpiresAt = s.clock.Add(time.Second)
			}
		}), w)
	}
	s.approve(uuid.UUID{0: 0x44, 15: 0})
	_, err := s.decide(uuid.UUID{0: 0x44, 15: 1}, store.Verdict{})
	require.NoError(t, err)
	s.clock = s.clock.Add(time.Second)
	for name, c := range map[string]struct {
		query store.EscalationQuery
		want  []byte
	}{
		"all": {store.EscalationQuery{}, []byte{4, 3, 2, 1, 0}}, "pending": {store.EscalationQuery{Status: store.EscalationPending}, []byte{3, 2}},
		"approved": {store.EscalationQuery{Status: store.EscalationApproved}, []byte{0}}, "denied": {store.EscalationQuery{Status: store.EscalationDenied}, []byte{1}},
		"timeout": {store.EscalationQuery{Status: store.EscalationTimeout}, []byte{4}}, "tool": {store.EscalationQuery{Tool: "pay"}, []byte{3}},
		"agent": {store.EscalationQuery{AgentName: "bot", Environment: "prod"}, []byte{3}}, "conversation": {store.EscalationQuery{ConversationID: "c"}, []byte{2}},
		"trace": {store.EscalationQuery{TraceID: traceID(1)}, []byte{2}}, "none": {store.EscalationQuery{Tool: "pay", ConversationID: "c"}, nil},
	} {
		assert.Equal(t, c.want, s.inbox(c.query), "by %s", name)
	}
	for _, q := range []store.EscalationQuery{{Status: "lost"}, {PageQuery: store.PageQuery{Limit: 501}}, {PageQuery: store.PageQuery{Cursor: "%"}}} {
		_, err := s.store.Escalations(s.ctx, "default", q)
		assert.ErrorIs(t, err, store.ErrInvalidQuery)
	}
}

// inbox lists the last bytes of the ids.
func (s *suite) inbox(q store.EscalationQuery) (list []byte) {
	s.Helper()
	q.Limit = 2
	for {
		page, err := s.store.Escalations(s.ctx, "default", q)
		require.NoError(s, err)
		for _, e := range page.Escalations {
			assert.Nil(s, e.Waiters)
			list = append(list, e.ID[15])
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			return list
		}
	}
}

func testWatch(t *testing.T, s *suite) {
	e := s.escalate(s.escalation(1), waiter(1))
	one, stopOne := s.store.WatchEscalation("default", e.ID)
	all, stopAll := s.store.WatchEscalation("default", uuid.Nil)
	other, stopOther := s.store.WatchEscalation("other", e.ID)
	defer stopOther()
	defer stopAll()
	defer stopOne()
	second, stopSecond := s.store.WatchEscalation("default", e.ID)
	stopSecond()
	stopSecond() // once more does nothing
	assertQuiet(t, one, all, second)

	s.escalate(s.escalation(2, func(e *store.Escalation) { e.Digest = "sha256:2" }), waiter(2))
	assertChanged(t, all)
	assertQuiet(t, one)
	all, stopAll2 := s.store.WatchEscalation("default", uuid.Nil)
	defer stopAll2()
	s.approve(e.ID)
	assertChanged(t, one)
	assertChanged(t, all)
	assertQuiet(t, other)

	cancelled, cancel := context.WithCancel(s.ctx)
	cancel()
	_, err := s.store.Escalate(cancelled, "default", s.escalation(3), waiter(3))
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.store.RecordDecisions(cancelled, "default", []store.Decision{decision(1)})
	assert.ErrorIs(t, err, context.Canceled)
}

func assertChanged(t *testing.T, changed <-chan struct{}) {
	t.Helper()
	select {
	case <-changed:
	case <-time.After(10 * time.Second):
		assert.Fail(t, "who watches must be told")
	}
}

func assertQuiet(t *testing.T, channels ...<-chan struct{}) {
	t.Helper()
	for _, changed := range channels {
		select {
		case <-changed:
			assert.Fail(t, "nothing has changed")
		default:
		}
	}
}

func testGuardClosed(t *testing.T, s *suite) {
	e := s.escalate(s.escalation(1), waiter(1))
	require.NoError(t, s.store.Close())
	_, err := s.store.RecordDecisions(s.ctx, "default", []store.Decision{decision(1)})
	assert.ErrorIs(t, err, store.ErrClosed)
	_, err = s.store.Decisions(s.ctx, "default", store.DecisionQuery{})
	assert.ErrorIs(t, err, store.ErrClosed)
	_, err = s.store.SavePolicy(s.ctx, "default", 0, store.Policy{Name: "a"})
	assert.ErrorIs(t, err, store.ErrClosed)
	_, err = s.decide(e.ID, store.Verdict{})
	assert.ErrorIs(t, err, store.ErrClosed)
	_, err = s.store.Escalation(s.ctx, "default", e.ID)
	assert.ErrorIs(t, err, store.ErrClosed)
}
