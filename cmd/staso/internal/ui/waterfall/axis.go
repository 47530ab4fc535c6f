package waterfall

import (
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/figure"
)

// Axis is the time that the bars share.
type Axis struct {
	Start  time.Time
	Length time.Duration
	Ticks  []Tick
}

// Tick is a mark on the axis, X per cent from its left. One that is close to the
// right has no label.
type Tick struct {
	X     float64
	Label string
}

// Bar is a span's place on the axis, in per cent. A width of 0 is a moment.
type Bar struct {
	X, Width float64
	// Open says that the span still runs, or that its end was never told.
	Open bool
	// Early and Late say by how much the span lies outside of the axis, which
	// happens where the clocks of two machines disagree.
	Early, Late time.Duration
}

// stray is how many times the root's length an axis may be before what lies
// outside of the root counts as stray.
const stray = 10

func newAxis(spans []store.Span) Axis {
	if len(spans) == 0 {
		return Axis{}
	}
	start, end := extent(spans)
	if root := mainRoot(spans); root != nil && end.Sub(start) > stray*root.Duration {
		margin := root.Duration / 20
		start, end = root.Start.Add(-margin), root.Start.Add(root.Duration+margin)
	}
	a := Axis{Start: start, Length: end.Sub(start)}
	a.Ticks = ticks(a.Length)
	return a
}

func extent(spans []store.Span) (start, end time.Time) {
	start, end = spans[0].Start, spans[0].Start.Add(spans[0].Duration)
	for i := range spans {
		if s := spans[i].Start; s.Before(start) {
			start = s
		}
		if e := spans[i].Start.Add(spans[i].Duration); e.After(end) {
			end = e
		}
	}
	return start, end
}

// mainRoot is the longest finished root, which is where to look when some span's
// clock is far off.
func mainRoot(spans []store.Span) *store.Span {
	var found *store.Span
	for i := range spans {
		s := &spans[i]
		if s.ParentSpanID == uuid.Nil && !s.Provisional && s.Duration > 0 && (found == nil || s.Duration > found.Duration) {
			found = s
		}
	}
	return found
}

func (a *Axis) bar(s *store.Span) Bar {
	from := s.Start.Sub(a.Start)
	to := from + s.Duration
	b := Bar{Open: s.Provisional}
	switch {
	case to < 0:
		b.Early = -to
		return b
	case from > a.Length:
		b.Late, b.X = from-a.Length, 100
		return b
	}
	if s.Provisional {
		to = a.Length
	}
	b.X = a.percent(max(from, 0))
	b.Width = a.percent(min(to, a.Length)) - b.X
	return b
}

func (a *Axis) percent(d time.Duration) float64 {
	if a.Length <= 0 {
		return 0
	}
	return 100 * float64(d) / float64(a.Length)
}

// labelRoom is how far right there is room for a label, in per cent.
const labelRoom = 88

// ticks are three to six marks at round times.
func ticks(length time.Duration) []Tick {
	step := tickStep(length)
	if step <= 0 {
		return nil
	}
	var marks []Tick
	for at := time.Duration(0); at <= length && len(marks) < 8; at += step {
		tick := Tick{X: 100 * float64(at) / float64(length)}
		if tick.X < labelRoom {
			tick.Label = tickLabel(at)
		}
		marks = append(marks, tick)
	}
	return marks
}

func tickStep(length time.Duration) time.Duration {
	if length <= 0 {
		return 0
	}
	clock := []time.Duration{
		15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute,
		15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
	if length > 45*time.Second {
		for _, step := range clock {
			if length/step < 6 {
				return step
			}
		}
		return length / 4
	}
	for unit := time.Duration(1); ; unit *= 10 {
		for _, of := range []time.Duration{1, 2, 5} {
			if length/(of*unit) < 6 {
				return of * unit
			}
		}
	}
}

func tickLabel(at time.Duration) string {
	if at == 0 {
		return "0"
	}
	return figure.Tick(at)
}
