package pipeline_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

// stuck fills both senders with a batch that they do not get rid of.
func stuck(ctx context.Context, _ exporter.Batch) error {
	<-ctx.Done()
	return errBoom
}

func TestQueueFullByCountDropsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f)
		list := enqueueSpans(p, 130)
		assert.Zero(t, time.Since(f.start), "the caller is not held up")
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonQueueFull: 30}, p.Stats().Spans.Dropped)
		loss := p.Flush(t.Context())
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonQueueFull: 30}, loss.Spans)
		assert.NoError(t, loss.Err)
		assert.Equal(t, 100, f.spans())
		for _, i := range list[:100] {
			assert.True(t, f.has(i.span.Name), "what came first is kept")
		}
		assert.Equal(t, int64(100), p.Stats().Spans.Exported)
		assertReleasedOnce(t, list)
	})
}

func TestQueueFullByBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{export: slow(time.Second)}, func(c *pipeline.Config) { c.QueueBytes = 5000 })
		list := items(pipeline.Span, 7)
		for _, i := range list {
			i.bytes = 900
		}
		list[6].bytes = 5001
		enqueue(p, list...)
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonQueueFull: 1, exporter.ReasonOversized: 1}, p.Stats().Spans.Dropped)
		assert.Equal(t, int64(4500), p.Stats().PendingBytes)
		p.Flush(t.Context())
		assert.Zero(t, p.Stats().PendingBytes)
		assertReleasedOnce(t, list)
	})
}

func TestAllBooksShareTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{export: stuck}, func(c *pipeline.Config) { c.QueueSize = 10 })
		enqueue(p, items(pipeline.Provisional, 4)...)
		enqueue(p, items(pipeline.Annotation, 4)...)
		enqueueSpans(p, 4)
		assert.Equal(t, int64(2), p.Stats().Spans.Dropped[exporter.ReasonQueueFull])
	})
}

func TestAFullQueueIsSentBeforeItsTime(t *testing.T) {
	for name, change := range map[string]func(*pipeline.Config){
		"fewer items than a batch": func(c *pipeline.Config) { c.QueueSize = 5 },
		"fewer bytes than a batch": func(c *pipeline.Config) { c.QueueBytes = 5 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{}
				p := start(t, f, change)
				enqueueSpans(p, 6)
				<-time.After(10 * time.Millisecond)
				assert.Equal(t, int64(5), p.Stats().Spans.Exported)
				assert.Equal(t, time.Millisecond, f.sent()[0].after)
			})
		})
	}
}

func TestEnqueueWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f, func(c *pipeline.Config) { c.QueueSize, c.BlockTimeout = 20, 10*time.Second })
		list := enqueueSpans(p, 50)
		assert.Equal(t, 2*time.Second, time.Since(f.start))
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		assert.Equal(t, int64(50), p.Stats().Spans.Exported)
		assertReleasedOnce(t, list)
	})
}

func TestEnqueueDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: stuck}
		p := start(t, f, func(c *pipeline.Config) { c.QueueSize, c.BlockTimeout = 20, 2*time.Second })
		enqueueSpans(p, 21)
		assert.Equal(t, 2*time.Second, time.Since(f.start))
		assert.Equal(t, int64(1), p.Stats().Spans.Dropped[exporter.ReasonQueueFull])
	})
}

func TestEnqueueDoesNotWaitForWhatWillNeverFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f, func(c *pipeline.Config) { c.BlockTimeout = time.Hour })
		list := items(pipeline.Span, 1)
		list[0].bytes = 100_001
		enqueue(p, list...)
		assert.Zero(t, time.Since(f.start))
		assert.Equal(t, int64(1), p.Stats().Spans.Dropped[exporter.ReasonOversized])
	})
}

func TestBooksAreWholeWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{export: slow(time.Second)}, func(c *pipeline.Config) { c.QueueSize, c.BlockTimeout = 10, time.Hour })
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() { enqueueSpans(p, 7) })
		}
		for range 4 {
			synctest.Wait()
			assertBooks(t, p)
			<-time.After(time.Second)
		}
		wg.Wait()
		assert.Equal(t, int64(35), p.Stats().Spans.Ended)
	})
}

// TestQueueMemoryIsBounded: an item that has left is not held, and the queue goes
// round.
func TestQueueGoesRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f, func(c *pipeline.Config) { c.Senders = 1 })
		for n := range 50 {
			enqueueSpans(p, 1+n%33)
			if n%3 == 0 {
				p.Flush(t.Context())
			}
		}
		p.Flush(t.Context())
		assert.Equal(t, p.Stats().Spans.Ended, p.Stats().Spans.Exported)
		last := -1
		for _, call := range f.sent() {
			for _, name := range call.spans {
				n := 0
				for _, c := range name {
					n = 10*n + int(c-'0')
				}
				assert.True(t, n == last+1 || n == 0, "in the order that they came: %d after %d", n, last)
				last = n
			}
		}
	})
}
