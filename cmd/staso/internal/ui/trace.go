package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/figure"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
	"github.com/staso-go/staso/cmd/staso/internal/ui/waterfall"
)

const (
	// maxSpans is how many of a trace's spans are laid out, the first by time.
	maxSpans = 20_000
	// pageRows is how many rows one page of the chart holds.
	pageRows = 2000
)

// traceView is a trace with its chart and the span that is looked at.
type traceView struct {
	Trace         traceRow
	Chart         *waterfall.Chart
	Rows          []spanRow
	First, Last   int // rows shown, from 1
	Previous      string
	Next          string
	LeftOut       int64
	FirstError    *spanRow
	ErrorHrefs    []string
	Details       *detailsView
	Chosen        bool // the address names the span
	Running       bool
	TraceNotes    []store.Annotation
	SelectedIndex int
}

// spanRow is a row of the chart.
type spanRow struct {
	waterfall.Row
	Href     string
	Selected bool
	Indent   int // the level, as deep as there is room for
	Guard    string
	Hint     string // what the span was about
	Model    string // where the trace has several
}

func (u *pages) tracePage(w http.ResponseWriter, r *request) error {
	id, err := uuid.Parse(r.PathValue("trace"))
	if err != nil {
		return store.ErrNotFound
	}
	summary, err := u.store.Trace(r.Context(), r.workspace, id)
	if err != nil {
		return fmt.Errorf("trace %s: %w", id, err)
	}
	spans, err := u.store.Spans(r.Context(), r.workspace, id, store.SpanQuery{Limit: maxSpans})
	if err != nil {
		return fmt.Errorf("spans of trace %s: %w", id, err)
	}
	notes, err := u.store.Annotations(r.Context(), r.workspace, id)
	if err != nil {
		return fmt.Errorf("annotations of trace %s: %w", id, err)
	}
	data := newTraceView(r, summary, spans)
	if err := u.choose(r, data, notes); err != nil {
		return err
	}
	title := data.Trace.RootSpanName
	return u.show(w, r, view{Page: "trace", Title: title, Section: "traces", Data: data})
}

func newTraceView(r *request, summary store.TraceSummary, spans []store.Span) *traceView {
	chart := waterfall.New(spans)
	v := &traceView{
		Trace:   traceRows([]store.TraceSummary{summary}, r.now)[0],
		Chart:   chart,
		LeftOut: max(0, summary.SpanCount-int64(len(spans))),
	}
	v.Running = v.Trace.State == "running"
	v.SelectedIndex, v.Chosen = selected(chart, r.URL.Query().Get("span"))
	v.page(r.URL.Query())
	if first := chart.FirstError(); first >= 0 {
		row := v.row(first)
		v.FirstError = &row
	}
	for _, i := range chart.Errors[:min(len(chart.Errors), pageRows)] {
		v.ErrorHrefs = append(v.ErrorHrefs, chart.Rows[i].Span.SpanID.String())
	}
	return v
}

// selected is the row that the address names, else the first error's, else the
// first. It is -1 where the address says that none is looked at.
func selected(chart *waterfall.Chart, name string) (row int, chosen bool) {
	if id, err := uuid.Parse(name); err == nil {
		if row = chart.Find(id); row >= 0 {
			return row, true
		}
	}
	if name == "none" {
		return -1, true
	}
	return max(chart.FirstError(), 0), false
}

// page chooses the rows to show: those from the address's row on, else those
// around the selected.
func (v *traceView) page(values url.Values) {
	total := len(v.Chart.Rows)
	from := max(v.SelectedIndex, 0) / pageRows * pageRows
	if n, err := strconv.Atoi(values.Get("row")); err == nil && n > 0 && n <= total {
		from = n - 1
	}
	to := min(from+pageRows, total)
	for i := from; i < to; i++ {
		v.Rows = append(v.Rows, v.row(i))
	}
	v.First, v.Last = from+1, to
	if from > 0 {
		v.Previous = v.rowsHref(max(0, from-pageRows))
	}
	if to < total {
		v.Next = v.rowsHref(to)
	}
}

func (v *traceView) rowsHref(from int) string {
	return tracePath(v.Trace.TraceID) + "?row=" + strconv.Itoa(from+1)
}

// maxIndent is how deep a row is moved in; below, its level is written out.
const maxIndent = 10

func (v *traceView) row(i int) spanRow {
	row := v.Chart.Rows[i]
	model := ""
	if len(v.Trace.Models) > 1 {
		model = row.Span.Model
	}
	return spanRow{
		Model:    model,
		Row:      row,
		Href:     spanHref(row.Span),
		Selected: i == v.SelectedIndex,
		Indent:   min(row.Level-1, maxIndent),
		Guard:    guardVerdict(row.Span.Name),
		Hint:     hint(row.Span),
	}
}

// hint is what a span was about, in a line: what a model said, what all others
// were asked.
func hint(s *store.Span) string {
	if s.Kind == "llm" {
		return payload.Line([]byte(s.Preview.Output))
	}
	return payload.Line([]byte(s.Preview.Input))
}

func tracePath(id uuid.UUID) string { return "/traces/" + id.String() }

func spanHref(s *store.Span) string { return tracePath(s.TraceID) + "?span=" + s.SpanID.String() }

// choose fills in the details of the selected span.
func (u *pages) choose(r *request, v *traceView, notes []store.Annotation) error {
	for _, n := range notes {
		if n.SpanID == uuid.Nil || n.SpanID == v.Trace.RootSpanID {
			v.TraceNotes = append(v.TraceNotes, n)
		}
	}
	if len(v.Chart.Rows) == 0 || v.SelectedIndex < 0 {
		return nil
	}
	row := &v.Chart.Rows[v.SelectedIndex]
	span, err := u.store.Span(r.Context(), r.workspace, v.Trace.TraceID, row.Span.SpanID)
	if err != nil {
		return fmt.Errorf("span %s: %w", row.Span.SpanID, err)
	}
	v.Details = newDetails(&span, notes, r.URL.Query())
	u.linkDecision(r, v.Details.Guard)
	v.Details.Offset = v.Chart.Offset(&span)
	v.Details.Odd = row.Odd
	return nil
}

// Asked and Answered are what the trace was about, in a line each.
func (v *traceView) Asked() string    { return payload.Line([]byte(v.Trace.InputPreview)) }
func (v *traceView) Answered() string { return payload.Line([]byte(v.Trace.OutputPreview)) }

// KindsLine is how many spans of the kinds that matter most there are.
func (v *traceView) KindsLine() string {
	var parts []string
	for _, kind := range []string{"llm", "tool"} {
		if n := v.Chart.Kinds[kind]; n > 0 {
			parts = append(parts, figure.Exact(int64(n))+" "+kind)
		}
	}
	return strings.Join(parts, ", ")
}
