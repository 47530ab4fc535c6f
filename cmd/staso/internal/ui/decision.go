package ui

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
	"github.com/staso-go/staso/guard"
)

// decisionView is one decision, whole.
type decisionView struct {
	store.Decision
	Arguments payload.View
	Cut       int64 // bytes of the arguments that are not kept
	Verdict   guard.Result
	Rules     []guard.RuleResult // those that had something to say
	Passed    int                // those that found nothing
	Link      string             // the beginning of its hash in the chain
}

func (u *pages) decisionPage(w http.ResponseWriter, r *request) error {
	d, err := u.decision(r)
	if err != nil {
		return err
	}
	data := &decisionView{
		Decision:  d,
		Arguments: payload.Build(d.Input, payload.Options{Source: "/decisions/" + d.ID.String() + "/input?as=text"}),
		Cut:       max(0, d.InputBytes-int64(len(d.Input))),
		Link:      fmt.Sprintf("%x", d.Hash[:6]),
	}
	// A result that cannot be read blocks, and has no rules to show.
	_ = data.Verdict.UnmarshalJSON(d.Result) //nolint:errcheck // what is shown then is what the decision's own fields say
	data.sortRules()
	return u.show(w, r, view{Page: "decision", Title: verdictTitle(&d), Section: "decisions", Data: data})
}

func (u *pages) decision(r *request) (store.Decision, error) {
	id, err := uuid.Parse(r.PathValue("decision"))
	if err != nil {
		return store.Decision{}, httpapi.NotFound("a decision's id is a UUID")
	}
	return u.store.Decision(r.Context(), r.workspace, id)
}

// sortRules keeps the rules that had something to say.
func (v *decisionView) sortRules() {
	for _, rule := range v.Verdict.Rules {
		if rule.Status == guard.StatusPassed {
			v.Passed++
		} else {
			v.Rules = append(v.Rules, rule)
		}
	}
}

// decisionInput serves the arguments of a decision whole, as text.
func (u *pages) decisionInput(w http.ResponseWriter, r *request) error {
	d, err := u.decision(r)
	if err != nil {
		return err
	}
	return serveText(w, r, d.Input)
}

// verdictTitle is a decision in a few words.
func verdictTitle(d *store.Decision) string {
	word := d.Action
	switch {
	case d.Action == "allow" && d.WouldBlock:
		word = "would block"
	case d.Action == "allow":
		word = "allowed"
	case d.Action == "block":
		word = "blocked"
	case d.Action == "modify":
		word = "modified"
	case d.Action == "escalate":
		word = "escalated"
	}
	return word + " " + plain.Line(d.Tool, 60)
}

// HasTrace reports whether it is known which trace the call was part of.
func (v *decisionView) HasTrace() bool { return v.TraceID != uuid.Nil }

// TraceHref is the call's place in its trace.
func (v *decisionView) TraceHref() string { return spanOf(v.TraceID, v.SpanID) }

// HasEscalation reports whether a person was asked.
func (v *decisionView) HasEscalation() bool { return v.EscalationID != uuid.Nil }
