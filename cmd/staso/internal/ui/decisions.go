package ui

import (
	"fmt"
	"net/http"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// decisionsView is the list of what the guard decided.
type decisionsView struct {
	Filter decisionFilter
	Rows   []decisionRow
	Counts *ruleCountsView
	Older  string
	First  string // the first page, where this is another
	Empty  bool   // nothing was ever decided
	// The columns that some row has something for.
	HasAgent, HasEnvironment bool
}

// decisionRow is a decision in a list.
type decisionRow struct {
	store.Decision
	Arguments string
}

func (u *pages) decisionsPage(w http.ResponseWriter, r *request) error {
	f := newDecisionFilter(r.URL.Query())
	q, err := f.query(r)
	if err != nil {
		return err
	}
	page, err := u.store.Decisions(r.Context(), r.workspace, q)
	if err != nil {
		return fmt.Errorf("list decisions: %w", err)
	}
	data := &decisionsView{Filter: f}
	for _, d := range page.Decisions {
		data.Rows = append(data.Rows, decisionRow{Decision: d, Arguments: payload.Line([]byte(d.Preview))})
		data.HasAgent = data.HasAgent || d.AgentName != ""
		data.HasEnvironment = data.HasEnvironment || d.Environment != ""
	}
	if page.NextCursor != "" {
		data.Older = f.older(page.NextCursor, q)
	}
	if q.Cursor != "" {
		data.First = f.with()
	}
	data.Empty = len(data.Rows) == 0 && !f.Active() && q.Cursor == ""
	if !data.Empty {
		if data.Counts, err = u.ruleCounts(r, f, q.From, q.To); err != nil {
			return err
		}
	}
	return u.show(w, r, view{Page: "decisions", Title: "Decisions", Section: "decisions", Data: data})
}

// ruleCountsView is what each rule found in the time that the list shows.
type ruleCountsView struct {
	store.RuleCounts
	Rows []ruleCountRow
}

type ruleCountRow struct {
	store.RuleCount
	Href, WouldHref string  // the list of its hits
	Share           float64 // of the calls, in per cent, that it stops or would
}

func (u *pages) ruleCounts(r *request, f decisionFilter, from, to time.Time) (*ruleCountsView, error) {
	counts, err := u.store.RuleCounts(r.Context(), r.workspace, from, to)
	if err != nil {
		return nil, fmt.Errorf("count what rules found: %w", err)
	}
	data := &ruleCountsView{RuleCounts: counts}
	for _, rule := range counts.Rules {
		data.Rows = append(data.Rows, ruleCountRow{
			RuleCount: rule,
			Href:      f.with("rule_name", rule.Rule, "would_block", ""),
			WouldHref: f.with("rule_name", rule.Rule, "would_block", "true"),
			Share:     100 * float64(rule.Enforced+rule.WouldBlock) / float64(max(1, counts.Calls)),
		})
	}
	return data, nil
}
