package pipeline_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

// exit is what FailNow of a test does.
func exit() { runtime.Goexit() }

func cycle() any {
	m := map[string]any{}
	m["self"] = m
	return m
}

func TestWhatAnExporterSaysIsCounted(t *testing.T) {
	const exporterFailed = exporter.ReasonExporterFailed
	for name, c := range map[string]struct {
		export func() error
		want   exporter.Reason
	}{
		"an error":            {func() error { return errBoom }, exporterFailed},
		"a reason":            {func() error { return &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: errBoom} }, exporter.ReasonUnauthorized},
		"a reason, wrapped":   {func() error { return fmt.Errorf("x: %w", &exporter.ReasonError{Reason: "mine", Err: errBoom}) }, "mine"},
		"no reason":           {func() error { return &exporter.ReasonError{Err: errBoom} }, exporterFailed},
		"retryable":           {func() error { return again(0) }, exporter.ReasonRetriesExhausted},
		"retryable, no text":  {func() error { return &exporter.RetryableError{} }, exporter.ReasonRetriesExhausted},
		"reason, no text":     {func() error { return &exporter.ReasonError{Reason: "mine"} }, "mine"},
		"nil partial":         {func() error { return (*exporter.PartialError)(nil) }, exporterFailed},
		"nil retryable":       {func() error { return (*exporter.RetryableError)(nil) }, exporterFailed},
		"nil reason wrapped":  {func() error { return fmt.Errorf("%w", (*exporter.ReasonError)(nil)) }, exporterFailed},
		"nil partial wrapped": {func() error { return fmt.Errorf("%w", (*exporter.PartialError)(nil)) }, exporterFailed},
		"panic":               {func() error { panic(errBoom) }, exporterFailed},
		"panic with a cycle":  {func() error { panic(cycle()) }, exporterFailed},
		"goexit":              {func() error { exit(); return nil }, exporterFailed},
		"shut down":           {func() error { return exporter.ErrShutdown }, exporterFailed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var told atomic.Int32
				p := start(t, &fake{export: func(context.Context, exporter.Batch) error { return c.export() }}, func(cfg *pipeline.Config) {
					cfg.OnTrouble = func(err error) {
						told.Add(1)
						assert.NotEmpty(t, err.Error())
						panic("a listener may fail too")
					}
				})
				list := append(enqueueSpans(p, 25), items(pipeline.Annotation, 3)...)
				enqueue(p, list[25:]...)
				loss := p.Flush(t.Context())
				assert.Equal(t, map[exporter.Reason]int64{c.want: 25}, loss.Spans)
				assert.Equal(t, map[exporter.Reason]int64{c.want: 3}, loss.Annotations)
				assert.NotEmpty(t, loss.Err.Error())
				synctest.Wait() // a loss is counted before it is told
				assert.GreaterOrEqual(t, told.Load(), int32(3))
				assertReleasedOnce(t, list)
			})
		})
	}
}

func TestPartialRejection(t *testing.T) {
	type counts = map[exporter.Reason]int
	type books = map[exporter.Reason]int64
	for name, c := range map[string]struct {
		rejected counts
		exported int64
		want     books
	}{
		"some":          {counts{exporter.ReasonRejected: 3}, 7, books{exporter.ReasonRejected: 3}},
		"by reason":     {counts{exporter.ReasonRejected: 3, "odd": 2}, 5, books{exporter.ReasonRejected: 3, "odd": 2}},
		"all":           {counts{exporter.ReasonRejected: 10}, 0, books{exporter.ReasonRejected: 10}},
		"more than all": {counts{"a": 4, "b": 99, "c": 1}, 0, books{"a": 4, "b": 6}},
		"negative":      {counts{exporter.ReasonRejected: -3}, 10, nil},
		"none":          {nil, 10, nil},
		"no reason":     {counts{"": 2}, 8, books{exporter.ReasonRejected: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{export: func(context.Context, exporter.Batch) error {
					return &exporter.PartialError{Rejected: c.rejected, RejectedAnnotations: counts{"note": 1}}
				}}
				p := start(t, f)
				list := enqueueSpans(p, 10)
				synctest.Wait()
				enqueue(p, items(pipeline.Annotation, 4)...)
				loss := p.Flush(t.Context())
				assert.Equal(t, c.want, loss.Spans)
				assert.Equal(t, c.exported, p.Stats().Spans.Exported)
				assert.Equal(t, pipeline.Counts{Ended: 4, Exported: 3, Failed: books{"note": 1}}, p.Stats().Annotations)
				assert.Len(t, f.sent(), 2, "what was taken is not sent again")
				assertReleasedOnce(t, list)
			})
		})
	}
}

func TestPartialRejectionCountsSpansBeforeProvisionalRoots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, &fake{export: func(context.Context, exporter.Batch) error {
			return &exporter.PartialError{Rejected: map[exporter.Reason]int{exporter.ReasonRejected: 3}}
		}})
		list := append(items(pipeline.Provisional, 3), items(pipeline.Span, 2)...)
		enqueue(p, list...)
		loss := p.Flush(t.Context())
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonRejected: 2}, loss.Spans, "no loss is hidden")
		assert.Equal(t, int64(1), p.Stats().Provisional.Failed[exporter.ReasonRejected])
		assert.Equal(t, int64(2), p.Stats().Provisional.Exported)
		assertReleasedOnce(t, list)
	})
}

func TestRetriesHaveOneBatchID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.export = func(context.Context, exporter.Batch) error {
			if n := len(f.sent()); n == 3 || n > 4 {
				return nil
			}
			return again(time.Second)
		}
		p := start(t, f, func(c *pipeline.Config) { c.Senders = 1 })
		enqueueSpans(p, 20)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		calls := f.sent()
		require.Len(t, calls, 5)
		for _, call := range calls[1:3] {
			assert.Equal(t, calls[0].id, call.id)
			assert.Equal(t, calls[0].spans, call.spans)
		}
		assert.NotEqual(t, calls[2].id, calls[3].id)
		assert.Equal(t, calls[3].id, calls[4].id)
	})
}

func TestATryThatTakesTooLongIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.export = func(ctx context.Context, _ exporter.Batch) error {
			if len(f.sent()) > 1 {
				return nil
			}
			<-ctx.Done()
			return fmt.Errorf("post: %w", ctx.Err())
		}
		p := start(t, f)
		enqueueSpans(p, 5)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		assert.InDelta(t, 30.5, time.Since(f.start).Seconds(), 0.2)
	})
}

func TestARetryDoesNotStopIntake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{export: func(context.Context, exporter.Batch) error { return again(time.Minute) }}
		p := start(t, f)
		enqueueSpans(p, 20)
		<-time.After(10 * time.Second) // both senders wait for their next try
		enqueueSpans(p, 80)
		assert.Zero(t, 10*time.Second-time.Since(f.start), "nobody was held up")
		assert.Equal(t, int64(100), p.Stats().Spans.Pending)
		list := enqueueSpans(p, 5)
		assert.Equal(t, int64(5), p.Stats().Spans.Dropped[exporter.ReasonQueueFull])
		assertReleasedOnce(t, list)
	})
}

func TestUnauthorizedIsFinalAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locked atomic.Bool
		locked.Store(true)
		f := &fake{export: func(context.Context, exporter.Batch) error {
			if locked.Load() {
				return &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: &exporter.APIError{StatusCode: 401}}
			}
			return nil
		}}
		p := start(t, f)
		enqueueSpans(p, 5)
		loss := p.Flush(t.Context())
		assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonUnauthorized: 5}, loss.Spans)
		assert.Len(t, f.sent(), 1, "it is not tried again")
		var refusal *exporter.APIError
		assert.ErrorAs(t, loss.Err, &refusal)

		locked.Store(false)
		enqueueSpans(p, 5)
		assert.Equal(t, pipeline.Loss{}, p.Flush(t.Context()))
		assert.Equal(t, int64(5), p.Stats().Spans.Exported)
	})
}

func TestAnItemThatCannotBeEncodedCostsItselfOnly(t *testing.T) {
	for name, fail := range map[string]func(){
		"panic": func() { panic("boom") }, "goexit": exit, "cycle": func() { panic(cycle()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{}
				p := start(t, f)
				list := items(pipeline.Span, 10)
				for _, n := range []int{0, 4, 5, 9} {
					list[n].encode = func(b *exporter.Batch) bool {
						b.Spans = append(b.Spans, &exporter.SpanData{Name: "half made"})
						fail()
						return true
					}
				}
				enqueue(p, list...)
				loss := p.Flush(t.Context())
				assert.Equal(t, map[exporter.Reason]int64{exporter.ReasonExporterFailed: 4}, loss.Spans)
				assert.ErrorContains(t, loss.Err, "encode")
				require.Len(t, f.sent(), 1)
				assert.Equal(t, []string{"1", "2", "3", "6", "7", "8"}, f.sent()[0].spans)
				assertReleasedOnce(t, list)
			})
		})
	}
}
