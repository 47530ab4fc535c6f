// Package waterfall lays a trace's spans out as one picture: a tree, and beside
// each span its bar on a time axis that all share. It takes spans as they come,
// with parents that are missing, cyclic or themselves, clocks that disagree,
// and roots that still run.
package waterfall

import (
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Chart is a laid out trace.
type Chart struct {
	Rows []Row
	Axis Axis
	// Errors are the rows that failed, in order.
	Errors []int
	// Kinds counts the spans of each kind.
	Kinds map[string]int
}

// Row is one span in the chart.
type Row struct {
	Span *store.Span
	// Level is 1 at a root.
	Level int
	// Children counts the rows directly below.
	Children int
	// Odd says what is wrong with the span's place: "", "orphan" where its
	// parent has not arrived, "cycle" where its parents lead back to it.
	Odd string
	Bar Bar
}

// New lays out spans, which are in order of their start. It keeps pointers into
// spans.
func New(spans []store.Span) *Chart {
	c := &Chart{Axis: newAxis(spans), Kinds: map[string]int{}}
	for _, node := range order(spans) {
		span := &spans[node.span]
		c.Kinds[span.Kind]++
		if span.Status == "error" || span.Status == "timeout" {
			c.Errors = append(c.Errors, len(c.Rows))
		}
		c.Rows = append(c.Rows, Row{
			Span: span, Level: node.level, Children: node.children, Odd: node.odd, Bar: c.Axis.bar(span),
		})
	}
	return c
}

// FirstError returns the row where things first went wrong: the first that
// failed with none below it that failed too, or -1.
func (c *Chart) FirstError() int {
	for n, i := range c.Errors {
		if n+1 == len(c.Errors) || !c.below(c.Errors[n+1], i) {
			return i
		}
	}
	return -1
}

// below reports whether row i is in the subtree of row parent, which is before it.
func (c *Chart) below(i, parent int) bool {
	for row := parent + 1; row <= i; row++ {
		if c.Rows[row].Level <= c.Rows[parent].Level {
			return false
		}
	}
	return true
}

// Find returns the row of a span, or -1.
func (c *Chart) Find(id uuid.UUID) int {
	for i := range c.Rows {
		if c.Rows[i].Span.SpanID == id {
			return i
		}
	}
	return -1
}

// Offset is how long after the axis begins the row's span started.
func (c *Chart) Offset(s *store.Span) time.Duration { return s.Start.Sub(c.Axis.Start) }
