package guardapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
)

// withEngine is a chain of a local engine that is reported, and of the library's client.
func (b *backend) withEngine(engine guard.Checker, opts ...guard.Option) (chain guard.Checker, end func()) {
	b.Helper()
	c := b.newClient(opts...)
	reporter := guard.NewReporter(engine, c)
	return guard.Chain(reporter, c), func() { require.NoError(b, reporter.Shutdown(context.Background())) }
}

// person decides on the one call that waits, and returns it as it was shown.
func (b *backend) person(page *browser, decision string) map[string]any {
	b.Helper()
	require.Eventually(b, func() bool { return b.guard.Counts().Waiting.Load() == 1 }, 5*time.Second, time.Millisecond)
	pending := b.get("/v1/guard/escalations?status=pending")["escalations"].([]any)
	require.Len(b, pending, 1)
	shown := pending[0].(map[string]any)
	require.Equal(b, http.StatusOK, page.decide(shown["id"].(string), decision).status)
	return b.get("/v1/guard/escalations/" + shown["id"].(string))
}

// origins are who decided what, the newest first.
func (b *backend) origins() (list []string) {
	b.Helper()
	for _, d := range b.decisions() {
		list = append(list, d.Origin+" "+d.Action)
	}
	return list
}

func TestAPersonDecidesForTheEngineAndTheBackend(t *testing.T) {
	local := guardtest.Escalate("escalate", "is a refund").Escalate("allow", "is new")
	for name, c := range map[string]struct {
		tool, decision string
		want           guard.Action
		approval       guard.Approval
		kept           []string
	}{
		"both, approved":       {"escalate", "approve", guard.ActionAllow, guard.ApprovalGranted, []string{"local escalate", "backend escalate"}},
		"both, denied":         {"escalate", "deny", guard.ActionBlock, guard.ApprovalDenied, []string{"local escalate", "backend escalate"}},
		"the engine, approved": {"allow", "approve", guard.ActionAllow, guard.ApprovalGranted, []string{"local escalate", "backend allow"}},
		"the engine, denied":   {"allow", "deny", guard.ActionBlock, guard.ApprovalDenied, []string{"local escalate", "backend allow"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, guard.CheckerFunc(scripted))
			chain, end := b.withEngine(local, guard.WithWaitForEscalation(true))
			page := b.browser()
			call := guard.Call{Tool: c.tool, Input: json.RawMessage(refund), Agent: "bot", DecisionID: uuid.New()}
			done := make(chan guard.Result, 1)
			go func() {
				result, err := chain.Check(t.Context(), call)
				assert.NoError(t, err)
				done <- result
			}()
			shown := b.person(page, c.decision)
			result := <-done
			end()
			assert.Equal(t, []any{c.want, c.approval, call.DecisionID}, []any{result.Action, result.Approval, result.DecisionID}, "%+v", result)
			assert.InDelta(t, 1, shown["waiter_count"], 0, "one call waits")
			rules := shown["verdict"].(map[string]any)["rules_triggered"]
			if c.tool == "escalate" {
				assert.Equal(t, []any{guardtest.RuleName, "test_rule"}, rules, "the reasons of both")
			}
			assert.ElementsMatch(t, c.kept, b.origins())
			decision, err := b.store.Decision(t.Context(), store.DefaultWorkspace, result.DecisionID)
			require.NoError(t, err)
			assert.Equal(t, []any{"escalate", shown["id"]}, []any{decision.Action, decision.EscalationID.String()}, "it leads to what became of it")
		})
	}
}

// Who does not wait comes back with the same question, and finds the decision.
func TestWhoComesBackFindsTheDecision(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	chain, end := b.withEngine(guardtest.Escalate("escalate", "is a refund"))
	defer end()
	call := guard.Call{Tool: "escalate", Input: json.RawMessage(refund), Agent: "bot", DecisionID: uuid.New()}
	check := func(call guard.Call) guard.Result {
		result, err := chain.Check(t.Context(), call)
		require.NoError(t, err)
		return result
	}
	first := check(call)
	assert.Equal(t, []any{guard.ActionEscalate, guard.ApprovalPending}, []any{first.Action, first.Approval})
	assert.Equal(t, first.EscalationID, check(call).EscalationID)
	require.Equal(t, http.StatusOK, b.browser().decide(first.EscalationID, "approve").status)

	changed := call
	changed.Input = json.RawMessage(`{"amount": 5000, "order": "A-17"}`)
	assert.False(t, check(changed).Allowed(), "other arguments under the same id")
	assert.Equal(t, guard.ApprovalGranted, check(call).Approval)
	assert.Equal(t, guard.ApprovalRedeemed, check(call).Approval, "once")
}

func TestTheEnginesDecisionsStandBesideTheBackends(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	local := guardtest.Allow().Answer("allow", guard.Result{Action: guard.ActionAllow, Rules: []guard.RuleResult{{
		ID: "1", Name: "pii_detection", Action: guard.ActionBlock, Mode: guard.ModeAudit, Status: guard.StatusFailed,
	}}}, nil)
	chain, end := b.withEngine(local)
	call := guard.Call{Tool: "allow", Input: json.RawMessage(refund), Agent: "bot", DecisionID: uuid.New()}
	for range 2 {
		result, err := chain.Check(t.Context(), call)
		require.NoError(t, err)
		assert.Equal(t, []string{"pii_detection"}, result.WouldBlock())
	}
	end()
	list := b.decisions()
	require.Len(t, list, 2, "asked twice, each is kept once")
	for _, d := range list {
		assert.Equal(t, d.Origin == store.OriginLocal, d.WouldBlock)
	}
}

// A rule that masks what a tool returned works in the backend as in the process.
func TestOutputsAreChanged(t *testing.T) {
	b := start(t, nil)
	chain, end := b.withEngine(guardtest.Allow())
	saved := b.browser().put("masks", masksCards)
	require.Equal(t, http.StatusOK, saved.status, "%s", saved.body)
	result, err := guard.Check(t.Context(), chain, guard.Call{
		Tool: "read_mail", Phase: guard.PhaseOutput, Output: json.RawMessage(`"the card is 4111 1111 1111 1111"`),
	})
	require.NoError(t, err)
	end()
	assert.Equal(t, guard.ActionModify, result.Action, "%+v", result)
	var output string
	require.NoError(t, json.Unmarshal(result.Input, &output))
	assert.Contains(t, output, "the card is ")
	assert.NotContains(t, output, "4111 1111 1111")
	assert.ElementsMatch(t, []string{"local allow", "backend modify", "local allow"}, b.origins(), "the engine judged what came of it, too")
}

const masksCards = `version: 1
name: masks
extends: none
rules:
  - {id: cards, rule: pii, phase: [output], action: modify}
`

// What was changed is left out of a report where arguments are suppressed. That it was
// is not.
func TestAReportedChangeWithoutItsContent(t *testing.T) {
	b := start(t, nil)
	c := b.newClient(guard.WithCapture(staso.CapturePolicy{ToolArguments: staso.Suppressed}))
	for _, action := range []guard.Action{guard.ActionModify, guard.ActionBlock} {
		require.NoError(t, c.Report(t.Context(), guard.Decision{
			Call:   guard.Call{Tool: action.String(), Input: json.RawMessage(refund), DecisionID: uuid.New()},
			Result: guard.Result{Action: action, Input: json.RawMessage(`{"amount": 5}`)},
		}))
	}
	for _, d := range b.decisions() {
		assert.Equal(t, d.Tool, d.Action)
		assert.Empty(t, d.Input)
		assert.NotContains(t, string(d.Result), "amount")
	}
}
