package local

import (
	"go.uber.org/zap"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/policy"
)

// findings are what the rule holds against the call, after its condition and its
// exceptions; err says why it could not judge.
func (j *judgement) findings(r *rule) (findings []detect.Finding, err string) {
	if r.probe == noProbe {
		findings = j.matched(r)
	} else if findings, err = j.detect(r); len(findings) == 0 {
		return nil, err
	}
	if len(findings) > 0 && r.When != nil {
		holds, whenErr := r.When.Eval(j.ctx, j.known())
		if whenErr != nil {
			return nil, sentence(whenErr.Error())
		}
		if !holds {
			return nil, err
		}
	}
	return j.excepted(r, findings), err
}

// matched is the finding of a rule without a detector: that it is about the call.
func (j *judgement) matched(r *rule) []detect.Finding {
	f := detect.Finding{Detector: r.name, Code: "policy." + r.ID, Reason: "The policy does not allow this call (rule " + r.ID + ").", Severity: guard.SeverityMedium}
	if !r.match.narrows() {
		return []detect.Finding{f}
	}
	for i := range j.set.Args {
		if arg := &j.set.Args[i]; r.match.shows(arg) {
			f.Field, f.Via, f.Match, f.End = arg.Field, arg.Via, arg.Text, len(arg.Text)
			return []detect.Finding{f}
		}
	}
	return nil
}

// known are the facts for expressions, made when one asks.
func (j *judgement) known() *policy.Facts {
	if j.facts == nil {
		j.facts = policy.NewFacts(j.call.Call, j.call.Now)
	}
	return j.facts
}

// excepted is the findings that no exception of the rule lets pass.
func (j *judgement) excepted(r *rule, findings []detect.Finding) []detect.Finding {
	for i := range r.exceptions {
		if e := &r.exceptions[i]; len(findings) > 0 && j.holds(e) {
			findings = j.without(findings, &e.match)
		}
	}
	return findings
}

// holds says that an exception is about the call, and has not expired.
func (j *judgement) holds(e *exception) bool {
	if !j.call.Now.Before(e.Expires) || !e.match.fits(&j.call.Call) {
		return false
	}
	if e.When == nil {
		return true
	}
	holds, err := e.When.Eval(j.ctx, j.known())
	if err != nil {
		j.engine.logger.Warn("a guard rule's exception could not be judged, so it does not count", zap.Error(err))
	}
	return err == nil && holds
}

// without is the findings that are not about what the matcher shows.
func (j *judgement) without(findings []detect.Finding, m *matcher) []detect.Finding {
	if !m.narrows() {
		return nil
	}
	var kept []detect.Finding
	for i := range findings {
		if at := j.argOf(&findings[i]); at < 0 || !m.shows(&j.set.Args[at]) {
			kept = append(kept, findings[i])
		}
	}
	return kept
}

// argOf is the place of the argument that a finding is about, or -1.
func (j *judgement) argOf(f *detect.Finding) int {
	best := -1
	for i := range j.set.Args {
		arg := &j.set.Args[i]
		if arg.Field != f.Field {
			continue
		}
		if len(arg.Via) == len(f.Via) && f.End <= len(arg.Text) && f.Start <= f.End && arg.Text[f.Start:f.End] == f.Match {
			return i
		}
		if best < 0 {
			best = i
		}
	}
	return best
}
