// Package peer puts the tracers that are compared behind one small interface.
package peer

import (
	"context"

	"github.com/staso-go/staso/benchmarks/internal/workload"
)

// Queue is the number of ended spans that each peer may hold, where it can be
// told.
const Queue = 32_768

// Config is what a peer starts with.
type Config struct {
	// URL is where the sink listens.
	URL string
	// Block makes a full queue stop the caller rather than lose the span, where a
	// peer has the choice.
	Block bool
}

// Peer is one tracer.
type Peer struct {
	Name  string
	Start func(Config) (Client, error)
	// Off starts the tracer as it is when tracing is turned off; nil where that
	// says nothing.
	Off func() Client
}

// Client does the work with one tracer. Chat, ChatMaps and Bare are called from
// many goroutines.
type Client interface {
	// Chat records the call on a root span of its own.
	Chat(ctx context.Context, chat *workload.Chat)
	// ChatMaps is Chat with loosely typed messages.
	ChatMaps(ctx context.Context, chat *workload.ChatMaps)
	// Bare starts and ends a span and records nothing on it.
	Bare(ctx context.Context)
	// Flush asks for what is held to be sent. Some return before it was.
	Flush(ctx context.Context) error
	Shutdown(ctx context.Context) error
}

// All are the peers in the order of the table; the ratios are to OpenTelemetry.
func All() []Peer { return []Peer{Staso(), OpenTelemetry(), Datadog()} }
