package guardapi

import (
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

// What of a decision is kept.
const (
	maxInput  = 64 << 10  // bytes of the arguments
	maxResult = 256 << 10 // of the verdict; of a longer one, what it says without its rules' findings
	maxHits   = 64
)

// decisionOf is what is kept of a verdict. answer is its JSON form.
func decisionOf(q *question, r *guard.Result, origin string, at time.Time, answer []byte) store.Decision {
	d := store.Decision{
		ID: q.call.DecisionID, Request: q.request, Time: at, Origin: origin, Source: r.Source, Requester: q.requester,
		Tool: q.call.Tool, Phase: q.call.Phase.String(), Digest: r.Digest,
		Action: r.Action.String(), Mode: string(guard.ModeEnforce), Severity: r.Severity.String(), Rule: r.Rule, Reason: r.Reason,
		Hits: hitsOf(r.Rules), PolicyVersion: r.PolicyVersion, Latency: r.Latency, Result: answer,
		AgentName: q.call.Agent, AgentID: q.call.AgentID, Environment: q.call.Environment,
		ConversationID: q.call.Conversation, UserID: q.call.User, TraceID: q.call.TraceID, SpanID: q.call.SpanID,
	}
	d.WouldBlock = len(r.WouldBlock()) > 0
	if d.WouldBlock && r.Action == guard.ActionAllow {
		d.Mode = string(guard.ModeAudit)
	}
	if id, err := uuid.Parse(r.EscalationID); err == nil {
		d.EscalationID = id
	}
	if !q.capture.keepsArguments() {
		d.Reason = "" // it may quote them
		return d
	}
	d.Input = masked(q.call.Input, r.Rules)
	d.InputBytes = int64(len(d.Input))
	d.Input = d.Input[:min(len(d.Input), maxInput)]
	return d
}

// keptAnswer is the JSON form of a verdict as it is kept, and whether that is all
// of it.
func keptAnswer(q *question, r guard.Result, answer []byte) ([]byte, bool, error) {
	if q.capture.keepsArguments() && len(answer) <= maxResult {
		return answer, true, nil
	}
	r.Reason, r.Input, r.Modifications = "", nil, nil
	rules := make([]guard.RuleResult, len(r.Rules))
	for i := range r.Rules {
		rules[i] = r.Rules[i]
		rules[i].Reason, rules[i].Violations = "", nil
	}
	r.Rules = rules
	kept, err := r.MarshalJSON()
	return kept, false, err
}

// hitsOf are the rules that found something or failed, each once, with the
// weightiest of what it came to.
func hitsOf(rules []guard.RuleResult) []store.Hit {
	var hits []store.Hit
	places := map[string]int{}
	for i := range rules {
		outcome, ok := outcomeOf(&rules[i])
		if !ok {
			continue
		}
		place, known := places[rules[i].Name]
		switch {
		case !known && len(hits) < maxHits:
			places[rules[i].Name] = len(hits)
			hits = append(hits, store.Hit{Rule: rules[i].Name, Outcome: outcome})
		case known && weight(outcome) > weight(hits[place].Outcome):
			hits[place].Outcome = outcome
		}
	}
	return hits
}

func outcomeOf(r *guard.RuleResult) (store.Outcome, bool) {
	switch {
	case r.Status == guard.StatusFailed && r.Mode == guard.ModeAudit:
		return store.WouldBlock, true
	case r.Status == guard.StatusFailed:
		return store.Enforced, true
	case r.Status == guard.StatusError, r.Status == guard.StatusTimeout:
		return store.Failed, true
	}
	return "", false
}

func weight(o store.Outcome) int {
	switch o {
	case store.Enforced:
		return 2
	case store.WouldBlock:
		return 1
	}
	return 0
}
