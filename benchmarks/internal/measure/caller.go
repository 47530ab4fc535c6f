// Package measure takes one figure at a time of one peer. Figures of one run are
// compared, not figures of different days.
package measure

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/staso-go/staso/benchmarks/internal/peer"
	"github.com/staso-go/staso/benchmarks/internal/sink"
)

// Work is one span's life, as the code that is traced sees it.
type Work func(ctx context.Context, client peer.Client)

const (
	// burst is how many spans are timed in one go: less than fits in any queue, so
	// that every one is kept.
	burst = 2_048
	// patience is how long nothing may arrive before it is taken for lost.
	patience = 3 * time.Second
	// goodbye bounds a Shutdown.
	goodbye = 30 * time.Second
)

// Bench measures peers against one sink.
type Bench struct {
	Sink *sink.Sink
}

// CallerTime is the time that one span takes its caller, in nanoseconds, while
// the exporter works beside it as it does in a service: the median of the bursts.
func (b Bench) CallerTime(p peer.Peer, bursts int, work Work) (float64, error) {
	var each []time.Duration
	err := b.with(p, peer.Config{}, func(ctx context.Context, client peer.Client) error {
		for i := range bursts + 1 {
			start := time.Now()
			for range burst {
				work(ctx, client)
			}
			if i > 0 { // the first one warms up
				each = append(each, time.Since(start))
			}
			if err := b.settle(ctx, client, (i+1)*burst); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	slices.Sort(each)
	return float64(each[len(each)/2].Nanoseconds()) / burst, nil
}

// CallerAllocs is the number of allocations that one span makes before its End
// returns. The caller has the only processor, and all else rests: what is counted
// is the caller's. (A peer that hands spans over to a worker and waits for it has
// the worker's share of that counted too.)
func (b Bench) CallerAllocs(p peer.Peer, work Work) (float64, error) {
	const spans = 300
	var total uint64
	err := b.with(p, peer.Config{}, func(ctx context.Context, client peer.Client) error {
		for range burst {
			work(ctx, client)
		}
		if err := b.settle(ctx, client, burst); err != nil {
			return err
		}
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		for i := range spans {
			before := mallocs()
			work(ctx, client)
			total += mallocs() - before
			if err := b.settle(ctx, client, burst+i+1); err != nil {
				return err
			}
		}
		return nil
	})
	return float64(total) / spans, err
}

// TotalAllocs is the number of allocations that one span makes in all goroutines
// until the sink has it.
func (b Bench) TotalAllocs(p peer.Peer, work Work) (float64, error) {
	const spans = 8 * burst
	var total uint64
	err := b.with(p, peer.Config{}, func(ctx context.Context, client peer.Client) error {
		for range burst {
			work(ctx, client)
		}
		if err := b.settle(ctx, client, burst); err != nil {
			return err
		}
		before := mallocs()
		for range spans {
			work(ctx, client)
		}
		if err := b.settle(ctx, client, burst+spans); err != nil {
			return err
		}
		total = mallocs() - before
		return nil
	})
	return float64(total) / spans, err
}

// Off is what one span costs where tracing is turned off: nanoseconds and
// allocations.
func (b Bench) Off(client peer.Client, work Work) (nanos, allocs float64) {
	const spans = 200_000
	ctx := context.Background()
	work(ctx, client)
	runtime.GC()
	before, start := mallocs(), time.Now()
	for range spans {
		work(ctx, client)
	}
	return float64(time.Since(start).Nanoseconds()) / spans, float64(mallocs()-before) / spans
}

// with runs do on a fresh client over an empty sink, and shuts the client down.
func (b Bench) with(p peer.Peer, cfg peer.Config, do func(context.Context, peer.Client) error) error {
	if err := b.Sink.Reset(); err != nil {
		return err
	}
	cfg.URL = b.Sink.URL
	client, err := p.Start(cfg)
	if err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	runtime.GC()
	ctx := context.Background()
	if err := do(ctx, client); err != nil {
		return fmt.Errorf("measure %s: %w", p.Name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	// Some say here what they lost; the sink has counted it.
	_ = client.Shutdown(ctx) //nolint:errcheck // what arrived is counted by the sink
	return nil
}

// settle flushes until want spans have arrived.
func (b Bench) settle(ctx context.Context, client peer.Client, want int) error {
	if err := client.Flush(ctx); err != nil {
		return err
	}
	got, err := b.Sink.Await(want, patience)
	if err == nil && got < want {
		err = fmt.Errorf("%d of %d spans arrived", got, want)
	}
	return err
}

func mallocs() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}
