package local

import (
	"slices"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// decide makes a verdict of what the rules said: the strictest action of those
// that are enforced, for the reason of the most severe of them.
func (j *judgement) decide() guard.Result {
	j.exhausted()
	verdict := guard.Result{Action: guard.ActionAllow}
	for i := range j.outcomes {
		j.weigh(&verdict, &j.outcomes[i])
	}
	if verdict.Action == guard.ActionAllow {
		verdict.Reason = j.whyAllowed()
	}
	return verdict
}

// whyAllowed says how sure it is that there is nothing against the call.
func (j *judgement) whyAllowed() string {
	reason := "Nothing was found against the call."
	for i := range j.outcomes {
		o, result := &j.outcomes[i], &j.results[j.outcomes[i].result]
		if o.failed && o.enforced {
			return "Nothing was found against the call, but not all rules could judge it. " + result.Reason
		}
		if len(o.findings) > 0 && !o.enforced {
			reason = "Nothing was found against the call but by rules in audit mode."
		}
	}
	return reason
}

// weigh lets an outcome count.
func (j *judgement) weigh(verdict *guard.Result, o *outcome) {
	if !o.enforced {
		return
	}
	if o.failed {
		verdict.Failure = guard.FailureRule
		if o.rule.FailClosed {
			verdict.FailureMode = guard.FailClosed
		} else if verdict.FailureMode == "" {
			verdict.FailureMode = guard.FailOpen
		}
	}
	if o.action == guard.ActionAllow {
		return
	}
	result := &j.results[o.result]
	stricter := o.action != verdict.Action && verdict.Action.Stricter(o.action) == o.action
	if stricter || o.action == verdict.Action && result.Severity > verdict.Severity {
		verdict.Action, verdict.Rule, verdict.Reason, verdict.Severity = o.action, o.rule.name, result.Reason, result.Severity
	}
}

// exhausted makes a finding of a call that took more work than one may: the rules
// have not seen all of it.
func (j *judgement) exhausted() {
	if !j.call.Budget.Exhausted() {
		return
	}
	for i := range j.outcomes {
		o := &j.outcomes[i]
		if o.rule.name != args.Rule {
			continue
		}
		o.findings = append(slices.Clip(o.findings), detect.Finding{
			Detector: args.Rule, Code: "budget.exhausted", Severity: guard.SeverityHigh,
			Reason: "The arguments take more work to judge than one call may; send less in one call, or simpler commands.",
		})
		o.action, o.failed = o.rule.Action, false
		j.describe(&j.results[o.result], o.rule, o.findings)
	}
}
