package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// testModel writes at random, one call after the other, and compares.
func testModel(t *testing.T, s *suite) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			s := newSuite(t, s.open)
			r, m := rand.New(rand.NewPCG(seed, 7)), newModel()
			for step := range 60 {
				s.randomStep(r, m)
				if step%6 == 5 {
					s.compare(r, m)
				}
			}
			s.reopen()
			s.compare(r, m)
		})
	}
}

func (s *suite) randomStep(r *rand.Rand, m *model) {
	workspace := pick(r, "default", "other")
	switch r.IntN(12) {
	case 0:
		id := traceID(byte(r.IntN(8)))
		err := s.store.DeleteTrace(s.ctx, workspace, id)
		if m.remove(workspace, id) {
			require.NoError(s, err)
		} else {
			require.ErrorIs(s, err, store.ErrNotFound)
		}
	case 1:
		if r.IntN(4) == 0 {
			s.reopen()
		}
		s.settle()
	default:
		w := randomWrite(r, 8, 0)
		require.NoError(s, s.store.Write(s.ctx, workspace, w))
		m.write(workspace, w)
	}
}

// testModelConcurrent writes from several goroutines, each to traces of its
// own: so what must come out does not hang on who was first.
func testModelConcurrent(t *testing.T, s *suite) {
	const writers, writes = 6, 40
	m := newModel()
	var group sync.WaitGroup
	made := make([][]store.Write, writers)
	for i := range writers {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 99))
			for range writes {
				w := randomWrite(r, 3, byte(10*(i+1)))
				w.Annotations = nil // their ids would be shared
				made[i] = append(made[i], w)
				if err := s.store.Write(s.ctx, "default", w); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for _, writes := range made {
		for _, w := range writes {
			m.write("default", w)
		}
	}
	s.compare(rand.New(rand.NewPCG(1, 1)), m)
}

// compare holds everything that the store tells against the model.
func (s *suite) compare(r *rand.Rand, m *model) {
	s.Helper()
	for name, w := range m.workspaces {
		for id := range w.traces {
			require.Equal(s, w.summary(id), s.trace(name, id), "summary of trace %s", id)
			require.Equal(s, plain(w.traces[id].sorted()), plain(s.spans(name, id)), "spans of trace %s", id)
			notes, err := s.store.Annotations(s.ctx, name, id)
			require.NoError(s, err)
			require.Equal(s, w.annotated(id), notes, "annotations of trace %s", id)
		}
		for _, by := range []store.GroupBy{store.ByConversation, store.ByAgent, store.ByUser} {
			require.Equal(s, w.groups(by), s.groups(name, by, 1+r.IntN(3)), "groups by %s", by)
		}
		require.Equal(s, w.list(store.TraceQuery{}), s.list(name, store.TraceQuery{}), "list")
		for range 6 {
			q := randomQuery(r)
			if q.Text != "" {
				s.settle()
			}
			require.Equal(s, w.list(q), s.list(name, q), "list by %+v", q)
		}
	}
}

// plain makes spans comparable: absent bytes are nil.
func plain(spans []store.Span) []store.Span {
	spans = slices.Clone(spans)
	for i := range spans {
		for _, b := range []*[]byte{&spans[i].Input, &spans[i].Output, &spans[i].Attributes, &spans[i].Capture} {
			if len(*b) == 0 {
				*b = nil
			}
		}
	}
	return spans
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// randomWrite makes a write to traces from first on. Ids, starts and labels
// are of few values each, so that they meet.
func randomWrite(r *rand.Rand, traces int, first byte) (w store.Write) {
	only := first + byte(r.IntN(traces))
	for range 1 + r.IntN(8) {
		trace := only
		if r.IntN(4) == 0 {
			trace = first + byte(r.IntN(traces))
		}
		w.Spans = append(w.Spans, randomSpan(r, trace))
	}
	for range r.IntN(3) {
		w.Annotations = append(w.Annotations, store.Annotation{
			ID: spanID(byte(r.IntN(6))), TraceID: traceID(byte(r.IntN(8))), SpanID: pick(r, uuid.Nil, spanID(1)),
			Name: "quality", DataType: "numeric", Value: fmt.Append(nil, r.IntN(5)), Comment: pick(r, "", "fine"),
			Time: base().Add(time.Duration(r.IntN(3)) * time.Second),
		})
	}
	return w
}

func randomSpan(r *rand.Rand, trace byte) store.Span {
	n := r.IntN(9)
	s := store.Span{
		TraceID: traceID(trace), SpanID: spanID(byte(n)), ParentSpanID: pick(r, uuid.Nil, spanID(byte(r.IntN(9))), spanID(byte(r.IntN(12)))),
		Name: pick(r, "plan", "search", "answer", ""), Kind: pick(r, "llm", "llm", "tool", "agent", "chain", "retriever", "custom"),
		Status: pick(r, "ok", "ok", "ok", "ok", "timeout", "error"), Start: base().Add(time.Duration(r.IntN(6)) * time.Second),
		Duration: time.Duration(r.IntN(4)) * time.Second, Model: pick(r, "", "small", "large"),
		InputTokens: int64(r.IntN(50)), OutputTokens: int64(r.IntN(50)), TotalTokens: int64(r.IntN(100)),
		Environment: pick(r, "", "production", "test"), ConversationID: pick(r, "", "", "c1", "c2"), UserID: pick(r, "", "", "u1", "u2"),
		AgentName: pick(r, "", "", "bot", "helper"), AgentID: pick(r, "", "7"), AgentVersion: pick(r, "", "1", "2"),
		Tags: pick(r, nil, nil, []string{"red"}, []string{"blue", "red"}), Provisional: r.IntN(5) == 0,
		Input:      pick(r, nil, []byte(`"where is my order"`), []byte(`"refund please"`)),
		Output:     pick(r, nil, []byte(`"it is on its way"`), []byte(`"granted"`)),
		Attributes: pick(r, nil, []byte(`{}`), []byte(`{"tier":"gold","region":"eu"}`), []byte(`{"tier":"free"}`)),
	}
	if trace%4 == 3 { // often a circle, without any root
		s.SpanID, s.ParentSpanID = spanID(byte(r.IntN(3))), spanID(byte(r.IntN(3)))
	}
	if s.Status == "error" {
		s.ErrorMessage, s.HasError = "connection refused", true
	}
	return s
}

func randomQuery(r *rand.Rand) store.TraceQuery {
	q := store.TraceQuery{Sort: pick(r, "", store.SortTimestamp, store.SortDuration, store.SortTokens), Ascending: r.IntN(2) == 0}
	q.Limit = 1 + r.IntN(4)
	for range r.IntN(3) {
		pick(r,
			func() { q.From = base().Add(time.Duration(r.IntN(5)) * time.Second) },
			func() { q.To = base().Add(time.Duration(1+r.IntN(5)) * time.Second) },
			func() { q.Environment = pick(r, "production", "test") },
			func() { q.AgentName, q.AgentVersion = pick(r, "bot", "helper"), pick(r, "", "1") },
			func() { q.ConversationID = pick(r, "c1", "c2", "c3") },
			func() { q.UserID = pick(r, "u1", "u2") },
			func() { q.Status = pick(r, "ok", "timeout", "error") },
			func() { q.Kind = pick(r, "llm", "tool", "retriever") },
			func() { q.Model = pick(r, "small", "large", "none") },
			func() { q.Tag = pick(r, "red", "blue") },
			func() {
				q.Meta = pick(r, map[string]string{"tier": "gold"}, map[string]string{"tier": "free", "region": "eu"})
			},
			func() { q.MinDuration = time.Duration(r.IntN(6)) * time.Second },
			func() { q.MaxDuration = time.Duration(1+r.IntN(6)) * time.Second },
			func() { q.MinTokens = int64(r.IntN(200)) },
			func() { q.MaxTokens = int64(1 + r.IntN(300)) },
			func() { q.Text = pick(r, "refund", "ord wh", "connect", "search gran", "nothing") },
		)()
	}
	return q
}
