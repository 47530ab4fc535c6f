package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// judges says that a rule asks a judge.
func (r *rule) judges() bool { return r.entry != nil && r.entry.Judge }

// skipJudges notes that no judge was asked, and why.
func (j *judgement) skipJudges(why string) {
	for _, r := range j.judges {
		j.results = append(j.results, guard.RuleResult{
			ID: r.ID, Name: r.name, Action: guard.ActionAllow, Mode: r.Mode, Status: guard.StatusSkipped, Reason: why,
		})
	}
}

// askJudges asks the judges, all at once, and lets what they say count.
func (j *judgement) askJudges(verdict guard.Result) guard.Result {
	if len(j.judges) == 0 {
		return verdict
	}
	if j.engine.judges.judge == nil {
		j.skipJudges("There is no judge: give one to local.New.")
		return verdict
	}
	call := copied(j.call.Call)
	if verdict.Action == guard.ActionModify {
		call.Input = append(json.RawMessage(nil), verdict.Input...)
	}
	results := make([]guard.RuleResult, len(j.judges))
	var wait sync.WaitGroup
	for i, r := range j.judges {
		// Before any is under way: what expressions ask about is made once.
		if result, settled := j.unasked(r); settled {
			results[i] = result
			continue
		}
		wait.Go(func() { results[i] = j.askJudge(r, call) })
	}
	wait.Wait()
	for i, r := range j.judges {
		j.judged(&verdict, r, results[i])
	}
	return verdict
}

// unasked is the result of a rule whose condition or exceptions leave nothing to
// ask.
func (j *judgement) unasked(r *rule) (result guard.RuleResult, settled bool) {
	result = guard.RuleResult{ID: r.ID, Name: r.name, Action: guard.ActionAllow, Mode: r.Mode, Status: guard.StatusSkipped}
	if r.When != nil {
		holds, err := r.When.Eval(j.ctx, j.known())
		if err != nil {
			result.Status, result.Reason = guard.StatusError, sentence(err.Error())
			return result, true
		}
		if !holds {
			result.Reason = "The rule's condition does not hold."
			return result, true
		}
	}
	for i := range r.exceptions {
		if j.holds(&r.exceptions[i]) {
			result.Reason = sentence("an exception holds: " + r.exceptions[i].Reason)
			return result, true
		}
	}
	return result, false
}

// askJudge asks about one rule, if its condition and its exceptions leave it.
func (j *judgement) askJudge(r *rule, call guard.Call) guard.RuleResult {
	start := time.Now()
	result := guard.RuleResult{ID: r.ID, Name: r.name, Action: guard.ActionAllow, Mode: r.Mode, Status: guard.StatusPassed}
	params, _ := j.rules.probes[r.probe].detector.(*judgeRule) // a judge's factory makes nothing else
	if !params.allow(start) {
		result.Status, result.Reason = guard.StatusError, "The judge was asked as often as it may be in a minute."
		return result
	}
	ctx, cancel := context.WithTimeout(j.ctx, cmp.Or(r.Timeout, judgeTimeout))
	defer cancel()
	verdict, err := j.engine.judges.ask(ctx, JudgeRequest{Rule: r.name, With: r.With, Call: call})
	result.Latency = time.Since(start)
	if err != nil {
		result.Status, result.Reason = judgeTrouble(err)
		return result
	}
	if score := min(1, max(0, verdict.Score)); score == score { // which no NaN is
		result.Score = &score
	}
	// What is no score is no doubt either.
	unsure := verdict.Score > 0 && verdict.Score < params.Threshold
	if verdict.Violates && !unsure {
		j.violates(&result, r, verdict.Reason)
	}
	return result
}

func (j *judgement) violates(result *guard.RuleResult, r *rule, reason string) {
	reason = cmp.Or(r.Reason, reason, "the judge holds it for "+r.name)
	result.Status, result.Action, result.Reason = guard.StatusFailed, r.Action, sentence(reason)
	result.Severity = r.Severity
	if result.Severity == guard.SeverityUnknown {
		result.Severity = guard.SeverityHigh
	}
	result.Violations = []guard.Violation{{Code: "judge." + r.name, Reason: result.Reason}}
}

func judgeTrouble(err error) (guard.Status, string) {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errJudgesBusy):
		return guard.StatusTimeout, "The judge did not answer in time."
	case errors.Is(err, context.Canceled):
		return guard.StatusError, "The caller gave up before the judge had answered."
	}
	return guard.StatusError, sentence("the judge failed: " + err.Error())
}

// judged lets one judge's word count.
func (j *judgement) judged(verdict *guard.Result, r *rule, result guard.RuleResult) {
	o := outcome{rule: r, result: len(j.results), enforced: r.Mode != guard.ModeAudit, action: guard.ActionAllow}
	switch result.Status {
	case guard.StatusFailed:
		// A judge points at nothing that could be masked.
		o.action = unable(r.Action)
	case guard.StatusError, guard.StatusTimeout:
		o.failed = true
		if r.FailClosed {
			o.action = unable(r.Action)
		}
	}
	result.Action = o.action
	j.results = append(j.results, result)
	j.outcomes = append(j.outcomes, o)
	j.weigh(verdict, &o)
	if verdict.Action == guard.ActionBlock || verdict.Action == guard.ActionEscalate {
		verdict.Input, verdict.Modifications = nil, nil
	}
}

// judgeRules are the rules that ask a judge.
func judgeRules() []entry {
	rule := func(name, description string, phases ...guard.Phase) entry {
		return entry{
			RuleInfo: RuleInfo{Name: name, Description: description, Phases: phases, Judge: true},
			factory:  newJudgeRule,
		}
	}
	const input, output, trace = guard.PhaseInput, guard.PhaseOutput, guard.PhaseTrace
	return []entry{
		rule("intent_drift", "A judge: the call does something else than what the user asked for.", input, trace),
		rule("prompt_injection_judge", "A judge: text that tries to give the agent orders.", input, output, trace),
		rule("jailbreak", "A judge: text that tries to talk the model out of its rules.", input, output, trace),
		rule("hallucination", "A judge: what is said is not borne out by what the tools returned.", input, output, trace),
		rule("sensitive_topics", "A judge: topics that the agent is to stay away from.", input, output, trace),
	}
}

var _ detect.Detector = (*judgeRule)(nil)
