package multi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/multi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// child keeps copies of what it takes. answer and shut, where they are set,
// decide what it returns.
type child struct {
	answer func(ctx context.Context, batch exporter.Batch) error
	shut   func(ctx context.Context) error

	mu          sync.Mutex
	tries       int
	spans       []*exporter.SpanData
	annotations []*exporter.Annotation
	ended       int
}

func (c *child) Export(ctx context.Context, batch exporter.Batch) error {
	c.mu.Lock()
	c.tries++
	c.mu.Unlock()
	if c.answer != nil {
		if err := c.answer(ctx, batch); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, span := range batch.Spans {
		c.spans = append(c.spans, span.Clone())
	}
	for _, annotation := range batch.Annotations {
		c.annotations = append(c.annotations, annotation.Clone())
	}
	return nil
}

func (c *child) Shutdown(ctx context.Context) error {
	c.mu.Lock()
	c.ended++
	c.mu.Unlock()
	if c.shut != nil {
		return c.shut(ctx)
	}
	return nil
}

func (c *child) tried() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tries
}

func (c *child) names() (names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, span := range c.spans {
		names = append(names, span.Name)
	}
	return names
}

func batchOf(names ...string) exporter.Batch {
	b := exporter.Batch{ID: uuid.New()}
	for _, name := range names {
		b.Spans = append(b.Spans, &exporter.SpanData{
			TraceID: uuid.New(), SpanID: uuid.New(), Name: name, Input: json.RawMessage(`"in"`),
		})
	}
	return b
}

func build(t *testing.T, primary exporter.Exporter, opts ...multi.Option) *multi.Exporter {
	t.Helper()
	e, err := multi.New(primary, opts...)
	require.NoError(t, err)
	return e
}

func refuse(context.Context, exporter.Batch) error {
	return &exporter.ReasonError{Reason: exporter.ReasonRejected, Err: errors.New("no")}
}

func down(context.Context, exporter.Batch) error {
	return &exporter.RetryableError{Err: errors.New("connection refused")}
}

func hang(ctx context.Context, _ exporter.Batch) error {
	<-ctx.Done()
	return fmt.Errorf("hung: %w", ctx.Err())
}

func TestEachChildGetsEverything(t *testing.T) {
	primary, a, b := new(child), new(child), new(child)
	e := build(t, primary, multi.WithSecondary("a", a), multi.WithSecondary("b", b))

	require.NoError(t, e.Export(t.Context(), batchOf("one", "two")))
	require.NoError(t, e.Export(t.Context(), batchOf("three")))
	require.NoError(t, e.Drain(t.Context()))

	for _, c := range []*child{primary, a, b} {
		assert.Equal(t, []string{"one", "two", "three"}, c.names())
	}
	for i, name := range []string{multi.Primary, "a", "b"} {
		stats := e.Stats()[i]
		assert.Equal(t, name, stats.Name)
		assert.Equal(t, multi.Count{Spans: 3}, stats.Exported)
		assert.Zero(t, stats.Pending)
	}
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Equal(t, []int{1, 1, 1}, []int{primary.ended, a.ended, b.ended})
	assert.ErrorIs(t, e.Export(t.Context(), batchOf("four")), exporter.ErrShutdown)
	assert.NoError(t, e.Shutdown(t.Context()), "a second Shutdown")
}

func TestASecondaryKeepsNoMemoryOfTheCaller(t *testing.T) {
	gate := make(chan struct{})
	slow := &child{answer: func(context.Context, exporter.Batch) error { <-gate; return nil }}
	e := build(t, new(child), multi.WithSecondary("slow", slow))

	batch := batchOf("kept")
	require.NoError(t, e.Export(t.Context(), batch))
	batch.Spans[0].Name = "changed"
	copy(batch.Spans[0].Input, `"XX"`)
	close(gate)
	require.NoError(t, e.Shutdown(t.Context()))

	assert.Equal(t, []string{"kept"}, slow.names())
	assert.JSONEq(t, `"in"`, string(slow.spans[0].Input))
}

func TestASlowSecondaryMissesTheNewestAndHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		primary, swift, hung := new(child), new(child), &child{answer: hang}
		e := build(t, primary, multi.WithSecondary("swift", swift), multi.WithSecondary("hung", hung), multi.WithQueueSize(3))
		start := time.Now()
		for i := range 10 {
			require.NoError(t, e.Export(t.Context(), batchOf(fmt.Sprint(i))))
			synctest.Wait()
		}
		assert.Zero(t, time.Since(start), "Export does not wait")
		assert.Len(t, primary.names(), 10)
		assert.Len(t, swift.names(), 10)
		stats := e.Stats()[2]
		assert.Equal(t, multi.Count{Spans: 3}, stats.Pending)
		assert.Equal(t, map[exporter.Reason]multi.Count{exporter.ReasonQueueFull: {Spans: 7}}, stats.Dropped)

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := e.Shutdown(ctx)
		assert.Equal(t, 5*time.Second, time.Since(start), "Shutdown returns at its deadline")
		require.ErrorContains(t, err, "hung: not accepted: 7 spans queue_full, 3 spans shutdown")
		assert.Zero(t, e.Stats()[2].Pending)
	})
}

func TestAPrimaryThatIsDownStarvesNobody(t *testing.T) {
	other := new(child)
	e := build(t, &child{answer: down}, multi.WithSecondary("other", other))
	batch := batchOf("once")
	for range 3 {
		var retryable *exporter.RetryableError
		require.ErrorAs(t, e.Export(t.Context(), batch), &retryable)
	}
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, []string{"once"}, other.names(), "a retry of the primary is no new work for the others")
	primary := e.Stats()[0]
	assert.Equal(t, multi.Count{Spans: 1}, primary.Received)
	assert.Equal(t, multi.Count{Spans: 1}, primary.Pending)
	assert.ErrorContains(t, primary.LastError, "connection refused")
	require.NoError(t, e.Shutdown(t.Context()))
}

func TestThePrimarysAnswerIsTheAnswer(t *testing.T) {
	partial := &exporter.PartialError{Rejected: map[exporter.Reason]int{exporter.ReasonRejected: 1}}
	e := build(t, &child{answer: func(context.Context, exporter.Batch) error { return partial }},
		multi.WithSecondary("bad", &child{answer: refuse}))
	require.ErrorIs(t, e.Export(t.Context(), batchOf("a", "b")), partial)
	require.NoError(t, e.Drain(t.Context()))

	stats := e.Stats()
	assert.Equal(t, multi.Count{Spans: 1}, stats[0].Exported)
	assert.Equal(t, map[exporter.Reason]multi.Count{exporter.ReasonRejected: {Spans: 1}}, stats[0].Dropped)
	assert.Equal(t, map[exporter.Reason]multi.Count{exporter.ReasonRejected: {Spans: 2}}, stats[1].Dropped)
	err := e.Shutdown(t.Context())
	require.ErrorContains(t, err, "multi: bad: not accepted: 2 spans rejected")
	assert.NotContains(t, err.Error(), multi.Primary, "the caller knows the primary's losses")
}

func TestASecondaryIsTriedThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &child{answer: down}
		e := build(t, new(child), multi.WithSecondary("c", c))
		require.NoError(t, e.Export(t.Context(), batchOf("a")))
		require.NoError(t, e.Drain(t.Context()))
		assert.Equal(t, 3, c.tries)
		assert.Equal(t, multi.Count{Spans: 1}, e.Stats()[1].Dropped[exporter.ReasonRetriesExhausted])
		require.Error(t, e.Shutdown(t.Context()))
	})
}

func TestAPanicIsContained(t *testing.T) {
	boom := &child{
		answer: func(context.Context, exporter.Batch) error { panic("boom") },
		shut:   func(context.Context) error { panic("bang") },
	}
	fine := new(child)
	e := build(t, boom, multi.WithSecondary("boom", boom), multi.WithSecondary("fine", fine))
	require.ErrorContains(t, e.Export(t.Context(), batchOf("a")), "boom")
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, []string{"a"}, fine.names())
	err := e.Shutdown(t.Context())
	require.ErrorContains(t, err, "multi: primary: exporter panicked: bang")
	require.ErrorContains(t, err, "1 span exporter_failed")
}

func TestAChildThatIgnoresItsContextIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := &child{shut: func(context.Context) error { <-release; return nil }}
		e := build(t, stuck, multi.WithSecondary("stuck", stuck), multi.WithSecondary("fine", new(child)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := e.Shutdown(ctx)
		assert.Equal(t, 2*time.Second, time.Since(start))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "multi: stuck: goes on")
		assert.NotContains(t, err.Error(), "fine")
		close(release)
	})
}

func TestASecondaryThatHangsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &child{}
		slow.answer = func(ctx context.Context, b exporter.Batch) error {
			if slow.tried() == 1 {
				return hang(ctx, b)
			}
			return nil
		}
		e := build(t, new(child), multi.WithSecondary("slow", slow), multi.WithTimeout(7*time.Second))
		start := time.Now()
		require.NoError(t, e.Export(t.Context(), batchOf("a")))
		require.NoError(t, e.Drain(t.Context()))
		assert.InDelta(t, 7.5, time.Since(start).Seconds(), 0.2)
		assert.Equal(t, []string{"a"}, slow.names())
		require.NoError(t, e.Shutdown(t.Context()))
	})
}

func TestWhatNoQueueHoldsIsOversized(t *testing.T) {
	big, other := new(child), new(child)
	e := build(t, new(child), multi.WithSecondary("a", big), multi.WithSecondary("b", other),
		multi.WithQueueSize(2), multi.WithQueueBytes(5000))
	require.NoError(t, e.Export(t.Context(), batchOf("1", "2", "3")))
	wide := batchOf("wide")
	wide.Spans[0].Output = json.RawMessage(fmt.Sprintf("%5000d", 1))
	require.NoError(t, e.Export(t.Context(), wide))
	require.NoError(t, e.Drain(t.Context()))
	for _, stats := range e.Stats()[1:] {
		assert.Equal(t, map[exporter.Reason]multi.Count{exporter.ReasonOversized: {Spans: 4}}, stats.Dropped)
		assert.Zero(t, stats.Pending)
	}
	require.ErrorContains(t, e.Shutdown(t.Context()), "4 spans oversized")
}

func TestTheQueueIsBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := build(t, new(child), multi.WithSecondary("hung", &child{answer: hang}), multi.WithQueueBytes(5000))
		for range 10 {
			b := batchOf("a")
			b.Spans[0].Output = json.RawMessage(fmt.Sprintf("%1500d", 1))
			require.NoError(t, e.Export(t.Context(), b))
		}
		stats := e.Stats()[1]
		assert.Equal(t, multi.Count{Spans: 2}, stats.Pending)
		assert.Equal(t, multi.Count{Spans: 8}, stats.Dropped[exporter.ReasonQueueFull])
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.Error(t, e.Shutdown(ctx))
	})
}

// bound is a child that asks for a flush.
type bound struct {
	child
	flush func(context.Context) error
}

func (b *bound) BindFlush(flush func(context.Context) error) { b.flush = flush }

func TestAFlushThatIsPassedOnWaitsForTheChildsQueueOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		primary, asks := new(bound), new(bound)
		e := build(t, primary, multi.WithSecondary("asks", asks), multi.WithSecondary("hung", &child{answer: hang}))
		e.BindFlush(func(ctx context.Context) error { return e.Export(ctx, batchOf("flushed")) })
		require.NoError(t, primary.flush(t.Context()))
		require.NoError(t, asks.flush(t.Context()))
		assert.Len(t, asks.names(), 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorContains(t, e.Drain(ctx), "hung")
		require.Error(t, e.Shutdown(ctx))
	})
}

// The books hold at any moment, whatever happens at the same time.
func TestExportAndShutdownConcurrentSafe(t *testing.T) {
	flaky := new(child)
	flaky.answer = func(ctx context.Context, batch exporter.Batch) error {
		if flaky.tried()%3 == 0 {
			return refuse(ctx, batch)
		}
		return nil
	}
	e := build(t, new(child), multi.WithSecondary("flaky", flaky), multi.WithQueueSize(20))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if err := e.Export(t.Context(), batchOf("a", "b")); err != nil {
					assert.ErrorIs(t, err, exporter.ErrShutdown)
				}
				assertBooks(t, e.Stats()[1])
			}
		})
	}
	_ = e.Drain(t.Context())
	_ = e.Shutdown(t.Context())
	wg.Wait()
	stats := e.Stats()[1]
	assertBooks(t, stats)
	assert.Zero(t, stats.Pending)
}

func assertBooks(t *testing.T, s multi.Stats) {
	t.Helper()
	spans := s.Exported.Spans + s.Pending.Spans
	for _, dropped := range s.Dropped {
		spans += dropped.Spans
	}
	assert.Equal(t, s.Received.Spans, spans)
}

func TestBadOptionsAreSaidAllAtOnce(t *testing.T) {
	_, err := multi.New(nil, multi.WithSecondary("", new(child)), multi.WithSecondary("a", nil), multi.WithSecondary("a", new(child)),
		multi.WithSecondary(multi.Primary, new(child)),
		multi.WithQueueSize(0), multi.WithQueueBytes(0), multi.WithTimeout(0), nil)
	require.ErrorIs(t, err, multi.ErrInvalidOption)
	for _, part := range []string{
		"primary exporter is nil", `WithSecondary(""): the name`, `WithSecondary("a"): the exporter is nil`,
		`WithSecondary("a"): the name is empty or taken`, `WithSecondary("primary"): the name`,
		"WithQueueSize(0)", "WithQueueBytes(0)", "WithTimeout(0s)", "option 7 is nil",
	} {
		assert.ErrorContains(t, err, part)
	}
}
