package local

import (
	"fmt"
	"runtime/debug"

	"go.uber.org/zap"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// What findings may cost. A rule that modifies and has more of them than it may
// leaves some unmasked, and so has the call blocked.
const (
	maxFindings = 1024    // of one rule on one call
	findingCost = 2 << 10 // in the units of detect.Budget
)

// detect is what the rule's detector finds in the arguments that it is shown.
// Rules that are shown all of them share what their probe found.
func (j *judgement) detect(r *rule) (findings []detect.Finding, err string) {
	if r.match.narrows() {
		return j.run(r.probe, j.shown(&r.match), nil)
	}
	state := &j.probes[r.probe]
	if !state.done {
		state.done = true
		if j.pertains(r.entry) {
			state.findings, state.err = j.run(r.probe, &j.call, state.findings)
		}
	}
	return state.findings, state.err
}

// pertains says that there is something in the call for the detector to look at.
func (j *judgement) pertains(e *entry) bool {
	return e.kinds == 0 || e.kinds&j.kinds != 0
}

// run has a detector look. One that panics is an error; what it found before counts.
func (j *judgement) run(place int, call *detect.Call, into []detect.Finding) (findings []detect.Finding, err string) {
	probe := &j.rules.probes[place]
	j.looking, j.seen = probe.entry.Name, into[:0]
	defer func() {
		findings, j.seen = j.seen, nil
		if reason := recover(); reason != nil {
			err = j.panicked(probe.entry.Name, reason)
		}
	}()
	probe.detector.Detect(call, j.report)
	if probe.entry.Name == dangerousRule {
		err = j.broken
	}
	return nil, err
}

// receive takes what the detector that is looking reports.
func (j *judgement) receive(f detect.Finding) {
	j.call.Budget.Spend(findingCost)
	if len(j.seen) < maxFindings {
		f.Detector = j.looking
		j.seen = append(j.seen, f)
	}
}

// panicked says what became of a rule that panicked.
func (j *judgement) panicked(rule string, reason any) string {
	j.engine.logPanic(rule, j.call.Tool, reason)
	return "The rule " + rule + " could not judge the call: it failed on it."
}

// logPanic logs a panic, without the arguments that led to it. An empty rule is the
// engine itself.
func (e *Engine) logPanic(rule, tool string, reason any) {
	e.logger.Error("a guard rule panicked",
		zap.String("rule", rule), zap.String("tool", tool), zap.String("type", fmt.Sprintf("%T", reason)), zap.ByteString("stack", debug.Stack()))
}

// shown is the call with those arguments alone that the matcher shows.
func (j *judgement) shown(m *matcher) *detect.Call {
	narrowed := j.call
	j.hidden = append(j.hidden[:0], j.call.Args...)
	for i := range j.hidden {
		if !m.shows(&j.hidden[i]) {
			// Others refer to it by its place.
			j.hidden[i] = detect.Arg{Derived: j.hidden[i].Derived, Parent: j.hidden[i].Parent}
		}
	}
	narrowed.Args = j.hidden
	narrowed.Found = nil
	for i := range j.call.Found {
		if at := j.foundAt[i]; at >= 0 && m.shows(&j.call.Args[at]) {
			narrowed.Found = append(narrowed.Found, j.call.Found[i])
		}
	}
	return &narrowed
}
