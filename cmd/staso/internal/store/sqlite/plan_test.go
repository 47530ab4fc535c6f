package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func TestListPlans(t *testing.T) {
	s := openStore(t)
	writeSample(t, s, 10)
	for name, c := range map[string]struct {
		query store.TraceQuery
		index string // that must be used
		sorts bool   // whether sorting the rows is fine
	}{
		"default":      {store.TraceQuery{}, "traces_placed", false},
		"oldest first": {store.TraceQuery{Ascending: true}, "traces_placed", false},
		"duration":     {store.TraceQuery{Sort: store.SortDuration}, "traces_duration", false},
		"tokens":       {store.TraceQuery{Sort: store.SortTokens}, "traces_tokens", false},
		"conversation": {store.TraceQuery{ConversationID: "c"}, "traces_conversation", false},
		"user":         {store.TraceQuery{UserID: "u"}, "traces_user", false},
		"agent":        {store.TraceQuery{AgentName: "a"}, "traces_agent", false},
		"errors":       {store.TraceQuery{Status: "error"}, "traces_status", false},
		"range":        {store.TraceQuery{From: time.Unix(1, 0), To: time.Unix(2, 0)}, "traces_placed (ws=? AND placed>? AND placed<?)", false},
	} {
		plan, err := s.ListPlan(t.Context(), "default", c.query)
		require.NoError(t, err)
		text := strings.Join(plan, "\n")
		assert.Contains(t, text, "SEARCH t USING INDEX "+c.index, name)
		assert.NotContains(t, text, "SCAN ", "%s must not go through a whole table:\n%s", name, text)
		assert.NotContains(t, text, "spans", "%s must not touch spans:\n%s", name, text)
		assert.Equal(t, c.sorts, strings.Contains(text, "USE TEMP B-TREE"), "%s:\n%s", name, text)
	}
}

// BenchmarkList lists from a store of 100,000 spans in 10,000 traces.
func BenchmarkList(b *testing.B) {
	s := openStore(b)
	r, start := rand.New(rand.NewPCG(1, 2)), time.Now()
	for i := range 100 {
		var w store.Write
		for j := range 100 {
			w.Spans = append(w.Spans, sampleTrace(r, 10, start.Add(time.Duration(100*i+j)*time.Second))...)
		}
		w.Spans[0].Tags, w.Spans[0].Model, w.Spans[0].Attributes = []string{"rare"}, fmt.Sprint("model-", i), fmt.Appendf(nil, `{"run":%d}`, i)
		require.NoError(b, s.Write(b.Context(), "default", w))
	}
	b.Logf("the index takes in %.0f spans/s", catchUp(b, s))
	for _, c := range []struct {
		name  string
		query store.TraceQuery
	}{
		{"default", store.TraceQuery{}},
		{"range", store.TraceQuery{From: start.Add(time.Hour), To: start.Add(2 * time.Hour)}},
		{"by duration", store.TraceQuery{Sort: store.SortDuration}},
		{"user", store.TraceQuery{UserID: "user-7"}},
		{"rare model", store.TraceQuery{Model: "model-0"}},
		{"rare tag", store.TraceQuery{Tag: "rare"}},
		{"kind of all", store.TraceQuery{Kind: "llm"}},
		{"meta", store.TraceQuery{Meta: map[string]string{"run": "5"}}},
		{"meta of all", store.TraceQuery{Meta: map[string]string{"temperature": "0.2"}}},
		{"rare words", store.TraceQuery{Text: "refund1234"}},
		{"common words", store.TraceQuery{Text: "refund ord"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				_, err := s.Traces(context.Background(), "default", c.query)
				require.NoError(b, err)
			}
		})
	}
	b.Run("groups", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Groups(context.Background(), "default", store.ByUser, store.PageQuery{})
			require.NoError(b, err)
		}
	})
}

// catchUp waits until the text index has everything, and returns its speed.
func catchUp(b *testing.B, s *sqlite.Store) float64 {
	began := time.Now()
	first, err := s.IndexLag(b.Context())
	require.NoError(b, err)
	for lag := first; lag > 0; {
		lag, err = s.IndexLag(b.Context())
		require.NoError(b, err)
	}
	return float64(first) / time.Since(began).Seconds()
}
