package guardapi

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
)

// adapt makes of a verdict what the client understands. Where it does not know
// modify or escalate it gets a block, in the verdict and in each rule's result: an
// action that it does not know would be no answer to it, and let the call run.
func (a accepted) adapt(r guard.Result) guard.Result {
	if (r.Action == guard.ActionModify && !a.modify) || (r.Action == guard.ActionEscalate && !a.escalate) {
		r = blocked(r)
	}
	if !a.modify || !a.escalate {
		r.Rules = a.adaptRules(r.Rules)
	}
	if a.strict {
		r = withoutOurWords(r)
	}
	return r
}

// blocked is a verdict in whose place its client gets a block.
func blocked(r guard.Result) guard.Result {
	because := "The call would have to be changed before it runs, which this client cannot do."
	if r.Action == guard.ActionEscalate {
		because = "A person would have to approve the call, which this client cannot wait for."
	}
	r.Reason = join(r.Reason, because)
	r.Action, r.Input, r.Modifications, r.EscalationID = guard.ActionBlock, nil, nil, ""
	return r
}

func (a accepted) adaptRules(rules []guard.RuleResult) []guard.RuleResult {
	rules = slices.Clone(rules)
	for i := range rules {
		if (rules[i].Action == guard.ActionModify && !a.modify) || (rules[i].Action == guard.ActionEscalate && !a.escalate) {
			rules[i].Action = guard.ActionBlock
		}
	}
	return rules
}

// withoutOurWords leaves out the failures that are not of the wire's own list, and
// any beside a block: where a verdict says of itself that it is none, a strict client
// does as its failure mode says, and might let the call run. What stands in the
// rules' results says as much.
func withoutOurWords(r guard.Result) guard.Result {
	ours := r.Failure == guard.FailureRule || r.Failure == guard.FailureCallRefused
	if ours || r.Action == guard.ActionBlock {
		r.Failure, r.FailureMode, r.Retryable = "", "", false
	}
	return r
}

// join adds a sentence to what was said.
func join(reason, sentence string) string {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return sentence
	}
	if !strings.ContainsAny(reason[len(reason)-1:], ".!?") && !strings.HasSuffix(reason, "…") {
		reason += "."
	}
	return reason + " " + sentence
}

// unavailable is the answer where there is no verdict in time.
func unavailable(q *question, kind guard.FailureKind, reason string) guard.Result {
	r := guard.Result{
		Action: guard.ActionAllow, Reason: reason, Failure: kind, FailureMode: q.mode, Retryable: true,
		DecisionID: q.call.DecisionID, Source: q.call.Source,
	}
	if q.mode == guard.FailClosed {
		r.Action, r.Severity = guard.ActionBlock, guard.SeverityHigh
	}
	return r
}
