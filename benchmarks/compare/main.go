// Command compare runs every measure of every peer in turns and prints the
// medians, with the ratio to OpenTelemetry and the goal beside them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
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
	rounds := flag.Int("rounds", 7, "times that everything is measured")
	only := flag.String("only", "", "measure only rows whose name has this in it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds, *only); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, only string) error {
	s, err := sink.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	bench, peers := measure.Bench{Sink: s}, peer.All()
	table := newTable(peers)
	start := time.Now()
	for round := range rounds {
		for _, m := range measures() {
			if !strings.Contains(m.title, only) {
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
		fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", round+1, rounds, time.Since(start).Round(time.Second))
	}
	fmt.Printf("%s %s/%s, %d processors, medians of %d rounds\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), rounds)
	return table.print(os.Stdout)
}
