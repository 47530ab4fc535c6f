package guard

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/internal/panics"
)

// Chain puts one Checker behind the other: the local engine first, then the
// backend. The strictest verdict counts, so that the chain is never less strict than
// any of its Checkers; a block ends it. An empty Chain blocks.
//
// Arguments that one Checker changes are what the next one judges, and then those
// before it again, until all agree on the same arguments; Checkers that do not come
// to an end block the call.
//
// A call that is escalated is put before a person once all have judged it, with the
// arguments that it would run with, by the first of the Checkers that is an
// [Approver], unless the one who escalated it has done so. Without one it remains
// escalated.
//
// Where one of the Checkers has no verdict, its failure mode decides for it alone,
// and the Result says so in its Failure.
func Chain(checkers ...Checker) Checker { return &chain{checkers: slices.Clone(checkers)} }

type chain struct{ checkers []Checker }

// maxRounds bounds how often each Checker is asked about one call.
const maxRounds = 4

func (c *chain) Check(ctx context.Context, call Call) (Result, error) {
	if len(c.checkers) == 0 {
		return checkerFailed("there is no guard: the Chain is empty"), nil
	}
	run := chainRun{call: named(call.In(ctx)), input: call.Input, started: time.Now(), merged: Result{Action: ActionAllow}}
	err := run.ask(ctx, c.checkers)
	if err == nil && run.merged.Action == ActionEscalate && !run.pending {
		err = run.approve(ctx, approverIn(c.checkers))
	}
	return run.result(), err
}

// chainRun is one call on its way through a chain.
type chainRun struct {
	call    Call
	input   []byte // the arguments as changed so far
	changed bool
	pending bool // one who escalates has put the call before a person
	started time.Time
	merged  Result
}

// ask goes round until all Checkers have agreed on the same arguments.
func (run *chainRun) ask(ctx context.Context, checkers []Checker) error {
	agreed := 0
	for turn := 0; agreed < len(checkers); turn++ {
		if turn == maxRounds*len(checkers) {
			run.merge(checkerFailed("the guards keep changing each other's arguments"), true)
			return nil
		}
		result, err := ask(ctx, checkers[turn%len(checkers)], run.question(turn, len(checkers)))
		run.merge(result, turn >= len(checkers))
		switch {
		case err != nil || result.Action == ActionBlock:
			return err
		case result.Action == ActionModify && run.change(result.Input):
			agreed = 1 // whoever changed them has judged what came of it
		default:
			agreed++
		}
	}
	return nil
}

// question is the call as it stands. Who is asked again is asked another question,
// and so under another id.
func (run *chainRun) question(turn, checkers int) Call {
	call := run.call
	call.Input = run.input
	if turn >= checkers {
		call.DecisionID = uuid.New()
	}
	return call
}

// change puts other arguments in place of those so far, and says whether they
// differ. What a person was asked or said about those so far is then about no call
// that will run.
func (run *chainRun) change(input []byte) bool {
	differ := Digest("", input) != Digest("", run.input)
	run.input, run.changed = input, run.changed || differ
	if differ {
		run.pending, run.merged.EscalationID, run.merged.Approval = false, "", ""
	}
	return differ
}

// merge adds one verdict to what was said so far. Of one who was asked again only
// what it found is new.
func (run *chainRun) merge(r Result, again bool) {
	m := &run.merged
	if r.Action.weight() > m.Action.weight() || m.Reason == "" {
		m.Reason, m.Rule, m.Severity = r.Reason, r.Rule, r.Severity
	}
	m.Action = m.Action.Stricter(r.Action)
	if r.PolicyVersion != "" && (m.PolicyVersion == "" || r.Action == m.Action) {
		m.PolicyVersion = r.PolicyVersion
	}
	for _, rule := range r.Rules {
		if !again || rule.Status == StatusFailed && !found(m.Rules, rule) {
			m.Rules = append(m.Rules, rule)
		}
	}
	m.Modifications = append(m.Modifications, r.Modifications...)
	if r.EscalationID != "" && !run.pending {
		m.EscalationID, m.Approval = r.EscalationID, r.Approval
		run.pending = r.Action == ActionEscalate
	}
	if m.Failure == "" {
		m.Failure, m.FailureMode = r.Failure, r.FailureMode
	}
	m.Retryable = m.Retryable || r.Retryable
}

// found says that the rule has found something before.
func found(rules []RuleResult, rule RuleResult) bool {
	return slices.ContainsFunc(rules, func(r RuleResult) bool {
		return r.Status == StatusFailed && r.ID == rule.ID && r.Name == rule.Name && r.Mode == rule.Mode
	})
}

// approve has a person decide on the call as it would run.
func (run *chainRun) approve(ctx context.Context, approver Approver) error {
	if approver == nil {
		return nil
	}
	call := run.call
	call.Input = run.input
	verdict, err := approveSafely(ctx, approver, call, run.result())
	m := &run.merged
	m.Reason, m.EscalationID, m.Approval = verdict.Reason, verdict.EscalationID, verdict.Approval
	if verdict.Failure != "" {
		m.Failure, m.FailureMode, m.Retryable = verdict.Failure, verdict.FailureMode, verdict.Retryable
	}
	switch {
	case err == nil && verdict.Action == ActionAllow:
		m.Action = ActionAllow
	case verdict.Action != ActionEscalate:
		m.Action = ActionBlock
	}
	return err
}

// result is what was said in the end, about the arguments as they are in the end.
func (run *chainRun) result() Result {
	r := run.merged
	r.DecisionID, r.Source = run.call.DecisionID, run.call.Source
	r.Digest = Digest(run.call.Tool, run.input)
	r.Latency = time.Since(run.started)
	r.Input = nil
	if r.Allowed() {
		r.Action = ActionAllow
		if run.changed {
			r.Action, r.Input = ActionModify, run.input
		}
	}
	return r
}

// approveSafely is approver.Approve for an Approver that may break its contract.
func approveSafely(ctx context.Context, approver Approver, call Call, verdict Result) (result Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = notApproved(verdict, ApprovalFailed, "the guard panicked: "+panics.Text(r)), nil
		}
	}()
	result, err = approver.Approve(ctx, call, verdict)
	if err = panics.Safe(err); err != nil {
		return withError(result, err), err
	}
	return result, nil
}

// approverIn is the first Approver among the checkers, in chains within the chain
// too.
func approverIn(checkers []Checker) Approver {
	for _, checker := range checkers {
		switch c := checker.(type) {
		case *chain:
			if approver := approverIn(c.checkers); approver != nil {
				return approver
			}
		case *Reporter:
			if approver := approverIn([]Checker{c.checker}); approver != nil {
				return approver
			}
		case Approver:
			return c
		}
	}
	return nil
}
