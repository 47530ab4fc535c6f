package staso_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/staso-go/staso"
)

// turnedBack is the instant t as it would have been read if the wall clock had
// been wrong by d: its monotonic reading is the same.
func turnedBack(t *testing.T, at time.Time, d time.Duration) time.Time {
	t.Helper()
	wall := reflect.ValueOf(&at).Elem().FieldByName("wall")
	*(*uint64)(unsafe.Pointer(wall.UnsafeAddr())) -= uint64(d/time.Second) << 30
	require.Contains(t, at.String(), "m=", "with a monotonic reading")
	return at
}

func TestDurationsDoNotFollowTheWallClock(t *testing.T) {
	tracer, sink := newTracer(t)
	for name, jump := range map[string]time.Duration{"forward": time.Hour, "back": -time.Hour} {
		wrong := turnedBack(t, time.Now(), jump)
		_, span := tracer.Start(t.Context(), name, staso.WithStartTime(wrong))
		span.End()
		flush(t, tracer)
		got := sink.named(t, name)
		assert.Less(t, got.Duration, time.Minute)
		assert.Positive(t, got.Duration)
		assert.True(t, got.StartTime.Equal(wrong.Round(0)), "the start is what the clock said then")
	}
}

func TestTheLastErrorWins(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "op")
	span.RecordError(fmt.Errorf("first: %w", errors.New("cause")))
	span.RecordError(unwrapError{})
	span.End()
	flush(t, tracer)
	got := sink.named(t, "op")
	assert.Equal(t, "last", got.ErrorMessage, "a panic of Unwrap does not cost the message")
	assert.JSONEq(t, `{"exception.type":"staso_test.unwrapError"}`, string(got.Attributes))
}

type unwrapError struct{}

func (unwrapError) Error() string { return "last" }
func (unwrapError) Unwrap() error { panic("no cause") }

func TestAnnotationsFollowTheSampler(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithSampleRatio(0))
	ctx, span := tracer.Start(t.Context(), "op")
	require.NoError(t, span.Annotate(staso.Boolean("a", true)))
	require.NoError(t, tracer.Annotate(ctx, staso.Boolean("b", true)))
	elsewhere := staso.Boolean("c", true)
	elsewhere.TraceID = staso.AgentID("some id")
	require.NoError(t, tracer.Annotate(ctx, elsewhere))
	span.End()
	flush(t, tracer)
	require.Len(t, sink.annotations, 1)
	assert.Equal(t, "c", sink.annotations[0].Name)
	stats := tracer.Stats().Annotations
	balanced(t, stats)
	assert.Equal(t, map[staso.Reason]int64{"sampled": 2}, stats.Dropped)
}

func TestAnAnnotationMayJudgeACallersTrace(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx := tracer.Extract(t.Context(), http.Header{"Traceparent": {w3cParent}})
	require.NoError(t, tracer.Annotate(ctx, staso.Boolean("a", true)))
	flush(t, tracer)
	assert.Equal(t, w3cTrace, strings.ReplaceAll(sink.annotations[0].TraceID.String(), "-", ""))
}

func TestInjectTakesOthersBaggageAlongAndNotOurs(t *testing.T) {
	tracer, _ := newTracer(t)
	tracer.Inject(t.Context(), nil)
	forwarded := func() http.Header {
		return http.Header{"Baggage": {"a=1, staso.user=mallory", "b=2,staso.agent=x"}}
	}
	header := forwarded()
	tracer.Inject(t.Context(), header)
	assert.Equal(t, []string{"a=1,b=2"}, header.Values("Baggage"))

	header = forwarded()
	tracer.Inject(staso.ContextWithUser(t.Context(), "alice"), header)
	assert.Equal(t, []string{"a=1,b=2,staso.user=alice"}, header.Values("Baggage"))

	header = http.Header{"Baggage": {"staso.user=mallory"}}
	tracer.Inject(t.Context(), header)
	assert.Empty(t, header.Values("Baggage"))

	full := "a=" + strings.Repeat("1", 8180)
	header = http.Header{"Baggage": {full + ",staso.user=mallory"}}
	tracer.Inject(staso.ContextWithUser(t.Context(), "alice"), header)
	assert.Equal(t, full, header.Get("Baggage"), "ours has no place, and somebody else's is not ours")
}

func TestANilContextIsForgiven(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(nil, "op") //nolint:staticcheck // what is tested
	require.NoError(t, span.Annotate(staso.Boolean("a", true)))
	assert.Error(t, tracer.Annotate(nil, staso.Boolean("a", true))) //nolint:staticcheck // what is tested
	span.End()
	require.NoError(t, tracer.Flush(nil))    //nolint:staticcheck // what is tested
	require.NoError(t, tracer.Shutdown(nil)) //nolint:staticcheck // what is tested
	assert.Equal(t, 1, sink.count())
}

func TestAnEndedContextStillShutsDown(t *testing.T) {
	tracer, _ := newTracer(t)
	endSpans(tracer, 3, "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, tracer.Shutdown(ctx), context.Canceled)
	settled(t, tracer)
	_ = tracer.Flush(t.Context())
	assert.NoError(t, tracer.Flush(t.Context()), "after Shutdown there is nothing to wait for")
}

func TestUserCodeThatPanicsCostsOnlyItself(t *testing.T) {
	logger := zap.New(panickingCore{zapcore.NewNopCore()})
	tracer, sink := newTracer(t, staso.WithLogger(logger),
		staso.WithSampler(func(staso.SamplingParameters) bool { panic("sampler") }),
		staso.WithParentFrom(func(context.Context) (staso.SpanContext, bool) { panic("parent") }),
		staso.WithRedactor(func(staso.Field, json.RawMessage) json.RawMessage { panic("redactor") }))
	_, span := tracer.Start(t.Context(), "op")
	span.SetInput("x")
	span.SetMetadata("k", panicking{})
	span.RecordError(badError{})
	span.End()
	flush(t, tracer)
	assert.JSONEq(t, `"[suppressed]"`, string(sink.named(t, "op").Input))
}

type panickingCore struct{ zapcore.Core }

func (panickingCore) Enabled(zapcore.Level) bool { return true }

func (c panickingCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return ce.AddCore(e, c)
}

func (panickingCore) Write(zapcore.Entry, []zapcore.Field) error { panic("logger") }

func TestShutdownAmidEverythingConcurrentSafe(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithBatchSize(3), staso.WithQueueSize(50))
	var users sync.WaitGroup
	begun := make(chan struct{}, 100)
	for range 6 {
		users.Go(func() {
			for i := range 300 {
				ctx, span := tracer.Start(context.Background(), "op", staso.WithKind(staso.KindAgent), nil)
				setter := make(chan struct{})
				go func() {
					defer close(setter)
					span.SetInput([]int{i})
					span.SetTags("a", "b")
					span.RecordError(errors.New("x"))
				}()
				_ = tracer.Annotate(ctx, staso.Boolean("a", true))
				span.End()
				<-setter
				if i%50 == 0 {
					_ = tracer.Flush(ctx)
					begun <- struct{}{}
				}
			}
		})
	}
	<-begun
	var closers sync.WaitGroup
	for range 3 {
		closers.Go(func() { _ = tracer.Shutdown(context.Background()) })
	}
	closers.Wait()
	users.Wait()
	stats := settled(t, tracer)
	assert.Equal(t, int64(1800), stats.Spans.Ended)
	assert.Equal(t, int64(1800), stats.Annotations.Ended)
	assert.Equal(t, stats.Spans.Exported+stats.Provisional.Exported, int64(sink.count()))
}

func TestAContextOfAnotherTracerIsItsTrace(t *testing.T) {
	first, firstSink := newTracer(t)
	second, secondSink := newTracer(t, staso.WithAgentName("second"))
	ctx, root := first.Start(t.Context(), "root")
	ctx, child := second.Start(ctx, "child")
	assert.Same(t, second, staso.TracerFromContext(ctx))
	child.End()
	root.End()
	flush(t, first)
	flush(t, second)
	got := secondSink.named(t, "child")
	assert.Equal(t, root.TraceID(), got.TraceID)
	assert.Equal(t, root.ID(), got.ParentSpanID)
	assert.Equal(t, "second", got.AgentName)
	assert.Equal(t, "test", firstSink.named(t, "root").AgentName)
}

func TestASpanCanCrossFromOneContextToAnother(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(staso.ContextWithUser(t.Context(), "alice"), "parent")
	ctx := staso.ContextWithSpan(staso.ContextWithUser(t.Context(), "bob"), span)
	_, child := tracer.Start(ctx, "child")
	child.End()
	_, root := tracer.Start(staso.ContextWithSpan(ctx, nil), "root")
	root.End()
	span.End()
	flush(t, tracer)
	assert.Equal(t, span.ID(), sink.named(t, "child").ParentSpanID)
	assert.Equal(t, "bob", sink.named(t, "child").UserID, "only the span crosses")
	assert.NotEqual(t, span.TraceID(), sink.named(t, "root").TraceID)
}

func echo[T any](_ context.Context, v T) (T, error) { return v, nil }

func TestCodeLocationOfGenericsAndClosures(t *testing.T) {
	tracer, sink := newTracer(t)
	closure := func(_ context.Context, v int) (int, error) { return v, nil }
	for name, fn := range map[string]func(context.Context, int) (int, error){
		"generic": staso.Tool(tracer, "generic", echo[int]),
		"closure": staso.Tool(tracer, "closure", closure),
	} {
		_, err := fn(t.Context(), 1)
		require.NoError(t, err)
		flush(t, tracer)
		meta := attributes(t, sink.named(t, name).Attributes)
		assert.Equal(t, "misuse_test.go", meta["code.filepath"], name)
		assert.Greater(t, meta["code.lineno"], 1.0, name)
		assert.Contains(t, meta["code.function"], map[string]string{"generic": "staso_test.echo", "closure": "GenericsAndClosures.func"}[name])
	}
}
