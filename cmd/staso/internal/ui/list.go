package ui

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// tracesView is the list of traces.
type tracesView struct {
	Filter    filter
	Rows      []traceRow
	Histogram *histogram
	// The columns that some row has something for.
	HasConversation, HasUser, HasAgent bool

	Older, Newer string
	Empty        bool   // nothing was ever stored
	Server       string // this server's address, for the first lines of code
}

// traceRow is a trace in a list.
type traceRow struct {
	store.TraceSummary
	State         string // ok, recovered, error, timeout, running or unfinished
	Input, Output string
	Bar           float64 // of the page's longest, in per cent; an outlier's is full
	Revision      string  // changes with what the row shows
}

func (u *pages) tracesPage(w http.ResponseWriter, r *request) error {
	f := newFilter(r.URL.Query())
	q, err := f.query(r.now)
	if err != nil {
		return err
	}
	page, err := u.store.Traces(r.Context(), r.workspace, q)
	if err != nil {
		return fmt.Errorf("list traces: %w", err)
	}
	data := &tracesView{Filter: f, Server: serverAddress(r.Request), Rows: traceRows(page.Traces, r.now)}
	data.columns()
	if page.NextCursor != "" {
		data.Older = f.older(page.NextCursor, q)
	}
	if q.Cursor != "" {
		data.Newer = f.newer()
	}
	data.Empty = len(data.Rows) == 0 && !f.Active() && q.Cursor == ""
	if data.Histogram, err = u.histogram(r, f, q, page); err != nil {
		return err
	}
	return u.show(w, r, view{Page: "traces", Title: "Traces", Section: "traces", Data: data})
}

func traceRows(traces []store.TraceSummary, now time.Time) []traceRow {
	longest := longestBar(traces)
	rows := make([]traceRow, len(traces))
	for i, t := range traces {
		rows[i] = traceRow{
			TraceSummary: t,
			State:        state(&t, now),
			Input:        payload.Line([]byte(t.InputPreview)),
			Output:       payload.Line([]byte(t.OutputPreview)),
			Bar:          min(100, 100*float64(t.Duration)/float64(longest)),
		}
		rows[i].Revision = revision(&rows[i])
	}
	return rows
}

// longestBar is the duration that a full bar stands for: the longest, unless
// that is so far out that no other bar would be seen.
func longestBar(traces []store.TraceSummary) time.Duration {
	if len(traces) == 0 {
		return 1
	}
	durations := make([]time.Duration, len(traces))
	for i := range traces {
		durations[i] = traces[i].Duration
	}
	slices.Sort(durations)
	longest := durations[len(durations)-1]
	if median := durations[len(durations)/2]; median > 0 {
		longest = min(longest, 6*median)
	}
	return max(1, longest)
}

// abandoned is how long a trace may run before it is taken for unfinished.
const abandoned = time.Hour

func state(t *store.TraceSummary, now time.Time) string {
	switch {
	case !t.Provisional && t.RootStatus == "ok" && t.Status != "ok":
		return "recovered"
	case !t.Provisional:
		return t.RootStatus
	case now.Sub(t.Start.Add(t.Duration)) > abandoned:
		return "unfinished"
	}
	return "running"
}

func revision(r *traceRow) string {
	h := fnv.New64a()
	fmt.Fprint(h, r.State, r.SpanCount, r.ErrorCount, r.TotalTokens, r.Duration, r.RootSpanName, r.Input, r.Output, r.AnnotationCount)
	return fmt.Sprintf("%x", h.Sum64())
}

func (v *tracesView) columns() {
	for i := range v.Rows {
		v.HasConversation = v.HasConversation || v.Rows[i].ConversationID != ""
		v.HasUser = v.HasUser || v.Rows[i].UserID != ""
		v.HasAgent = v.HasAgent || v.Rows[i].AgentName != ""
	}
}

// serverAddress is where the visitor reached this server.
func serverAddress(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host}).String()
}

// conversationPath is the address of a conversation, whatever its id holds.
func conversationPath(id string) string {
	if id == "." || id == ".." {
		return "/traces?" + url.Values{"conversation_id": {id}}.Encode()
	}
	return "/conversations/" + url.PathEscape(id)
}
