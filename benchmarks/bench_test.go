package benchmarks_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/staso-go/staso/benchmarks/internal/peer"
	"github.com/staso-go/staso/benchmarks/internal/sink"
	"github.com/staso-go/staso/benchmarks/internal/workload"
)

func TestMain(m *testing.M) {
	if sink.Child() {
		return
	}
	os.Exit(m.Run())
}

func BenchmarkLifecycle(b *testing.B) {
	chat := workload.NewChat()
	each(b, func(ctx context.Context, c peer.Client) { c.Chat(ctx, chat) })
}

func BenchmarkLifecycleMaps(b *testing.B) {
	chat := workload.NewChatMaps()
	each(b, func(ctx context.Context, c peer.Client) { c.ChatMaps(ctx, chat) })
}

func BenchmarkBare(b *testing.B) {
	each(b, func(ctx context.Context, c peer.Client) { c.Bare(ctx) })
}

func BenchmarkOff(b *testing.B) {
	chat := workload.NewChat()
	for _, p := range peer.All() {
		if p.Off == nil {
			continue
		}
		b.Run("peer="+p.Name, func(b *testing.B) {
			client := p.Off()
			b.ReportAllocs()
			for b.Loop() {
				client.Chat(b.Context(), chat)
			}
		})
	}
}

// each times work on every peer, and lets the exporter catch up, untimed, before
// a queue could be full. The allocations are those of all goroutines.
func each(b *testing.B, work func(context.Context, peer.Client)) {
	s := startSink(b)
	for _, p := range peer.All() {
		b.Run("peer="+p.Name, func(b *testing.B) {
			client := start(b, p, s)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				work(b.Context(), client)
				if n++; n%2048 == 0 {
					b.StopTimer()
					flush(b, client, s, n)
					b.StartTimer()
				}
			}
			b.StopTimer()
			flush(b, client, s, n)
			shutdown(b, client)
		})
	}
}

func startSink(tb testing.TB) *sink.Sink {
	tb.Helper()
	s, err := sink.Start(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func start(tb testing.TB, p peer.Peer, s *sink.Sink) peer.Client {
	tb.Helper()
	if err := s.Reset(); err != nil {
		tb.Fatal(err)
	}
	client, err := p.Start(peer.Config{URL: s.URL})
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

func flush(tb testing.TB, client peer.Client, s *sink.Sink, want int) {
	tb.Helper()
	if err := client.Flush(context.Background()); err != nil {
		tb.Fatal(err)
	}
	got, err := s.Await(want, 3*time.Second)
	if err != nil || got != want {
		tb.Fatalf("%d of %d spans arrived: %v", got, want, err)
	}
}

func shutdown(tb testing.TB, client peer.Client) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := client.Shutdown(ctx); err != nil {
		tb.Fatal(err)
	}
}
