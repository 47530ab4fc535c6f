package staso_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/testutil"
)

// Spans go to the backend on this machine, unless told otherwise. Here nothing
// has ended yet, so nothing is sent.
func ExampleNew() {
	tracer, err := staso.New(
		staso.WithAgentName("support-bot"),
		staso.WithAgentVersion("2026-11"),
		staso.WithLookupEnv(nil), // without the STASO_ variables, for this example
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tracer.Shutdown(context.Background())
	c := tracer.Config()
	fmt.Println(c.BaseURL, c.BatchSize, c.FlushInterval)
	// Output:
	// http://127.0.0.1:7600 100 5s
}

func ExampleTrace() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	search := staso.Trace(tracer, "search", func(_ context.Context, words string) ([]string, error) {
		return strings.Fields(words), nil
	}, staso.WithKind(staso.KindRetriever))
	_, _ = search(context.Background(), "green tea")
	span := rec.Spans()[0]
	fmt.Printf("%s %s %s\n", span.Kind, span.Input, span.Output)
	// Output:
	// retriever {"input":"green tea"} {"result":["green","tea"]}
}

// A program that runs for long, or a function that may be frozen between two
// calls, delivers what it has at a point of its choice.
func ExampleTracer_Flush() {
	backend := testutil.NewBackend() // stands for the real one
	defer backend.Close()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithBaseURL(backend.URL()))
	defer tracer.Shutdown(context.Background())

	_, span := tracer.Start(context.Background(), "answer")
	span.End()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	fmt.Println(tracer.Flush(ctx)) // nil: all of it arrived
	stats := tracer.Stats().Spans
	fmt.Println(stats.Ended, stats.Exported, stats.Pending)
	// Output:
	// <nil>
	// 1 1 0
}

func ExampleWithSampler() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec),
		staso.WithSampler(func(p staso.SamplingParameters) bool { return p.Name != "health" }))
	defer tracer.Shutdown(context.Background())

	for _, name := range []string{"health", "answer"} {
		ctx, span := tracer.Start(context.Background(), name)
		_, child := tracer.Start(ctx, "step") // follows its root
		child.End()
		span.End()
	}
	fmt.Print(rec.Tree())
	fmt.Println(tracer.Stats().Spans.Dropped)
	// Output:
	// custom answer
	//   custom step
	// map[sampled:2]
}

// Work that was done elsewhere has times of its own.
func ExampleSpan_EndAt() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("importer"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	began := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	_, span := tracer.Start(context.Background(), "nightly", staso.WithStartTime(began))
	span.EndAt(began.Add(90 * time.Second))
	fmt.Println(rec.Spans()[0].Duration)
	// Output:
	// 1m30s
}

// A message queue has headers too: an http.Header carries the trace there.
func ExampleTracer_Inject() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec), staso.WithTrustedBaggage(true))
	defer tracer.Shutdown(context.Background())

	type message struct {
		header http.Header
		text   string
	}
	queue := make(chan message, 1)

	ctx, span := tracer.Start(staso.ContextWithUser(context.Background(), "ada"), "ask")
	m := message{http.Header{}, "where is A-17?"}
	tracer.Inject(ctx, m.header)
	queue <- m
	span.End()

	m = <-queue // in another process
	_, span = tracer.Start(tracer.Extract(context.Background(), m.header), "answer")
	span.SetInput(m.text)
	span.End()

	fmt.Print(rec.Tree())
	fmt.Println(rec.Spans().Named("answer")[0].UserID)
	// Output:
	// custom ask
	//   custom answer
	// ada
}
