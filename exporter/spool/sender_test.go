package spool_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// failing answers the first n tries with err, and takes the rest.
func failing(n int, err error) *receiver {
	var tries atomic.Int64
	return &receiver{answer: func(context.Context, exporter.Batch) error {
		if tries.Add(1) <= int64(n) {
			return err
		}
		return nil
	}}
}

func hang(ctx context.Context, _ exporter.Batch) error {
	<-ctx.Done()
	return fmt.Errorf("hung: %w", ctx.Err())
}

func TestFinalErrorsAreCountedByReason(t *testing.T) {
	for _, c := range []struct {
		err  error
		want exporter.Reason
	}{
		{refused(exporter.ReasonRejected), exporter.ReasonRejected},
		{refused("own_reason"), "own_reason"},
		{errors.New("garbage"), exporter.ReasonExporterFailed},
	} {
		t.Run(string(c.want), func(t *testing.T) {
			next := failing(1, c.err)
			e := open(t, t.TempDir(), next, spool.WithConcurrency(1))
			require.NoError(t, e.Export(t.Context(), batchOf(2)))
			require.NoError(t, e.Export(t.Context(), batchOf(1)))
			require.NoError(t, e.Drain(t.Context()))
			stats := e.Stats()
			assert.Equal(t, map[exporter.Reason]spool.Count{c.want: {Batches: 1, Spans: 2, Annotations: 1}}, stats.Dropped)
			assert.Equal(t, spool.Count{Batches: 1, Spans: 1, Annotations: 1}, stats.Delivered)

			err := e.Shutdown(t.Context())
			var lost *exporter.PartialError
			require.ErrorAs(t, err, &lost)
			assert.Equal(t, map[exporter.Reason]int{c.want: 2}, lost.Rejected)
			assert.Equal(t, map[exporter.Reason]int{c.want: 1}, lost.RejectedAnnotations)
			assert.NotErrorIs(t, err, spool.ErrPending)
		})
	}
}

func TestAPartialRefusalCountsItsPart(t *testing.T) {
	partial := &exporter.PartialError{
		Rejected:            map[exporter.Reason]int{exporter.ReasonRejected: 2},
		RejectedAnnotations: map[exporter.Reason]int{exporter.ReasonOversized: 9}, // more than there are
	}
	e := open(t, t.TempDir(), failing(1, partial))
	require.NoError(t, e.Export(t.Context(), batchOf(5)))
	require.NoError(t, e.Drain(t.Context()))
	stats := e.Stats()
	assert.Equal(t, spool.Count{Batches: 1, Spans: 3}, stats.Delivered)
	assert.Equal(t, map[exporter.Reason]spool.Count{
		exporter.ReasonRejected:  {Spans: 2},
		exporter.ReasonOversized: {Annotations: 1},
	}, stats.Dropped)
}

func TestAPanicOfTheNextExporterCostsOneBatch(t *testing.T) {
	var tries atomic.Int64
	next := &receiver{answer: func(context.Context, exporter.Batch) error {
		if tries.Add(1) == 1 {
			panic("boom")
		}
		return nil
	}}
	e := open(t, t.TempDir(), next)
	require.NoError(t, e.Export(t.Context(), batchOf(1)))
	require.NoError(t, e.Drain(t.Context()))
	require.NoError(t, e.Export(t.Context(), batchOf(1)))
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, int64(1), e.Stats().Dropped[exporter.ReasonExporterFailed].Batches)
	assert.Equal(t, int64(1), e.Stats().Delivered.Batches)
}

// rude panics in Shutdown and returns an error that cannot be examined.
type rude struct{}

func (rude) Export(context.Context, exporter.Batch) error {
	var none *exporter.RetryableError
	return none
}
func (rude) Shutdown(context.Context) error { panic("bang") }

func TestARudeNextExporterIsContained(t *testing.T) {
	e := open(t, t.TempDir(), rude{})
	require.NoError(t, e.Export(t.Context(), batchOf(1)))
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, int64(1), e.Stats().Dropped[exporter.ReasonExporterFailed].Batches)
	require.ErrorContains(t, e.Shutdown(t.Context()), "next exporter panicked: bang")
}

func TestAPartialRefusalThatNamesAKeyIsPartial(t *testing.T) {
	e := open(t, t.TempDir(), failing(1, &exporter.PartialError{
		Rejected: map[exporter.Reason]int{exporter.ReasonUnauthorized: 1},
		Err:      refused(exporter.ReasonUnauthorized),
	}))
	require.NoError(t, e.Export(t.Context(), batchOf(2)))
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, int64(1), e.Stats().Delivered.Spans)
	assert.Equal(t, int64(1), e.Stats().Dropped[exporter.ReasonUnauthorized].Spans)
}

func TestWhatAPersonCanMendIsKept(t *testing.T) {
	for name, err := range map[string]error{
		"a key":                   refused(exporter.ReasonUnauthorized),
		"an exporter that is off": fmt.Errorf("next: %w", exporter.ErrShutdown),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := failing(2, err)
				e := open(t, t.TempDir(), next, spool.WithMaxBackoff(time.Minute))
				start := time.Now()
				batch := batchOf(1)
				require.NoError(t, e.Export(t.Context(), batch))
				synctest.Wait()
				assert.ErrorIs(t, e.Stats().LastError, err)

				require.NoError(t, e.Drain(t.Context()))
				assert.Equal(t, 2*time.Minute, time.Since(start), "it waits the longest backoff, twice")
				assert.Equal(t, []uuid.UUID{batch.ID}, next.ids())
				assert.Empty(t, e.Stats().Dropped)
				assert.NoError(t, e.Stats().LastError)
				require.NoError(t, e.Shutdown(t.Context()))
			})
		})
	}
}

func TestBackoffGrowsToItsBoundWithTheSameID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Time
		var ids []uuid.UUID
		next := &receiver{answer: func(_ context.Context, batch exporter.Batch) error {
			times, ids = append(times, time.Now()), append(ids, batch.ID)
			if len(times) < 12 {
				return retryable("down")
			}
			return nil
		}}
		e := open(t, t.TempDir(), next, spool.WithMaxBackoff(8*time.Second))
		batch := batchOf(1)
		require.NoError(t, e.Export(t.Context(), batch))
		require.NoError(t, e.Drain(t.Context()))
		require.Len(t, times, 12)
		for i := range 11 {
			wait := times[i+1].Sub(times[i])
			expect := min(500*time.Millisecond<<i, 8*time.Second)
			assert.InDelta(t, expect.Seconds(), wait.Seconds(), 0.21*expect.Seconds(), "wait %d", i)
			assert.Equal(t, batch.ID, ids[i+1])
		}
		require.NoError(t, e.Shutdown(t.Context()))
	})
}

func TestRetryAfterIsObeyedUpToABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for asked, want := range map[time.Duration]time.Duration{
			10 * time.Minute: 10 * time.Minute,
			9999 * time.Hour: 15 * time.Minute,
		} {
			next := failing(1, &exporter.RetryableError{After: asked, Err: errors.New("slow down")})
			e := open(t, t.TempDir(), next)
			start := time.Now()
			require.NoError(t, e.Export(t.Context(), batchOf(1)))
			require.NoError(t, e.Drain(t.Context()))
			assert.Equal(t, want, time.Since(start))
			require.NoError(t, e.Shutdown(t.Context()))
		}
	})
}

func TestAHungTryIsGivenUpAndMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int64
		next := &receiver{answer: func(ctx context.Context, batch exporter.Batch) error {
			if tries.Add(1) == 1 {
				return hang(ctx, batch)
			}
			return nil
		}}
		e := open(t, t.TempDir(), next, spool.WithTimeout(7*time.Second))
		start := time.Now()
		require.NoError(t, e.Export(t.Context(), batchOf(1)))
		require.NoError(t, e.Drain(t.Context()))
		assert.InDelta(t, 7.5, time.Since(start).Seconds(), 0.2)
		assert.Equal(t, int64(1), e.Stats().Delivered.Batches)
		require.NoError(t, e.Shutdown(t.Context()))
	})
}

func TestOneHungBatchDoesNotStopTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := batchOf(1)
		next := &receiver{answer: func(ctx context.Context, batch exporter.Batch) error {
			if batch.ID == stuck.ID {
				return hang(ctx, batch)
			}
			return nil
		}}
		dir := t.TempDir()
		e := open(t, dir, next)
		require.NoError(t, e.Export(t.Context(), stuck))
		for range 5 {
			require.NoError(t, e.Export(t.Context(), batchOf(1)))
		}
		synctest.Wait()
		assert.Len(t, next.ids(), 5)
		assert.Equal(t, int64(1), e.Stats().Pending.Batches)
		require.ErrorIs(t, e.Shutdown(expired()), spool.ErrPending)

		again := new(receiver)
		e = open(t, dir, again)
		require.NoError(t, e.Drain(t.Context()))
		assert.Equal(t, []uuid.UUID{stuck.ID}, again.ids())
		require.NoError(t, e.Shutdown(t.Context()))
	})
}

func TestABatchThatIsNeverTakenIsGivenUpWhileOthersGetThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poison := batchOf(1)
		var tries atomic.Int64
		next := &receiver{answer: func(_ context.Context, batch exporter.Batch) error {
			if batch.ID == poison.ID {
				tries.Add(1)
				return retryable("bad gateway")
			}
			return nil
		}}
		e := open(t, t.TempDir(), next)
		require.NoError(t, e.Export(t.Context(), poison))
		time.Sleep(24 * time.Hour)
		assert.Greater(t, tries.Load(), int64(2000), "an outage may take as long as it likes")
		assert.Empty(t, e.Stats().Dropped)

		tries.Store(0)
		for range 25 {
			require.NoError(t, e.Export(t.Context(), batchOf(1)))
			time.Sleep(time.Minute)
		}
		require.NoError(t, e.Drain(t.Context()))
		assert.Equal(t, int64(1), e.Stats().Dropped[exporter.ReasonRetriesExhausted].Batches)
		assert.Equal(t, int64(25), e.Stats().Delivered.Batches)
		assert.GreaterOrEqual(t, tries.Load(), int64(20))
		require.Error(t, e.Shutdown(t.Context()))
	})
}

func TestShutdownWithAHungReceiverReturnsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, t.TempDir(), &receiver{answer: hang})
		require.NoError(t, e.Export(t.Context(), batchOf(1)))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, e.Shutdown(ctx), spool.ErrPending)
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.Equal(t, int64(1), e.Stats().Pending.Batches)
	})
}

func TestANextExporterThatIgnoresItsContextIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		dir := t.TempDir()
		e := open(t, dir, &receiver{answer: func(context.Context, exporter.Batch) error { <-release; return nil }})
		require.NoError(t, e.Export(t.Context(), batchOf(1)))
		synctest.Wait()
		start := time.Now()
		err := e.Shutdown(expired())
		require.ErrorContains(t, err, "goes on after its context ended")
		assert.Equal(t, time.Second, time.Since(start))
		_, err = spool.New(dir, new(receiver))
		require.ErrorIs(t, err, spool.ErrLocked)

		close(release)
		synctest.Wait()
		again := new(receiver)
		e = open(t, dir, again)
		require.NoError(t, e.Shutdown(t.Context()))
		assert.Empty(t, again.ids(), "it was delivered in the end")
	})
}

func TestDrainEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, t.TempDir(), &receiver{answer: hang})
		require.NoError(t, e.Drain(expired()), "nothing is pending")
		require.NoError(t, e.Export(t.Context(), batchOf(1)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, e.Drain(ctx), context.DeadlineExceeded)
		require.Error(t, e.Shutdown(expired()))
	})
}

// bound is a next exporter that asks for a flush.
type bound struct {
	receiver
	flush func(context.Context) error
}

func (b *bound) BindFlush(flush func(context.Context) error) { b.flush = flush }

func TestAFlushThatIsPassedOnWaitsForTheSpool(t *testing.T) {
	next := new(bound)
	e := open(t, t.TempDir(), next)
	e.BindFlush(func(ctx context.Context) error { return e.Export(ctx, batchOf(3)) })
	require.NoError(t, next.flush(t.Context()))
	assert.Len(t, next.received(), 1)

	open(t, t.TempDir(), new(receiver)).BindFlush(nil) // nobody asks
}
