package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

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
