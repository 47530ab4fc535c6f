package guard

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/internal/panics"
)

// judgement is a call and what came of asking about it.
type judgement struct {
	call    Call
	result  Result
	err     error // why there is no verdict; nil where there is one
	started time.Time
	ended   time.Time
}

// judge asks checker about a call, and makes whatever comes of it a Result that
// can be acted upon.
func judge(ctx context.Context, checker Checker, call Call) judgement {
	j := judgement{call: named(call.In(ctx)), started: time.Now()}
	j.result, j.err = ask(ctx, checker, j.call)
	j.ended = time.Now()
	r := &j.result
	if r.Latency <= 0 {
		r.Latency = j.ended.Sub(j.started)
	}
	if r.Digest == "" {
		r.Digest = Digest(j.call.Tool, j.call.Input)
	}
	if r.DecisionID == uuid.Nil {
		r.DecisionID = j.call.DecisionID
	}
	if r.Source == "" {
		r.Source = j.call.Source
	}
	return j
}

// named gives a call the id and the source that it lacks.
func named(call Call) Call {
	if call.DecisionID == uuid.Nil {
		call.DecisionID = uuid.New()
	}
	if call.Source == "" {
		call.Source = sourceManual
	}
	return call
}

// ask is checker.Check for a Checker that may break its contract: whatever it does
// wrong is a block.
func ask(ctx context.Context, checker Checker, call Call) (result Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = checkerFailed("the guard panicked: "+panics.Text(r)), nil
		}
	}()
	if checker == nil {
		return checkerFailed("there is no guard: the Checker is nil"), nil
	}
	result, err = checker.Check(ctx, call)
	if err = panics.Safe(err); err != nil {
		return withError(result, err), err
	}
	return settled(result, call.Phase), nil
}

// checkerFailed is the Result where a Checker gave none.
func checkerFailed(why string) Result {
	return unavailableResult(FailureChecker, FailClosed, why)
}

// withError is the Result beside an error: never one that lets the call run.
func withError(r Result, err error) Result {
	if r.Allowed() {
		r.Action = ActionBlock
	}
	if r.Failure == "" && r.Approval == "" {
		r.Failure, r.FailureMode = FailureChecker, FailClosed
	}
	if r.Reason == "" {
		r.Reason = err.Error()
	}
	return r
}

// settled makes sure that a Result means what it says: there are four actions, and
// only a modify changes something, into what can stand in its place.
func settled(r Result, phase Phase) Result {
	switch r.Action {
	case ActionModify:
		if !canStandIn(phase, r.Input) {
			r.Action, r.Input = ActionBlock, nil
			r.Reason = joinReason(cannotStandIn(phase), r.Reason)
		}
	case ActionAllow, ActionEscalate:
		r.Input = nil
	default:
		r.Action, r.Input = ActionBlock, nil
	}
	return r
}

// canStandIn says whether the JSON in raw can take the place of what is judged in a
// phase: arguments are an object, and an output any value.
func canStandIn(phase Phase, raw json.RawMessage) bool {
	if phase == PhaseOutput {
		return json.Valid(raw)
	}
	return isObject(raw)
}

func cannotStandIn(phase Phase) string {
	if phase == PhaseOutput {
		return "the output was to be changed, but not into JSON"
	}
	return "the arguments were to be changed, but not into an object"
}

// blocked is the error for calls that are not let run; nil if there are none.
func blocked(judgements ...judgement) error {
	var tools []BlockedTool
	for _, j := range judgements {
		if j.err != nil || !j.result.Allowed() {
			tools = append(tools, BlockedTool{CallID: j.call.ID, Tool: j.call.Tool, Result: j.result, Err: j.err})
		}
	}
	if len(tools) == 0 {
		return nil
	}
	return &BlockedError{Tools: tools}
}

// block makes a block of a verdict that cannot be carried out.
func (j *judgement) block(kind FailureKind, format string, args ...any) {
	j.result.Action, j.result.Input = ActionBlock, nil
	j.result.Failure, j.result.FailureMode = kind, FailClosed
	j.result.Reason = joinReason(fmt.Sprintf(format, args...), j.result.Reason)
}

// inputObject is a call's arguments for a span: an object, or a text that is none.
func inputObject(input json.RawMessage) any {
	object, err := argumentsObject(input)
	if err != nil {
		return map[string]string{"input": string(input)}
	}
	return json.RawMessage(object)
}
