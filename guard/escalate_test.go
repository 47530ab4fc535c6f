package guard_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
)

func waiting(t *testing.T, d *desk, opts ...guard.Option) (*guard.Client, *backend) {
	t.Helper()
	return newClient(t, d.ServeHTTP, append([]guard.Option{guard.WithWaitForEscalation(true)}, opts...)...)
}

var escalate = guard.Result{
	Action: guard.ActionEscalate, Reason: "refunds 900", Rule: "refund_validation", PolicyVersion: "v1", Severity: guard.SeverityHigh,
	Rules: []guard.RuleResult{{Name: "refund_validation", Action: guard.ActionEscalate, Mode: guard.ModeEnforce, Status: guard.StatusFailed}},
}

func TestApproved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		client, b := waiting(t, d)
		time.AfterFunc(100*time.Second, func() { d.decide("approved", "known customer") })
		started := time.Now()
		asked := call("refund", `{"amount":900}`)
		asked.DecisionID = question
		got, err := client.Approve(t.Context(), asked, escalate)
		require.NoError(t, err)
		assert.Equal(t, guard.ActionAllow, got.Action, "%+v", got)
		assert.Equal(t, guard.ApprovalGranted, got.Approval)
		assert.Equal(t, "approved by ann (known customer): refunds 900", got.Reason)
		assert.Equal(t, "e/1", got.EscalationID)
		assert.Equal(t, question, got.DecisionID)
		assert.Equal(t, 100*time.Second, time.Since(started), "the answer comes with the decision")
		assert.Equal(t, []string{
			"POST /v1/guard/escalations", "GET /v1/guard/escalations/e/1/status", "GET /v1/guard/escalations/e/1/status",
			"GET /v1/guard/escalations/e/1/status", "GET /v1/guard/escalations/e/1/status", "POST /v1/guard/escalations/e/1/redeem",
		}, b.paths(), "no busy polling")
		requests := b.asked()
		assert.Equal(t, "wait=30s", requests[1].query)
		assert.Equal(t, map[string]any{"digest": guard.Digest("refund", asked.Input), "decision_id": question.String()}, requests[5].body)
		delete(requests[0].body, "results")
		delete(requests[0].body, "capture")
		assert.Equal(t, map[string]any{
			"tool_name": "refund", "tool_input": map[string]any{"amount": 900.0}, "reason": "refunds 900", "severity": "high",
			"rules_triggered": []any{"refund_validation"}, "policy_version": "v1", "digest": guard.Digest("refund", asked.Input),
			"decision_id": question.String(), "decision_source": "manual", "expires_in_ms": 300000.0,
			"context": map[string]any{"environment": "default", "workspace_id": "default"},
		}, requests[0].body)
	})
}

func TestABackendThatDoesNotHoldThePollIsAskedAtIntervals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.ignoreWait = true
		client, b := waiting(t, d, guard.WithPollInterval(5*time.Second))
		time.AfterFunc(12*time.Second, func() { d.decide("approved", "") })
		got, err := client.Approve(t.Context(), call("refund", `{}`), escalate)
		require.NoError(t, err)
		assert.True(t, got.Allowed())
		requests := b.asked()
		require.Len(t, requests, 6)
		for i := 2; i < 5; i++ {
			assert.Equal(t, 5*time.Second, requests[i].at.Sub(requests[i-1].at))
		}
	})
}

func TestNotApproved(t *testing.T) {
	t.Parallel()
	at := func(part string, status int, code string) func(string) (int, string) {
		return func(path string) (int, string) {
			if strings.HasSuffix(path, part) {
				return status, code
			}
			return 0, ""
		}
	}
	for name, c := range map[string]struct {
		status string // "": nobody decides
		fail   func(path string) (int, string)
		want   guard.Approval
		reason string
	}{
		"denied":            {"denied", nil, guard.ApprovalDenied, "denied by ann (no)"},
		"timed out there":   {"timeout", nil, guard.ApprovalTimeout, "nobody decided in time"},
		"timed out here":    {"", nil, guard.ApprovalTimeout, "nobody decided within 5m0s"},
		"expired":           {"approved", at("redeem", 410, "grant_expired"), guard.ApprovalExpired, "no longer good"},
		"redeemed":          {"approved", at("redeem", 409, "already_redeemed"), guard.ApprovalRedeemed, "used already"},
		"other arguments":   {"approved", at("redeem", 409, "digest_mismatch"), guard.ApprovalMismatch, "other arguments"},
		"denied after all":  {"approved", at("redeem", 409, "escalation_denied"), guard.ApprovalDenied, "denied"},
		"too late":          {"approved", at("redeem", 409, "escalation_timeout"), guard.ApprovalTimeout, "in time"},
		"no redeem there":   {"approved", at("redeem", 404, "not_found"), guard.ApprovalFailed, "no approval could be had"},
		"redeem is down":    {"approved", at("redeem", 503, ""), guard.ApprovalFailed, "no approval could be had"},
		"unknown status":    {"half", nil, guard.ApprovalFailed, `"half"`},
		"unknown request":   {"approved", at("status", 404, "not_found"), guard.ApprovalFailed, "no approval could be had"},
		"cannot be asked":   {"approved", at("escalations", 500, ""), guard.ApprovalFailed, "no approval could be had"},
		"may not ask":       {"approved", at("escalations", 403, "forbidden"), guard.ApprovalFailed, "no approval could be had"},
		"status never says": {"approved", at("status", 503, ""), guard.ApprovalTimeout, "nobody decided within"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				d.fail = c.fail
				client, _ := waiting(t, d, guard.WithFailClosed(false))
				if c.status != "" {
					time.AfterFunc(40*time.Second, func() { d.decide(c.status, "no") })
				}
				got, err := client.Approve(t.Context(), call("refund", `{}`), escalate)
				require.NoError(t, err)
				assert.Equal(t, guard.ActionBlock, got.Action, "%+v", got)
				assert.Equal(t, c.want, got.Approval)
				assert.Contains(t, got.Reason, c.reason)
				assert.Contains(t, got.Reason, "refunds 900", "why it was asked")
			})
		})
	}
}

func TestAnApprovalIsForOneRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.decide("approved", "")
		client, _ := waiting(t, d)
		asked := call("refund", `{}`)
		asked.DecisionID = question
		first, err := client.Approve(t.Context(), asked, escalate)
		require.NoError(t, err)
		assert.True(t, first.Allowed())
		again, err := client.Approve(t.Context(), asked, escalate)
		require.NoError(t, err)
		assert.Equal(t, guard.ApprovalRedeemed, again.Approval)
		assert.False(t, again.Allowed(), "the same approval, replayed")

		asked.DecisionID = uuid.New()
		other, err := client.Approve(t.Context(), asked, escalate)
		require.NoError(t, err)
		assert.True(t, other.Allowed(), "another waiter has a grant of its own")
	})
}

func TestAnApprovalIsForTheseArguments(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.decide("approved", "")
		client, _ := waiting(t, d)
		_, err := client.Approve(t.Context(), call("refund", `{"amount":10}`), escalate)
		require.NoError(t, err)
		verdict := escalate
		verdict.EscalationID = "e/1" // it was asked with other arguments
		got, err := client.Approve(t.Context(), call("refund", `{"amount":900}`), verdict)
		require.NoError(t, err)
		assert.Equal(t, guard.ApprovalMismatch, got.Approval)
		assert.False(t, got.Allowed())
	})
}

func TestRedeemTakesNoOtherAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"page":         says("<html>OK</html>"),
		"empty":        says(""),
		"no status":    says(`{}`),
		"denied":       says(`{"status":"denied"}`),
		"both":         says(`{"status":"denied","status":"approved"}`),
		"both, turned": says(`{"status":"approved","STATUS":"denied"}`),
		"torn":         says(`{"status":"approved"`),
		"other digest": says(`{"status":"approved","digest":"sha256:00"}`),
		"accepted": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, `{"status":"approved"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				d.decide("approved", "")
				client, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "redeem") {
						answer(w, r)
						return
					}
					d.ServeHTTP(w, r)
				}, guard.WithWaitForEscalation(true))
				got, err := client.Approve(t.Context(), call("refund", `{}`), escalate)
				require.NoError(t, err)
				assert.False(t, got.Allowed(), "%+v", got)
			})
		})
	}
}

func TestOddRequestsForApproval(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		created string
		want    guard.Approval
	}{
		"no id":        {`{"status":"approved"}`, guard.ApprovalFailed},
		"page":         {`<html>`, guard.ApprovalFailed},
		"other digest": {`{"id":"e1","digest":"sha256:00"}`, guard.ApprovalMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, b := newClient(t, says(c.created), guard.WithWaitForEscalation(true))
			got, err := client.Approve(t.Context(), call("refund", `{}`), escalate)
			require.NoError(t, err)
			assert.Equal(t, guard.ActionBlock, got.Action)
			assert.Equal(t, c.want, got.Approval)
			assert.Len(t, b.asked(), 1)
		})
	}
}

func TestWithoutWaitingItStaysEscalated(t *testing.T) {
	t.Parallel()
	d := newDesk()
	client, b := newClient(t, d.ServeHTTP)
	asked := call("refund", `{}`)
	asked.DecisionID = question
	got, err := client.Approve(t.Context(), asked, escalate)
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action)
	assert.Equal(t, guard.ApprovalPending, got.Approval)
	assert.Equal(t, "e/1", got.EscalationID)
	assert.Len(t, b.asked(), 1)

	d.decide("approved", "")
	got, err = client.Approve(t.Context(), asked, escalate)
	require.NoError(t, err)
	assert.Equal(t, guard.ActionAllow, got.Action, "who comes back finds the decision")
}

func TestWhatTheBackendEscalatesIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.evaluate = `{"action":"escalate","escalation_id":17,"reason":"refunds 900"}`
		client, b := waiting(t, d)
		time.AfterFunc(7*time.Second, func() { d.decide("approved", "") })
		got, err := client.Check(t.Context(), call("refund", `{"amount": 900}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionAllow, got.Action)
		assert.Equal(t, 7*time.Second, got.Latency)
		requests := b.asked()
		assert.Equal(t, "/v1/guard/escalations/17/redeem", requests[len(requests)-1].path)
		assert.Equal(t, requests[0].body["decision_id"], requests[len(requests)-1].body["decision_id"])

		d.evaluate = `{"action":"escalate"}`
		got, err = client.Check(t.Context(), call("refund", `{}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ApprovalFailed, got.Approval, "there is nothing to wait for")
		assert.False(t, got.Allowed())
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := waiting(t, newDesk())
		ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		defer cancel()
		started := time.Now()
		got, err := client.Approve(ctx, call("refund", `{}`), escalate)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, guard.ActionEscalate, got.Action)
		assert.Equal(t, guard.ApprovalPending, got.Approval)
		assert.Equal(t, 45*time.Second, time.Since(started))
	})
}

func TestRefusedCallsAreNotPutBeforeAPerson(t *testing.T) {
	t.Parallel()
	client, b := waiting(t, newDesk())
	verdict := escalate
	for _, id := range []string{"", "e1"} {
		verdict.EscalationID = id
		got, err := client.Approve(t.Context(), call("refund", `900`+"\x00"), verdict)
		require.NoError(t, err)
		assert.Equal(t, guard.ActionBlock, got.Action)
	}
	assert.Empty(t, b.asked())
}

// order is changed by whoever else holds it.
type order struct {
	Amount int `json:"amount"`
}

func TestArgumentsThatChangeAfterTheApprovalDoNotRun(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.decide("approved", "")
	client, _ := waiting(t, d)
	in := &order{Amount: 10}
	d.fail = func(path string) (int, string) {
		if strings.HasSuffix(path, "redeem") {
			in.Amount = 900
		}
		return 0, ""
	}
	ran := false
	refund := guard.Tool[*order, string](nil, guard.Chain(fixed(escalate), client), "refund", func(context.Context, *order) (string, error) {
		ran = true
		return "paid", nil
	})
	_, err := refund(t.Context(), in)
	var blocked *guard.BlockedError
	require.ErrorAs(t, err, &blocked)
	assert.Contains(t, blocked.Reason(), "changed while they were judged")
	assert.False(t, ran)
}

func TestCaptureOfRequestsForApproval(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, newDesk().ServeHTTP, guard.WithCapture(staso.CapturePolicy{ToolArguments: staso.Suppressed}))
	_, err := client.Approve(t.Context(), call("refund", `{"amount":900}`), escalate)
	require.NoError(t, err)
	body := b.asked()[0].body
	assert.Equal(t, map[string]any{"amount": 900.0}, body["tool_input"], "who approves must see them")
	assert.Equal(t, "suppressed", body["capture"].(map[string]any)["tool_arguments"], "but they are not to be kept")
	assert.NotContains(t, fmt.Sprint(body["context"]), "900")
}
