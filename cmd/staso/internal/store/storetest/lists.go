package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func testListSorts(t *testing.T, s *suite) {
	for i, v := range []struct{ seconds, tokens int64 }{{5, 10}, {1, 30}, {3, 20}} {
		s.write("default", span(byte(i+1), byte(i+1), func(s *store.Span) {
			s.Kind, s.Duration, s.TotalTokens = "llm", time.Duration(v.seconds)*time.Second, v.tokens
		}))
	}
	a, b, c := traceID(1), traceID(2), traceID(3)
	for sort, want := range map[store.Sort][]uuid.UUID{
		"": {c, b, a}, store.SortTimestamp: {c, b, a}, store.SortDuration: {a, c, b}, store.SortTokens: {b, c, a},
	} {
		assert.Equal(t, want, ids(s.list("default", store.TraceQuery{Sort: sort})), "sort %q, down", sort)
		up := []uuid.UUID{want[2], want[1], want[0]}
		assert.Equal(t, up, ids(s.list("default", store.TraceQuery{Sort: sort, Ascending: true})), "sort %q, up", sort)
	}
}

func testListFilters(t *testing.T, s *suite) {
	s.write("default", span(1, 1), span(1, 2, func(s *store.Span) {
		s.ParentSpanID, s.Kind, s.Model, s.Tags, s.Status = spanID(1), "llm", "m", []string{"red", "blue"}, "error"
		s.Environment, s.AgentName, s.AgentVersion, s.ConversationID, s.UserID = "prod", "bot", "2", "c", "u"
		s.TotalTokens, s.Attributes = 100, []byte(`{"plan":"gold","n":3,"on":true,"none":null,"deep":{"x":"y"},"vcs.branch":"main"}`)
	}))
	s.write("default", span(2, 3, func(s *store.Span) { s.Attributes = []byte("not JSON") }))
	for i := range 2 {
		for name, q := range map[string]store.TraceQuery{
			"environment": {Environment: "prod"}, "agent": {AgentName: "bot"}, "version": {AgentVersion: "2"},
			"conversation": {ConversationID: "c"}, "user": {UserID: "u"}, "status": {Status: "error"}, "kind": {Kind: "llm"},
			"model": {Model: "m"}, "tag": {Tag: "blue"}, "to": {To: base().Add(3 * time.Second)}, "longest": {MinDuration: 2 * time.Second},
			"tokens": {MinTokens: 100}, "tokens between": {MinTokens: 1, MaxTokens: 100},
			"text": {Meta: map[string]string{"plan": "gold"}}, "number": {Meta: map[string]string{"n": "3"}},
			"true": {Meta: map[string]string{"on": "true"}}, "null": {Meta: map[string]string{"none": "null"}},
			"dotted": {Meta: map[string]string{"vcs.branch": "main", "plan": "gold"}},
		} {
			assert.Equal(t, []uuid.UUID{traceID(1)}, ids(s.list("default", q)), "by %s", name)
		}
		for name, q := range map[string]store.TraceQuery{
			"from": {From: base().Add(time.Minute)}, "deep": {Meta: map[string]string{"deep": `{"x":"y"}`}},
			"both": {Meta: map[string]string{"plan": "gold", "n": "4"}}, "kind": {Kind: "retriever"}, "model": {Model: "M"},
			"short": {MaxDuration: time.Millisecond}, "tokens": {MinTokens: 101},
		} {
			assert.Empty(t, s.list("default", q), "by %s", name)
		}
		if i == 0 {
			s.settle() // once behind an index, once from it
		}
	}
}

func testListText(t *testing.T, s *suite) {
	long := make([]byte, 5000)
	for i := range long {
		long[i] = ' '
	}
	copy(long, "beginning")
	copy(long[4000:], "ending")
	s.write("default", span(1, 1, func(s *store.Span) {
		s.Name, s.ErrorMessage, s.HasError = "lookup-order", "Connection REFUSED by 10.0.0.1", true
		s.Input, s.Output = []byte(`{"city":"Zürich"}`), long
	}))
	s.settle()
	found := func(text string) bool { return len(s.list("default", store.TraceQuery{Text: text})) == 1 }
	for _, text := range []string{"lookup", "order", "ORD conn", "lookup-order", "refused 10.0.0.1", "zürich", "zurich", "city", "begin", "", "   ", "--"} {
		assert.True(t, found(text), "%q is there", text)
	}
	for _, text := range []string{"ookup", "lookup missing", "ending", "order-lookup"} {
		assert.False(t, found(text), "%q is not there", text)
	}
	s.write("default", span(1, 1, func(s *store.Span) { s.Name = "renamed" }))
	s.settle()
	assert.True(t, found("renamed"))
	assert.False(t, found("lookup"), "what was replaced is not found any more")
	require.NoError(t, s.store.DeleteTrace(s.ctx, "default", traceID(1)))
	assert.False(t, found("renamed"))
}

func testCursorHolds(t *testing.T, s *suite) {
	for n := range byte(10) {
		s.write("default", span(n, 50))
	}
	q := store.TraceQuery{PageQuery: store.PageQuery{Limit: 4}}
	first, err := s.store.Traces(s.ctx, "default", q)
	require.NoError(t, err)
	for n := range byte(10) { // newer ones, and older starts in traces that were seen
		s.write("default", span(20+n, 60), span(n, n))
	}
	q.Cursor = first.NextCursor
	var got []uuid.UUID
	for q.Cursor != "" {
		page, err := s.store.Traces(s.ctx, "default", q)
		require.NoError(t, err)
		got, q.Cursor = append(got, ids(page.Traces)...), page.NextCursor
	}
	assert.Equal(t, []uuid.UUID{traceID(5), traceID(4), traceID(3), traceID(2), traceID(1), traceID(0)}, got)
}

func testCursorBound(t *testing.T, s *suite) {
	for n := range byte(5) {
		s.write("default", span(n, n, func(s *store.Span) { s.UserID = "u" }))
	}
	q := store.TraceQuery{UserID: "u", PageQuery: store.PageQuery{Limit: 2}}
	page, err := s.store.Traces(s.ctx, "default", q)
	require.NoError(t, err)
	q.Cursor, q.Limit = page.NextCursor, 3
	_, err = s.store.Traces(s.ctx, "default", q)
	assert.NoError(t, err, "the size of a page may change")
	for name, edit := range map[string]func(*store.TraceQuery){
		"filter": func(q *store.TraceQuery) { q.UserID = "v" }, "sort": func(q *store.TraceQuery) { q.Sort = store.SortTokens },
		"order": func(q *store.TraceQuery) { q.Ascending = true }, "meta": func(q *store.TraceQuery) { q.Meta = map[string]string{"a": "b"} },
		"garbage": func(q *store.TraceQuery) { q.Cursor = "%%%" }, "short": func(q *store.TraceQuery) { q.Cursor = "AAAA" },
		"cut": func(q *store.TraceQuery) { q.Cursor = q.Cursor[:12] },
	} {
		other := q
		edit(&other)
		_, err := s.store.Traces(s.ctx, "default", other)
		assert.ErrorIs(t, err, store.ErrInvalidQuery, "with another %s", name)
	}
	groups, err := s.store.Groups(s.ctx, "default", store.ByUser, store.PageQuery{Cursor: page.NextCursor})
	assert.ErrorIs(t, err, store.ErrInvalidQuery, "a list's cursor is none of groups: %v", groups)
}

func testInvalidQueries(t *testing.T, s *suite) {
	for name, q := range map[string]store.TraceQuery{
		"sort": {Sort: "name"}, "status": {Status: "fine"}, "kind": {Kind: "wizard"},
		"limit": {PageQuery: store.PageQuery{Limit: 501}}, "negative": {PageQuery: store.PageQuery{Limit: -1}},
	} {
		_, err := s.store.Traces(s.ctx, "default", q)
		assert.ErrorIs(t, err, store.ErrInvalidQuery, name)
	}
	many := make(map[string]string)
	for i := range 33 {
		many[fmt.Sprint(i)] = "x"
	}
	for name, q := range map[string]store.TraceQuery{"text": {Text: strings.Repeat("x ", 33)}, "meta": {Meta: many}} {
		_, err := s.store.Traces(s.ctx, "default", q)
		require.ErrorIs(t, err, store.ErrInvalidQuery)
		assert.Contains(t, err.Error(), name)
	}
	_, err := s.store.Groups(s.ctx, "default", "planet", store.PageQuery{})
	assert.ErrorIs(t, err, store.ErrInvalidQuery)
	_, err = s.store.Groups(s.ctx, "default", store.ByUser, store.PageQuery{Limit: 1000})
	assert.ErrorIs(t, err, store.ErrInvalidQuery)
}

func testGroups(t *testing.T, s *suite) {
	talk := func(trace, n byte, user, agent string) store.Span {
		return span(trace, n, func(s *store.Span) {
			s.ConversationID, s.UserID, s.AgentName, s.Kind, s.TotalTokens = "c1", user, agent, "llm", 10
		})
	}
	s.write("default", talk(1, 1, "", "bot"))
	s.write("default", talk(2, 5, "ann", ""))
	want := store.Group{
		Key: "c1", FirstStart: base().Add(time.Second), LastStart: base().Add(5 * time.Second), TraceCount: 2, TotalTokens: 20,
		UserID: "ann", AgentName: "bot",
	}
	assert.Equal(t, []store.Group{want}, s.groups("default", store.ByConversation, 0))
	assert.Equal(t, "ann", s.groups("default", store.ByUser, 0)[0].Key)

	s.write("default", span(2, 5, func(s *store.Span) { s.ConversationID, s.Status = "c2", "error" }))
	groups := s.groups("default", store.ByConversation, 1)
	require.Len(t, groups, 2, "a trace that moved to another conversation")
	assert.Equal(t, []any{"c2", int64(1), int64(1)}, []any{groups[0].Key, groups[0].TraceCount, groups[0].ErrorCount})
	assert.Equal(t, []any{"c1", int64(1), base().Add(time.Second)}, []any{groups[1].Key, groups[1].TraceCount, groups[1].LastStart})
	assert.Empty(t, s.groups("default", store.ByUser, 0), "a group without traces is gone")
}
