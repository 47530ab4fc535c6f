package pipeline_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

// slow takes its time for each batch.
func slow(d time.Duration) func(context.Context, exporter.Batch) error {
	return func(ctx context.Context, _ exporter.Batch) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func TestFlushOfNothingReturnsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{})
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		enqueueSpans(p, 10)
		p.Flush(t.Context())
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
	})
}

func TestFlushIsABarrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f)
		list := enqueueSpans(p, 37)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		assert.Equal(t, int64(37), p.Stats().Spans.Exported)
		assertReleasedOnce(t, list)
		assert.Equal(t, 2*time.Second, time.Since(f.start), "and waits for nothing else")
	})
}

func TestFlushDoesNotWaitForWhatEndsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f)
		enqueueSpans(p, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			p.Flush(t.Context())
			assert.Equal(t, time.Second, time.Since(f.start))
		})
		synctest.Wait()
		for range 50 {
			enqueueSpans(p, 1)
			<-time.After(100 * time.Millisecond)
		}
		wg.Wait()
	})
}

func TestConcurrentFlushesAreEachABarrier(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			f := &fake{}
			f.export = func(context.Context, exporter.Batch) error {
				<-time.After(time.Duration(1+len(f.sent())%7) * 100 * time.Millisecond)
				return nil
			}
			p := start(t, f, func(c *pipeline.Config) { c.QueueSize, c.Senders = 10_000, 3 })
			var wg sync.WaitGroup
			for range 8 {
				delay, n := time.Duration(random.IntN(2000))*time.Millisecond, random.IntN(30)
				wg.Go(func() {
					<-time.After(delay)
					list := enqueueSpans(p, n)
					assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
					assertReleasedOnce(t, list)
				})
			}
			wg.Wait()
		})
	}
}

func TestFlushReturnsWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Minute / 2)}
		p := start(t, f)
		enqueueSpans(p, 12)
		loss := p.Flush(after(t, time.Second))
		assert.Equal(t, time.Second, time.Since(f.start))
		assert.Equal(t, int64(12), loss.Pending)
		assert.ErrorIs(t, loss.Err, context.DeadlineExceeded)
	})
}

func TestFlushSeesARetryThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.export = func(context.Context, exporter.Batch) error {
			if len(f.sent()) < 3 {
				return again(7 * time.Second)
			}
			return nil
		}
		p := start(t, f)
		enqueueSpans(p, 5)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		assert.Equal(t, 14*time.Second, time.Since(f.start))
	})
}

func TestFlushTellsWhatWasLostSinceTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.export = func(_ context.Context, b exporter.Batch) error {
			if len(f.sent()) == 1 {
				return errBoom
			}
			return nil
		}
		p := start(t, f)
		enqueueSpans(p, 3)
		p.Drop(pipeline.Span, exporter.ReasonOversized)
		p.Drop(pipeline.Span, exporter.ReasonSampled)
		p.Drop(pipeline.Span, exporter.ReasonUserDrop)
		p.Drop(pipeline.Annotation, exporter.ReasonOversized)
		loss := p.Flush(t.Context())
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonExporterFailed: 3, exporter.ReasonOversized: 1}, loss.Spans)
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonOversized: 1}, loss.Annotations)
		assert.ErrorIs(t, loss.Err, errBoom)

		enqueueSpans(p, 3)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()), "it is told once")
	})
}

func TestLossOfAProvisionalRootIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{export: func(context.Context, exporter.Batch) error { return errBoom }})
		enqueue(p, items(pipeline.Provisional, 1)...)
		loss := p.Flush(t.Context())
		assert.Empty(t, loss.Spans, "its final span is still to come")
		assert.Equal(t, int64(1), p.Stats().Provisional.Failed[exporter.ReasonExporterFailed])
	})
}

func TestLossThatAFlushDidNotWaitForIsToldByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: func(context.Context, exporter.Batch) error { <-time.After(10 * time.Second); return errBoom }}
		p := start(t, f)
		p.Drop(pipeline.Span, exporter.ReasonOversized)
		enqueueSpans(p, 3)
		loss := p.Flush(after(t, time.Second))
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonOversized: 1}, loss.Spans, "what is known already")
		assert.Equal(t, int64(3), loss.Pending)

		enqueueSpans(p, 2)
		loss = p.Flush(t.Context())
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonExporterFailed: 5}, loss.Spans)
		assert.ErrorIs(t, loss.Err, errBoom)
	})
}

func TestFlushesOfTheSameAreToldTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: func(context.Context, exporter.Batch) error { <-time.After(10 * time.Second); return errBoom }}
		p := start(t, f)
		enqueueSpans(p, 3)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				loss := p.Flush(t.Context())
				assert.Equal(t, int64(3), loss.Spans[exporter.ReasonExporterFailed])
				loss.Spans[exporter.ReasonExporterFailed] = 0 // it is the caller's own
			})
		}
		wg.Go(func() { p.Flush(after(t, time.Second)) })
		wg.Wait()
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
	})
}

func TestFlushAfterShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{})
		p.Shutdown(t.Context())
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		enqueueSpans(p, 2)
		assert.Equal(t, int64(2), p.Flush(t.Context()).Spans[exporter.ReasonAfterShutdown])
	})
}
