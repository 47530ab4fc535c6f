package ui

import (
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// guardView is a guard's verdict on a call, as its span tells it.
type guardView struct {
	Verdict, Reason, Severity, Policy string
	Rules, WouldBlock                 []string // names of those that found something

	Decision uuid.UUID
	Href     string // the decision's page, where the store has it
}

// guardVerdict is what a guard's span says in its name, "guard:blocked:refund".
func guardVerdict(name string) string {
	rest, ok := strings.CutPrefix(name, "guard:")
	if !ok {
		return ""
	}
	verdict, _, _ := strings.Cut(rest, ":")
	return plain.Line(verdict, 20)
}

// maxGuardRules is how many rules of a verdict are named.
const maxGuardRules = 12

func guardOf(s *store.Span) *guardView {
	g := &guardView{Verdict: guardVerdict(s.Name)}
	if attributes, ok := payload.Parse(s.Attributes); ok {
		g.read(attributes)
	}
	if g.Verdict == "" {
		return nil
	}
	return g
}

func (g *guardView) read(attributes *payload.Value) {
	text := func(key string, limit int) string {
		if value := attributes.Get(key); value != nil {
			return plain.Line(value.Text, limit)
		}
		return ""
	}
	if g.Verdict == "" {
		g.Verdict = text(staso.KeyGuardAction, 20)
	}
	g.Reason = text(staso.KeyGuardReason, 400)
	g.Severity = text(staso.KeyGuardSeverity, 20)
	g.Policy = text(staso.KeyGuardPolicyVersion, 40)
	g.Rules = names(attributes.Get(staso.KeyGuardRules))
	g.WouldBlock = names(attributes.Get(staso.KeyGuardWouldBlock))
	if id, err := uuid.Parse(text(staso.KeyGuardDecisionID, 40)); err == nil {
		g.Decision = id
	}
}

// names are the texts of a JSON list.
func names(list *payload.Value) []string {
	if list == nil || list.Type != payload.Array {
		return nil
	}
	var found []string
	for _, item := range list.Items {
		if len(found) < maxGuardRules {
			found = append(found, plain.Line(item.Text, 60))
		}
	}
	return found
}

// linkDecision links a guard's span to its decision, where that is kept: those of a
// local engine are if it reports them.
func (u *pages) linkDecision(r *request, g *guardView) {
	if g == nil || g.Decision == uuid.Nil {
		return
	}
	if _, err := u.store.Decision(r.Context(), r.workspace, g.Decision); err == nil {
		g.Href = "/decisions/" + g.Decision.String()
	}
}
