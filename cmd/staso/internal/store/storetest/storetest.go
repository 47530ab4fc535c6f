// Package storetest is the suite that every [store.Store] passes.
//
// Its heart is a comparison with a naive model: random writes in random order
// and company, after which everything that the store tells must be what one
// would get by computing it from all that was written.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Open opens the store that is kept in dir: an empty dir gives an empty store,
// and the dir of one that was closed gives that one again. now is the store's
// clock. It fails the test if it cannot.
type Open func(t *testing.T, dir string, now func() time.Time) store.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, c := range append(traceTests(), guardTests()...) {
		t.Run(c.name, func(t *testing.T) {
			c.test(t, newSuite(t, open))
		})
	}
}

type namedTest struct {
	name string
	test func(*testing.T, *suite)
}

func traceTests() []namedTest {
	return []namedTest{
		{"Empty", testEmpty},
		{"SpanIsKeptExactly", testSpanIsKeptExactly},
		{"PayloadSizes", testPayloadSizes},
		{"Previews", testPreviews},
		{"SpansPaged", testSpansPaged},
		{"TimesAreKeptToTheNanosecond", testTimes},
		{"LastFinalSpanStands", testLastFinalStands},
		{"ProvisionalNeverReplacesFinal", testProvisional},
		{"ChildBeforeParent", testChildBeforeParent},
		{"CyclesAndSelfParents", testCycles},
		{"WriteIsAllOrNothing", testAllOrNothing},
		{"WriteKeepsNothing", testWriteKeepsNothing},
		{"Annotations", testAnnotations},
		{"DeleteTrace", testDelete},
		{"WorkspacesAreApart", testWorkspaces},
		{"ListSorts", testListSorts},
		{"ListFilters", testListFilters},
		{"ListText", testListText},
		{"CursorHoldsThroughArrivals", testCursorHolds},
		{"CursorIsBound", testCursorBound},
		{"InvalidQueries", testInvalidQueries},
		{"Groups", testGroups},
		{"LastIngestion", testLastIngestion},
		{"HostileText", testHostileText},
		{"Reopen", testReopen},
		{"Closed", testClosed},
		{"CancelledContext", testCancelled},
		{"Model", testModel},
		{"ModelConcurrentSafe", testModelConcurrent},
	}
}

func guardTests() []namedTest {
	return []namedTest{
		{"DecisionIsKeptExactly", testDecisionIsKeptExactly},
		{"DecisionSizes", testDecisionSizes},
		{"Chain", testChain},
		{"DecisionIDs", testDecisionIDs},
		{"BadDecisions", testBadDecisions},
		{"DecisionKeepsNothing", testDecisionKeepsNothing},
		{"DecisionFilters", testDecisionFilters},
		{"DecisionPages", testDecisionPages},
		{"ManyDecisions", testManyDecisions},
		{"RuleCounts", testRuleCounts},
		{"DecisionsOutliveTraces", testDecisionsOutliveTraces},
		{"DecisionsConcurrentSafe", testDecisionsConcurrent},
		{"Policies", testPolicies},
		{"PolicyConflictsConcurrentSafe", testPolicyConflicts},
		{"PolicyHistory", testPolicyHistory},
		{"EscalationIsKeptExactly", testEscalationIsKeptExactly},
		{"IdenticalCallsShare", testIdenticalCallsShare},
		{"Verdicts", testVerdicts},
		{"OneVerdictStandsConcurrentSafe", testOneVerdictStands},
		{"RedeemConcurrentSafe", testRedeem},
		{"EscalationExpires", testEscalationExpires},
		{"GrantExpires", testGrantExpires},
		{"EscalationsSurvive", testEscalationsSurvive},
		{"InboxIsBounded", testInboxIsBounded},
		{"Inbox", testInbox},
		{"Watch", testWatch},
		{"GuardClosed", testGuardClosed},
	}
}

// suite is a store under test.
type suite struct {
	*testing.T
	ctx   context.Context
	dir   string
	open  Open
	clock time.Time
	store store.Store
}

func newSuite(t *testing.T, open Open) *suite {
	s := &suite{T: t, ctx: t.Context(), dir: t.TempDir(), open: open, clock: base().Add(time.Hour)}
	s.store = open(t, s.dir, func() time.Time { return s.clock })
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	return s
}

// reopen closes the store and opens it again.
func (s *suite) reopen() {
	s.Helper()
	require.NoError(s, s.store.Close())
	s.store = s.open(s.T, s.dir, func() time.Time { return s.clock })
}

func (s *suite) write(workspace string, spans ...store.Span) {
	s.Helper()
	require.NoError(s, s.store.Write(s.ctx, workspace, store.Write{Spans: spans}))
}

func (s *suite) trace(workspace string, id uuid.UUID) store.TraceSummary {
	s.Helper()
	t, err := s.store.Trace(s.ctx, workspace, id)
	require.NoError(s, err)
	return t
}

func (s *suite) spans(workspace string, id uuid.UUID) []store.Span {
	s.Helper()
	spans, err := s.store.Spans(s.ctx, workspace, id, store.SpanQuery{Payloads: true})
	require.NoError(s, err)
	return spans
}

// list returns all pages of a list.
func (s *suite) list(workspace string, q store.TraceQuery) (all []store.TraceSummary) {
	s.Helper()
	for {
		page, err := s.store.Traces(s.ctx, workspace, q)
		require.NoError(s, err)
		all = append(all, page.Traces...)
		if page.NextCursor == "" {
			return all
		}
		require.NotEmpty(s, page.Traces, "a page with a next cursor must have a trace")
		q.Cursor = page.NextCursor
	}
}

// groups returns all pages of a list of groups.
func (s *suite) groups(workspace string, by store.GroupBy, limit int) (all []store.Group) {
	s.Helper()
	q := store.PageQuery{Limit: limit}
	for {
		page, err := s.store.Groups(s.ctx, workspace, by, q)
		require.NoError(s, err)
		all = append(all, page.Groups...)
		if page.NextCursor == "" {
			return all
		}
		q.Cursor = page.NextCursor
	}
}

// settle waits until the store's index has everything, where it has one that
// lags.
func (s *suite) settle() {
	s.Helper()
	lagging, ok := s.store.(store.Indexer)
	if !ok {
		return
	}
	require.Eventually(s, func() bool {
		lag, err := lagging.IndexLag(s.ctx)
		require.NoError(s, err)
		return lag == 0
	}, 30*time.Second, time.Millisecond, "the index must catch up while nothing is written")
}

// base is a fixed time in the past.
func base() time.Time { return time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC) }

func traceID(n byte) uuid.UUID { return uuid.UUID{0: 0x11, 15: n} }
func spanID(n byte) uuid.UUID  { return uuid.UUID{8: 0x22, 15: n} }

// span is a plain span n of trace t, starting n seconds after base().
func span(t, n byte, edit ...func(*store.Span)) store.Span {
	s := store.Span{
		TraceID: traceID(t), SpanID: spanID(n), Name: "work", Kind: "custom", Status: "ok",
		Start: base().Add(time.Duration(n) * time.Second), Duration: time.Second,
	}
	for _, e := range edit {
		e(&s)
	}
	return s
}

func ids(traces []store.TraceSummary) (list []uuid.UUID) {
	for _, t := range traces {
		list = append(list, t.TraceID)
	}
	return list
}
