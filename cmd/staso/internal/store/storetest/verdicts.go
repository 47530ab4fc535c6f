package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

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
