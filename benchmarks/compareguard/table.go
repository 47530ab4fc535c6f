package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// table is a row for each input, and a cell in it for each judge; the guard's is
// the first.
type table struct {
	title string
	rows  []row
}

type row struct {
	name  string
	cells []cell
}

// cell is what one judge took for one input, round by round.
type cell struct {
	judge  string
	work   func() error
	micros []float64
	allocs []float64
}

// measure takes every cell once. Turns change from round to round, so that nobody
// is always first.
func (t *table) measure(ctx context.Context, round int) error {
	for i := range t.rows {
		cells := t.rows[i].cells
		for k := range cells {
			if err := ctx.Err(); err != nil {
				return err
			}
			c := &cells[(k+round)%len(cells)]
			if err := c.measure(); err != nil {
				return fmt.Errorf("%s, %s: %w", t.rows[i].name, c.judge, err)
			}
		}
	}
	return nil
}

// stint is how long one cell is measured in one round.
const stint = 60 * time.Millisecond

func (c *cell) measure() error {
	if err := c.work(); err != nil { // warms up
		return err
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	times := 0
	for time.Since(start) < stint {
		if err := c.work(); err != nil {
			return err
		}
		times++
	}
	elapsed := time.Since(start)
	runtime.ReadMemStats(&after)
	c.micros = append(c.micros, float64(elapsed.Nanoseconds())/1e3/float64(times))
	c.allocs = append(c.allocs, float64(after.Mallocs-before.Mallocs)/float64(times))
	return nil
}

// print writes one line for each input: times, how often the guard's the others'
// are, and allocations.
func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(out, t.title)
	first := t.rows[0].cells
	for i := range first {
		fmt.Fprint(out, "\t", first[i].judge)
	}
	for i := range first[1:] {
		fmt.Fprint(out, "\t", first[i+1].judge, "/guard")
	}
	fmt.Fprint(out, "\tallocations\t\n")
	for i := range t.rows {
		t.rows[i].line(out)
	}
	return out.Flush()
}

func (r *row) line(out io.Writer) {
	fmt.Fprint(out, r.name)
	for i := range r.cells {
		fmt.Fprint(out, "\t", format(median(r.cells[i].micros)))
	}
	guard := median(r.cells[0].micros)
	for i := range r.cells[1:] {
		fmt.Fprintf(out, "\t%.1fx", median(r.cells[i+1].micros)/guard)
	}
	fmt.Fprint(out, "\t")
	for i := range r.cells {
		if i > 0 {
			fmt.Fprint(out, " / ")
		}
		fmt.Fprintf(out, "%.0f", median(r.cells[i].allocs))
	}
	fmt.Fprint(out, "\t\n")
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}

func format(micros float64) string {
	if micros >= 100 {
		return strconv.FormatFloat(micros, 'f', 0, 64)
	}
	return strconv.FormatFloat(micros, 'f', 1, 64)
}
