package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

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
	assert.NotEqual(t, question, approved.DecisionID, "what was escalated under it is another call")
	assert.Equal(t, approved.DecisionID, got.DecisionID)
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

// A person whom one Checker has asked by itself stands for the chain, if what they
// approved is what would run.
func TestAGrantIsForTheArgumentsThatRun(t *testing.T) {
	t.Parallel()
	this, other := guard.Digest("refund", json.RawMessage(`{"a":9}`)), guard.Digest("refund", json.RawMessage(`{"a":8}`))
	granted := func(digest string) *seen {
		return always(guard.Result{Action: guard.ActionAllow, EscalationID: "e1", Approval: guard.ApprovalGranted, Reason: "approved", Digest: digest})
	}
	changes := &seen{say: func(c guard.Call) guard.Result {
		return guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{"a":8}`)}
	}}
	ended := failing(guard.Result{Action: guard.ActionEscalate}, context.Canceled)
	for name, c := range map[string]struct {
		members []guard.Checker
		asked   int
		want    guard.Action
	}{
		"these":                     {[]guard.Checker{fixed(escalate), granted(this)}, 0, guard.ActionAllow},
		"these, escalated later":    {[]guard.Checker{granted(this), fixed(escalate)}, 0, guard.ActionAllow},
		"others":                    {[]guard.Checker{fixed(escalate), granted(other)}, 1, guard.ActionBlock},
		"it is not said which":      {[]guard.Checker{fixed(escalate), granted("")}, 1, guard.ActionBlock},
		"changed after it":          {[]guard.Checker{fixed(escalate), granted(this), changes}, 1, guard.ActionBlock},
		"changed before it":         {[]guard.Checker{fixed(escalate), changes, granted(other)}, 0, guard.ActionModify},
		"blocked after it":          {[]guard.Checker{fixed(escalate), granted(this), fixed(guard.Result{})}, 0, guard.ActionBlock},
		"another waits no longer":   {[]guard.Checker{granted(this), ended}, 0, guard.ActionEscalate},
		"nobody else would have it": {[]guard.Checker{allow(), granted(this)}, 0, guard.ActionAllow},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			person := approver{allow(), func(guard.Call, guard.Result) (guard.Result, error) {
				asked++
				return guard.Result{Reason: "denied", Approval: guard.ApprovalDenied}, nil
			}}
			got, _ := guard.Chain(append(c.members, person)...).Check(t.Context(), call("refund", `{"a":9}`))
			assert.Equal(t, c.want, got.Action, "%+v", got)
			assert.Equal(t, c.asked, asked)
			if got.Allowed() {
				assert.Equal(t, []any{guard.ApprovalGranted, "e1", "approved"}, []any{got.Approval, got.EscalationID, got.Reason})
			}
		})
	}
}

// The engine and the backend may both escalate a call: a person is asked once, with
// the reasons of both.
func TestBothEscalate(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"approved", "denied"} {
		t.Run(said, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				d.evaluate = `{"action":"escalate","reason":"a new customer","results":[{"rule_name":"new_customer","action":"escalate"}]}`
				client, b := waiting(t, d)
				time.AfterFunc(time.Minute, func() { d.decide(said, "") })
				asked := call("refund", `{"amount":900}`)
				asked.DecisionID = question
				got, err := guard.Chain(guard.Chain(fixed(escalate)), guard.Chain(client)).Check(t.Context(), asked)
				require.NoError(t, err)
				assert.Equal(t, said == "approved", got.Allowed(), "%+v", got)
				assert.Equal(t, guard.Approval(said), got.Approval)
				assert.Equal(t, question, got.DecisionID, "the engine's")
				created := 0
				for _, r := range b.asked() {
					switch r.path {
					case "/v1/guard/evaluate":
						assert.Equal(t, true, r.body["defer_escalation"])
					case "/v1/guard/escalations":
						created++
						assert.Equal(t, []any{"refund_validation", "new_customer"}, r.body["rules_triggered"])
					}
				}
				assert.Equal(t, 1, created, "%v", b.paths())
			})
		})
	}
}

// A backend of another make puts the call before a person whatever it is asked.
func TestABackendThatAsksByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.evaluate = `{"action":"escalate","escalation_id":"e/7","reason":"a new customer"}`
		client, b := waiting(t, d)
		time.AfterFunc(time.Minute, func() { d.decide("approved", "") })
		got, err := guard.Chain(fixed(escalate), client).Check(t.Context(), call("refund", `{"amount":900}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionAllow, got.Action, "%+v", got)
		requests := b.asked()
		redeemed := requests[len(requests)-1]
		assert.Equal(t, "/v1/guard/escalations/e/7/redeem", redeemed.path)
		assert.Equal(t, requests[0].body["decision_id"], redeemed.body["decision_id"], "it was asked under this id")

		// Its request is about other arguments than those that would run.
		client, b = waiting(t, d)
		got, err = guard.Chain(client, caps(`{"amount":900}`, `{"amount":5}`)).Check(t.Context(), call("refund", `{"amount":900}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionModify, got.Action, "%+v", got)
		requests = b.asked()
		redeemed = requests[len(requests)-1]
		assert.Equal(t, guard.Digest("refund", json.RawMessage(`{"amount":5}`)), redeemed.body["digest"])
		assert.Equal(t, requests[1].body["decision_id"], redeemed.body["decision_id"])
		assert.NotEqual(t, requests[0].body["decision_id"], redeemed.body["decision_id"])
	})
}

// embeds is a Checker of one's own around a Client.
type embeds struct{ *guard.Client }

func (e embeds) Check(ctx context.Context, c guard.Call) (guard.Result, error) {
	if c.Tool == "rm" {
		return guard.Result{Reason: "not by me"}, nil
	}
	return e.Client.Check(ctx, c)
}

func TestACheckerAroundAClientIsAsked(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.evaluate = `{"action":"escalate","escalation_id":"e1"}`
	d.decide("approved", "")
	client, _ := waiting(t, d)
	got, err := guard.Chain(allow(), embeds{client}).Check(t.Context(), call("rm", `{}`))
	require.NoError(t, err)
	assert.Equal(t, "not by me", got.Reason)
	for _, wrapped := range []guard.Checker{embeds{client}, guard.CheckerFunc(client.Check)} {
		got, err = guard.Chain(fixed(escalate), wrapped).Check(t.Context(), call("refund", `{}`))
		require.NoError(t, err)
		assert.Equal(t, []any{guard.ActionAllow, guard.ApprovalGranted}, []any{got.Action, got.Approval}, "%+v", got)
	}
	d.evaluate = `{"action":"allow","approval":"approved","escalation_id":"e1"}`
	got, err = guard.Chain(fixed(escalate), guard.CheckerFunc(client.Check)).Check(t.Context(), call("refund", `{}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action, "a backend that only says so has redeemed nothing")
}
