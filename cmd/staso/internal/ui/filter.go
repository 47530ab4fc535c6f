package ui

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// filter is the query string of a list of traces: the whole state of the page.
type filter struct{ url.Values }

// field is one filter as the form and the chips show it.
type field struct {
	Name, Label, Value string
	Type               string // of the input; "" is a choice
	Choices            []choice
	Hint               string
}

type choice struct{ Value, Label string }

// chip is a filter that is set, with the way to take it off.
type chip struct{ Label, Value, Remove string }

const metaPrefix = "meta."

// newFilter keeps what the page knows of a query string.
func newFilter(values url.Values) filter {
	f := filter{url.Values{}}
	known := append(fieldNames(), "sort", "order", "limit", "cursor", "back")
	for name, given := range values {
		if len(given) > 0 && given[0] != "" && (slices.Contains(known, name) || strings.HasPrefix(name, metaPrefix)) {
			f.Values[name] = given
		}
	}
	return f
}

func fieldNames() []string {
	var names []string
	for _, f := range fields() {
		names = append(names, f.Name)
	}
	return names
}

func fields() []field {
	return []field{
		{Name: "q", Label: "text", Type: "search"},
		{Name: "status", Label: "status", Choices: []choice{{"ok", "ok"}, {"error", "with errors"}, {"timeout", "with timeouts"}}},
		{Name: "range", Label: "started", Choices: []choice{
			{"15m", "in the last 15 minutes"},
			{"1h", "in the last hour"},
			{"6h", "in the last 6 hours"},
			{"24h", "in the last 24 hours"},
			{"168h", "in the last 7 days"},
			{"720h", "in the last 30 days"},
		}},
		{Name: "agent_name", Label: "agent", Type: "text"},
		{Name: "agent_version", Label: "version", Type: "text"},
		{Name: "conversation_id", Label: "conversation", Type: "text"},
		{Name: "user_id", Label: "user", Type: "text"},
		{Name: "model", Label: "model", Type: "text", Hint: "on any span"},
		{Name: "kind", Label: "has a span of", Choices: choices("llm", "tool", "chain", "retriever", "agent", "custom")},
		{Name: "tag", Label: "tag", Type: "text"},
		{Name: "environment", Label: "environment", Type: "text"},
		{Name: "from", Label: "from (UTC)", Type: "text", Hint: "2026-01-31T09:00"},
		{Name: "to", Label: "to (UTC)", Type: "text", Hint: "2026-01-31T10:00"},
		{Name: "min_duration_ms", Label: "at least (ms)", Type: "number"},
		{Name: "max_duration_ms", Label: "at most (ms)", Type: "number"},
		{Name: "min_tokens", Label: "at least (tokens)", Type: "number"},
		{Name: "max_tokens", Label: "at most (tokens)", Type: "number"},
	}
}

func choices(values ...string) []choice {
	out := make([]choice, len(values))
	for i, v := range values {
		out[i] = choice{v, v}
	}
	return out
}

// Fields are the filters with what they are set to, the text apart.
func (f filter) Fields() []field {
	all := fields()[1:]
	for i := range all {
		all[i].Value = f.Get(all[i].Name)
	}
	return all
}

// Chips are the filters that are set.
func (f filter) Chips() []chip {
	var chips []chip
	for _, field := range fields() {
		if value := f.Get(field.Name); value != "" {
			chips = append(chips, chip{field.Label, plain.Line(field.shown(value), 60), f.without(field.Name)})
		}
	}
	for _, name := range f.metaNames() {
		chips = append(chips, chip{plain.Line(strings.TrimPrefix(name, metaPrefix), 40), plain.Line(f.Get(name), 60), f.without(name)})
	}
	return chips
}

func (f filter) metaNames() []string {
	var names []string
	for name := range f.Values {
		if strings.HasPrefix(name, metaPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// shown is a value in the words of the form.
func (f field) shown(value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}

// Active reports whether anything is filtered.
func (f filter) Active() bool { return len(f.Chips()) > 0 }

// Hidden are the settings that the form keeps without showing them.
func (f filter) Hidden() []field {
	var hidden []field
	for _, name := range append(f.metaNames(), "sort", "order", "limit") {
		if value := f.Get(name); value != "" {
			hidden = append(hidden, field{Name: name, Value: value})
		}
	}
	return hidden
}

// with returns the address of the list with names set to values, from its first
// page on.
func (f filter) with(pairs ...string) string {
	next := f.clone()
	next.Del("cursor")
	next.Del("back")
	for i := 0; i+1 < len(pairs); i += 2 {
		next.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			next.Del(pairs[i])
		}
	}
	return next.Address()
}

func (f filter) without(name string) string { return f.with(name, "") }

func (f filter) clone() filter {
	next := filter{url.Values{}}
	for name, values := range f.Values {
		next.Values[name] = slices.Clone(values)
	}
	return next
}

// Address is the list with this filter.
func (f filter) Address() string {
	if len(f.Values) == 0 {
		return "/traces"
	}
	return "/traces?" + f.Encode()
}

// query reads the filter as the store's query.
func (f filter) query(now time.Time) (store.TraceQuery, error) {
	q, err := query.ParseTraceQuery(f.Values)
	if err != nil || f.Get("range") == "" || f.Get("from") != "" {
		return q, err
	}
	span, err := time.ParseDuration(f.Get("range"))
	if err != nil || span <= 0 {
		return q, httpapi.Malformed("parameter range: %.40q is not a length of time, for instance 1h", f.Get("range"))
	}
	q.From = now.Add(-span)
	return q, nil
}

// SortBy is a column's heading: its address, and the arrow it shows.
type sortBy struct{ Href, Arrow string }

// Sort returns the heading that orders by a column, or turns its order around.
func (f filter) Sort(by string) sortBy {
	current := f.Get("sort")
	if current == "" {
		current = "timestamp"
	}
	switch {
	case current != by:
		return sortBy{Href: f.with("sort", by, "order", "")}
	case f.Get("order") == "asc":
		return sortBy{f.with("sort", by, "order", ""), "↑"}
	}
	return sortBy{f.with("sort", by, "order", "asc"), "↓"}
}

// maxBack bounds the trail of pages that an address carries.
const maxBack = 6

// Older returns the address of the page at cursor. The trail of pages before it
// goes along, since the store's cursors lead one way only; a range that moves
// with the clock becomes a fixed one, since a cursor holds for one filter.
func (f filter) older(cursor string, q store.TraceQuery) string {
	next := f.clone()
	if next.Get("range") != "" {
		next.Del("range")
		next.Set("from", q.From.UTC().Format(time.RFC3339Nano))
	}
	if here := f.Get("cursor"); here != "" {
		trail := append(next.Values["back"], here)
		next.Values["back"] = trail[max(0, len(trail)-maxBack):]
	}
	next.Set("cursor", cursor)
	return next.Address()
}

// newer returns the address of the page before this one.
func (f filter) newer() string {
	trail := f.Values["back"]
	if len(trail) == 0 {
		return f.with()
	}
	next := f.clone()
	next.Set("cursor", trail[len(trail)-1])
	next.Values["back"] = trail[:len(trail)-1]
	if len(trail) == 1 {
		next.Del("back")
	}
	return next.Address()
}
