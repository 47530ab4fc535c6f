package staso_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

// balanced fails unless everything that ended is accounted for.
func balanced(t *testing.T, c staso.Counts) {
	t.Helper()
	sum := c.Exported + c.Pending
	for _, n := range c.Dropped {
		sum += n
	}
	for _, n := range c.Failed {
		sum += n
	}
	assert.Equal(t, c.Ended, sum, "%+v", c)
}

func TestABurstIsDeliveredWhole(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithQueueSize(32_768))
	for range 20_000 {
		_, span := tracer.Start(t.Context(), "op")
		span.SetInput("x")
		span.End()
	}
	require.NoError(t, tracer.Shutdown(t.Context()))
	assert.Equal(t, 20_000, sink.count())
	balanced(t, tracer.Stats().Spans)
}

func TestAFullQueueDropsTheNewestAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, sink := newTracer(t, staso.WithQueueSize(10), staso.WithBatchSize(500))
		for range 25 {
			_, span := tracer.Start(context.Background(), "op")
			span.End()
		}
		stats := tracer.Stats().Spans
		assert.Equal(t, int64(15), stats.Dropped["queue_full"])
		assert.Equal(t, int64(10), stats.Pending)
		balanced(t, stats)

		var loss *staso.LossError
		require.ErrorAs(t, tracer.Flush(context.Background()), &loss)
		assert.Equal(t, map[staso.Reason]int64{"queue_full": 15}, loss.Spans)
		assert.NoError(t, tracer.Flush(context.Background()), "a loss is told once")
		assert.Equal(t, 10, sink.count())
		assert.ErrorContains(t, tracer.Shutdown(context.Background()), "15 spans queue_full", "and once more at the end")
	})
}

func TestABlockedEndWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, sink := newTracer(t, staso.WithQueueSize(10), staso.WithBlockOnFull(5*time.Second))
		endSpans(tracer, 25, "x")
		require.NoError(t, tracer.Shutdown(context.Background()))
		assert.Equal(t, 25, sink.count())

		hung, err := staso.New(staso.WithAgentName("a"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false),
			staso.WithExporter(&hanging{}), staso.WithQueueSize(10), staso.WithBlockOnFull(5*time.Second))
		require.NoError(t, err)
		start := time.Now()
		endSpans(hung, 11, "x")
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.Equal(t, int64(1), hung.Stats().Spans.Dropped["queue_full"])
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		require.Error(t, hung.Shutdown(ctx))
	})
}

func TestSpansWaitForTheIntervalAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, sink := newTracer(t, staso.WithFlushInterval(2*time.Second))
		_, span := tracer.Start(context.Background(), "op")
		span.End()
		time.Sleep(1999 * time.Millisecond)
		synctest.Wait()
		assert.Zero(t, sink.count())
		time.Sleep(time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 1, sink.count())
		require.NoError(t, tracer.Shutdown(context.Background()))
	})
}

func TestRetriesKeepTheBatchAndItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, sink := newTracer(t)
		var ids []string
		sink.fail = func(b exporter.Batch) error {
			ids = append(ids, b.ID.String())
			if len(ids) < 3 {
				return &exporter.RetryableError{After: 7 * time.Second, Err: errors.New("busy")}
			}
			return nil
		}
		start := time.Now()
		_, span := tracer.Start(context.Background(), "op")
		span.End()
		require.NoError(t, tracer.Flush(context.Background()))
		assert.Len(t, ids, 3)
		assert.Equal(t, ids[0], ids[2])
		assert.GreaterOrEqual(t, time.Since(start), 14*time.Second, "Retry-After is obeyed")
		assert.Equal(t, 1, sink.count())
		require.NoError(t, tracer.Shutdown(context.Background()))
	})
}

func TestShutdownReturnsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &hanging{}
		tracer, err := staso.New(staso.WithAgentName("a"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false), staso.WithExporter(hung))
		require.NoError(t, err)
		for range 250 {
			_, span := tracer.Start(context.Background(), "op")
			span.End()
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		start := time.Now()
		err = tracer.Shutdown(ctx)
		assert.Equal(t, 3*time.Second, time.Since(start))
		var loss *staso.LossError
		require.ErrorAs(t, err, &loss)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, map[staso.Reason]int64{"shutdown": 250}, loss.Spans)
		balanced(t, tracer.Stats().Spans)
		assert.Equal(t, err, tracer.Shutdown(context.Background()), "a second call has the answer of the first")
	})
}

// hanging exports until its context ends.
type hanging struct{}

func (*hanging) Export(ctx context.Context, _ exporter.Batch) error {
	<-ctx.Done()
	return ctx.Err()
}

func (*hanging) Shutdown(context.Context) error { return nil }

func TestTheBooksBalanceAtAnyMomentConcurrentSafe(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithQueueSize(64), staso.WithBatchSize(7))
	n := 0
	sink.fail = func(b exporter.Batch) error {
		switch n++; n % 4 {
		case 1:
			return &exporter.PartialError{Rejected: map[exporter.Reason]int{"rejected": 2}}
		case 2:
			return errors.New("no")
		case 3:
			panic("oh")
		}
		return nil
	}
	done := make(chan struct{})
	var watcher, makers sync.WaitGroup
	watcher.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				balanced(t, tracer.Stats().Spans)
			}
		}
	})
	for range 4 {
		makers.Go(func() {
			for i := range 500 {
				_, span := tracer.Start(context.Background(), "op")
				if i%10 == 0 {
					span.Drop()
				}
				span.End()
			}
		})
	}
	makers.Wait()
	_ = tracer.Shutdown(t.Context())
	close(done)
	watcher.Wait()
	stats := tracer.Stats().Spans
	balanced(t, stats)
	assert.Equal(t, int64(2000), stats.Ended)
	assert.Zero(t, stats.Pending)
	assert.Equal(t, int64(200), stats.Dropped["user_drop"])
}
