// Command compareguard puts the guard side by side with gitleaks' detector and with
// a list of regular expressions: all of them on the same inputs in turns, medians
// and ratios printed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/staso-go/staso/benchmarks/internal/inputs"
	"github.com/staso-go/staso/benchmarks/internal/judge"
)

func main() {
	rounds := flag.Int("rounds", 7, "times that everything is measured")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "compareguard:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int) error {
	secrets, calls, err := tables(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	for round := range rounds {
		for _, t := range []*table{secrets, calls} {
			if err := t.measure(ctx, round); err != nil {
				return err
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", round+1, rounds, time.Since(start).Round(time.Second))
	}
	fmt.Printf("%s %s/%s, %d processors, one goroutine, medians of %d rounds\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), rounds)
	if err := secrets.print(os.Stdout); err != nil {
		return err
	}
	fmt.Println()
	return calls.print(os.Stdout)
}

// tables are the looking for secrets and the judging of calls.
func tables(ctx context.Context) (secrets, calls *table, err error) {
	finders, err := judge.Finders(ctx)
	if err != nil {
		return nil, nil, err
	}
	checkers, err := judge.Checkers(ctx)
	if err != nil {
		return nil, nil, err
	}
	secrets, calls = &table{title: "secrets, µs"}, &table{title: "whole guard, µs"}
	for _, text := range inputs.Texts() {
		r := row{name: text.Name}
		for _, f := range finders {
			find := f.Prepare(text)
			r.cells = append(r.cells, cell{judge: f.Name, work: func() error { _, err := find(); return err }})
		}
		secrets.rows = append(secrets.rows, r)
	}
	for _, call := range inputs.Calls() {
		r := row{name: call.Name}
		for _, c := range checkers {
			check := c.Prepare(call)
			r.cells = append(r.cells, cell{judge: c.Name, work: func() error { _, err := check(); return err }})
		}
		calls.rows = append(calls.rows, r)
	}
	return secrets, calls, nil
}
