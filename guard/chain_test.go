package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

// seen is a Checker that keeps what it was asked.
type seen struct {
	say   func(guard.Call) guard.Result
	calls []guard.Call
}

func (s *seen) Check(_ context.Context, c guard.Call) (guard.Result, error) {
	s.calls = append(s.calls, c)
	return s.say(c), nil
}

func (s *seen) inputs() (inputs []string) {
	for _, c := range s.calls {
		inputs = append(inputs, string(c.Input))
	}
	return inputs
}

func always(r guard.Result) *seen { return &seen{say: func(guard.Call) guard.Result { return r }} }

// caps is a Checker that changes the input from into to.
func caps(from, to string) *seen {
	return &seen{say: func(c guard.Call) guard.Result {
		if string(c.Input) != from {
			return guard.Result{Action: guard.ActionAllow}
		}
		return guard.Result{
			Action: guard.ActionModify, Reason: "changes " + from, Input: json.RawMessage(to),
			Modifications: []guard.Modification{{Field: "amount", Reason: to}},
			Rules:         []guard.RuleResult{{Name: "caps", Action: guard.ActionModify, Mode: guard.ModeEnforce, Status: guard.StatusFailed}},
		}
	}}
}

func TestChainTakesTheStrictestVerdict(t *testing.T) {
	t.Parallel()
	local := always(guard.Result{Action: guard.ActionAllow, PolicyVersion: "l1", Rules: []guard.RuleResult{{Name: "a", Status: guard.StatusPassed}}})
	remote := always(guard.Result{
		Action: guard.ActionAllow, PolicyVersion: "r1", Failure: guard.FailureNetwork, FailureMode: guard.FailOpen, Retryable: true, Reason: "unreachable",
		Rules: []guard.RuleResult{{Name: "b", Status: guard.StatusPassed}},
	})
	got, err := guard.Chain(local, remote).Check(t.Context(), call("t", `{"a":1}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionAllow, got.Action)
	assert.Equal(t, guard.FailureNetwork, got.Failure)
	assert.Equal(t, guard.FailOpen, got.FailureMode)
	assert.True(t, got.Retryable)
	assert.Equal(t, "unreachable", got.Reason)
	assert.Len(t, got.Rules, 2)
	assert.Equal(t, guard.Digest("t", json.RawMessage(`{"a":1}`)), got.Digest)
	assert.Equal(t, local.calls[0].DecisionID, remote.calls[0].DecisionID, "it is one question")
	assert.Equal(t, local.calls[0].DecisionID, got.DecisionID)

	block := always(guard.Result{Action: guard.ActionBlock, Reason: "no", Rule: "r", Severity: guard.SeverityHigh, PolicyVersion: "b1"})
	after := always(guard.Result{Action: guard.ActionAllow})
	got, err = guard.Chain(always(escalate), block, after).Check(t.Context(), call("t", `{}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action)
	assert.Equal(t, []any{"no", "r", guard.SeverityHigh, "b1"}, []any{got.Reason, got.Rule, got.Severity, got.PolicyVersion})
	assert.Empty(t, after.calls, "a block ends it")
}

func TestChainOfBrokenCheckers(t *testing.T) {
	t.Parallel()
	failure := errors.New("out of order")
	for name, checkers := range map[string][]guard.Checker{
		"none":  {},
		"nil":   {allow(), nil},
		"panic": {allow(), guard.CheckerFunc(func(context.Context, guard.Call) (guard.Result, error) { panic("oops") })},
		"error": {failing(guard.Result{Action: guard.ActionAllow}, failure), allow()},
	} {
		got, err := guard.Chain(checkers...).Check(t.Context(), call("t", `{}`))
		assert.Equal(t, guard.ActionBlock, got.Action, name)
		assert.NotEmpty(t, got.Reason, name)
		if name == "error" {
			assert.ErrorIs(t, err, failure)
		} else {
			assert.NoError(t, err)
		}
	}
}

func TestChangedArgumentsAreJudgedByAll(t *testing.T) {
	t.Parallel()
	local, remote := caps(`{"a":3}`, `{"a":2}`), caps(`{"a":2}`, `{"a":1}`)
	got, err := guard.Chain(local, remote).Check(t.Context(), call("t", `{"a":3}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionModify, got.Action)
	assert.JSONEq(t, `{"a":1}`, string(got.Input))
	assert.Equal(t, []string{`{"a":3}`, `{"a":1}`}, local.inputs(), "what came behind it too")
	assert.Equal(t, []string{`{"a":2}`}, remote.inputs())
	assert.NotEqual(t, local.calls[0].DecisionID, local.calls[1].DecisionID, "another question")
	assert.Equal(t, []guard.Modification{{Field: "amount", Reason: `{"a":2}`}, {Field: "amount", Reason: `{"a":1}`}}, got.Modifications)
	assert.Equal(t, guard.Digest("t", json.RawMessage(`{"a":1}`)), got.Digest)

	strict := &seen{say: func(c guard.Call) guard.Result {
		if string(c.Input) == `{"a":1}` {
			return guard.Result{Reason: "not one"}
		}
		return guard.Result{Action: guard.ActionAllow}
	}}
	got, err = guard.Chain(strict, caps(`{"a":3}`, `{"a":1}`)).Check(t.Context(), call("t", `{"a":3}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action, "a change that itself violates")
	assert.Nil(t, got.Input)
}

func TestCheckersThatDoNotAgree(t *testing.T) {
	t.Parallel()
	one, two := caps(`{"a":1}`, `{"a":2}`), caps(`{"a":2}`, `{"a":1}`)
	got, err := guard.Chain(one, two).Check(t.Context(), call("t", `{"a":1}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action)
	assert.Contains(t, got.Reason, "keep changing")
	assert.Len(t, one.calls, 4)

	same := modify(`{"a": 1}`)
	got, err = guard.Chain(same, allow()).Check(t.Context(), call("t", `{"a":1}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionAllow, got.Action, "nothing was changed")
}

// approver is a Checker that has a person at hand.
type approver struct {
	guard.Checker
	approve func(guard.Call, guard.Result) (guard.Result, error)
}

func (a approver) Approve(_ context.Context, c guard.Call, verdict guard.Result) (guard.Result, error) {
	return a.approve(c, verdict)
}

func TestEscalatedCallsArePutBeforeTheFirstApprover(t *testing.T) {
	t.Parallel()
	var approved guard.Call
	person := approver{allow(), func(c guard.Call, verdict guard.Result) (guard.Result, error) {
		approved = c
		assert.Equal(t, guard.ActionEscalate, verdict.Action)
		assert.Equal(t, "refunds 900", verdict.Reason)
		assert.Equal(t, []string{"refund_validation", "caps"}, verdict.Triggered(), "each once")
		return guard.Result{Action: guard.ActionAllow, Approval: guard.ApprovalGranted, EscalationID: "e1", Reason: "approved"}, nil
	}}
	never := approver{allow(), func(guard.Call, guard.Result) (guard.Result, error) { panic("the first is asked") }}
	asked := call("refund", `{"a":9}`)
	asked.DecisionID = question
	late := caps(`{"a":9}`, `{"a":8}`)
	got, err := guard.Chain(fixed(escalate), guard.Chain(person), never, late).Check(t.Context(), asked)
	require.NoError(t, err)
	assert.Equal(t, guard.ActionModify, got.Action)
	assert.JSONEq(t, `{"a":8}`, string(got.Input))
	assert.JSONEq(t, `{"a":8}`, string(approved.Input), "the arguments as they will run")
	assert.Equal(t, guard.Digest("refund", approved.Input), got.Digest)
	assert.Equal(t, question, approved.DecisionID)
	assert.Equal(t, guard.ApprovalGranted, got.Approval)
	assert.Equal(t, "e1", got.EscalationID)
	assert.Equal(t, "approved", got.Reason)
}

func TestNotApprovedByTheApprover(t *testing.T) {
	t.Parallel()
	failure := errors.New("ctx ended")
	for name, c := range map[string]struct {
		approve func(guard.Call, guard.Result) (guard.Result, error)
		want    guard.Action
		err     error
	}{
		"denied": {func(guard.Call, guard.Result) (guard.Result, error) {
			return guard.Result{Approval: guard.ApprovalDenied}, nil
		}, guard.ActionBlock, nil},
		"pending": {func(_ guard.Call, v guard.Result) (guard.Result, error) { return v, nil }, guard.ActionEscalate, nil},
		"panics":  {func(guard.Call, guard.Result) (guard.Result, error) { panic("oops") }, guard.ActionBlock, nil},
		"error": {func(guard.Call, guard.Result) (guard.Result, error) {
			return guard.Result{Action: guard.ActionAllow}, failure
		}, guard.ActionBlock, failure},
		"modifies": {func(guard.Call, guard.Result) (guard.Result, error) {
			return guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{"a":1}`)}, nil
		}, guard.ActionBlock, nil},
	} {
		got, err := guard.Chain(fixed(escalate), approver{allow(), c.approve}).Check(t.Context(), call("refund", `{}`))
		assert.Equal(t, c.want, got.Action, name)
		assert.Equal(t, c.err, err, name)
		assert.False(t, got.Allowed())
	}
	got, err := guard.Chain(fixed(escalate), allow()).Check(t.Context(), call("refund", `{}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action, "there is nobody to ask")

	asked := escalate
	asked.EscalationID = "e7"
	never := approver{allow(), func(guard.Call, guard.Result) (guard.Result, error) { panic("it is before a person already") }}
	got, err = guard.Chain(fixed(escalate), fixed(asked), never).Check(t.Context(), call("refund", `{}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action)
	assert.Equal(t, "e7", got.EscalationID)
}

func TestTheLocalEnginesEscalationsGoToTheBackend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.evaluate = `{"action":"allow"}`
		client, b := waiting(t, d)
		time.AfterFunc(time.Minute, func() { d.decide("approved", "") })
		reporter := guard.NewReporter(fixed(escalate), nil)
		defer func() { require.NoError(t, reporter.Shutdown(t.Context())) }()
		got, err := guard.Chain(reporter, client).Check(t.Context(), call("refund", `{"amount":900}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionAllow, got.Action, "%+v", got)
		assert.Equal(t, "POST /v1/guard/evaluate", b.paths()[0], "the backend judges first")
		assert.Equal(t, time.Minute, got.Latency)

		got, err = guard.Chain(reporter).Check(t.Context(), call("refund", `{}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionEscalate, got.Action)
	})
}

// What the backend escalated and a person approved does not stand for what the
// local engine escalates.
func TestEachEscalationWantsItsApproval(t *testing.T) {
	t.Parallel()
	granted := guard.Result{Action: guard.ActionAllow, EscalationID: "e1", Approval: guard.ApprovalGranted}
	asked := 0
	person := approver{fixed(granted), func(guard.Call, guard.Result) (guard.Result, error) {
		asked++
		return guard.Result{Reason: "denied", Approval: guard.ApprovalDenied}, nil
	}}
	got, err := guard.Chain(fixed(escalate), person).Check(t.Context(), call("refund", `{}`))
	require.NoError(t, err)
	assert.Equal(t, 1, asked)
	assert.Equal(t, guard.ActionBlock, got.Action)
}

// A chain is never less strict than any of its members, whatever they say.
func TestChainIsMonotone(t *testing.T) {
	t.Parallel()
	strictness := map[guard.Action]int{guard.ActionAllow: 0, guard.ActionModify: 1, guard.ActionEscalate: 2, guard.ActionBlock: 3}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var members []guard.Checker
		strictest := guard.ActionAllow
		for range 1 + random.IntN(4) {
			r := guard.Result{Action: guard.Action(random.IntN(6)), DecisionID: uuid.Nil}
			if r.Action == guard.ActionModify {
				r.Input = json.RawMessage([]string{`{"a":1}`, `{"a":2}`, `[]`}[random.IntN(3)])
			}
			members = append(members, fixed(r))
			if alone, _ := guard.Check(t.Context(), fixed(r), call("t", `{"a":0}`)); alone.Action != guard.ActionModify {
				strictest = strictest.Stricter(alone.Action)
			}
		}
		got, err := guard.Chain(members...).Check(t.Context(), call("t", `{"a":0}`))
		require.NoError(t, err)
		require.GreaterOrEqual(t, strictness[got.Action], strictness[strictest])
		require.Equal(t, got.Action == guard.ActionModify, got.Input != nil)
	}
}

// A request for approval that is about the arguments as they were before another
// member changed them would be approved for a call that never runs.
func TestAnEscalationOfOtherArgumentsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	modify := guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{"a":2}`)}
	masks := guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
		if string(c.Input) == `{"a":2}` {
			return guard.Result{Action: guard.ActionAllow}, nil
		}
		return modify, nil
	})
	backend := guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
		r := escalate
		if r.EscalationID = "about-2"; string(c.Input) != `{"a":2}` {
			r.EscalationID = "about-1"
		}
		return r, nil
	})
	got, err := guard.Chain(backend, masks).Check(t.Context(), call("refund", `{"a":1}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action)
	assert.Equal(t, "about-2", got.EscalationID, "the arguments that would run")

	first := escalate
	first.EscalationID = "about-1"
	once := guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
		if string(c.Input) == `{"a":1}` {
			return first, nil
		}
		return guard.Result{Action: guard.ActionAllow}, nil
	})
	var asked []string
	person := approver{allow(), func(c guard.Call, _ guard.Result) (guard.Result, error) {
		asked = append(asked, string(c.Input))
		return guard.Result{Approval: guard.ApprovalDenied}, nil
	}}
	got, err = guard.Chain(once, masks, person).Check(t.Context(), call("refund", `{"a":1}`))
	require.NoError(t, err)
	assert.Equal(t, []string{`{"a":2}`}, asked)
	assert.Equal(t, guard.ActionBlock, got.Action)
}
