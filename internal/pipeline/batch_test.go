package pipeline_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

func TestBatchIsCutByCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		enqueueSpans(start(t, f), 20)
		synctest.Wait()
		require.Len(t, f.sent(), 2, "at once")
		for _, call := range f.sent() {
			assert.Len(t, call.spans, 10)
			assert.Zero(t, call.after)
		}
	})
}

func TestBatchIsCutByBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f)
		for _, size := range []int{400, 400, 400, 5000, 400, 400} {
			list := items(pipeline.Span, 1)
			list[0].bytes = size
			enqueue(p, list...)
		}
		p.Flush(t.Context())
		var sizes []int
		for _, call := range f.sent() {
			sizes = append(sizes, len(call.spans))
		}
		assert.ElementsMatch(t, []int{2, 1, 1, 2}, sizes, "the big one travels alone")
	})
}

func TestBatchIsCutByInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f)
		enqueueSpans(p, 1)
		<-time.After(3 * time.Second)
		enqueueSpans(p, 1)
		<-time.After(4 * time.Second)
		require.Len(t, f.sent(), 1)
		assert.Len(t, f.sent()[0].spans, 2)
		assert.Equal(t, 5*time.Second, f.sent()[0].after, "by the age of the oldest")
	})
}

func TestSpansAndAnnotationsTravelApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: func(_ context.Context, b exporter.Batch) error {
			assert.Equal(t, "test", b.Resource.Environment)
			return nil
		}}
		p := start(t, f)
		enqueue(p, items(pipeline.Annotation, 2)...)
		enqueueSpans(p, 3)
		p.Flush(t.Context())
		require.Len(t, f.sent(), 2)
		assert.Len(t, f.sent()[0].spans, 3)
		assert.Equal(t, 2, f.sent()[1].notes)
		assert.NotEqual(t, f.sent()[0].id, f.sent()[1].id)
		assert.Equal(t, int64(2), p.Stats().Annotations.Exported)
	})
}

func TestProvisionalRootWaitsOnlyAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f)
		enqueueSpans(p, 1)
		<-time.After(3 * time.Second)
		enqueue(p, items(pipeline.Provisional, 1)...)
		<-time.After(time.Second)
		require.Len(t, f.sent(), 1)
		assert.Equal(t, 3200*time.Millisecond, f.sent()[0].after, "the moment is its own, however old the queue is")

		enqueueSpans(p, 1)
		<-time.After(10 * time.Second)
		assert.Equal(t, 9*time.Second, f.sent()[1].after, "what comes after it is in no hurry")
	})
}

func TestOvertakenProvisionalRootIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f)
		list := items(pipeline.Provisional, 2)
		list[0].encode = func(b *exporter.Batch) bool {
			b.Spans = append(b.Spans, &exporter.SpanData{Name: "not wanted after all"})
			return false
		}
		enqueue(p, list...)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		assert.Equal(t, []string{"1"}, f.sent()[0].spans)
		assert.Equal(t, pipeline.Counts{Ended: 1, Exported: 1}, p.Stats().Provisional)
		assert.Zero(t, p.Stats().PendingBytes)
		assertReleasedOnce(t, list)
	})
}

func TestRestOfABurstKeepsItsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.export = func(context.Context, exporter.Batch) error {
			if len(f.sent()) <= 2 {
				<-time.After(4 * time.Second)
			}
			return nil
		}
		p := start(t, f)
		enqueueSpans(p, 20)
		synctest.Wait()
		<-time.After(time.Second)
		enqueueSpans(p, 25) // until both senders are free
		<-time.After(10 * time.Second)
		calls := f.sent()
		require.Len(t, calls, 5)
		assert.Equal(t, 4*time.Second, calls[3].after)
		assert.Len(t, calls[4].spans, 5)
		assert.Equal(t, 6*time.Second, calls[4].after, "and not five seconds after the last batch")
	})
}

func TestRestOfTheQueueIsTakenByAnotherSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(20 * time.Second)}
		p := start(t, f)
		enqueueSpans(p, 1)
		<-time.After(time.Second)
		big := items(pipeline.Span, 1)
		big[0].bytes = 1000 // due at once, but not in one batch with the other
		enqueue(p, big...)
		synctest.Wait()
		require.Len(t, f.sent(), 2)
		assert.Equal(t, time.Second, f.sent()[1].after)
	})
}

// TestNothingWaitsLongerThanTheInterval runs at random, and asserts of each span
// that it did not wait longer than the interval while a sender had nothing to do.
func TestNothingWaitsLongerThanTheInterval(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			f := &fake{}
			p := start(t, f, func(c *pipeline.Config) { c.QueueSize, c.Senders = 10_000, 1+int(seed%3) })
			var ended []time.Duration // of each span, in order
			for range 60 {
				<-time.After(time.Duration(random.IntN(3000)) * time.Millisecond)
				for range random.IntN(15) {
					ended = append(ended, time.Since(f.start))
					enqueueSpans(p, 1)
				}
			}
			<-time.After(6 * time.Second)
			sentSpans, n := f.sent(), 0
			for _, call := range sentSpans {
				for range call.spans {
					require.LessOrEqual(t, call.after-ended[n], 5*time.Second, "seed %d, span %d", seed, n)
					n++
				}
			}
			require.Equal(t, len(ended), n, "seed %d: nothing is left behind", seed)
		})
	}
}

func TestBurstIsDeliveredWhole(t *testing.T) {
	f := &fake{}
	p := start(t, f, func(c *pipeline.Config) {
		c.QueueSize, c.QueueBytes, c.BatchSize, c.BatchBytes = 32_768, 64<<20, 100, 4<<20
	})
	list := items(pipeline.Span, 20_000)
	enqueue(p, list...)
	assert.Equal(t, pipeline.Loss{}, p.Shutdown(t.Context()))
	assert.Equal(t, 20_000, f.spans())
	assert.Equal(t, pipeline.Counts{Ended: 20_000, Exported: 20_000}, p.Stats().Spans)
	assertReleasedOnce(t, list)
}

// TestBatchIsWholeUntilExportReturns: the memory of a batch is used again, but
// not while somebody reads it.
func TestBatchIsWholeUntilExportReturns(t *testing.T) {
	seen := make(chan string, 10_000)
	f := &fake{export: func(_ context.Context, b exporter.Batch) error {
		for range 3 {
			for _, span := range b.Spans {
				seen <- span.Name
			}
		}
		return nil
	}}
	p := start(t, f, func(c *pipeline.Config) { c.QueueSize = 10_000 })
	enqueueSpans(p, 3000)
	p.Shutdown(t.Context())
	close(seen)
	count := map[string]int{}
	for name := range seen {
		count[name]++
	}
	assert.Len(t, count, 3000)
	for name, n := range count {
		assert.Equal(t, 3, n, name)
	}
}

func TestItemsThatHaveLeftAreNotHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{})
		var held []weak.Pointer[item]
		for _, class := range []pipeline.Class{pipeline.Span, pipeline.Annotation, pipeline.Provisional} {
			for _, i := range items(class, 2) {
				held = append(held, weak.Make(i))
				enqueue(p, i)
			}
		}
		p.Flush(t.Context())
		synctest.Wait() // the senders are idle again
		runtime.GC()
		for n, h := range held {
			assert.Nil(t, h.Value(), n)
		}
	})
}
