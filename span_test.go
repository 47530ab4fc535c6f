package staso_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
)

func TestIDsMapToW3C(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "op")
	span.End()
	flush(t, tracer)

	got := sink.named(t, "op")
	assert.Equal(t, make([]byte, 8), got.SpanID[:8], "a span id is 64 random bits behind eight zero bytes")
	assert.NotEqual(t, make([]byte, 8), got.SpanID[8:])
	assert.NotEqual(t, uuid.Nil, got.TraceID)
	assert.Equal(t, uuid.Nil, got.ParentSpanID, "a root has no parent")
	assert.Equal(t, span.ID(), got.SpanID)
	assert.Equal(t, span.TraceID(), got.TraceID)
}

func TestModelFields(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "chat", staso.WithKind(staso.KindLLM))
	span.SetModel("gpt-4o-2024-08-06")
	span.SetRequestedModel("gpt-4o")
	span.SetProvider("openai")
	span.SetReasoningEffort("high")
	span.SetUsage(staso.Usage{InputTokens: 10, OutputTokens: 5, TotalTokens: 17, CacheReadInputTokens: 4})
	span.SetMetadata(staso.KeyTimeToFirstToken, 0.21)
	span.End()
	flush(t, tracer)

	got := sink.named(t, "chat")
	assert.Equal(t, "gpt-4o-2024-08-06", got.Model)
	assert.Equal(t, "gpt-4o", got.RequestedModel)
	assert.Equal(t, "openai", got.Provider)
	assert.Equal(t, "high", got.ReasoningEffort)
	assert.Equal(t, int64(17), got.Usage.TotalTokens, "the total is sent as given")
	assert.JSONEq(t, `{"time_to_first_token":0.21,"cache_read_input_tokens":4}`, string(got.Attributes))
}

func TestUsageThatNobodySetIsNotThere(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "chat", staso.WithKind(staso.KindLLM))
	span.End()
	flush(t, tracer)
	assert.Nil(t, sink.named(t, "chat").Usage)
}

func TestStatusAndErrors(t *testing.T) {
	deadline, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for name, tc := range map[string]struct {
		do      func(*staso.Span)
		status  staso.Status
		message string
		typ     any
	}{
		"untouched":       {func(*staso.Span) {}, staso.StatusOK, "", nil},
		"nil error":       {func(s *staso.Span) { s.RecordError(nil) }, staso.StatusOK, "", nil},
		"error":           {func(s *staso.Span) { s.RecordError(errors.New("boom")) }, staso.StatusError, "boom", "*errors.errorString"},
		"deadline":        {func(s *staso.Span) { s.RecordError(deadline.Err()) }, staso.StatusTimeout, "context deadline exceeded", "context.deadlineExceededError"},
		"set by hand":     {func(s *staso.Span) { s.SetStatus(staso.StatusTimeout, "slow") }, staso.StatusTimeout, "slow", nil},
		"set right again": {func(s *staso.Span) { s.RecordError(errors.New("x")); s.SetStatus(staso.StatusOK, "") }, staso.StatusOK, "", "*errors.errorString"},
		"panicking Error": {func(s *staso.Span) { s.RecordError(badError{}) }, staso.StatusError, "staso_test.badError (its Error panicked)", "staso_test.badError"},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t)
			_, span := tracer.Start(t.Context(), "op")
			tc.do(span)
			span.End()
			flush(t, tracer)
			got := sink.named(t, "op")
			assert.Equal(t, tc.status, got.Status)
			assert.Equal(t, tc.message, got.ErrorMessage)
			assert.Equal(t, tc.typ, attributes(t, got.Attributes)["exception.type"])
		})
	}
}

type badError struct{}

func (badError) Error() string { panic("no text") }

func TestWrappedErrorsAreNamed(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "op")
	span.RecordError(fmt.Errorf("look up order: %w", errors.Join(errors.New("a"), errors.New("b"))))
	span.End()
	flush(t, tracer)
	assert.Equal(t, []any{
		"*fmt.wrapError: look up order: a\nb", "*errors.joinError: a\nb", "*errors.errorString: a", "*errors.errorString: b",
	}, attributes(t, sink.named(t, "op").Attributes)["exception.chain"])
}

func TestValuesAreReadWhenTheyAreSet(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "op")
	in := []map[string]any{{"content": "before"}}
	meta := map[string]int{"n": 1}
	span.SetInput(in)
	span.SetOutput(&in)
	span.SetMetadata("m", meta)
	in[0]["content"], meta["n"] = "after", 2
	span.End()
	flush(t, tracer)

	got := sink.named(t, "op")
	assert.JSONEq(t, `[{"content":"before"}]`, string(got.Input))
	assert.JSONEq(t, `[{"content":"before"}]`, string(got.Output))
	assert.JSONEq(t, `{"m":{"n":1}}`, string(got.Attributes))
}

func TestTheLastValueWins(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "op")
	span.SetInput([]string{"first"})
	span.SetInput(nil)
	span.SetOutput("first")
	span.SetOutput([]int{2})
	for i := range 1000 {
		span.SetMetadata("k", []int{i})
	}
	span.End()
	flush(t, tracer)
	got := sink.named(t, "op")
	assert.JSONEq(t, `null`, string(got.Input))
	assert.JSONEq(t, `[2]`, string(got.Output))
	assert.JSONEq(t, `{"k":[999]}`, string(got.Attributes))
}

func TestWhatCannotBeEncodedIsDescribed(t *testing.T) {
	type node struct{ Next *node }
	loop := &node{}
	loop.Next = loop
	for name, tc := range map[string]struct {
		value any
		want  string
	}{
		"channel":    {make(chan int), "chan int"},
		"function":   {func() {}, "func()"},
		"NaN":        {map[string]any{"score": math.NaN()}, "NaN"},
		"cycle":      {loop, "cycle"},
		"failing":    {failing{}, "no form"},
		"panicking":  {panicking{}, "panicked"},
		"in a field": {struct{ A, B any }{1, make(chan bool)}, "chan bool"},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t)
			_, span := tracer.Start(t.Context(), "op")
			span.SetInput(tc.value)
			span.End()
			flush(t, tracer)
			got := string(sink.named(t, "op").Input)
			assert.True(t, json.Valid([]byte(got)), got)
			assert.Contains(t, got, "[unencodable: ")
			assert.Contains(t, got, tc.want)
		})
	}
}

type failing struct{}

func (failing) MarshalJSON() ([]byte, error) { return nil, errors.New("no form") }

type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic("at the wrong time") }

func TestLargeFieldsAreCutAndStayJSON(t *testing.T) {
	const limit = 4 << 10
	long := strings.Repeat("größer ", 1<<20) // 8 MB
	for name, value := range map[string]any{
		"text":    long,
		"member":  map[string]any{"a": 1, "text": long},
		"list":    strings.Split(long[:1<<20], " "),
		"objects": []map[string]string{{"role": "user", "content": long}, {"role": "user", "content": "last"}},
		"raw":     json.RawMessage(`{"x":"` + long + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t, staso.WithFieldLimit(limit))
			_, span := tracer.Start(t.Context(), "op")
			span.SetInput(value)
			span.SetOutput(value)
			span.SetMetadata("m", value)
			span.SetStatus(staso.StatusError, long)
			span.End()
			flush(t, tracer)
			got := sink.named(t, "op")
			for _, field := range [][]byte{got.Input, got.Output, got.Attributes} {
				assert.True(t, json.Valid(field), "%.200s", field)
				assert.LessOrEqual(t, len(field), limit)
				assert.Contains(t, string(field), "…[cut at")
				assert.NotContains(t, string(field), "\uFFFD", "cut at a rune")
			}
			assert.LessOrEqual(t, len(got.ErrorMessage), limit)
			assert.NotContains(t, got.ErrorMessage, "\uFFFD")
		})
	}
}

func TestNamesAreBoundedAndValid(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx := staso.ContextWithUser(staso.ContextWithConversation(t.Context(), strings.Repeat("c", 1000)), "u\xff")
	_, span := tracer.Start(ctx, strings.Repeat("ü", 1000))
	span.End()
	_, span = tracer.Start(ctx, "")
	span.End()
	flush(t, tracer)
	got := sink.named(t, strings.Repeat("ü", 128))
	assert.Len(t, got.ConversationID, 256)
	assert.Equal(t, "u\uFFFD", got.UserID)
	sink.named(t, "unnamed")
}

func TestTimesThatTheCallerGives(t *testing.T) {
	tracer, sink := newTracer(t)
	start := time.Date(2024, 5, 15, 15, 0, 0, 7, time.UTC)
	_, span := tracer.Start(t.Context(), "imported", staso.WithStartTime(start))
	span.EndAt(start.Add(1500 * time.Millisecond))
	_, span = tracer.Start(t.Context(), "backwards", staso.WithStartTime(start))
	span.EndAt(start.Add(-time.Hour))
	flush(t, tracer)
	got := sink.named(t, "imported")
	assert.True(t, start.Equal(got.StartTime))
	assert.Equal(t, 1500*time.Millisecond, got.Duration)
	assert.Zero(t, sink.named(t, "backwards").Duration)
}

func TestDropForgetsTheSpanAndCountsIt(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx, parent := tracer.Start(t.Context(), "dropped")
	_, child := tracer.Start(ctx, "child")
	child.End()
	parent.Drop()
	parent.End()
	flush(t, tracer)
	assert.Equal(t, 1, sink.count())
	assert.Equal(t, int64(1), tracer.Stats().Spans.Dropped["user_drop"])
}

func TestMisuseIsHarmless(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "op", nil)
	span.End()
	span.End()
	span.SetInput("late")
	span.SetMetadata("late", 1)
	span.RecordError(errors.New("late"))
	span.EndAt(time.Now())
	flush(t, tracer)
	got := sink.named(t, "op")
	assert.Empty(t, got.Input)
	assert.Equal(t, staso.StatusOK, got.Status)
	assert.Equal(t, int64(1), tracer.Stats().Spans.Ended)

	//lint:ignore SA1012 a nil context is what is tested
	_, span = tracer.Start(nil, "without a context") //nolint:staticcheck // what is tested
	span.End()

	var nilTracer *staso.Tracer
	ctx, nilSpan := nilTracer.Start(t.Context(), "op")
	assert.Equal(t, t.Context(), ctx)
	nilSpan.SetInput(1)
	nilSpan.SetModel("m")
	nilSpan.RecordError(errors.New("x"))
	nilSpan.SetStatus(staso.StatusError, "x")
	nilSpan.SetTags("a")
	nilSpan.Drop()
	assert.NoError(t, nilSpan.Annotate(staso.Boolean("a", true)))
	nilSpan.End()
	assert.Equal(t, uuid.Nil, nilSpan.ID())
	assert.Equal(t, uuid.Nil, nilSpan.TraceID())
	assert.NoError(t, nilTracer.Flush(t.Context()))
	assert.NoError(t, nilTracer.Shutdown(t.Context()))
	assert.NoError(t, nilTracer.Annotate(t.Context(), staso.Boolean("a", true)))
	assert.Zero(t, nilTracer.Stats())
	assert.Zero(t, nilTracer.Config())
}

func TestOneSpanFromManyGoroutinesConcurrentSafe(t *testing.T) {
	tracer, _ := newTracer(t)
	_, span := tracer.Start(t.Context(), "op")
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for range 50 {
				span.SetInput([]int{i})
				span.SetOutput(i)
				span.SetMetadata("k", []int{i})
				span.SetUsage(staso.Usage{InputTokens: int64(i)})
				span.RecordError(errors.New("x"))
				if i == 7 {
					span.End()
				}
			}
		})
	}
	wg.Wait()
	flush(t, tracer)
	assert.Equal(t, int64(1), tracer.Stats().Spans.Exported)
}

func TestStartAfterShutdownIsCounted(t *testing.T) {
	tracer, _ := newTracer(t)
	require.NoError(t, tracer.Shutdown(t.Context()))
	_, span := tracer.Start(t.Context(), "late")
	span.End()
	assert.Equal(t, int64(1), tracer.Stats().Spans.Dropped["after_shutdown"])
}

func flush(t *testing.T, tracer *staso.Tracer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	require.NoError(t, tracer.Flush(ctx))
}

func attributes(t *testing.T, raw json.RawMessage) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal(raw, &m))
	return m
}
