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

// deaf is an exporter's call that does not mind its context, until the test ends.
func deaf(t *testing.T) func(context.Context) error {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	return func(context.Context) error { <-release; return nil }
}

func TestShutdownDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f)
		list := enqueueSpans(p, 93)
		enqueue(p, items(pipeline.Annotation, 3)...)
		assert.Equal(t, pipeline.Loss{}, p.Shutdown(t.Context()))
		assert.Equal(t, 93, f.spans())
		assert.Equal(t, int64(3), p.Stats().Annotations.Exported)
		assert.Equal(t, 1, f.ended, "the exporter is shut down")
		assertReleasedOnce(t, list)
	})
}

func TestShutdownAtItsDeadlineCancelsTheExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cause error
		f := &fake{}
		f.export = func(ctx context.Context, _ exporter.Batch) error {
			<-ctx.Done()
			cause = ctx.Err()
			return ctx.Err()
		}
		p := start(t, f, func(c *pipeline.Config) { c.Senders = 1 })
		list := enqueueSpans(p, 35)
		loss := p.Shutdown(after(t, 3*time.Second))
		assert.Equal(t, 3*time.Second, time.Since(f.start))
		assert.ErrorIs(t, cause, context.Canceled)
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonShutdown: 35}, loss.Spans)
		assert.ErrorIs(t, loss.Err, context.DeadlineExceeded)
		assert.Zero(t, loss.Pending)
		assert.Len(t, f.sent(), 1, "what waited is not tried")
		assertReleasedOnce(t, list)
	})
}

func TestShutdownCutsTheWaitForARetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: func(context.Context, exporter.Batch) error { return again(time.Hour) }}
		p := start(t, f)
		enqueueSpans(p, 5)
		loss := p.Shutdown(after(t, 3*time.Second))
		assert.Equal(t, 3*time.Second, time.Since(f.start))
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonShutdown: 5}, loss.Spans)
		assert.ErrorIs(t, loss.Err, errBoom, "why it was tried again is told")
		assert.NotContains(t, loss.Err.Error(), "\n")
	})
}

func TestShutdownWithAContextThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f)
		enqueueSpans(p, 5)
		loss := p.Shutdown(after(t, 0))
		assert.Zero(t, time.Since(f.start))
		assert.Equal(t, int64(5), loss.Spans[exporter.ReasonShutdown])
		assert.Equal(t, 1, f.ended)
	})
}

func TestShutdownKeepsAnAnswerThatCameWithTheDeadline(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		want   map[exporter.Reason]int64
	}{
		"accepted": {nil, nil},
		"partly":   {&exporter.PartialError{Rejected: map[exporter.Reason]int{exporter.ReasonRejected: 2}}, map[exporter.Reason]int64{exporter.ReasonRejected: 2}},
		"refused":  {&exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: errBoom}, map[exporter.Reason]int64{exporter.ReasonUnauthorized: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := start(t, &fake{export: func(ctx context.Context, _ exporter.Batch) error { <-ctx.Done(); return c.answer }})
				enqueueSpans(p, 5)
				assert.Equal(t, c.want, p.Shutdown(after(t, time.Second)).Spans)
			})
		})
	}
}

func TestShutdownGivesUpOnAnExporterThatIsDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := deaf(t)
		f := &fake{export: func(ctx context.Context, _ exporter.Batch) error { return hung(ctx) }, shutdown: hung}
		p := start(t, f)
		enqueueSpans(p, 15)
		loss := p.Shutdown(after(t, 3*time.Second))
		assert.Equal(t, 5*time.Second, time.Since(f.start), "two seconds of grace, once")
		assert.Equal(t, int64(15), loss.Pending+loss.Spans[exporter.ReasonShutdown])
		assert.NotZero(t, loss.Pending)
		assert.ErrorContains(t, loss.Err, "did not return")

		loss = p.Flush(context.Background())
		assert.Equal(t, 5*time.Second, time.Since(f.start), "nobody waits for it any more")
		assert.NotZero(t, loss.Pending)
		assert.Error(t, loss.Err)
	})
}

func TestShutdownOfAnExporterThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{shutdown: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		p := start(t, f)
		enqueueSpans(p, 5)
		loss := p.Shutdown(after(t, 3*time.Second))
		assert.Equal(t, 3*time.Second, time.Since(f.start))
		assert.Empty(t, loss.Spans)
		assert.ErrorIs(t, loss.Err, context.DeadlineExceeded)
	})
}

func TestShutdownOfAnExporterThatFails(t *testing.T) {
	for name, shutdown := range map[string]func(context.Context) error{
		"error":  func(context.Context) error { return errBoom },
		"panic":  func(context.Context) error { panic(errBoom.Error()) },
		"goexit": func(context.Context) error { exit(); return nil },
		"nil":    func(context.Context) error { return (*exporter.ReasonError)(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := start(t, &fake{shutdown: shutdown})
				enqueueSpans(p, 5)
				loss := p.Shutdown(t.Context())
				assert.Error(t, loss.Err)
				assert.NotEmpty(t, loss.Err.Error())
				assert.Empty(t, loss.Spans)
				assert.Equal(t, int64(5), p.Stats().Spans.Exported)
			})
		})
	}
}

func TestEveryShutdownHasTheAnswerOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: func(context.Context, exporter.Batch) error { <-time.After(time.Second); return errBoom }}
		p := start(t, f)
		enqueueSpans(p, 5)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				loss := p.Shutdown(t.Context())
				assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonExporterFailed: 5}, loss.Spans)
				assert.ErrorIs(t, loss.Err, errBoom)
				clear(loss.Spans) // it is the caller's own
			})
		}
		wg.Go(func() {
			synctest.Wait()
			ended, cancel := context.WithCancel(context.Background())
			cancel()
			assert.ErrorIs(t, p.Shutdown(ended).Err, context.Canceled, "a later one waits no longer than it may")
		})
		wg.Wait()
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		assert.Equal(t, int64(5), p.Shutdown(ended).Spans[exporter.ReasonExporterFailed], "the answer is there")
		assert.Equal(t, 1, f.ended)
	})
}

func TestEnqueueAfterShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f)
		p.Shutdown(t.Context())
		list := enqueueSpans(p, 3)
		p.Drop(pipeline.Span, exporter.ReasonSampled)
		assert.Equal(t, pipeline.Counts{Ended: 4, Dropped: map[exporter.Reason]int64{
			exporter.ReasonAfterShutdown: 3, exporter.ReasonSampled: 1,
		}}, p.Stats().Spans)
		assert.Empty(t, f.sent())
		assertReleasedOnce(t, list)
	})
}

func TestEnqueueWhileShutdownConcurrentSafe(t *testing.T) {
	f := &fake{}
	p := start(t, f, func(c *pipeline.Config) { c.QueueSize = 10_000 })
	var wg sync.WaitGroup
	lists := make([][]*item, 4)
	for n := range lists {
		wg.Go(func() { lists[n] = enqueueSpans(p, 500) })
	}
	wg.Go(func() { p.Shutdown(context.Background()) })
	wg.Wait()
	spans := p.Stats().Spans
	assert.Equal(t, int64(2000), spans.Ended)
	assert.Equal(t, int64(2000), spans.Exported+spans.Dropped[exporter.ReasonAfterShutdown])
	assert.Equal(t, int(spans.Exported), f.spans())
	for _, list := range lists {
		assertReleasedOnce(t, list)
	}
}

func TestShutdownFreesEnqueueThatIsHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: slow(time.Second)}
		p := start(t, f, func(c *pipeline.Config) { c.QueueSize, c.BlockTimeout = 10, time.Hour })
		enqueueSpans(p, 10)
		var wg sync.WaitGroup
		wg.Go(func() { enqueueSpans(p, 1) })
		synctest.Wait()
		wg.Go(func() { p.Shutdown(context.Background()) })
		synctest.Wait()
		assert.Zero(t, time.Since(f.start))
		assert.Equal(t, int64(1), p.Stats().Spans.Dropped[exporter.ReasonAfterShutdown])
		wg.Wait()
	})
}

func TestShutdownDoesNotWaitForEncoding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		p := start(t, f)
		list := items(pipeline.Span, 10)
		for _, i := range list {
			i.encode = func(b *exporter.Batch) bool {
				<-time.After(time.Second)
				b.Spans = append(b.Spans, &i.span)
				return true
			}
		}
		enqueue(p, list...)
		loss := p.Shutdown(after(t, 2500*time.Millisecond))
		assert.Equal(t, 3*time.Second, time.Since(f.start), "no longer than the one under way takes")
		assert.Equal(t, int64(10), loss.Spans[exporter.ReasonShutdown])
		assert.ErrorIs(t, loss.Err, context.DeadlineExceeded)
		assertReleasedOnce(t, list)
	})
}
