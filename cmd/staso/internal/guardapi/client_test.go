package guardapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

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
