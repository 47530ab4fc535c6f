package staso_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso"
)

// The bounds are promises: raising one needs a reason in the changelog.
func TestAllocationsOfTheCaller(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	ctx := context.Background()
	var nilTracer *staso.Tracer
	disabled := build(t, staso.WithEnabled(false), staso.WithLookupEnv(nil))
	live, _ := newTracer(t, staso.WithExporter(discard{}))
	input := []message{{"system", "be brief"}, {"user", "where is my order?"}}

	bare := func(tracer *staso.Tracer) func() {
		return func() {
			_, span := tracer.Start(ctx, "op", staso.WithKind(staso.KindLLM))
			span.SetModel("gpt-4o")
			span.End()
		}
	}
	full := func() {
		_, span := live.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
		span.SetModel("gpt-4o")
		span.SetInput(input)
		span.SetOutput(message{"assistant", "one moment"})
		span.SetUsage(staso.Usage{InputTokens: 120, OutputTokens: 30})
		span.End()
	}
	for name, tc := range map[string]struct {
		run func()
		max float64
	}{
		"nil tracer":      {bare(nilTracer), 0},
		"disabled tracer": {bare(disabled), 0},
		"bare span":       {bare(live), 2},
		"full span":       {full, 6},
	} {
		t.Run(name, func(t *testing.T) {
			defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it would empty the pools
			for range 5000 {
				tc.run() // fill the pools
			}
			flush(t, live)
			got := testing.AllocsPerRun(2000, tc.run)
			assert.LessOrEqual(t, got, tc.max)
		})
	}
}

func TestAllocationsOfAllGoroutines(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	tracer, _ := newTracer(t, staso.WithExporter(discard{}), staso.WithQueueSize(32_768))
	input := []message{{"system", "be brief"}, {"user", "where is my order?"}}
	spans := func(n int) {
		for range n {
			_, span := tracer.Start(context.Background(), "chat", staso.WithKind(staso.KindLLM))
			span.SetModel("gpt-4o")
			span.SetInput(input)
			span.SetOutput(message{"assistant", "one moment"})
			span.SetUsage(staso.Usage{InputTokens: 120, OutputTokens: 30})
			span.End()
		}
		flush(t, tracer)
	}
	spans(5000) // fill the pools
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const n = 20_000
	spans(n)
	runtime.ReadMemStats(&after)
	assert.LessOrEqual(t, float64(after.Mallocs-before.Mallocs)/n, 10.0)
}
