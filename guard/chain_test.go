package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"

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
	assert.NotEqual(t, local.calls[0].DecisionID, remote.calls[0].DecisionID, "each decides under an id of its own")
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

// Each Checker decides under an id of its own, and under the same when it is asked
// again.
func TestTheDecisionsOfAChain(t *testing.T) {
	t.Parallel()
	judge := func(tool string, action guard.Action) *seen {
		return &seen{say: func(c guard.Call) guard.Result {
			if c.Tool == tool {
				return guard.Result{Action: action}
			}
			return guard.Result{Action: guard.ActionAllow}
		}}
	}
	members := []*seen{judge("one", guard.ActionBlock), judge("two", guard.ActionEscalate), judge("three", guard.ActionBlock), judge("four", guard.ActionBlock)}
	reporter := guard.NewReporter(guard.Chain(members[0], members[1]), nil)
	defer func() { require.NoError(t, reporter.Shutdown(t.Context())) }()
	checker := guard.Chain(reporter, guard.Chain(members[2], members[3]))
	ids := map[uuid.UUID]bool{}
	for tool, deciding := range map[string]*seen{"none": members[0], "one": members[0], "two": members[1], "three": members[2], "four": members[3]} {
		asked := call(tool, `{}`)
		asked.DecisionID = question
		for range 2 {
			got, err := checker.Check(t.Context(), asked)
			require.NoError(t, err)
			last := deciding.calls[len(deciding.calls)-1]
			assert.Equal(t, last.DecisionID, got.DecisionID, "%s: of the one that decides", tool)
			ids[got.DecisionID] = true
		}
	}
	assert.Len(t, ids, 4, "each has its own, the same each time")
	assert.True(t, ids[question], "the first one that of the call")

	changing, last := caps(`{"a":1}`, `{"a":2}`), always(guard.Result{Action: guard.ActionAllow})
	seenIDs := map[uuid.UUID]bool{}
	for range 2 {
		asked := call("t", `{"a":1}`)
		asked.DecisionID = question
		_, err := guard.Chain(last, changing).Check(t.Context(), asked)
		require.NoError(t, err)
	}
	for _, c := range append(last.calls, changing.calls...) {
		seenIDs[c.DecisionID] = true
	}
	assert.Len(t, last.calls, 4)
	assert.Len(t, seenIDs, 3, "who is asked again, too")
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
