package staso_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

func TestALargeTextIsCutAndNotDropped(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithQueueBytes(64<<10), staso.WithFieldLimit(4<<10))
	type answer struct{ Text string }
	long := strings.Repeat("x", 1<<20)
	_, span := tracer.Start(t.Context(), "op", staso.WithMetadata("text", long), staso.WithMetadata("list", []string{long}))
	span.SetInput(long)
	span.SetOutput(answer{long})
	span.End()
	flush(t, tracer)
	got := sink.named(t, "op")
	for _, field := range []json.RawMessage{got.Input, got.Output, got.Attributes} {
		assert.Contains(t, string(field), "…[cut at")
		assert.LessOrEqual(t, len(field), 4<<10)
	}
	assert.NotContains(t, string(got.Attributes), "metadata_lost")
}

// held counts the bytes that live on the heap.
func held() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestTheQueueBoundsTheHeap(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	const bound = 16 << 20
	large, small := []string{strings.Repeat("x", 1<<20)}, []string{"x"}
	for name, tc := range map[string]struct {
		spans   int
		payload func(i int) any
	}{
		"large":      {200, func(int) any { return large }},
		"text":       {200, func(int) any { return large[0] + "!" }},
		"of a size":  {20_000, func(i int) any { return []string{large[0][:i%60_000]} }},
		"large, few": {20_000, func(i int) any { return map[bool]any{true: large, false: small}[i%1000 == 0] }},
	} {
		t.Run(name, func(t *testing.T) {
			release := make(chan struct{})
			tracer, sink := newTracer(t, staso.WithQueueBytes(bound), staso.WithFieldLimit(2<<20))
			sink.fail = func(exporter.Batch) error { <-release; return errors.New("no") }
			before := held()
			for i := range tc.spans {
				_, span := tracer.Start(context.Background(), "op")
				span.SetInput(tc.payload(i))
				span.SetOutput(tc.payload(i + 1))
				span.End()
			}
			stats := tracer.Stats()
			balanced(t, stats.Spans)
			assert.Positive(t, stats.Spans.Dropped["queue_full"])
			assert.LessOrEqual(t, stats.PendingBytes, int64(bound))
			heap := held() - before
			t.Logf("%d bytes held, %d counted", heap, stats.PendingBytes)
			assert.LessOrEqual(t, heap, int64(2*bound), "with what is encoded of the batches under way")
			close(release)
		})
	}
}

func TestAProvisionalRootIsSmall(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "agent", staso.WithKind(staso.KindAgent))
	span.SetInput(strings.Repeat("x", 100<<10))
	flush(t, tracer)
	require.Len(t, sink.spans, 1)
	assert.LessOrEqual(t, len(sink.spans[0].Input), 16<<10)
	assert.Contains(t, string(sink.spans[0].Input), "…[cut at")
	span.End()
	flush(t, tracer)
	assert.Len(t, sink.named(t, "agent").Input, 100<<10+2, "the final one is whole")
}

func TestSmallPayloadsDoNotWaitInLargeBuffers(t *testing.T) {
	release := make(chan struct{})
	tracer, sink := newTracer(t)
	large := []string{strings.Repeat("x", 50<<10)}
	const n = 300
	spans := make([]*staso.Span, n)
	for i := range spans {
		_, spans[i] = tracer.Start(t.Context(), "op")
		spans[i].SetInput(large)
	}
	for _, span := range spans {
		span.End()
	}
	flush(t, tracer) // the pools are full of large buffers
	sink.fail = func(exporter.Batch) error { <-release; return nil }
	for i := range n {
		_, span := tracer.Start(t.Context(), "op")
		span.SetInput([]int{i})
		span.End()
	}
	assert.LessOrEqual(t, tracer.Stats().PendingBytes, int64(n*(8<<10)))
	close(release)
	flush(t, tracer)
}

func TestTagsAreBounded(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx := staso.ContextWithTags(t.Context(), strings.Repeat("t", 1000))
	_, span := tracer.Start(ctx, "op")
	for i := range 1000 {
		span.SetTags(strconv.Itoa(i))
	}
	span.End()
	flush(t, tracer)
	tags, ok := attributes(t, sink.named(t, "op").Attributes)["tags"].([]any)
	require.True(t, ok)
	assert.Len(t, tags, 512)
	assert.Len(t, tags[0], 256)
}
