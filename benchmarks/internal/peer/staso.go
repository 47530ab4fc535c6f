package peer

import (
	"context"
	"time"

	"github.com/staso-go/staso"

	"github.com/staso-go/staso/benchmarks/internal/workload"
)

// Staso is this library with its default exporter.
func Staso() Peer {
	return Peer{
		Name:  "staso",
		Start: startStaso,
		Off:   func() Client { return &stasoClient{} },
	}
}

type stasoClient struct{ tracer *staso.Tracer }

func startStaso(cfg Config) (Client, error) {
	opts := []staso.Option{
		staso.WithAgentName("bench"),
		staso.WithBaseURL(cfg.URL),
		staso.WithQueueSize(Queue),
	}
	if cfg.Block {
		opts = append(opts, staso.WithBlockOnFull(time.Minute))
	}
	tracer, err := staso.New(opts...)
	if err != nil {
		return nil, err
	}
	return &stasoClient{tracer: tracer}, nil
}

func (s *stasoClient) Chat(ctx context.Context, chat *workload.Chat) {
	_, span := s.tracer.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
	span.SetModel(chat.Model)
	span.SetInput(chat.Input)
	span.SetOutput(chat.Output)
	span.SetUsage(staso.Usage{InputTokens: int64(chat.InputTokens), OutputTokens: int64(chat.OutputTokens)})
	span.End()
}

func (s *stasoClient) ChatMaps(ctx context.Context, chat *workload.ChatMaps) {
	_, span := s.tracer.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
	span.SetModel(chat.Model)
	span.SetInput(chat.Input)
	span.SetOutput(chat.Output)
	span.SetUsage(staso.Usage{InputTokens: int64(chat.InputTokens), OutputTokens: int64(chat.OutputTokens)})
	span.End()
}

func (s *stasoClient) Bare(ctx context.Context) {
	_, span := s.tracer.Start(ctx, "chat")
	span.End()
}

func (s *stasoClient) Flush(ctx context.Context) error    { return s.tracer.Flush(ctx) }
func (s *stasoClient) Shutdown(ctx context.Context) error { return s.tracer.Shutdown(ctx) }
