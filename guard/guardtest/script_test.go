package guardtest_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
)

func TestScriptAnswersByTool(t *testing.T) {
	t.Parallel()
	failure := errors.New("out of order")
	script := guardtest.Block("rm", "deletes files").Modify("refund", `{"amount":10}`).Escalate("wire", "moves money").
		Answer("fetch", guard.Result{Action: guard.ActionAllow, Failure: guard.FailureNetwork, FailureMode: guard.FailOpen}, nil).
		Answer("broken", guard.Result{}, failure)
	for tool, want := range map[string]guard.Action{
		"ls": guard.ActionAllow, "rm": guard.ActionBlock, "refund": guard.ActionModify, "wire": guard.ActionEscalate, "fetch": guard.ActionAllow,
	} {
		got, err := script.Check(t.Context(), guard.Call{Tool: tool, DecisionID: uuid.UUID{1}})
		require.NoError(t, err)
		assert.Equal(t, want, got.Action, tool)
		assert.Equal(t, uuid.UUID{1}, got.DecisionID)
	}
	_, err := script.Check(t.Context(), guard.Call{Tool: "broken"})
	assert.Equal(t, failure, err)

	got, _ := script.Check(t.Context(), guard.Call{Tool: "rm"})
	assert.Equal(t, "deletes files", got.Reason)
	assert.Equal(t, []string{guardtest.RuleName}, got.Triggered())
	got, _ = script.Block("rm", "").Answer("rm", guard.Result{Action: guard.ActionAllow}, nil).Check(t.Context(), guard.Call{Tool: "rm"})
	assert.True(t, got.Allowed(), "the last answer counts")
	for tool, script := range map[string]*guardtest.Script{"refund": guardtest.Modify("refund", `{}`), "wire": guardtest.Escalate("wire", "x")} {
		got, _ = script.Check(t.Context(), guard.Call{Tool: tool})
		assert.NotEqual(t, guard.ActionAllow, got.Action)
		got, _ = script.Check(t.Context(), guard.Call{Tool: "other"})
		assert.Equal(t, guard.ActionAllow, got.Action)
	}
	got, err = new(guardtest.Script).Check(t.Context(), guard.Call{Tool: "ls"})
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action, "as with all that is zero here")
	got, _ = new(guardtest.Script).Block("ls", "x").Check(t.Context(), guard.Call{Tool: "ls"})
	assert.Equal(t, "x", got.Reason)
}

func TestScriptKeepsWhatItWasAsked(t *testing.T) {
	t.Parallel()
	script := guardtest.Allow()
	input := json.RawMessage(`{"n":1}`)
	_, _ = script.Check(t.Context(), guard.Call{Tool: "a", Input: input, Attributes: map[string]any{"x": 1}})
	_, _ = script.Check(t.Context(), guard.Call{Tool: "b"})
	input[5] = '2'
	script.Calls()[0].Attributes["x"] = 2
	require.Len(t, script.Calls(), 2)
	require.Len(t, script.CallsTo("a"), 1)
	assert.Equal(t, guard.Call{Tool: "a", Input: json.RawMessage(`{"n":1}`), Attributes: map[string]any{"x": 1}}, script.CallsTo("a")[0])
	assert.Empty(t, script.CallsTo("c"))
}
