package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

// sampleTrace makes a trace of n spans of about 700 bytes each: an agent at the
// root, and llm and tool spans below it.
func sampleTrace(r *rand.Rand, n int, start time.Time) []store.Span {
	trace, spans := randomID(r), make([]store.Span, n)
	available := true
	for i := range spans {
		s := store.Span{
			TraceID: trace, SpanID: randomID(r), Name: "chat gpt-5-mini", Kind: "llm", Status: "ok",
			Start: start.Add(time.Duration(i) * time.Millisecond), Duration: 40 * time.Millisecond,
			Model: "gpt-5-mini", Provider: "openai", InputTokens: 420, OutputTokens: 61, TotalTokens: 481, UsageAvailable: &available,
			Input:       []byte(`[{"role":"user","content":"` + words(r, 30) + `"}]`),
			Output:      []byte(`{"role":"assistant","content":"` + words(r, 18) + `"}`),
			Attributes:  []byte(`{"code.filepath":"agent/run.go","code.lineno":42,"temperature":0.2}`),
			Environment: "production", ConversationID: "conv-" + trace.String()[:8], UserID: fmt.Sprintf("user-%d", r.IntN(100)), AgentName: "support-bot",
			AgentID: "db9640e0-b131-55a4-a5cd-0ded511b7f92", AgentVersion: "1.4.2",
		}
		if i > 0 {
			s.ParentSpanID = spans[0].SpanID
		}
		if i%3 == 1 {
			s.Name, s.Kind, s.Model, s.Provider, s.UsageAvailable = "search_docs", "tool", "", "", nil
			s.InputTokens, s.OutputTokens, s.TotalTokens = 0, 0, 0
		}
		spans[i] = s
	}
	spans[0].Kind, spans[0].Name, spans[0].Duration = "agent", "support-bot", time.Second
	return spans
}

func randomID(r *rand.Rand) (id uuid.UUID) {
	for i := range id {
		id[i] = byte(r.Uint32())
	}
	return id
}

func words(r *rand.Rand, n int) string {
	list := strings.Fields("refund order shipping customer the a please check status invoice policy return within days thank you account update card payment")
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(list[r.IntN(len(list))])
		if r.IntN(4) == 0 {
			fmt.Fprintf(&b, "%d", r.IntN(10000))
		}
	}
	return b.String()
}

func openStore(tb testing.TB, opts ...sqlite.Option) *sqlite.Store {
	tb.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "staso.db"), opts...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

// BenchmarkWrite writes as the ingest API does: 8 writers at a time, 100 spans
// of ten traces in a call. One op is one call.
func BenchmarkWrite(b *testing.B) {
	s := openStore(b)
	const writers, traces, spans = 8, 10, 10
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	made := make([]store.Write, b.N)
	r, start := rand.New(rand.NewPCG(1, 2)), time.Now()
	for i := range made {
		for range traces {
			made[i].Spans = append(made[i].Spans, sampleTrace(r, spans, start.Add(time.Duration(i)*time.Second))...)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				began := time.Now()
				if err := s.Write(context.Background(), "default", made[i]); err != nil {
					b.Error(err)
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/float64(b.N*traces*spans), "cpu-ns/span")
	slices.Sort(took)
	b.ReportMetric(float64(b.N*traces*spans)/b.Elapsed().Seconds(), "spans/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}

// sampleVerdict is one of the built-in policy's, by which nothing was found.
func sampleVerdict() []byte {
	var b strings.Builder
	b.WriteString(`{"action":"allow","reason":"Nothing was found against the call.","rule_name":"","severity":"low","results":[`)
	for i, rule := range strings.Fields("dangerous path_traversal ssrf_detection sql_injection secrets pii insecure_output_handling prompt_injection " +
		"tool_denylist bulk_dump confusion_loop email_rules hallucinated_tool_reference arguments") {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"rule_id":%q,"rule_name":%[1]q,"action":"allow","reason":"","severity":"low","score":null,"latency_ms":0.000%d,"violations":[],`+
			`"evaluation_status":"evaluated","status":"passed"}`, rule, i*17)
	}
	b.WriteString(`],"rules_triggered":[],"modified_input":null,"modifications":[],"escalation_id":null,"decision_id":"88f20331-5116-4e1f-b3ae-d2a504b744c1",` +
		`"decision_source":"manual","decision_available":true,"evaluation_status":"evaluated","latency_ms":0.021832,"policy_version":"sha256:fe66a776a446",` +
		`"digest":"sha256:91f4c99d353eb40be3c0db2da1ed8d2b8b07b5c928be16f6f0ace20c3f6c7ad6"}`)
	return []byte(b.String())
}

// BenchmarkRecordDecisions decides as the guard's API does: 64 callers at a time,
// one decision in a call.
func BenchmarkRecordDecisions(b *testing.B) {
	s := openStore(b)
	const callers = 64
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	result := sampleVerdict()
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				d := sampleDecision(int(i))
				d.Time, d.Action, d.Hits, d.Result = time.Now(), "allow", nil, result
				began := time.Now()
				if _, err := s.RecordDecisions(context.Background(), "default", []store.Decision{d}); err != nil {
					b.Error(err)
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(b.N), "cpu-µs/decision")
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}
