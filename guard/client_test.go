package guard_test

import (
	"context"
	"encoding/json"
	"fmt"
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

func TestCheckAsksTheBackend(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, says(`{"action":"block","reason":"deletes every file","rule_name":"dangerous","severity":"critical","policy_version":"v7",
		"results":[{"rule_name":"dangerous","action":"block"}]}`), guard.WithAPIKey("sk_1"), guard.WithWorkspace("shop"))
	trace := uuid.New()
	got, err := client.Check(t.Context(), guard.Call{
		Tool: "bash", Input: json.RawMessage(` {"command": "rm -rf / <x>"} `), Agent: "bot", Environment: "prod", Conversation: "c1", User: "u1",
		TraceID: trace, SpanID: uuid.UUID{15: 9}, DecisionID: question, Source: "openai",
		Schema: json.RawMessage(`{"type":"object"}`), Tools: []string{"bash"}, History: []guard.Message{{Role: "user", Content: "hi"}},
		Attributes: map[string]any{"ticket": 7, "agent_name": "somebody else", "odd": make(chan int)},
	})
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action)
	assert.Equal(t, "deletes every file", got.Reason)
	assert.Equal(t, []string{"dangerous"}, got.Triggered())
	assert.Equal(t, guard.SeverityCritical, got.Severity)
	assert.Equal(t, question, got.DecisionID)
	assert.Equal(t, "openai", got.Source)
	assert.Equal(t, "v7", got.PolicyVersion)
	assert.Equal(t, guard.Digest("bash", json.RawMessage(`{"command":"rm -rf / <x>"}`)), got.Digest)
	assert.Positive(t, got.Latency)

	require.Len(t, b.asked(), 1)
	asked := b.asked()[0]
	assert.Equal(t, "POST /v1/guard/evaluate", asked.method+" "+asked.path)
	assert.Equal(t, "sk_1", asked.header.Get("X-API-Key"))
	assert.Equal(t, "shop", asked.header.Get("X-Workspace-Id"))
	about, _ := asked.body["context"].(map[string]any)
	assert.Contains(t, about["odd"], "chan int")
	delete(about, "odd")
	captured := map[string]any{"request": "captured", "system_prompt": "captured", "tool_schema": "captured", "tool_arguments": "captured", "output": "captured"}
	assert.Equal(t, map[string]any{
		"payload_version": 1.0, "accept_actions": []any{"allow", "block", "modify", "escalate"},
		"tool_name": "bash", "tool_input": map[string]any{"command": "rm -rf / <x>"},
		"decision_id": question.String(), "decision_source": "openai", "failure_mode": "fail_open", "deadline_ms": 9900.0, "capture": captured,
		"context": map[string]any{
			"agent_name": "bot", "agent_id": staso.AgentID("bot").String(), "environment": "prod", "workspace_id": "shop",
			"session_id": "c1", "user_id": "u1", "trace_id": trace.String(), "span_id": "00000000-0000-0000-0000-000000000009",
			"tool_schema": map[string]any{"type": "object"}, "tools": []any{"bash"},
			"conversation_history": []any{map[string]any{"role": "user", "content": "hi"}}, "ticket": 7.0,
		},
	}, asked.body)
}

func TestWhatACallLeavesOpenIsFilledIn(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, says(`{"action":"allow"}`))
	tracer, _ := newTracer(t, staso.WithEnvironment("staging"), staso.WithCapture(staso.CapturePolicy{Request: staso.Suppressed, ToolSchema: staso.Suppressed}))
	ctx, span := tracer.Start(staso.ContextWithConversation(t.Context(), "c9"), "work")
	defer span.End()
	got, err := client.Check(ctx, guard.Call{
		Tool: "say", Input: json.RawMessage(`"hello"`), Schema: json.RawMessage(`{}`), History: []guard.Message{{Role: "user", Content: "hi"}},
		Phase: guard.PhaseOutput, Output: json.RawMessage(`"done"`),
	})
	require.NoError(t, err)
	body := b.asked()[0].body
	assert.Equal(t, map[string]any{
		"agent_name": "bot", "agent_id": staso.AgentID("bot").String(), "environment": "staging", "workspace_id": "default", "session_id": "c9",
		"trace_id": span.TraceID().String(), "span_id": span.ID().String(),
	}, body["context"], "what is suppressed is not sent")
	assert.Equal(t, map[string]any{"input": "hello"}, body["tool_input"])
	assert.Equal(t, "output", body["phase"])
	assert.Equal(t, "done", body["tool_output"])
	assert.Equal(t, "manual", body["decision_source"])
	assert.Equal(t, got.DecisionID.String(), body["decision_id"])
	assert.NotEqual(t, uuid.Nil, got.DecisionID)
	assert.Equal(t, "suppressed", body["capture"].(map[string]any)["request"])
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer    http.HandlerFunc
		kind      guard.FailureKind
		closed    bool // whatever the failure mode
		retryable bool
		tries     int
	}{
		"key":                {refuses(401, "invalid_key"), guard.FailureInvalidKey, false, false, 1},
		"plan":               {refuses(402, "plan_expired"), guard.FailurePlanExpired, false, false, 1},
		"forbidden":          {refuses(403, "forbidden"), guard.FailureForbidden, false, false, 1},
		"no guard there":     {refuses(404, "not_found"), guard.FailureBackend, false, false, 1},
		"id is known":        {refuses(409, "idempotency_conflict"), guard.FailureIdempotencyConflict, true, false, 1},
		"too large":          {refuses(413, "payload_too_large"), guard.FailureCallRefused, true, false, 1},
		"not to be read":     {refuses(422, "malformed_request"), guard.FailureCallRefused, true, false, 1},
		"bad":                {refuses(400, "capacity_exhausted"), guard.FailureCallRefused, true, false, 1},
		"too many":           {refuses(429, "rate_limited"), guard.FailureRateLimited, false, true, 3},
		"broken":             {refuses(500, ""), guard.FailureBackend, false, true, 3},
		"busy":               {refuses(503, "capacity_exhausted"), guard.FailureCapacity, false, true, 3},
		"down":               {refuses(503, "backend_unavailable"), guard.FailureBackend, false, true, 3},
		"elsewhere":          {refuses(307, ""), guard.FailureBackend, false, false, 1},
		"connection":         {breaks, guard.FailureNetwork, false, true, 3},
		"silence":            {hangs, guard.FailureDeadlineExceeded, false, true, 1},
		"page":               {says("<html>allow"), guard.FailureMalformedResponse, false, false, 1},
		"breaks off":         {breaksBehind(`{"action":"allow"`), guard.FailureNetwork, false, true, 3},
		"endless":            {says(`{"action":"allow","reason":"` + strings.Repeat("x", 18<<20)), guard.FailureMalformedResponse, false, false, 1},
		"breaks off a block": {breaksBehind(`{"action":"block"`), guard.FailureMalformedResponse, true, false, 3},
		"endless block":      {says(`{"action":"block","reason":"` + strings.Repeat("x", 18<<20)), guard.FailureMalformedResponse, true, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, failClosed := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					client, b := newClient(t, c.answer, guard.WithFailClosed(failClosed))
					got, err := client.Check(t.Context(), call("bash", `{}`))
					require.NoError(t, err, "there is a Result for every outcome")
					assert.Equal(t, !c.closed && !failClosed, got.Allowed(), "%+v", got)
					assert.Equal(t, c.kind, got.Failure)
					assert.Equal(t, c.retryable, got.Retryable)
					assert.NotEmpty(t, got.Reason)
					asked := b.asked()
					require.Len(t, asked, c.tries)
					for _, again := range asked {
						assert.Equal(t, asked[0].body, again.body, "a question that is asked again is the same")
					}
				})
			}
		})
	}
}

func TestASecondTryMayDecide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		client, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			if tries++; tries == 1 {
				breaks(w, r)
				return
			}
			says(`{"action":"allow"}`)(w, r)
		}, guard.WithFailClosed(true))
		got, err := client.Check(t.Context(), call("bash", `{}`))
		require.NoError(t, err)
		assert.True(t, got.Allowed())
		assert.False(t, got.Degraded())
	})
}

func TestTheTimeoutIsForAllTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, guard.WithTimeout(3*time.Second))
		started := time.Now()
		got, err := client.Check(t.Context(), call("bash", `{}`))
		require.NoError(t, err)
		assert.Equal(t, guard.FailureCapacity, got.Failure)
		assert.Equal(t, 2*time.Second, time.Since(started), "there is no time for a third try, so it is not waited for")
		assert.Len(t, b.asked(), 2)
	})
}

func TestCallsAreRefusedBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, says(`{"action":"allow"}`))
	for name, input := range map[string]string{
		"no JSON":   `rm -rf /`,
		"torn":      `{"command":"ls"`,
		"too large": `{"text":"` + strings.Repeat("x", 16<<20) + `"}`,
	} {
		got, err := client.Check(t.Context(), call("bash", input))
		require.NoError(t, err, name)
		assert.Equal(t, guard.ActionBlock, got.Action, name)
		assert.Equal(t, guard.FailureCallRefused, got.Failure, name)
	}
	got, err := client.Check(t.Context(), guard.Call{})
	assert.ErrorContains(t, err, "names no tool")
	assert.False(t, got.Allowed())
	assert.Empty(t, b.asked())
}

func TestOddArgumentsAreSent(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, says(`{"action":"allow"}`))
	for name, input := range map[string]string{
		"nested":        `{"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
		"invalid UTF-8": "{\"x\":\"\xff\xfe\"}",
		"duplicate":     `{"x":1,"x":2}`,
		"zero width":    "{\"x\":\"r\u200bm\u202e\"}",
		"null":          `null`,
	} {
		got, err := client.Check(t.Context(), call("bash", input))
		require.NoError(t, err, name)
		assert.True(t, got.Allowed(), name)
	}
	assert.Len(t, b.asked(), 5)
}

func TestCancelledAndLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(t, hangs)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		got, err := client.Check(ctx, call("bash", `{}`))
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, got.Allowed())

		late, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got, err = client.Check(late, call("bash", `{}`))
		require.NoError(t, err)
		assert.True(t, got.Allowed(), "the deadline is a failure like another")
		assert.Equal(t, guard.FailureDeadlineExceeded, got.Failure)
	})
}

func TestDisabledAndNil(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, says(`{"action":"block"}`), guard.WithEnabled(false))
	got, err := client.Check(t.Context(), call("bash", `{}`))
	require.NoError(t, err)
	assert.True(t, got.Allowed())
	assert.Contains(t, got.Reason, "disabled")
	assert.NoError(t, client.Report(t.Context(), guard.Decision{}))
	_, err = client.Policies(t.Context(), "")
	assert.ErrorContains(t, err, "disabled")
	escalated, err := client.Approve(t.Context(), call("bash", `{}`), guard.Result{Action: guard.ActionEscalate})
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, escalated.Action)
	assert.Empty(t, b.asked())

	var none *guard.Client
	got, err = none.Check(t.Context(), call("bash", `{}`))
	require.NoError(t, err)
	assert.False(t, got.Allowed())
	none.Close()
}

func TestModifyAndEscalate(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, says(`{"action":"modify","modified_input":{"amount":10},"modifications":[{"field":"amount","reason":"capped"}]}`))
	got, err := client.Check(t.Context(), call("refund", `{"amount":900}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionModify, got.Action)
	assert.JSONEq(t, `{"amount":10}`, string(got.Input))

	client, b := newClient(t, says(`{"action":"escalate","escalation_id":"e1"}`))
	got, err = client.Check(t.Context(), call("refund", `{"amount":900}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action)
	assert.Equal(t, "e1", got.EscalationID)
	assert.Equal(t, guard.ApprovalPending, got.Approval)
	assert.Len(t, b.asked(), 1, "it does not wait")
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	client, err := guard.NewClient(guard.WithLookupEnv(nil), guard.WithBaseURL("http://127.0.0.1:1"))
	require.NoError(t, err)
	defer client.Close()
	started := time.Now()
	got, err := client.Check(t.Context(), call("bash", `{}`))
	require.NoError(t, err)
	assert.Equal(t, guard.FailureNetwork, got.Failure)
	assert.Contains(t, got.Reason, "no backend listens there")
	assert.Less(t, time.Since(started), 400*time.Millisecond, "it is not tried again")
}

func TestEveryBadOptionIsTold(t *testing.T) {
	t.Parallel()
	_, err := guard.NewClient(
		nil, guard.WithLookupEnv(func(name string) (string, bool) {
			value, ok := map[string]string{
				"STASO_GUARD_TIMEOUT": "soon", "STASO_GUARD_FAIL_CLOSED": "perhaps", "STASO_CAPTURE_OUTPUT": "x",
				"STASO_WORKSPACE_SLUG": "a\x01b", "STASO_API_KEY": "change-me",
			}[name]
			return value, ok
		}),
		guard.WithBaseURL("http://staso.example"), guard.WithHTTPClient(nil), guard.WithEscalationTimeout(0), guard.WithPollInterval(time.Hour),
	)
	require.ErrorIs(t, err, staso.ErrInvalidOption)
	for _, want := range []string{
		"a nil Option", "STASO_GUARD_TIMEOUT", "STASO_GUARD_FAIL_CLOSED", "STASO_CAPTURE_OUTPUT", "STASO_WORKSPACE_SLUG", "placeholder",
		"WithBaseURL", "WithHTTPClient", "WithEscalationTimeout(0s)", "WithPollInterval(1h0m0s)",
	} {
		assert.ErrorContains(t, err, want)
	}
	_, err = guard.NewClient(guard.WithLookupEnv(nil), guard.WithBaseURL("https://staso.example"))
	assert.ErrorContains(t, err, "STASO_API_KEY")
	_, err = guard.NewClient(guard.WithLookupEnv(nil), guard.WithAPIKey(" "), guard.WithTimeout(time.Millisecond), guard.WithWorkspace(""))
	for _, want := range []string{"WithAPIKey", "WithTimeout(1ms)", "WithWorkspace"} {
		assert.ErrorContains(t, err, want)
	}
}

func TestOptionsBeatVariables(t *testing.T) {
	t.Parallel()
	variables := map[string]string{
		"STASO_API_KEY": "sk_env", "STASO_BASE_URL": "https://env.example/", "STASO_WORKSPACE_SLUG": "env", "STASO_GUARD_FAIL_CLOSED": "yes",
		"STASO_GUARD_TIMEOUT": "2.5", "STASO_CAPTURE_OUTPUT": "no",
	}
	lookup := guard.WithLookupEnv(func(name string) (string, bool) { value, ok := variables[name]; return value, ok })
	var host string
	answer := func(_ http.ResponseWriter, r *http.Request) { host = r.URL.Host }
	client, b := newClient(t, answer, lookup)
	got, err := client.Check(t.Context(), call("x", `{}`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action, "fail closed")
	asked := b.asked()[0]
	assert.Equal(t, "env.example", host)
	assert.Equal(t, "sk_env", asked.header.Get("X-API-Key"))
	assert.Equal(t, "env", asked.header.Get("X-Workspace-Id"))
	assert.InDelta(t, 2400, asked.body["deadline_ms"], 0)
	assert.Equal(t, "fail_closed", asked.body["failure_mode"])
	assert.Equal(t, "suppressed", asked.body["capture"].(map[string]any)["output"])

	client, b = newClient(t, answer, lookup, guard.WithAPIKey("sk_opt"), guard.WithBaseURL("https://opt.example"), guard.WithWorkspace("opt"),
		guard.WithFailClosed(false), guard.WithTimeout(time.Second), guard.WithCapture(staso.CapturePolicy{Request: staso.Suppressed}))
	got, err = client.Check(t.Context(), call("x", `{}`))
	require.NoError(t, err)
	assert.True(t, got.Allowed())
	asked = b.asked()[0]
	assert.Equal(t, "opt.example", host)
	assert.Equal(t, "sk_opt", asked.header.Get("X-API-Key"))
	assert.Equal(t, "opt", asked.header.Get("X-Workspace-Id"))
	assert.InDelta(t, 900, asked.body["deadline_ms"], 0)
	assert.Equal(t, "suppressed", asked.body["capture"].(map[string]any)["output"], "what the two suppress adds up")

	for value, enabled := range map[string]bool{"FALSE": false, "0": true, "no": true, "": true} {
		variables["STASO_GUARD_ENABLED"] = value
		client, b = newClient(t, says(`{"action":"allow"}`), lookup)
		_, err = client.Check(t.Context(), call("x", `{}`))
		require.NoError(t, err)
		assert.Equal(t, enabled, len(b.asked()) == 1, value)
	}
	client, b = newClient(t, says(`{"action":"allow"}`), lookup, guard.WithEnabled(false))
	_, err = client.Check(t.Context(), call("x", `{}`))
	require.NoError(t, err)
	assert.Empty(t, b.asked())
}

func TestTheKeyIsNotTold(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"detail":"no such key ` + r.Header.Get("X-API-Key") + `"}`))
	}, guard.WithAPIKey("sk_secret"))
	got, err := client.Check(t.Context(), call("x", `{}`))
	require.NoError(t, err)
	assert.NotContains(t, got.Reason, "sk_secret")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		assert.Equal(t, "guard.Client(http://127.0.0.1:7600)", fmt.Sprintf(verb, client))
	}
	_, err = guard.NewClient(guard.WithAPIKey("sk secret"), guard.WithLookupEnv(nil))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "sk secret")
}
