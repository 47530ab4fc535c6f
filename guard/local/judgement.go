package local

import (
	"context"
	"time"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/policy"
)

// What one call may cost.
const (
	workLimit = 32 << 20 // in the units of detect.Budget: bytes looked at
	timeLimit = 40 * time.Millisecond
)

// judgement is the judging of one call. Its memory is used again for another one.
type judgement struct {
	engine *Engine
	ctx    context.Context //nolint:containedctx // lives as long as the call that it came with
	rules  *ruleset
	call   detect.Call
	budget detect.Budget // of call
	tool   args.Tool     // of call
	set    args.Set
	facts  *policy.Facts

	kinds    detect.Kind // of all arguments together
	foundAt  []int       // beside call.Found: the argument, or -1
	broken   string      // why what commands and code would do is not known
	attached bool        // a policy is for the call
	quiet    bool        // what is judged is the engine's own: nothing is remembered of it
	partial  string      // which part of an output was not judged
	probes   []probeState
	hidden   []detect.Arg // memory for arguments of which some are not shown

	lapped time.Time // when the last rule was done

	looking string // the rule whose detector is looking
	seen    []detect.Finding
	report  func(detect.Finding) // receive, made once

	judges   []*rule   // that are about the call
	outcomes []outcome // of the rules that were asked
	results  []guard.RuleResult

	gathered  bool     // sensitive is complete
	sensitive []string // what rules hold for sensitive
}

// probeState is what a probe said about the call.
type probeState struct {
	done     bool
	findings []detect.Finding
	err      string
}

// outcome is what a rule said about the call.
type outcome struct {
	rule     *rule
	result   int // its place in results
	findings []detect.Finding
	enforced bool
	action   guard.Action // what it comes to: allow where nothing was found
	failed   bool         // it could not judge
}

// take prepares the memory for a call.
func (e *Engine) take(ctx context.Context, rules *ruleset, call guard.Call, now time.Time) *judgement {
	j, ok := e.pool.Get().(*judgement)
	if !ok {
		j = &judgement{}
		j.report = j.receive
	}
	j.engine, j.ctx, j.rules = e, ctx, rules
	e.offer.fill(&call, rules)
	if call.Phase > guard.PhaseTrace {
		call.Phase = guard.PhaseInput // what is no phase is the strictest one
	}
	j.budget = *detect.NewBudget(workLimit, now.Add(timeLimit))
	j.call = detect.Call{Call: call, Budget: &j.budget, Found: j.call.Found[:0], Now: now}
	if cap(j.probes) < len(rules.probes) {
		j.probes = make([]probeState, len(rules.probes))
	}
	j.probes = j.probes[:len(rules.probes)]
	j.attached = rules.attached(&j.call.Call)
	j.results = make([]guard.RuleResult, 0, len(rules.rules)+1)
	return j
}

// put gives the memory back, without what it refers to.
func (e *Engine) put(j *judgement) {
	j.set.Reset()
	for i := range j.probes {
		j.probes[i] = probeState{findings: emptied(j.probes[i].findings)}
	}
	*j = judgement{
		report: j.report, set: j.set, probes: j.probes, call: detect.Call{Found: emptied(j.call.Found)}, foundAt: emptied(j.foundAt),
		outcomes: emptied(j.outcomes), judges: emptied(j.judges), hidden: emptied(j.hidden),
	}
	e.pool.Put(j)
}

// emptied is the memory of a list, without what it refers to; not of a long one,
// which most calls have no use for.
func emptied[T any](list []T) []T {
	const keep = 1024
	if cap(list) > keep {
		return nil
	}
	clear(list)
	return list[:0]
}

// static asks every rule that needs nobody else.
func (j *judgement) static() {
	if j.quiet {
		// What remembers conversations must not count the call twice.
		j.known()
		j.call.Conversation = ""
	}
	j.prepare()
	j.lapped = time.Now()
	enforced, integrity := false, false
	for i := range j.rules.rules {
		r := &j.rules.rules[i]
		if !j.concerns(r) {
			continue
		}
		enforced = enforced || r.Mode != guard.ModeAudit
		if r.name == args.Rule {
			integrity = integrity || r.When == nil && !r.match.narrows()
			continue // last: it reports what the others could not look at
		}
		if r.judges() {
			j.judges = append(j.judges, r)
			continue
		}
		j.apply(r, r.Mode)
	}
	j.integrity(enforced, integrity)
}

// integrity asks the rule about the arguments themselves. Where no policy has one
// for all of the call, it is enforced if anything is: it holds what the others rely
// on.
func (j *judgement) integrity(enforced, named bool) {
	for i := range j.rules.rules {
		if r := &j.rules.rules[i]; r.name == args.Rule && j.concerns(r) {
			j.apply(r, r.Mode)
		}
	}
	if named {
		return
	}
	mode := guard.ModeAudit
	if enforced {
		mode = guard.ModeEnforce
	}
	j.apply(&j.rules.integrity, mode)
}

// concerns says that a rule is about the call. What is for the rest of the calls is
// not about one that a policy is for.
func (j *judgement) concerns(r *rule) bool {
	return r.rest != j.attached && r.phases&(1<<j.call.Phase) != 0 && r.scope.fits(&j.call.Call) && r.match.fits(&j.call.Call)
}

// apply has a rule judge, and notes what it says.
func (j *judgement) apply(r *rule, mode guard.Mode) {
	if mode != guard.ModeAudit {
		mode = guard.ModeEnforce
	}
	findings, err := j.findings(r)
	if r.name == args.Rule && err == "" {
		err = j.partial
	}
	o := outcome{rule: r, result: len(j.results), enforced: mode != guard.ModeAudit, action: guard.ActionAllow}
	result := guard.RuleResult{ID: r.ID, Name: r.name, Action: guard.ActionAllow, Mode: mode, Status: guard.StatusPassed}
	switch {
	case len(findings) > 0:
		o.findings, o.action = findings, r.Action
		j.describe(&result, r, findings)
	case err != "":
		o.failed = true
		result.Status, result.Reason = guard.StatusError, err
		if r.FailClosed {
			o.action = unable(r.Action)
			result.Action = o.action
		}
	}
	result.Latency = j.lap()
	j.results = append(j.results, result)
	j.outcomes = append(j.outcomes, o)
}

// lap is the time since the last one. Each rule's begins where the one before ends:
// reading the clock costs as much as many a rule.
func (j *judgement) lap() time.Duration {
	now := time.Now()
	took := now.Sub(j.lapped)
	j.lapped = now
	return took
}

// unable is what a rule asks for that fails closed: it cannot say what to modify.
func unable(action guard.Action) guard.Action {
	if action == guard.ActionModify {
		return guard.ActionBlock
	}
	return action
}
