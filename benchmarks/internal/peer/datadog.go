package peer

import (
	"context"
	"os"

	"github.com/DataDog/dd-trace-go/v2/ddtrace/tracer"
	"github.com/DataDog/dd-trace-go/v2/llmobs"

	"github.com/staso-go/staso/benchmarks/internal/workload"
)

// Datadog is dd-trace-go with LLM Observability through a local agent, which the
// sink plays. It has one tracer for the process, and no bound on its queue in
// spans: a span is handed over to a worker, and End waits until it is taken.
func Datadog() Peer {
	return Peer{Name: "dd llmobs", Start: startDatadog}
}

type datadog struct{}

func startDatadog(cfg Config) (Client, error) {
	// What is not tracing is off, so that it is not measured.
	for name, value := range map[string]string{
		"DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
		"DD_REMOTE_CONFIGURATION_ENABLED":      "false",
		"DD_TRACE_STARTUP_LOGS":                "false",
		"DD_DATA_STREAMS_ENABLED":              "false",
	} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	return datadog{}, tracer.Start(
		tracer.WithAgentURL(cfg.URL),
		tracer.WithService("bench"),
		tracer.WithLLMObsEnabled(true),
		tracer.WithLLMObsMLApp("bench"),
		tracer.WithLLMObsAgentlessEnabled(false),
		tracer.WithLogStartup(false),
		tracer.WithStatsComputation(false),
		tracer.WithLogger(silence{}),
	)
}

func (datadog) Chat(ctx context.Context, chat *workload.Chat) {
	span, _ := llmobs.StartLLMSpan(ctx, "chat", llmobs.WithModelName(chat.Model))
	in := make([]llmobs.LLMMessage, len(chat.Input))
	for i, m := range chat.Input {
		in[i] = llmobs.LLMMessage{Role: m.Role, Content: m.Text}
	}
	out := []llmobs.LLMMessage{{Role: chat.Output.Role, Content: chat.Output.Text}}
	span.AnnotateLLMIO(in, out, llmobs.WithAnnotatedMetrics(tokens(chat.InputTokens, chat.OutputTokens)))
	span.Finish()
}

func (datadog) ChatMaps(ctx context.Context, chat *workload.ChatMaps) {
	span, _ := llmobs.StartLLMSpan(ctx, "chat", llmobs.WithModelName(chat.Model))
	in := make([]llmobs.LLMMessage, len(chat.Input))
	for i, m := range chat.Input {
		in[i] = messageOf(m)
	}
	out := []llmobs.LLMMessage{messageOf(chat.Output)}
	span.AnnotateLLMIO(in, out, llmobs.WithAnnotatedMetrics(tokens(chat.InputTokens, chat.OutputTokens)))
	span.Finish()
}

func (datadog) Bare(ctx context.Context) {
	span, _ := llmobs.StartLLMSpan(ctx, "chat")
	span.Finish()
}

func (datadog) Flush(context.Context) error {
	tracer.Flush()
	return nil
}

func (datadog) Shutdown(context.Context) error {
	tracer.Stop()
	return nil
}

func tokens(in, out int) map[string]float64 {
	return map[string]float64{"input_tokens": float64(in), "output_tokens": float64(out)}
}

func messageOf(m map[string]any) llmobs.LLMMessage {
	role, _ := m["role"].(string)
	text, _ := m["text"].(string)
	return llmobs.LLMMessage{Role: role, Content: text}
}

type silence struct{}

func (silence) Log(string) {}
