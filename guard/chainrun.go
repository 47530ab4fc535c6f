package guard

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// chainRun is one call on its way through a chain.
type chainRun struct {
	asked    Call // as the chain was asked
	call     Call // as it stands: with what was changed so far
	checkers []Checker
	depth    int // of the chain in other chains
	changed  bool
	asker    Checker // who made the request for approval that merged names
	granted  Result  // the last that a person approved, on behalf of one of the checkers
	started  time.Time
	merged   Result
}

// maxRounds bounds how often each Checker is asked about one call.
const maxRounds = 4

// ask goes round until all Checkers have agreed on the same arguments.
func (run *chainRun) ask(ctx context.Context) error {
	size := len(run.checkers)
	agreed := 0
	for turn := 0; agreed < size; turn++ {
		if turn == maxRounds*size {
			run.merge(nil, run.asked.DecisionID, checkerFailed("the guards keep changing each other's arguments"), true)
			return nil
		}
		checker, question := run.checkers[turn%size], run.question(turn)
		result, err := askDeferred(ctx, checker, question)
		run.merge(checker, question.DecisionID, result, turn >= size)
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

// question is the call as it stands, under an id for that turn. Where something was
// changed the id is made of that too: another time, it may be changed otherwise.
func (run *chainRun) question(turn int) Call {
	call := run.call
	if turn > 0 {
		call.DecisionID = run.idOf(strconv.Itoa(turn))
	}
	return call
}

func (run *chainRun) idOf(what string) uuid.UUID {
	name := strconv.Itoa(run.depth) + "/" + what
	if run.changed {
		name += "/" + Digest("", run.standing())
	}
	return uuid.NewSHA1(run.asked.DecisionID, []byte(name))
}

// standing is what is judged, as it stands.
func (run *chainRun) standing() json.RawMessage {
	if run.call.Phase == PhaseOutput {
		return run.call.Output
	}
	return run.call.Input
}

// change puts something else in the place of what was judged so far, and says whether
// it differs. What a person was asked about then is something else.
func (run *chainRun) change(to json.RawMessage) bool {
	differs := Digest("", to) != Digest("", run.standing())
	if run.call.Phase == PhaseOutput {
		run.call.Output = to
	} else {
		run.call.Input = to
	}
	if differs {
		run.changed = true
		run.asker, run.merged.EscalationID, run.merged.Approval = nil, "", ""
	}
	return differs
}

// merge adds one verdict to what was said so far. Of one who was asked again only
// what it found is new.
func (run *chainRun) merge(from Checker, id uuid.UUID, r Result, again bool) {
	m := &run.merged
	if r.Action.weight() > m.Action.weight() || m.Reason == "" {
		m.Reason, m.Rule, m.Severity = r.Reason, r.Rule, r.Severity
	}
	run.mergeDecision(from, id, r)
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
	if m.Failure == "" {
		m.Failure, m.FailureMode = r.Failure, r.FailureMode
	}
	m.Retryable = m.Retryable || r.Retryable
}

// mergeDecision keeps whose decision counts: the first of the strictest, or of these
// the first that has to do with a person.
func (run *chainRun) mergeDecision(from Checker, id uuid.UUID, r Result) {
	if r.DecisionID == uuid.Nil {
		r.DecisionID = id
	}
	m := &run.merged
	stricter := r.Action.weight() > m.Action.weight()
	if stricter || r.Action.weight() == m.Action.weight() && m.EscalationID == "" && r.EscalationID != "" {
		m.DecisionID, m.EscalationID, m.Approval = r.DecisionID, r.EscalationID, r.Approval
		run.asker = from
	}
	if r.Allowed() && r.Approval == ApprovalGranted {
		run.granted = r
	}
}

// found says that the rule has found something before.
func found(rules []RuleResult, rule RuleResult) bool {
	return slices.ContainsFunc(rules, func(r RuleResult) bool {
		return r.Status == StatusFailed && r.ID == rule.ID && r.Name == rule.Name && r.Mode == rule.Mode
	})
}

// grant lets a call run that a person approved on behalf of one of the Checkers, if it
// is about what the call would run with. An output that was changed has no digest.
func (run *chainRun) grant() {
	m, granted := &run.merged, run.granted
	switch {
	case m.Action == ActionBlock, granted.Digest != Digest(run.call.Tool, run.call.Input),
		run.changed && run.call.Phase == PhaseOutput:
		return
	case m.Action == ActionEscalate:
		m.Action = ActionAllow
	}
	m.Reason, m.DecisionID, m.EscalationID, m.Approval = granted.Reason, granted.DecisionID, granted.EscalationID, granted.Approval
}

// approver is who can put the call before a person: of a request that was made
// already, only who made it, and that only if it has left the waiting to us.
func (run *chainRun) approver() Approver {
	if run.merged.EscalationID == "" {
		return approverIn(run.checkers)
	}
	if client := clientIn(run.asker); client != nil {
		return client
	}
	return nil
}

// approve has a person decide on the call as it would run.
func (run *chainRun) approve(ctx context.Context) error {
	approver := run.approver()
	if approver == nil {
		return nil
	}
	call, m := run.call, &run.merged
	if run.changed && m.EscalationID == "" {
		m.DecisionID = run.idOf("approval") // it was another call that was escalated
	}
	call.DecisionID = m.DecisionID
	verdict, err := approveSafely(ctx, approver, call, run.result())
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

// result is what was said in the end, about what stands in the end.
func (run *chainRun) result() Result {
	r := run.merged
	r.Source = run.asked.Source
	r.Digest = Digest(run.call.Tool, run.call.Input)
	r.Latency = time.Since(run.started)
	r.Input = nil
	if r.Allowed() {
		r.Action = ActionAllow
		if run.changed {
			r.Action, r.Input = ActionModify, run.standing()
		}
	}
	return r
}
