package guard_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/guard"
)

func rule(name string, action guard.Action, mode guard.Mode, status guard.Status) guard.RuleResult {
	return guard.RuleResult{Name: name, Action: action, Mode: mode, Status: status, Reason: "because of 900"}
}

func TestCheckLeavesASpan(t *testing.T) {
	t.Parallel()
	audit := []guard.RuleResult{rule("pii", guard.ActionBlock, guard.ModeAudit, guard.StatusFailed)}
	enforced := []guard.RuleResult{rule("dangerous", guard.ActionBlock, guard.ModeEnforce, guard.StatusFailed)}
	for name, c := range map[string]struct {
		result guard.Result
		span   string
		failed bool
	}{
		"allowed":            {guard.Result{Action: guard.ActionAllow}, "allowed", false},
		"approved":           {guard.Result{Action: guard.ActionAllow, Approval: guard.ApprovalGranted, EscalationID: "e1"}, "allowed", false},
		"would block":        {guard.Result{Action: guard.ActionAllow, Rules: audit}, "would-block", false},
		"modified":           {guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{}`)}, "modified", false},
		"modified, audit":    {guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{}`), Rules: audit}, "modified", false},
		"blocked":            {guard.Result{Rules: enforced}, "blocked", true},
		"escalated":          {escalate, "blocked", true},
		"denied":             {guard.Result{Approval: guard.ApprovalDenied}, "blocked", true},
		"approval failed":    {guard.Result{Approval: guard.ApprovalFailed, Failure: guard.FailureNetwork, FailureMode: guard.FailClosed}, "blocked", true},
		"fail open":          {guard.Result{Action: guard.ActionAllow, Failure: guard.FailureNetwork, FailureMode: guard.FailOpen}, "unavailable", false},
		"fail closed":        {guard.Result{Failure: guard.FailureNetwork, FailureMode: guard.FailClosed}, "unavailable", true},
		"a rule failed":      {guard.Result{Action: guard.ActionAllow, Failure: guard.FailureRule, FailureMode: guard.FailOpen}, "unavailable", false},
		"blocked, half":      {guard.Result{Rules: enforced, Failure: guard.FailureNetwork}, "blocked", true},
		"blocked by failure": {guard.Result{Failure: guard.FailureRule, FailureMode: guard.FailClosed}, "blocked", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tracer, rec := newTracer(t)
			ctx, root := tracer.Start(t.Context(), "root")
			result, err := guard.Check(ctx, fixed(c.result), call("refund", `{"amount":900}`))
			root.End()
			assert.Equal(t, c.failed, err != nil)
			assert.Equal(t, !c.failed, result.Allowed())
			want := "guard:" + c.span + ":refund"
			if c.span == "unavailable" {
				want += " error"
			}
			rec.AssertTree(t, "custom root\n  tool "+want)
		})
	}
}

func TestWhatTheSpanSays(t *testing.T) {
	t.Parallel()
	verdict := guard.Result{
		Reason: "refunds 900", Rule: "refund_validation", Severity: guard.SeverityHigh, PolicyVersion: "v1", EscalationID: "e1", Approval: guard.ApprovalDenied,
		Latency: 1500 * time.Microsecond, Digest: "sha256:00", Failure: guard.FailureRule, FailureMode: guard.FailClosed, Retryable: true,
		Rules: []guard.RuleResult{
			{
				Name: "refund_validation", Action: guard.ActionBlock, Mode: guard.ModeEnforce, Status: guard.StatusFailed, Reason: "refunds 900",
				Violations: []guard.Violation{{Code: "refund.amount", Field: "amount", End: 3, Match: "900", Reason: "refunds 900"}},
			},
			rule("pii", guard.ActionBlock, guard.ModeAudit, guard.StatusFailed),
			rule("judge", guard.ActionAllow, guard.ModeEnforce, guard.StatusTimeout),
		},
	}
	want := map[string]any{
		"tool_name": "refund", "guard_action": "block", "guard_reason": "refunds 900", "guard_severity": "high", "guard_latency_ms": 1.5,
		"guard_mode": "enforce", "guard_policy_version": "v1", "guard_digest": "sha256:00", "guard_decision_source": "manual",
		"guard_decision_available": true, "guard_evaluation_status": "evaluated", "guard_escalation_id": "e1", "guard_approval": "denied",
		"guard_failure_kind": "rule_failed", "guard_failure_mode": "fail_closed", "guard_retryable": true, "guard_decision_id": question.String(),
		"guard_rules": []any{"refund_validation"}, "guard_would_block": []any{"pii"},
		"guard_evaluations": map[string]any{"failed": 2.0, "timeout": 1.0},
	}
	asked := call("refund", `{"amount":900}`)
	asked.DecisionID = question
	recorded := func(t *testing.T, opts ...staso.Option) *exporter.SpanData {
		t.Helper()
		tracer, rec := newTracer(t, opts...)
		_, err := guard.Check(staso.ContextWithTracer(t.Context(), tracer), fixed(verdict), asked)
		require.Error(t, err)
		return rec.Spans().Only(t)
	}
	span := recorded(t)
	assert.Equal(t, want, attributes(t, span.Attributes))
	assert.Empty(t, span.ErrorMessage, "the guard did its work")
	assert.JSONEq(t, `{"amount":900}`, string(span.Input))
	assert.Contains(t, string(span.Output), `"match":"900"`)

	span = recorded(t, staso.WithCapture(staso.CapturePolicy{ToolArguments: staso.Suppressed}))
	delete(want, "guard_reason")
	delete(want, "guard_digest")
	assert.Equal(t, want, attributes(t, span.Attributes), "what may quote the arguments is left out")
	assert.Empty(t, span.ErrorMessage)
	assert.Empty(t, span.Input)
	assert.Contains(t, string(span.Output), `"code":"refund.amount"`)
	assert.NotContains(t, string(span.Output), "900")
	assert.Equal(t, "900", verdict.Rules[0].Violations[0].Match, "the verdict itself is left alone")
}

func TestSuppressedArgumentsStandInNoSpan(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]struct {
		tracer []staso.Option
		tool   []staso.SpanOption
	}{
		"by the tracer": {tracer: []staso.Option{staso.WithCapture(staso.CapturePolicy{ToolArguments: staso.Suppressed})}},
		"by the tool":   {tool: []staso.SpanOption{staso.WithCaptureInput(false)}},
	} {
		for _, verdict := range []guard.Result{
			{Action: guard.ActionEscalate, Reason: "refunds nine hundred"},
			{Action: guard.ActionModify, Reason: "not nine hundred", Input: json.RawMessage(`{"order_id":"nine hundred and one"}`)},
		} {
			tracer, rec := newTracer(t, opts.tracer...)
			refund := guard.Tool(tracer, fixed(verdict), "refund", func(context.Context, refundOrder) (string, error) { return "paid", nil }, opts.tool...)
			_, err := refund(t.Context(), refundOrder{ID: "nine hundred"})
			if verdict.Action == guard.ActionEscalate {
				require.ErrorContains(t, err, "nine hundred", "the caller is told")
			}
			require.Len(t, rec.Spans(), 2)
			for _, span := range rec.Spans() {
				text, err := json.Marshal(span)
				require.NoError(t, err)
				assert.NotContains(t, string(text), "nine hundred", "%s: %s", name, span.Name)
			}
		}
	}
}

func TestCheckWithoutATracer(t *testing.T) {
	t.Parallel()
	result, err := guard.Check(t.Context(), allow(), call("refund", ``))
	require.NoError(t, err)
	assert.NotEqual(t, uuid.Nil, result.DecisionID)
	assert.Equal(t, guard.Digest("refund", nil), result.Digest)
	assert.Positive(t, result.Latency)
	assert.Equal(t, "manual", result.Source)
}

func TestOfTwoTracersTheSpansOwnCounts(t *testing.T) {
	t.Parallel()
	first, rec := newTracer(t)
	second, other := newTracer(t)
	ctx, span := first.Start(t.Context(), "root")
	_, err := guard.Check(staso.ContextWithTracer(ctx, second), allow(), call("refund", `no JSON`))
	require.NoError(t, err)
	span.End()
	rec.AssertTree(t, "custom root\n  tool guard:allowed:refund")
	assert.JSONEq(t, `{"input":"no JSON"}`, string(rec.Spans().Named("guard:allowed:refund").Only(t).Input))
	assert.Empty(t, other.Spans())
}

func TestBlockedError(t *testing.T) {
	t.Parallel()
	err := &guard.BlockedError{Tools: []guard.BlockedTool{
		{Tool: "a", Result: guard.Result{Reason: "deletes files", Rules: []guard.RuleResult{
			rule("x", guard.ActionBlock, guard.ModeEnforce, guard.StatusFailed), rule("y", guard.ActionBlock, guard.ModeEnforce, guard.StatusFailed),
		}}},
		{Tool: "b", Err: context.Canceled, Result: guard.Result{Rules: []guard.RuleResult{
			rule("y", guard.ActionBlock, guard.ModeEnforce, guard.StatusFailed), rule("z", guard.ActionBlock, guard.ModeAudit, guard.StatusFailed),
			rule("w", guard.ActionBlock, guard.ModeEnforce, guard.StatusFailed),
		}}},
	}}
	assert.Equal(t, "guard blocked a, b: deletes files", err.Error())
	assert.Equal(t, []string{"x", "y", "w"}, err.Rules())
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "guard blocked ", (&guard.BlockedError{}).Error())
	assert.Empty(t, (&guard.BlockedError{}).Reason())
}
