package staso_test

import (
	"context"
	"testing"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

type message struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

type discard struct{}

func (discard) Export(context.Context, exporter.Batch) error { return nil }
func (discard) Shutdown(context.Context) error               { return nil }

func benchTracer(b *testing.B, opts ...staso.Option) *staso.Tracer {
	tracer, err := staso.New(append([]staso.Option{
		staso.WithAgentName("bench"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false),
		staso.WithExporter(discard{}), staso.WithQueueSize(32_768),
	}, opts...)...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = tracer.Shutdown(context.Background()) })
	return tracer
}

func BenchmarkStartEnd(b *testing.B) {
	tracer := benchTracer(b)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		_, span := tracer.Start(ctx, "op")
		span.End()
	}
}

func BenchmarkLLMSpan(b *testing.B) {
	tracer := benchTracer(b)
	ctx := context.Background()
	input := []message{
		{"system", "You are a support agent. Answer briefly, in the language of the question, and never promise a refund before the order was looked up."},
		{"user", "Hello, I ordered a mechanical keyboard two weeks ago and it has not arrived. The order number is A-17. Could you please find out where it is now, and when it will be here?"},
	}
	output := message{"assistant", "Let me look that up."}
	b.ReportAllocs()
	for b.Loop() {
		_, span := tracer.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
		span.SetModel("gpt-4o")
		span.SetInput(input)
		span.SetOutput(output)
		span.SetUsage(staso.Usage{InputTokens: 120, OutputTokens: 30})
		span.End()
	}
}

func BenchmarkDisabled(b *testing.B) {
	tracer := benchTracer(b, staso.WithEnabled(false))
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		_, span := tracer.Start(ctx, "op", staso.WithKind(staso.KindLLM))
		span.SetModel("gpt-4o")
		span.End()
	}
}
