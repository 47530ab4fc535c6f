package guardapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

// A local engine and the backend judge one call under one id, and the engine's report
// may be there first.
func TestAReportIsNoAnswer(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	c := b.newClient()
	for _, tool := range []string{"allow", "block", "escalate"} {
		call := guard.Call{Tool: tool, Input: json.RawMessage(`{"a":1}`), Agent: "bot", DecisionID: uuid.New()}
		allowed := guard.Result{Action: guard.ActionAllow, DecisionID: call.DecisionID}
		require.NoError(t, c.Report(t.Context(), guard.Decision{Call: call, Result: allowed, Time: b.clock.now()}))
		for range 2 {
			result, err := c.Check(t.Context(), call)
			require.NoError(t, err)
			assert.Equal(t, tool, result.Action.String(), result.Reason)
			assert.Empty(t, result.Failure, result.Reason)
			assert.Equal(t, call.DecisionID, result.DecisionID)
		}
		kept := b.decisions()
		require.GreaterOrEqual(t, len(kept), 2)
		assert.Equal(t, []string{"backend", tool, "local", "allow"}, []string{kept[0].Origin, kept[0].Action, kept[1].Origin, kept[1].Action})

		call.Input = json.RawMessage(`{"a":2}`)
		again, err := c.Check(t.Context(), call)
		require.NoError(t, err)
		assert.Equal(t, guard.ActionBlock, again.Action, "the id is of another call")
	}
	assert.Len(t, b.decisions(), 6, "what is asked again is kept once")
}

// The very members of a question, reported as allowed beforehand, do not answer it.
func TestAReportOfTheSameWordsIsNoAnswer(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	body := ask("block", `{"a":1}`, `"decision_id":"`+newID()+`"`)
	report := strings.TrimSuffix(body, "}") + `,"action":"allow"}`
	a := b.do(http.MethodPost, reports, `{"decisions":[`+report+`]}`)
	require.Equal(t, http.StatusAccepted, a.status, "%s", a.body)
	assert.Equal(t, "block", b.evaluate(body)["action"])
}

func TestWhatIsAddedToAReasonIsASentence(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	strict := b.evaluate(`{"payload_version":1,"tool_name":"escalate","tool_input":{}}`)
	assert.Equal(t, "does harm. A person would have to approve the call, which this client cannot wait for.", strict["reason"])
	unseen := b.evaluate(ask("escalate", `{}`, `"capture":{"tool_arguments":"suppressed"}`))
	assert.Equal(t, "block", unseen["action"])
	assert.Equal(t, "does harm. A person would have to approve the call, but the capture policy suppresses its arguments, so that nobody could see them.", unseen["reason"])
}

// A person who sees the arguments alone does not decide on what the tool returned, nor
// by one word on both.
func TestNobodyIsAskedAboutAnOutput(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	call := b.evaluate(ask("escalate", `{"a":1}`, ""))
	require.Equal(t, "escalate", call["action"])
	got := b.evaluate(ask("escalate", `{"a":1}`, `"phase":"output","tool_output":"x"`))
	assert.Equal(t, "block", got["action"])
	assert.Contains(t, got["reason"], "not what its tool returned")
	assert.Len(t, b.get("/v1/guard/escalations")["escalations"], 1)

	output := guard.Call{Tool: "escalate", Input: json.RawMessage(`{"a":1}`), Phase: guard.PhaseOutput, Output: json.RawMessage(`"x"`)}
	result, err := guard.Chain(guard.CheckerFunc(scripted), b.newClient()).Check(t.Context(), output)
	require.NoError(t, err)
	assert.Equal(t, []any{guard.ActionBlock, guard.ApprovalFailed}, []any{result.Action, result.Approval})
	assert.Len(t, b.get("/v1/guard/escalations")["escalations"], 1)
}
