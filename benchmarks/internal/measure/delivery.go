package measure

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/staso-go/staso/benchmarks/internal/peer"
)

// Burst is what became of many spans that one goroutine ended as fast as it
// could, right before Shutdown.
type Burst struct {
	// Delivered is the share of the spans that arrived, in percent.
	Delivered float64
	// Caller is what each took the caller, in nanoseconds.
	Caller float64
	// Slowest is the longest that any of them took, in milliseconds.
	Slowest float64
}

// ShutdownAfterBurst ends that many spans and shuts the client down at once.
func (b Bench) ShutdownAfterBurst(p peer.Peer, spans int, work Work) (Burst, error) {
	var result Burst
	err := b.with(p, peer.Config{}, func(ctx context.Context, client peer.Client) error {
		var slowest time.Duration
		start := time.Now()
		last := start
		for range spans {
			work(ctx, client)
			now := time.Now()
			slowest = max(slowest, now.Sub(last))
			last = now
		}
		result.Caller = float64(last.Sub(start).Nanoseconds()) / float64(spans)
		result.Slowest = float64(slowest.Microseconds()) / 1e3
		return nil
	})
	if err != nil {
		return result, err
	}
	arrived, err := b.Sink.Await(spans, patience)
	result.Delivered = 100 * float64(arrived) / float64(spans)
	return result, err
}

// Throughput is the number of spans a second that arrive while goroutines end
// spans as fast as they can, until the last one did. With cfg.Block none may be
// lost.
func (b Bench) Throughput(p peer.Peer, cfg peer.Config, goroutines, spansEach int, work Work) (float64, error) {
	var start time.Time
	err := b.with(p, cfg, func(ctx context.Context, client peer.Client) error {
		runtime.GC()
		start = time.Now()
		var wg sync.WaitGroup
		for range goroutines {
			wg.Go(func() {
				for range spansEach {
					work(ctx, client)
				}
			})
		}
		wg.Wait()
		return nil
	})
	if err != nil {
		return 0, err
	}
	took := time.Since(start) // Shutdown sends what is held, so it is part of it
	arrived, err := b.Sink.Delivered()
	return float64(arrived) / took.Seconds(), err
}
