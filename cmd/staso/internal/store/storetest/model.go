package storetest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// model is a store as one would write it without a thought for cost: it keeps
// what was written, and computes everything anew when asked.
type model struct {
	workspaces map[string]*modelWorkspace
}

type modelWorkspace struct {
	traces      map[uuid.UUID]*modelTrace
	annotations map[uuid.UUID]store.Annotation
}

type modelTrace struct {
	placed time.Time
	spans  map[uuid.UUID]store.Span
}

func newModel() *model { return &model{workspaces: make(map[string]*modelWorkspace)} }

func (m *model) workspace(name string) *modelWorkspace {
	w := m.workspaces[name]
	if w == nil {
		w = &modelWorkspace{traces: make(map[uuid.UUID]*modelTrace), annotations: make(map[uuid.UUID]store.Annotation)}
		m.workspaces[name] = w
	}
	return w
}

func (m *model) write(workspace string, write store.Write) {
	w := m.workspace(workspace)
	fresh := make(map[uuid.UUID]bool)
	for _, s := range write.Spans {
		t := w.traces[s.TraceID]
		if t == nil {
			t = &modelTrace{placed: s.Start, spans: make(map[uuid.UUID]store.Span)}
			w.traces[s.TraceID], fresh[s.TraceID] = t, true
		}
		if fresh[s.TraceID] && s.Start.Before(t.placed) {
			t.placed = s.Start
		}
		if old, ok := t.spans[s.SpanID]; !ok || old.Provisional || !s.Provisional {
			t.spans[s.SpanID] = s
		}
	}
	for _, a := range write.Annotations {
		w.annotations[a.ID] = a
	}
}

func (m *model) remove(workspace string, id uuid.UUID) bool {
	w := m.workspace(workspace)
	if w.traces[id] == nil {
		return false
	}
	delete(w.traces, id)
	for key, a := range w.annotations {
		if a.TraceID == id {
			delete(w.annotations, key)
		}
	}
	return true
}

// spans returns a trace's spans, first started first.
func (t *modelTrace) sorted() []store.Span {
	var list []store.Span
	for _, s := range t.spans {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b store.Span) int {
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	})
	return list
}

func (w *modelWorkspace) annotated(id uuid.UUID) (list []store.Annotation) {
	for _, a := range w.annotations {
		if a.TraceID == id {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b store.Annotation) int {
		return cmp.Or(a.Time.Compare(b.Time), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return list
}

func (t *modelTrace) root() store.Span {
	list := t.sorted()
	for _, s := range list {
		_, has := t.spans[s.ParentSpanID]
		if !has || s.ParentSpanID == uuid.Nil || s.ParentSpanID == s.SpanID {
			return s
		}
	}
	return list[0]
}

func (w *modelWorkspace) summary(id uuid.UUID) store.TraceSummary {
	t := w.traces[id]
	root, list := t.root(), t.sorted()
	sum := store.TraceSummary{
		TraceID: id, RootSpanID: root.SpanID, RootSpanName: root.Name, Provisional: root.Provisional, Status: "ok", RootStatus: root.Status,
		Start: list[0].Start, SpanCount: int64(len(list)), AnnotationCount: int64(len(w.annotated(id))),
		InputPreview: head(root.Input, 200), OutputPreview: head(root.Output, 200),
	}
	end := list[0].Start
	models, tags := make(map[string]bool), make(map[string]bool)
	for _, s := range list {
		if e := s.Start.Add(s.Duration); e.After(end) {
			end = e
		}
		addSpan(&sum, s)
		models[s.Model] = true
		for _, tag := range s.Tags {
			tags[tag] = true
		}
	}
	sum.Duration, sum.Models, sum.Tags = end.Sub(sum.Start), keys(models), keys(tags)
	return sum
}

// addSpan adds a span to a summary, in the order of their starts.
func addSpan(sum *store.TraceSummary, s store.Span) {
	if s.Status == "error" {
		sum.ErrorCount++
		sum.Status = "error"
	} else if s.Status == "timeout" && sum.Status == "ok" {
		sum.Status = "timeout"
	}
	if s.Kind == "llm" {
		sum.InputTokens += s.InputTokens
		sum.OutputTokens += s.OutputTokens
		sum.TotalTokens += s.TotalTokens
	}
	sum.Environment = cmp.Or(sum.Environment, s.Environment)
	sum.ConversationID = cmp.Or(sum.ConversationID, s.ConversationID)
	sum.UserID = cmp.Or(sum.UserID, s.UserID)
	if sum.AgentName == "" && sum.AgentID == "" && sum.AgentVersion == "" {
		sum.AgentName, sum.AgentID, sum.AgentVersion = s.AgentName, s.AgentID, s.AgentVersion
	}
}

func keys(set map[string]bool) (list []string) {
	for key := range set {
		if key != "" {
			list = append(list, key)
		}
	}
	slices.Sort(list)
	return list
}

func head(payload []byte, n int) string {
	if len(payload) <= n {
		return string(payload)
	}
	for !utf8.RuneStart(payload[n]) {
		n--
	}
	return string(payload[:n])
}

// list answers a query for all pages at once.
func (w *modelWorkspace) list(q store.TraceQuery) (list []store.TraceSummary) {
	for id := range w.traces {
		if sum := w.summary(id); w.fits(q, sum) {
			list = append(list, sum)
		}
	}
	slices.SortFunc(list, func(a, b store.TraceSummary) int {
		order := 0
		switch q.Sort {
		case store.SortDuration:
			order = cmp.Compare(a.Duration, b.Duration)
		case store.SortTokens:
			order = cmp.Compare(a.TotalTokens, b.TotalTokens)
		}
		order = cmp.Or(order, w.traces[a.TraceID].placed.Compare(w.traces[b.TraceID].placed), bytes.Compare(a.TraceID[:], b.TraceID[:]))
		if q.Ascending {
			return order
		}
		return -order
	})
	return list
}

func (w *modelWorkspace) fits(q store.TraceQuery, t store.TraceSummary) bool {
	is := func(want, have string) bool { return want == "" || want == have }
	spans := w.traces[t.TraceID].sorted()
	some := func(fits func(store.Span) bool) bool { return slices.ContainsFunc(spans, fits) }
	fits := is(q.Environment, t.Environment) && is(q.AgentName, t.AgentName) && is(q.AgentVersion, t.AgentVersion) &&
		is(q.ConversationID, t.ConversationID) && is(q.UserID, t.UserID) && is(q.Status, t.Status) &&
		(q.From.IsZero() || !t.Start.Before(q.From)) && (q.To.IsZero() || t.Start.Before(q.To)) &&
		t.Duration >= q.MinDuration && (q.MaxDuration == 0 || t.Duration <= q.MaxDuration) &&
		(q.MinTokens == 0 || t.TotalTokens >= q.MinTokens) && (q.MaxTokens == 0 || t.TotalTokens <= q.MaxTokens) &&
		(q.Kind == "" || some(func(s store.Span) bool { return s.Kind == q.Kind })) &&
		(q.Model == "" || slices.Contains(t.Models, q.Model)) && (q.Tag == "" || slices.Contains(t.Tags, q.Tag)) &&
		some(func(s store.Span) bool { return hasWords(s, q.Text) })
	for key, value := range q.Meta {
		fits = fits && some(func(s store.Span) bool {
			var object map[string]any
			return json.Unmarshal(s.Attributes, &object) == nil && object[key] == any(value)
		})
	}
	return fits
}

// hasWords says whether each word begins some word of the span.
func hasWords(s store.Span, text string) bool {
	split := func(r rune) bool { return r < 'a' || r > 'z' }
	have := strings.FieldsFunc(strings.Join([]string{s.Name, s.ErrorMessage, string(s.Input), string(s.Output)}, " "), split)
	for _, word := range strings.Fields(text) {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, word) }) {
			return false
		}
	}
	return true
}

func (w *modelWorkspace) groups(by store.GroupBy) (list []store.Group) {
	all := w.list(store.TraceQuery{Ascending: true})
	for _, t := range all {
		key := map[store.GroupBy]string{store.ByConversation: t.ConversationID, store.ByAgent: t.AgentName, store.ByUser: t.UserID}[by]
		if key == "" {
			continue
		}
		i := slices.IndexFunc(list, func(g store.Group) bool { return g.Key == key })
		placed := w.traces[t.TraceID].placed
		if i < 0 {
			i = len(list)
			list = append(list, store.Group{Key: key, FirstStart: placed})
		}
		g := &list[i]
		g.LastStart = placed
		g.TraceCount++
		g.TotalTokens += t.TotalTokens
		if t.Status == "error" {
			g.ErrorCount++
		}
		if by == store.ByConversation {
			g.UserID, g.AgentName = cmp.Or(g.UserID, t.UserID), cmp.Or(g.AgentName, t.AgentName)
		}
	}
	slices.SortFunc(list, func(a, b store.Group) int {
		return cmp.Or(b.LastStart.Compare(a.LastStart), cmp.Compare(b.Key, a.Key))
	})
	return list
}
