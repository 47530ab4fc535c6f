package query

import (
	"net/url"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	guardActions = "allow, block, modify or escalate"
	origins      = "backend or local"
	truths       = "true or false"
)

// ParseDecisionQuery reads the parameters of a list of the guard's decisions, as
// [ParseTraceQuery] does for traces.
func ParseDecisionQuery(values url.Values) (store.DecisionQuery, error) {
	p := params{values: values}
	q := store.DecisionQuery{
		PageQuery:      p.page(),
		From:           p.time("from"),
		To:             p.time("to"),
		Tool:           p.text("tool"),
		Action:         p.oneOf("action", guardActions),
		Rule:           p.text("rule"),
		WouldBlock:     p.oneOf("would_block", truths) == "true",
		AgentName:      p.text("agent_name"),
		Environment:    p.text("environment"),
		ConversationID: p.text("conversation_id"),
		TraceID:        p.id("trace_id"),
		Origin:         p.oneOf("origin", origins),
	}
	p.ordered("to", "from", !q.To.IsZero() && !q.To.After(q.From))
	return q, p.err
}

func (p *params) id(name string) uuid.UUID {
	value := p.text(name)
	if value == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(value)
	if err != nil {
		p.fail("parameter %s: %.40q is not a UUID", name, value)
	}
	return id
}
