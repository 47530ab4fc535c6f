package ui

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/figure"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// detailsView is one span, whole.
type detailsView struct {
	*store.Span
	Offset time.Duration // after the trace's start
	Odd    string
	Guard  *guardView
	Panes  []pane
	// Attributes are those that are not shown elsewhere.
	Attributes  payload.View
	Annotations []store.Annotation
	Suppressed  []string // the categories that were not captured
	FirstToken  string
	Tree        bool   // JSON as a tree was asked for
	TreeHref    string // the other way to look at it
}

// pane is an input or an output.
type pane struct {
	Name, Heading string
	View          payload.View
	Suppressed    bool
}

func (u *pages) loadSpan(r *request) (*store.Span, error) {
	traceID, err := uuid.Parse(r.PathValue("trace"))
	if err != nil {
		return nil, store.ErrNotFound
	}
	spanID, err := uuid.Parse(r.PathValue("span"))
	if err != nil {
		return nil, store.ErrNotFound
	}
	span, err := u.store.Span(r.Context(), r.workspace, traceID, spanID)
	if err != nil {
		return nil, fmt.Errorf("span %s: %w", spanID, err)
	}
	return &span, nil
}

// spanPage is the details alone, which the module puts into the trace's page.
func (u *pages) spanPage(w http.ResponseWriter, r *request) error {
	span, err := u.loadSpan(r)
	if err != nil {
		return err
	}
	if r.Header.Get("X-Fragment") == "" {
		http.Redirect(w, r.Request, spanHref(span), http.StatusFound)
		return nil
	}
	notes, err := u.store.Annotations(r.Context(), r.workspace, span.TraceID)
	if err != nil {
		return fmt.Errorf("annotations of trace %s: %w", span.TraceID, err)
	}
	details := newDetails(span, notes, r.URL.Query())
	u.linkDecision(r, details.Guard)
	if summary, err := u.store.Trace(r.Context(), r.workspace, span.TraceID); err == nil {
		details.Offset = span.Start.Sub(summary.Start)
	}
	return u.write(w, r, http.StatusOK, "details", view{Page: "trace", Data: details})
}

// fieldPage serves an input, an output or the attributes, or one text in them,
// as plain text: exactly, or with "shown" as a page shows it.
func (u *pages) fieldPage(w http.ResponseWriter, r *request) error {
	span, err := u.loadSpan(r)
	if err != nil {
		return err
	}
	var raw []byte
	switch r.PathValue("field") {
	case "input":
		raw = span.Input
	case "output":
		raw = span.Output
	case "attributes":
		raw = span.Attributes
	default:
		return store.ErrNotFound
	}
	return serveText(w, r, raw)
}

// serveText serves a payload, or the text in it at a JSON pointer, as text that no
// browser takes for anything else.
func serveText(w http.ResponseWriter, r *request, raw []byte) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	text := payload.Resolve(raw, r.URL.Query().Get("at"))
	if r.URL.Query().Get("shown") != "" {
		text = []byte(plain.Text(string(text)))
	}
	_, _ = w.Write(text) //nolint:errcheck // the visitor left: nobody to tell
	return nil
}

func newDetails(s *store.Span, notes []store.Annotation, values url.Values) *detailsView {
	d := &detailsView{Span: s, Tree: values.Get("view") == "tree", Suppressed: suppressed(s.Capture), Guard: guardOf(s)}
	d.Panes = []pane{
		d.pane("input", "Input", s.Input, slices.Contains(d.Suppressed, "request") || slices.Contains(d.Suppressed, "tool_arguments")),
		d.pane("output", "Output", s.Output, slices.Contains(d.Suppressed, "output")),
	}
	d.Attributes = payload.Build(s.Attributes, payload.Options{Source: d.source("attributes")})
	if attributes, ok := payload.Parse(s.Attributes); ok {
		if first := attributes.Get("time_to_first_token"); first != nil && first.Type == payload.Number {
			d.FirstToken = seconds(first.Text)
		}
	}
	for _, n := range notes {
		if n.SpanID == s.SpanID {
			d.Annotations = append(d.Annotations, n)
		}
	}
	d.TreeHref = spanHref(s)
	if !d.Tree {
		d.TreeHref += "&view=tree"
	}
	return d
}

func (d *detailsView) pane(name, heading string, raw []byte, suppressed bool) pane {
	o := payload.Options{Model: d.Kind == "llm", Plain: d.Tree, Source: d.source(name)}
	return pane{Name: name, Heading: heading, View: payload.Build(raw, o), Suppressed: suppressed && len(raw) == 0}
}

// source is where a field is served whole.
func (d *detailsView) source(field string) string {
	return tracePath(d.TraceID) + "/spans/" + d.SpanID.String() + "/" + field + "?as=text"
}

// Toggles reports whether there is something that can be a tree.
func (d *detailsView) Toggles() bool {
	return d.Panes[0].View.JSON || d.Panes[1].View.JSON
}

// suppressed are the categories that the client was told not to capture.
func suppressed(capture []byte) []string {
	v, ok := payload.Parse(capture)
	if !ok || v.Type != payload.Object {
		return nil
	}
	var names []string
	for i, name := range v.Names {
		if v.Items[i].Text == "suppressed" && len(names) < 8 {
			names = append(names, plain.Line(name, 40))
		}
	}
	return names
}

// seconds writes a JSON number of seconds.
func seconds(number string) string {
	s, err := strconv.ParseFloat(number, 64)
	if err != nil || s < 0 || s > 1e6 {
		return ""
	}
	return figure.Duration(time.Duration(s * float64(time.Second)))
}

// IsRoot reports whether the span names no parent.
func (d *detailsView) IsRoot() bool { return d.ParentSpanID == uuid.Nil }

// End is when the span ended.
func (d *detailsView) End() time.Time { return d.Start.Add(d.Duration) }

// AskedFor is the model that was asked for, where the answer's name says more
// than it does, or another.
func (d *detailsView) AskedFor() string {
	if d.Model == "" || strings.HasPrefix(d.Model, d.RequestedModel) {
		return ""
	}
	return d.RequestedModel
}

// AnyModel is the model that answered, else the one that was asked.
func (d *detailsView) AnyModel() string { return cmp.Or(d.Model, d.RequestedModel) }
