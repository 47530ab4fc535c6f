// Command compare runs every measure of every peer in turns and prints the
// medians, with the ratio to OpenTelemetry and the goal beside them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/staso-go/staso/benchmarks/internal/measure"
	"github.com/staso-go/staso/benchmarks/internal/peer"
	"github.com/staso-go/staso/benchmarks/internal/sink"
)

func main() {
	if sink.Child() {
		return
	}
	var c choice
	flag.IntVar(&c.rounds, "rounds", 7, "times that everything is measured")
	flag.StringVar(&c.only, "only", "", "take only the measures whose name has this in it, as in throughput")
	flag.StringVar(&c.peer, "peer", "", "measure only the peers whose name has this in it")
	flag.StringVar(&c.profile, "cpuprofile", "", "write a CPU profile to this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := profiled(c.profile, func() error { return run(ctx, c) }); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// choice is what the flags say.
type choice struct {
	rounds              int
	only, peer, profile string
}

// profiled runs do, under the CPU profiler where path names a file.
func profiled(path string, do func() error) error {
	if path == "" {
		return do()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	err = do()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

func run(ctx context.Context, c choice) error {
	s, err := sink.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() //nolint:errcheck // the process ends
	bench := measure.Bench{Sink: s}
	peers := slices.DeleteFunc(peer.All(), func(p peer.Peer) bool { return !strings.Contains(p.Name, c.peer) })
	table := newTable(peers)
	start := time.Now()
	for round := range c.rounds {
		for _, m := range measures() {
			if !strings.Contains(m.title, c.only) {
				continue
			}
			// Turns change from round to round, so that nobody is always first.
			for i := range peers {
				p := peers[(i+round)%len(peers)]
				if err := ctx.Err(); err != nil {
					return err
				}
				found, err := m.take(bench, p)
				if err != nil {
					return fmt.Errorf("%s: %w", m.title, err)
				}
				table.add(p, found)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", round+1, c.rounds, time.Since(start).Round(time.Second))
	}
	fmt.Printf("%s %s/%s, %d processors, medians of %d rounds\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), c.rounds)
	return table.print(os.Stdout)
}
