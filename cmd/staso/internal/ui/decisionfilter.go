package ui

import (
	"net/url"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// decisionFilter is the query string of the list of decisions.
type decisionFilter struct{ url.Values }

func newDecisionFilter(values url.Values) decisionFilter {
	f := decisionFilter{url.Values{}}
	for _, field := range decisionFields() {
		if v := values.Get(field.Name); v != "" {
			f.Set(field.Name, v)
		}
	}
	for _, name := range []string{"cursor", "limit", "from", "to"} {
		if v := values.Get(name); v != "" {
			f.Set(name, v)
		}
	}
	return f
}

func decisionFields() []field {
	return []field{
		{Name: "tool_name", Label: "tool", Type: "text"},
		{Name: "action", Label: "action", Choices: choices("allow", "block", "modify", "escalate")},
		{Name: "rule_name", Label: "rule", Type: "text"},
		{Name: "would_block", Label: "audit", Choices: []choice{{"true", "would have been stopped"}}},
		{Name: "agent_name", Label: "agent", Type: "text"},
		{Name: "environment", Label: "environment", Type: "text"},
		{Name: "conversation_id", Label: "conversation", Type: "text"},
		{Name: "trace_id", Label: "trace", Type: "text"},
		{Name: "origin", Label: "judged", Choices: []choice{{"backend", "by this backend"}, {"local", "in the agent's process"}}},
		{Name: "range", Label: "decided", Choices: []choice{
			{"1h", "in the last hour"},
			{"24h", "in the last 24 hours"},
			{"168h", "in the last 7 days"},
			{"720h", "in the last 30 days"},
		}},
	}
}

// Fields are the filters with what they are set to.
func (f decisionFilter) Fields() []field {
	all := decisionFields()
	for i := range all {
		all[i].Value = f.Get(all[i].Name)
	}
	return all
}

// Chips are the filters that are set.
func (f decisionFilter) Chips() []chip {
	var chips []chip
	for _, field := range decisionFields() {
		if value := f.Get(field.Name); value != "" {
			chips = append(chips, chip{field.Label, plain.Line(field.shown(value), 60), f.with(field.Name, "")})
		}
	}
	return chips
}

// Active reports whether anything is filtered.
func (f decisionFilter) Active() bool { return len(f.Chips()) > 0 }

// with returns the address of the list with names set to values, from its first
// page on.
func (f decisionFilter) with(pairs ...string) string {
	next := url.Values{}
	for name, values := range f.Values {
		if name != "cursor" {
			next[name] = values
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		next.Del(pairs[i])
		if pairs[i+1] != "" {
			next.Set(pairs[i], pairs[i+1])
		}
	}
	if len(next) == 0 {
		return "/decisions"
	}
	return "/decisions?" + next.Encode()
}

// older returns the address of the page at cursor. A range that moves with the
// clock becomes a fixed one, since a cursor holds for one filter.
func (f decisionFilter) older(cursor string, q store.DecisionQuery) string {
	if f.Get("range") == "" {
		return f.with("cursor", cursor)
	}
	return f.with("range", "", "from", q.From.UTC().Format(time.RFC3339Nano), "cursor", cursor)
}

// query reads the filter as the store's query.
func (f decisionFilter) query(r *request) (store.DecisionQuery, error) {
	_, q, err := guardapi.ParseDecisionQuery(r.Request)
	if err != nil || f.Get("range") == "" {
		return q, err
	}
	span, err := time.ParseDuration(f.Get("range"))
	if err != nil || span <= 0 {
		return q, httpapi.Malformed("parameter range: %.40q is not a length of time, for instance 1h", f.Get("range"))
	}
	q.From = r.now.Add(-span)
	return q, nil
}
