package peer

import (
	"context"
	"encoding/json"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/staso-go/staso/benchmarks/internal/workload"
)

// OpenTelemetry is opentelemetry-go's SDK with its OTLP exporter over HTTP, and
// messages as the instrumentations of model clients put them: JSON in gen_ai
// attributes.
func OpenTelemetry() Peer {
	return Peer{
		Name:  "OTel",
		Start: startOpenTelemetry,
		Off: func() Client {
			return &openTelemetry{tracer: noop.NewTracerProvider().Tracer("bench")}
		},
	}
}

type openTelemetry struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

func startOpenTelemetry(cfg Config) (Client, error) {
	exporter, err := otlptracehttp.New(context.Background(), otlptracehttp.WithEndpointURL(cfg.URL+"/v1/traces"))
	if err != nil {
		return nil, err
	}
	batching := []sdktrace.BatchSpanProcessorOption{sdktrace.WithMaxQueueSize(Queue)}
	if cfg.Block {
		batching = append(batching, sdktrace.WithBlocking())
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter, batching...),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "bench"))),
	)
	return &openTelemetry{provider: provider, tracer: provider.Tracer("bench")}, nil
}

func (o *openTelemetry) Chat(ctx context.Context, chat *workload.Chat) {
	_, span := o.tracer.Start(ctx, "chat", trace.WithSpanKind(trace.SpanKindClient))
	span.SetAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.request.model", chat.Model),
		attribute.String("gen_ai.input.messages", asJSON(span, chat.Input)),
		attribute.String("gen_ai.output.messages", asJSON(span, chat.Output)),
		attribute.Int("gen_ai.usage.input_tokens", chat.InputTokens),
		attribute.Int("gen_ai.usage.output_tokens", chat.OutputTokens),
	)
	span.End()
}

func (o *openTelemetry) ChatMaps(ctx context.Context, chat *workload.ChatMaps) {
	_, span := o.tracer.Start(ctx, "chat", trace.WithSpanKind(trace.SpanKindClient))
	span.SetAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.request.model", chat.Model),
		attribute.String("gen_ai.input.messages", asJSON(span, chat.Input)),
		attribute.String("gen_ai.output.messages", asJSON(span, chat.Output)),
		attribute.Int("gen_ai.usage.input_tokens", chat.InputTokens),
		attribute.Int("gen_ai.usage.output_tokens", chat.OutputTokens),
	)
	span.End()
}

func (o *openTelemetry) Bare(ctx context.Context) {
	_, span := o.tracer.Start(ctx, "chat")
	span.End()
}

func (o *openTelemetry) Flush(ctx context.Context) error    { return o.provider.ForceFlush(ctx) }
func (o *openTelemetry) Shutdown(ctx context.Context) error { return o.provider.Shutdown(ctx) }

// asJSON encodes a payload, unless the span is not recorded anyway.
func asJSON(span trace.Span, payload any) string {
	if !span.IsRecording() {
		return ""
	}
	data, err := json.Marshal(payload)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
