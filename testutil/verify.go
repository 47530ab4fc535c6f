package testutil

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

// VerifyDelivered fails the test if something that the tracer was given is lost,
// or is still pending after a flush of at most 5 s: dropped because a queue was
// full or an item too large, refused, or given up. What the sampler left out and
// what Span.Drop dropped is not lost. It may be called before or after Shutdown.
func VerifyDelivered(t TestingT, tracer *staso.Tracer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	flushErr := tracer.Flush(ctx)
	stats := tracer.Stats()
	problems := append(losses("spans", stats.Spans), losses("annotations", stats.Annotations)...)
	if len(problems) > 0 {
		t.Errorf("not everything was delivered: %s%s", strings.Join(problems, ", "), causeNote(flushErr))
	}
}

func causeNote(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf(" (%v)", err)
}

func losses(what string, counts staso.Counts) []string {
	var problems []string
	say := func(n int64, fate string) {
		if n > 0 {
			problems = append(problems, fmt.Sprintf("%d %s %s", n, what, fate))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(counts.Dropped)) {
		if reason != exporter.ReasonSampled && reason != exporter.ReasonUserDrop {
			say(counts.Dropped[reason], "dropped: "+string(reason))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(counts.Failed)) {
		say(counts.Failed[reason], "failed: "+string(reason))
	}
	say(counts.Pending, "still pending")
	return problems
}

// VerifyNoLeaks fails the test if find returns an error. find is the search for
// goroutines that still run, for instance
//
//	testutil.VerifyNoLeaks(t, func() error { return goleak.Find() })
//
// Passing it in keeps the library free of the module that searches.
func VerifyNoLeaks(t TestingT, find func() error) {
	t.Helper()
	if err := find(); err != nil {
		t.Errorf("something was left running: shut down tracers and exporters before the test ends: %v", err)
	}
}
