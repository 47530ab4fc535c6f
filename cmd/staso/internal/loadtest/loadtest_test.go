package loadtest_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/loadtest"
	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// backend is a whole one: a server on a port, over SQLite in a file.
func backend(t testing.TB) (url string, st store.Store) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "load.db"))
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.New(db, server.Options{}).Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
		assert.NoError(t, db.Close())
	})
	return "http://" + listener.Addr().String(), db
}

func TestEveryAcknowledgedSpanIsThere(t *testing.T) {
	url, st := backend(t)
	shape := loadtest.Shape{Traces: 4, Spans: 5}
	template, err := loadtest.NewTemplate(shape, time.Now())
	require.NoError(t, err)
	result, err := loadtest.Run(t.Context(), loadtest.Load{URL: url, Clients: 4, Requests: 20, Template: template, Shape: shape})
	require.NoError(t, err)
	assert.Equal(t, 400, result.Spans)

	page, err := st.Traces(t.Context(), store.DefaultWorkspace, store.TraceQuery{PageQuery: store.PageQuery{Limit: 500}})
	require.NoError(t, err)
	require.Len(t, page.Traces, 80)
	for i := range page.Traces {
		assert.EqualValues(t, 5, page.Traces[i].SpanCount)
		assert.EqualValues(t, 4*150, page.Traces[i].TotalTokens)
	}
}

// BenchmarkIngest measures ingest over HTTP to the commit, load generator and
// backend in one process. b.N counts spans.
func BenchmarkIngest(b *testing.B) {
	url, _ := backend(b)
	shape := loadtest.Shape{Traces: 10, Spans: 10}
	template, err := loadtest.NewTemplate(shape, time.Now())
	require.NoError(b, err)
	load := loadtest.Load{URL: url, Clients: 8, Requests: (b.N + shape.Size() - 1) / shape.Size(), Template: template, Shape: shape}
	b.ReportAllocs()
	b.SetBytes(int64(len(template.Body(nil, 0)) / shape.Size()))
	b.ResetTimer()
	cpu := cpuTime()
	result, err := loadtest.Run(b.Context(), load)
	b.StopTimer()
	cpu = cpuTime() - cpu
	require.NoError(b, err)
	b.ReportMetric(result.SpansPerSecond(), "spans/s")
	b.ReportMetric(float64(cpu.Microseconds())/float64(result.Spans), "cpu-µs/span") // steadier than the rate on a busy machine
	b.ReportMetric(float64(result.P50.Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(result.P99.Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(result.Refused), "refused")
}
