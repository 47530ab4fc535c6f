package ui

import (
	"fmt"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// histogram is how many traces started when, of the newest that fit the filter.
type histogram struct {
	Bars     []histogramBar
	Marks    []histogramMark
	From, To time.Time
	Count    int
	Failed   int
	// Recovered is how many ended well with errors inside.
	Recovered int
	Capped    bool // there are older ones
}

// histogramBar is a slot of time; X, Width and the heights are in units of a
// picture 1000 wide and 100 high.
type histogramBar struct {
	X, Width      float64
	Height, Error float64
	Count, Failed int
	From, To      time.Time
	Href          string
}

// histogramMark is a round time below the picture, X per cent from its left.
type histogramMark struct {
	X     float64
	Label string
}

const (
	histogramTraces = 500
	histogramSlots  = 144
	histogramMarks  = 7
	// What is less than this says nothing about time.
	histogramLeast  = 5
	histogramLength = time.Minute
)

// histogram counts over the first page of a list, and is nil on the others and
// where there is too little to draw.
func (u *pages) histogram(r *request, f filter, q store.TraceQuery, page store.TracePage) (*histogram, error) {
	if q.Cursor != "" || len(page.Traces) < histogramLeast {
		return nil, nil
	}
	traces, capped := page.Traces, page.NextCursor != ""
	byTime := (q.Sort == "" || q.Sort == store.SortTimestamp) && !q.Ascending
	if capped || !byTime {
		q.Sort, q.Ascending, q.Limit = store.SortTimestamp, false, histogramTraces
		more, err := u.store.Traces(r.Context(), r.workspace, q)
		if err != nil {
			return nil, fmt.Errorf("list traces of the histogram: %w", err)
		}
		traces, capped = more.Traces, more.NextCursor != ""
	}
	h := newHistogram(traces, f)
	if h != nil {
		h.Capped = capped
	}
	return h, nil
}

func newHistogram(traces []store.TraceSummary, f filter) *histogram {
	if len(traces) < histogramLeast {
		return nil
	}
	first, last := traces[0].Start, traces[0].Start
	for i := range traces {
		if s := traces[i].Start; s.Before(first) {
			first = s
		} else if s.After(last) {
			last = s
		}
	}
	if last.Sub(first) < histogramLength {
		return nil
	}
	step := slotLength(last.Sub(first), histogramSlots)
	h := &histogram{From: first.Truncate(step), To: last.Truncate(step).Add(step), Count: len(traces)}
	start := h.From
	h.Bars = make([]histogramBar, h.To.Sub(start)/step)
	for i := range traces {
		bar := &h.Bars[traces[i].Start.Sub(start)/step]
		bar.Count++
		switch {
		case traces[i].RootStatus != "ok":
			bar.Failed++
			h.Failed++
		case traces[i].Status != "ok":
			h.Recovered++
		}
	}
	h.draw(step, f)
	h.mark()
	return h
}

func (h *histogram) draw(step time.Duration, f filter) {
	most := 0
	for i := range h.Bars {
		most = max(most, h.Bars[i].Count)
	}
	width := 1000 / float64(len(h.Bars))
	for i := range h.Bars {
		b := &h.Bars[i]
		b.From = h.From.Add(time.Duration(i) * step)
		b.To = b.From.Add(step)
		b.X, b.Width = float64(i)*width, width
		b.Height, b.Error = scale(b.Count, most), scale(b.Failed, most)
		b.Href = f.with("range", "", "from", b.From.UTC().Format(time.RFC3339), "to", b.To.UTC().Format(time.RFC3339))
	}
}

// scale keeps one trace among thousands visible.
func scale(n, most int) float64 {
	if n == 0 {
		return 0
	}
	return max(4, 100*float64(n)/float64(most))
}

// mark puts round times below the picture, but not at its edges, where they
// would be cut.
func (h *histogram) mark() {
	const edge = 3
	length := h.To.Sub(h.From)
	step := slotLength(length, histogramMarks)
	for at := h.From.Truncate(step); at.Before(h.To); at = at.Add(step) {
		x := 100 * float64(at.Sub(h.From)) / float64(length)
		if x >= edge && x <= 100-edge {
			h.Marks = append(h.Marks, histogramMark{X: x, Label: markLabel(at.UTC(), step)})
		}
	}
}

func markLabel(at time.Time, step time.Duration) string {
	switch {
	case at.Equal(at.Truncate(24 * time.Hour)):
		return at.Format("2 Jan")
	case step < time.Minute:
		return at.Format("15:04:05")
	}
	return at.Format("15:04")
}

// slotLength is a round time that goes into length less often than most.
func slotLength(length time.Duration, most time.Duration) time.Duration {
	const (
		s = time.Second
		m = time.Minute
		h = time.Hour
	)
	for _, step := range []time.Duration{
		s, 2 * s, 5 * s, 10 * s, 15 * s, 30 * s, m, 2 * m, 5 * m, 10 * m, 15 * m, 30 * m, h, 2 * h, 3 * h, 6 * h, 12 * h,
	} {
		if length/step < most {
			return step
		}
	}
	const day = 24 * time.Hour
	return day * (1 + length/(most*day))
}

// Top is where a bar of that height begins.
func (b histogramBar) Top() float64      { return 100 - b.Height }
func (b histogramBar) ErrorTop() float64 { return 100 - b.Error }

// Inset leaves a gap between bars.
func (b histogramBar) Inset() float64 { return b.X + b.Width*0.1 }
func (b histogramBar) Body() float64  { return b.Width * 0.8 }
