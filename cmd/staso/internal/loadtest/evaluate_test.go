package loadtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/loadtest"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func TestEveryVerdictIsThere(t *testing.T) {
	url, st := backend(t)
	judged, err := loadtest.Judge(t.Context(), loadtest.Calls{URL: url, Clients: 8, Requests: 200})
	require.NoError(t, err)
	assert.Equal(t, 200, judged.Requests)
	assert.Equal(t, 20, judged.Stopped)
	counts, err := st.RuleCounts(t.Context(), store.DefaultWorkspace, time.Time{}, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, []int64{200, 20}, []int64{counts.Calls, counts.Stopped})
	report, err := st.VerifyDecisions(t.Context(), store.DefaultWorkspace)
	require.NoError(t, err)
	assert.Equal(t, int64(200), report.Checked)
	assert.Zero(t, report.Broken, report.Reason)
}

// BenchmarkEvaluate measures verdicts over HTTP, by the default policy, to the
// commit of the decision: load generator and backend in one process. b.N counts
// verdicts.
func BenchmarkEvaluate(b *testing.B) {
	url, _ := backend(b)
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	judged, err := loadtest.Judge(b.Context(), loadtest.Calls{URL: url, Clients: 64, Requests: b.N})
	b.StopTimer()
	cpu = cpuTime() - cpu
	require.NoError(b, err)
	b.ReportMetric(judged.PerSecond(), "verdicts/s")
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N), "cpu-µs/verdict") // steadier than the rate on a busy machine
	b.ReportMetric(float64(judged.P50.Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(judged.P99.Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(judged.Max.Microseconds())/1000, "max-ms")
}
