package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// decision is a plain decision n, made n seconds after base().
func decision(n byte, edit ...func(*store.Decision)) store.Decision {
	d := store.Decision{
		ID: uuid.UUID{0: 0x33, 15: n}, Request: store.Digest{n}, Time: base().Add(time.Duration(n) * time.Second),
		Origin: store.OriginBackend, Source: "sdk", Tool: "run_shell", Phase: "input", Action: "allow", Mode: "enforce",
		Input: []byte(`{"command":"ls"}`), Preview: `{"command":"ls"}`, Result: []byte(`{"action":"allow"}`),
	}
	for _, e := range edit {
		e(&d)
	}
	return d
}

func fullDecision() store.Decision {
	return decision(9, func(d *store.Decision) {
		d.Requester, d.Digest, d.Severity, d.Rule, d.Reason = "key-1", "sha256:abc", "high", "dangerous", "deletes every file"
		d.Action, d.Origin, d.WouldBlock, d.InputBytes = "escalate", store.OriginLocal, true, 123456
		d.Hits = []store.Hit{{Rule: "dangerous", Outcome: store.Enforced}, {Rule: "pii", Outcome: store.WouldBlock}, {Rule: "judge", Outcome: store.Failed}}
		d.PolicyVersion, d.Latency, d.EscalationID = "sha256:123", 17*time.Microsecond, uuid.UUID{1}
		d.AgentName, d.AgentID, d.Environment, d.ConversationID, d.UserID = "bot", "id", "prod", "c", "u"
		d.TraceID, d.SpanID, d.Time = traceID(1), spanID(1), base()
	})
}

// record stores decisions that must all be new, and returns them as they stand.
func (s *suite) record(workspace string, decisions ...store.Decision) (stored []store.Decision) {
	s.Helper()
	list, err := s.store.RecordDecisions(s.ctx, workspace, decisions)
	require.NoError(s, err)
	require.Len(s, list, len(decisions))
	for _, r := range list {
		require.False(s, r.Known || r.Conflict)
		stored = append(stored, r.Decision)
	}
	return stored
}

func (s *suite) decisions(workspace string, q store.DecisionQuery) (all []store.Decision) {
	s.Helper()
	for {
		page, err := s.store.Decisions(s.ctx, workspace, q)
		require.NoError(s, err)
		all = append(all, page.Decisions...)
		if page.NextCursor == "" {
			return all
		}
		require.NotEmpty(s, page.Decisions)
		q.Cursor = page.NextCursor
	}
}

func (s *suite) verified(workspace string) store.ChainReport {
	s.Helper()
	report, err := s.store.VerifyDecisions(s.ctx, workspace)
	require.NoError(s, err)
	return report
}

func testDecisionIsKeptExactly(t *testing.T, s *suite) {
	want := fullDecision()
	stored := s.record("default", want)[0]
	content := want.Content()
	want.Seq, want.Hash = 1, store.Link("default", 1, store.Digest{}, content)
	assert.Equal(t, want, stored)
	got, err := s.store.Decision(s.ctx, "default", want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	listed := s.decisions("default", store.DecisionQuery{})
	short := want
	short.Input, short.Result = nil, nil
	assert.Equal(t, []store.Decision{short}, listed)
	assert.Equal(t, []store.Decision{want}, s.decisions("default", store.DecisionQuery{Bodies: true}))
	s.reopen()
	got, err = s.store.Decision(s.ctx, "default", want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = s.store.Decision(s.ctx, "other", want.ID)
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func testDecisionSizes(t *testing.T, s *suite) {
	for i, size := range []int{0, 1, 199, 200, 201, 4096, 100_000} {
		d := decision(byte(i), func(d *store.Decision) {
			d.Input, d.Result = bytes.Repeat([]byte("ä"), size), bytes.Repeat([]byte(`{"a":1}`), size)
		})
		s.record("default", d)
		got, err := s.store.Decision(s.ctx, "default", d.ID)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(d.Input, got.Input) && bytes.Equal(d.Result, got.Result), "size %d", size)
		assert.LessOrEqual(t, len(got.Preview), 200)
		assert.True(t, bytes.HasPrefix(d.Input, []byte(got.Preview)))
	}
	assert.Zero(t, s.verified("default").Broken)
}

func testChain(t *testing.T, s *suite) {
	assert.Equal(t, store.ChainReport{}, s.verified("default"), "of nothing")
	first := s.record("default", decision(1), decision(2))
	other := s.record("other", decision(1))
	s.reopen()
	third := s.record("default", decision(3))[0]
	assert.Equal(t, []int64{1, 2, 3, 1}, []int64{first[0].Seq, first[1].Seq, third.Seq, other[0].Seq})
	assert.Equal(t, store.Digest{}, first[0].Prev)
	assert.Equal(t, first[0].Hash, first[1].Prev)
	assert.Equal(t, first[1].Hash, third.Prev)
	assert.NotEqual(t, first[0].Hash, other[0].Hash, "the same decision in another workspace is another link")
	assert.Equal(t, store.ChainReport{Checked: 3, Head: third.Hash}, s.verified("default"))
	assert.Equal(t, store.ChainReport{Checked: 1, Head: other[0].Hash}, s.verified("other"))
}

func testDecisionIDs(t *testing.T, s *suite) {
	first := s.record("default", decision(1))[0]
	again := decision(1, func(d *store.Decision) { d.Tool, d.Action, d.Result = "other", "block", []byte("2") })
	clash := decision(1, func(d *store.Decision) { d.Request = store.Digest{9} })
	twice := decision(3, func(d *store.Decision) { d.Reason = "second" })
	list, err := s.store.RecordDecisions(s.ctx, "default", []store.Decision{again, decision(2), clash, decision(3), twice})
	require.NoError(t, err)
	require.Len(t, list, 5)
	assert.Equal(t, store.Recorded{Decision: first, Known: true}, list[0], "the same request gets what was stored")
	assert.False(t, list[1].Known || list[1].Conflict)
	assert.Equal(t, store.Recorded{Decision: store.Decision{ID: first.ID}, Conflict: true}, list[2])
	assert.Equal(t, store.Recorded{Decision: list[3].Decision, Known: true}, list[4], "also within one call")
	assert.Len(t, s.decisions("default", store.DecisionQuery{}), 3)
	assert.Equal(t, int64(3), s.verified("default").Checked)
	s.record("other", clash) // another workspace has ids of its own
}

func testBadDecisions(t *testing.T, s *suite) {
	for name, edit := range map[string]func(*store.Decision){
		"action":  func(d *store.Decision) { d.Action = "explode" },
		"origin":  func(d *store.Decision) { d.Origin = "moon" },
		"outcome": func(d *store.Decision) { d.Hits = []store.Hit{{Rule: "r", Outcome: "odd"}} },
	} {
		_, err := s.store.RecordDecisions(s.ctx, "default", []store.Decision{decision(1), decision(2, edit)})
		require.Error(t, err)
		assert.Contains(t, err.Error(), name)
	}
	assert.Empty(t, s.decisions("default", store.DecisionQuery{}), "all or none")
	list, err := s.store.RecordDecisions(s.ctx, "default", nil)
	assert.NoError(t, err)
	assert.Empty(t, list)
	s.record("default", decision(1, func(d *store.Decision) {
		d.Tool, d.Reason, d.Input = "a\x00b\xff", "\xf0\x28", []byte("\x00\xff")
		d.Hits = []store.Hit{{Rule: "bad\xffname", Outcome: store.Enforced}}
	}))
	assert.Zero(t, s.verified("default").Broken)
}

func testDecisionKeepsNothing(t *testing.T, s *suite) {
	d := decision(1)
	d.Hits = []store.Hit{{Rule: "a", Outcome: store.Enforced}}
	want := s.record("default", d)[0]
	want.Input, want.Result, want.Hits = bytes.Clone(d.Input), bytes.Clone(d.Result), slices.Clone(d.Hits)
	copy(d.Input, "XXXXXX")
	copy(d.Result, "XXXXXX")
	d.Hits[0].Rule = "X"
	got, err := s.store.Decision(s.ctx, "default", d.ID)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Zero(t, s.verified("default").Broken)
}

func testDecisionFilters(t *testing.T, s *suite) {
	odd := fullDecision()
	s.record("default", decision(1), odd, decision(2))
	for name, q := range map[string]store.DecisionQuery{
		"tool": {Tool: "run_shell", Action: "escalate"}, "rule": {Rule: "pii"}, "rule enforced": {Rule: "dangerous"}, "would": {WouldBlock: true},
		"agent": {AgentName: "bot"}, "environment": {Environment: "prod"}, "conversation": {ConversationID: "c"},
		"trace": {TraceID: traceID(1)}, "origin": {Origin: store.OriginLocal}, "time": {From: base(), To: base().Add(time.Second)},
		"rule and time": {Rule: "pii", From: base(), To: base().Add(1)}, "all": {Rule: "judge", Action: "escalate", AgentName: "bot", WouldBlock: true},
	} {
		assert.Equal(t, []uuid.UUID{odd.ID}, decisionIDs(s.decisions("default", q)), "by %s", name)
		assert.Empty(t, s.decisions("other", q), "by %s", name)
	}
	for name, q := range map[string]store.DecisionQuery{
		"tool": {Tool: "run"}, "rule": {Rule: "ssrf"}, "both": {Rule: "pii", Tool: "x"}, "to": {To: base()}, "from": {From: base().Add(time.Hour)},
	} {
		assert.Empty(t, s.decisions("default", q), "by %s", name)
	}
	for _, q := range []store.DecisionQuery{{Action: "explode"}, {Origin: "moon"}, {PageQuery: store.PageQuery{Limit: 501}}, {PageQuery: store.PageQuery{Cursor: "%"}}} {
		_, err := s.store.Decisions(s.ctx, "default", q)
		assert.ErrorIs(t, err, store.ErrInvalidQuery)
	}
}

func decisionIDs(list []store.Decision) (ids []uuid.UUID) {
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
}

func testDecisionPages(t *testing.T, s *suite) {
	late := func(d *store.Decision) {
		d.Time = base().Add(5 * time.Second)
		d.Hits = []store.Hit{{Rule: "r", Outcome: store.Enforced}}
	}
	for n := range byte(7) {
		s.record("default", decision(n, late))
	}
	s.record("default", decision(10), decision(11, func(d *store.Decision) { d.Time = base() }))
	want := []byte{10, 6, 5, 4, 3, 2, 1, 0, 11} // by time, then by place, the last first
	for _, q := range []store.DecisionQuery{{}, {Bodies: true}, {Rule: "r"}} {
		q.Limit = 2
		var got []byte
		for _, d := range s.decisions("default", q) {
			got = append(got, d.ID[15])
		}
		if q.Rule != "" {
			assert.Equal(t, want[1:8], got)
			continue
		}
		assert.Equal(t, want, got)
	}
	page, err := s.store.Decisions(s.ctx, "default", store.DecisionQuery{PageQuery: store.PageQuery{Limit: 2}})
	require.NoError(t, err)
	_, err = s.store.Decisions(s.ctx, "default", store.DecisionQuery{Tool: "x", PageQuery: store.PageQuery{Cursor: page.NextCursor}})
	assert.ErrorIs(t, err, store.ErrInvalidQuery, "a cursor belongs to its filter")
	_, err = s.store.Decisions(s.ctx, "other", store.DecisionQuery{PageQuery: store.PageQuery{Cursor: page.NextCursor}})
	assert.ErrorIs(t, err, store.ErrInvalidQuery, "and to its workspace")
}

// testManyDecisions looks for a few among many, wherever they stand.
func testManyDecisions(t *testing.T, s *suite) {
	const many, every = 2600, 97
	for n := 0; n < many; n += 100 {
		list := make([]store.Decision, 100)
		for i := range list {
			list[i] = decision(0, func(d *store.Decision) {
				d.ID[13], d.ID[14], d.Time = byte((n+i)>>8), byte(n+i), base().Add(time.Duration(n+i)*time.Second)
				d.TraceID, d.ConversationID = uuid.UUID{0: 1, 1: byte(i)}, fmt.Sprint("c", i)
				if (n+i)%every == 0 {
					d.TraceID, d.ConversationID = traceID(9), "rare"
					d.Hits = []store.Hit{{Rule: "r", Outcome: store.Enforced}}
				}
			})
		}
		s.record("default", list...)
		s.record("other", decision(byte(n/100), func(d *store.Decision) { d.TraceID = traceID(9) }))
	}
	want := (many + every - 1) / every
	for name, q := range map[string]store.DecisionQuery{
		"trace": {TraceID: traceID(9)}, "conversation": {ConversationID: "rare"}, "both": {TraceID: traceID(9), ConversationID: "rare"},
		"with its rule": {TraceID: traceID(9), Rule: "r"}, "with all": {TraceID: traceID(9), Rule: "r", Tool: "run_shell", From: base()},
	} {
		q.Limit = 10
		list := s.decisions("default", q)
		require.Len(t, list, want, name)
		for i, d := range list {
			assert.Equal(t, base().Add(time.Duration((want-1-i)*every)*time.Second), d.Time)
		}
	}
	assert.Empty(t, s.decisions("default", store.DecisionQuery{TraceID: traceID(9), ConversationID: "c1"}))
	assert.Empty(t, s.decisions("default", store.DecisionQuery{TraceID: traceID(9), Rule: "x"}))
	assert.Len(t, s.decisions("other", store.DecisionQuery{TraceID: traceID(9)}), many/100)
	s.reopen()
	s.record("default", decision(200, func(d *store.Decision) { d.TraceID = traceID(9) }))
	assert.Len(t, s.decisions("default", store.DecisionQuery{TraceID: traceID(9)}), want+1)
}

func testRuleCounts(t *testing.T, s *suite) {
	hit := func(action string, would bool, hits ...store.Hit) func(*store.Decision) {
		return func(d *store.Decision) { d.Action, d.WouldBlock, d.Hits = action, would, hits }
	}
	s.record("default", decision(1),
		decision(2, hit("block", false, store.Hit{Rule: "a", Outcome: store.Enforced})),
		decision(3, hit("allow", true, store.Hit{Rule: "a", Outcome: store.WouldBlock}, store.Hit{Rule: "b", Outcome: store.Failed})),
		decision(4, hit("block", true, store.Hit{Rule: "a", Outcome: store.Enforced}, store.Hit{Rule: "b", Outcome: store.WouldBlock})))
	counts, err := s.store.RuleCounts(s.ctx, "default", time.Time{}, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, store.RuleCounts{Calls: 4, Stopped: 2, WouldStop: 2, Rules: []store.RuleCount{
		{Rule: "a", Enforced: 2, WouldBlock: 1, Last: base().Add(4 * time.Second)},
		{Rule: "b", WouldBlock: 1, Failed: 1, Last: base().Add(4 * time.Second)},
	}}, counts)
	counts, err = s.store.RuleCounts(s.ctx, "default", base().Add(3*time.Second), base().Add(4*time.Second))
	require.NoError(t, err)
	assert.Equal(t, store.RuleCounts{Calls: 1, WouldStop: 1, Rules: []store.RuleCount{
		{Rule: "a", WouldBlock: 1, Last: base().Add(3 * time.Second)}, {Rule: "b", Failed: 1, Last: base().Add(3 * time.Second)},
	}}, counts)
	counts, err = s.store.RuleCounts(s.ctx, "other", time.Time{}, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, store.RuleCounts{}, counts)
}

func testDecisionsOutliveTraces(t *testing.T, s *suite) {
	d := fullDecision()
	s.write("default", span(1, 1))
	s.record("default", d)
	require.NoError(t, s.store.DeleteTrace(s.ctx, "default", traceID(1)))
	assert.Len(t, s.decisions("default", store.DecisionQuery{TraceID: traceID(1)}), 1)
	assert.Zero(t, s.verified("default").Broken)
}

// testDecisionsConcurrent appends from several goroutines, the same ids too.
func testDecisionsConcurrent(t *testing.T, s *suite) {
	const writers, each = 8, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				d := decision(byte(n), func(d *store.Decision) { d.ID[14] = byte(w / 2) }) // two of each
				list, err := s.store.RecordDecisions(s.ctx, "default", []store.Decision{d})
				if assert.NoError(t, err) {
					assert.False(t, list[0].Conflict, fmt.Sprint(w, n))
					assert.Equal(t, d.ID, list[0].Decision.ID)
				}
			}
		})
	}
	wg.Wait()
	report := s.verified("default")
	assert.Equal(t, int64(writers/2*each), report.Checked)
	assert.Zero(t, report.Broken, report.Reason)
}
