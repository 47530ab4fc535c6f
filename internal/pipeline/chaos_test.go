package pipeline_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
	"github.com/staso-go/staso/internal/retry"
)

// chaos does one of the things that exporters do.
func chaos(ctx context.Context, b exporter.Batch) error {
	for _, span := range b.Spans { // under race, this finds memory that is used too early
		if span.Name == "" {
			return errBoom
		}
	}
	switch n := rand.IntN(40); n {
	case 0:
		return errBoom
	case 1:
		panic("boom")
	case 2:
		exit()
	case 3, 4:
		return again(0)
	case 5:
		return again(time.Millisecond)
	case 6:
		<-ctx.Done()
		return ctx.Err()
	case 7:
		return &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: errBoom}
	case 8, 9:
		return &exporter.PartialError{
			Rejected:            map[exporter.Reason]int{exporter.ReasonRejected: rand.IntN(150) - 20, "odd": 1},
			RejectedAnnotations: map[exporter.Reason]int{"": rand.IntN(10)},
		}
	case 10:
		return (*exporter.PartialError)(nil)
	}
	return nil
}

// chaoticItems are of all classes and sizes; some fail, and some are forgotten.
func chaoticItems(n int) []*item {
	list := items(pipeline.Span, n)
	for _, i := range list {
		i.bytes = 1 + rand.IntN(200)
		switch rand.IntN(60) {
		case 0:
			i.encode = func(*exporter.Batch) bool { panic("boom") }
		case 1:
			i.encode = func(*exporter.Batch) bool { exit(); return true }
		case 2, 3, 4:
			i.class = pipeline.Annotation
		case 5, 6:
			i.class = pipeline.Provisional
		case 7:
			i.class = pipeline.Provisional
			i.encode = func(*exporter.Batch) bool { return false }
		case 8:
			i.bytes = 1 << 30
		}
	}
	return list
}

// TestBooksAreWholeAtAnyMomentConcurrentSafe has everybody do everything at once
// while somebody else looks at the books.
func TestBooksAreWholeAtAnyMomentConcurrentSafe(t *testing.T) {
	for name, block := range map[string]time.Duration{"dropping": 0, "blocking": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			f := &fake{export: chaos}
			p := start(t, f, func(c *pipeline.Config) {
				c.BatchSize, c.QueueSize, c.QueueBytes, c.BlockTimeout = 20, 300, 20_000, block
				c.ExportTimeout, c.FlushInterval, c.Senders = 3*time.Millisecond, 2*time.Millisecond, 3
				c.Retry = retry.Policy{InitialInterval: time.Millisecond, MaxInterval: 2 * time.Millisecond}
				c.OnTrouble = func(error) {}
			})
			stop := watch(t, p)
			lists := make([][]*item, 6)
			var wg sync.WaitGroup
			for n := range lists {
				lists[n] = chaoticItems(400)
				wg.Go(func() { wander(p, lists[n]) })
			}
			wg.Wait()
			loss := p.Flush(context.Background())
			assert.Zero(t, loss.Pending)
			wg.Go(func() { enqueueSpans(p, 100) })
			p.Shutdown(context.Background())
			wg.Wait()
			stop()

			s := p.Stats()
			assert.Zero(t, s.Spans.Pending+s.Annotations.Pending+s.Provisional.Pending+s.PendingBytes)
			assert.NotZero(t, s.Spans.Exported)
			for _, list := range lists {
				assertReleasedOnce(t, list)
			}
		})
	}
}

// wander enqueues, and now and then flushes or drops.
func wander(p *pipeline.Pipeline, list []*item) {
	for _, i := range list {
		p.Enqueue(i)
		switch rand.IntN(100) {
		case 0:
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(4))*time.Millisecond)
			p.Flush(ctx)
			cancel()
		case 1:
			p.Flush(context.Background())
		case 2, 3:
			p.Drop(pipeline.Span, exporter.ReasonSampled)
		}
	}
}

// watch looks at the books again and again until stop is called.
func watch(t *testing.T, p *pipeline.Pipeline) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for looks := 0; ; looks++ {
			select {
			case <-done:
				assert.NotZero(t, looks)
				return
			default:
				assertBooks(t, p)
			}
		}
	})
	return func() { close(done); wg.Wait() }
}
