package guardapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

func (b *backend) newClient(opts ...guard.Option) *guard.Client {
	b.Helper()
	c, err := guard.NewClient(append([]guard.Option{guard.WithBaseURL(b.url), guard.WithFailClosed(true)}, opts...)...)
	require.NoError(b, err)
	return c
}

func TestTheLibrarysClientIsAnswered(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	c := b.newClient()
	for tool, action := range map[string]guard.Action{"allow": guard.ActionAllow, "block": guard.ActionBlock, "modify": guard.ActionModify, "audit": guard.ActionAllow} {
		result, err := c.Check(t.Context(), guard.Call{Tool: tool, Input: json.RawMessage(`{"a":1}`), Agent: "bot"})
		require.NoError(t, err)
		assert.Equal(t, action, result.Action, tool)
		assert.False(t, result.Degraded(), "%s: %s", tool, result.Reason)
	}
	assert.Len(t, b.decisions(), 4)
}

func TestTheLibrarysClientWaitsForAPerson(t *testing.T) {
	for _, decision := range []string{"approve", "deny"} {
		b := start(t, guard.CheckerFunc(scripted))
		c := b.newClient(guard.WithWaitForEscalation(true))
		page := b.browser()
		done := make(chan guard.Result, 1)
		go func() {
			result, err := c.Check(t.Context(), guard.Call{Tool: "escalate", Input: json.RawMessage(refund), Agent: "bot"})
			assert.NoError(t, err)
			done <- result
		}()
		require.Eventually(t, func() bool { return b.guard.Counts().Waiting.Load() == 1 }, 5*time.Second, time.Millisecond)
		pending := b.get("/v1/guard/escalations?status=pending")["escalations"].([]any)
		require.Len(t, pending, 1)
		require.Equal(t, http.StatusOK, page.decide(pending[0].(map[string]any)["id"].(string), decision).status)
		result := <-done
		if decision == "deny" {
			assert.Equal(t, []any{guard.ActionBlock, guard.ApprovalDenied}, []any{result.Action, result.Approval})
			continue
		}
		assert.Equal(t, []any{guard.ActionAllow, guard.ApprovalGranted}, []any{result.Action, result.Approval})
		assert.Equal(t, int64(1), b.guard.Counts().Redeemed.Load())
	}
}

func TestTheLibrarysClientReportsAndFetches(t *testing.T) {
	b := start(t, nil)
	c := b.newClient()
	call := guard.Call{Tool: "bash", Input: json.RawMessage(`{"command":"rm -rf /"}`), Agent: "bot", DecisionID: uuid.New()}
	result := guard.Result{
		Action: guard.ActionBlock, Rule: "dangerous", Reason: "Deletes every file.", Severity: guard.SeverityCritical,
		Latency: 1500 * time.Nanosecond, DecisionID: call.DecisionID, Digest: guard.Digest(call.Tool, call.Input),
	}
	for range 2 {
		require.NoError(t, c.Report(t.Context(), guard.Decision{Call: call, Result: result, Time: b.clock.now().Add(-time.Hour)}))
	}
	list := b.decisions()
	require.Len(t, list, 1)
	assert.Equal(t, []any{"local", "block", "dangerous", "bot", 1500 * time.Nanosecond, b.clock.now().Add(-time.Hour)},
		[]any{list[0].Origin, list[0].Action, list[0].Rule, list[0].AgentName, list[0].Latency, list[0].Time})

	require.Equal(t, http.StatusOK, b.browser().put("walks", noWalks).status)
	set, err := c.Policies(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, set.Policies, 1)
	assert.Equal(t, noWalks, set.Policies[0].YAML)
	again, err := c.Policies(t.Context(), set.ETag)
	require.NoError(t, err)
	assert.True(t, again.NotModified)
}
