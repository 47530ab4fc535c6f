package local_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/policy"
)

// parsed is a policy of these rules alone.
func parsed(t testing.TB, rules string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("test.yaml", []byte("version: 1\nextends: none\n"+rules))
	require.NoError(t, err)
	return p
}

func withRules(t testing.TB, rules string, opts ...local.Option) *local.Engine {
	t.Helper()
	e, err := local.New(append(opts, local.WithPolicy(parsed(t, rules)))...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e
}

func TestARuleWhoseDetectorPanicsCountsAsItsOnErrorSays(t *testing.T) {
	panics := local.WithDetector("shaky", func(*detect.Call, func(detect.Finding)) { panic("sk-secret") })
	for _, c := range []struct {
		name, rule string
		action     guard.Action
		failure    guard.FailureKind
		mode       guard.FailureMode
	}{
		{"blocks by default", "{id: s, rule: shaky}", guard.ActionBlock, guard.FailureRule, guard.FailClosed},
		{"asks for its action", "{id: s, rule: shaky, action: escalate}", guard.ActionEscalate, guard.FailureRule, guard.FailClosed},
		{"cannot say what to modify", "{id: s, rule: shaky, action: modify}", guard.ActionBlock, guard.FailureRule, guard.FailClosed},
		{"fails open if told", "{id: s, rule: shaky, on_error: allow}", guard.ActionAllow, guard.FailureRule, guard.FailOpen},
		{"changes nothing in audit", "{id: s, rule: shaky, mode: audit}", guard.ActionAllow, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := check(t, withRules(t, "rules: ["+c.rule+"]", panics), "tool", `{"a": 1}`)
			assert.Equal(t, c.action, result.Action)
			assert.Equal(t, c.failure, result.Failure)
			assert.Equal(t, c.mode, result.FailureMode)
			assert.Equal(t, guard.StatusError, result.Rules[0].Status)
			assert.NotContains(t, result.Rules[0].Reason, "sk-secret")
		})
	}
}

// A finding that points nowhere is a fault of the engine's own, outside of any
// detector.
func TestACallOnWhichTheEngineFailsIsBlocked(t *testing.T) {
	nowhere := local.WithDetector("nowhere", func(_ *detect.Call, report func(detect.Finding)) {
		report(detect.Finding{Code: "x", Field: "a", Start: -1, Reason: "found sk-secret", Severity: guard.SeverityLow})
	})
	core, logs := observer.New(zap.ErrorLevel)
	e := withRules(t, "rules: [{id: n, rule: nowhere, exceptions: [{reason: why, expires: 2999-01-01, match: {args: [b]}}]}]", nowhere, local.WithLogger(zap.New(core)))
	for range 3 {
		result := check(t, e, "tool", `{"a": "1"}`)
		assert.Equal(t, guard.ActionBlock, result.Action)
		assert.Equal(t, guard.FailureChecker, result.Failure)
		assert.Equal(t, guard.FailClosed, result.FailureMode)
		assert.NotEmpty(t, result.Reason)
		assert.Equal(t, guard.Digest("tool", []byte(`{"a": "1"}`)), result.Digest)
		assert.NotZero(t, result.DecisionID)
	}
	require.Equal(t, 3, logs.Len())
	assert.NotContains(t, fmt.Sprint(logs.All()), "sk-secret")
}

// A rule about some of the arguments does not stand for the one about all of them.
func TestWhatTheRuleAboutArgumentsIsNotForIsJudgedAllTheSame(t *testing.T) {
	const twice = `{"a": 1, "a": 2}`
	for _, narrowed := range []string{"match: {args: [b]}", "match: {kinds: [sql]}", `when: "tool == 'other'"`} {
		e := withRules(t, "rules: [{id: a, rule: arguments, "+narrowed+"}]")
		assert.Equal(t, guard.ActionBlock, check(t, e, "tool", twice).Action, narrowed)
	}
	e := withRules(t, "rules: [{id: a, rule: arguments, mode: audit}]")
	assert.Equal(t, guard.ActionAllow, check(t, e, "tool", twice).Action, "a policy may say so of all")
}

func TestReplaceTakesNoNilPolicy(t *testing.T) {
	e := withRules(t, "rules: [{id: n, match: {tools: [pay]}, reason: No.}]")
	require.Error(t, e.Replace(parsed(t, "rules: []"), nil))
	assert.Equal(t, guard.ActionBlock, check(t, e, "pay", `{}`).Action)
}

func TestWhatADetectorFoundBeforeItPanickedCounts(t *testing.T) {
	shaky := local.WithDetector("shaky", func(_ *detect.Call, report func(detect.Finding)) {
		report(detect.Finding{Code: "x", Reason: "found"})
		panic("after")
	})
	result := check(t, withRules(t, "rules: [{id: s, rule: shaky, on_error: allow}]", shaky), "tool", `{}`)
	assert.Equal(t, guard.ActionBlock, result.Action)
}

func TestACallThatTakesTooMuchWorkIsBlocked(t *testing.T) {
	greedy := local.WithDetector("greedy", func(c *detect.Call, _ func(detect.Finding)) {
		for c.Budget.Spend(1 << 20) {
		}
	})
	e := withRules(t, "rules: [{id: g, rule: greedy}]", greedy)
	result := check(t, e, "tool", `{}`)
	assert.Equal(t, guard.ActionBlock, result.Action)
	assert.Equal(t, []string{"budget.exhausted"}, codes(result))
	assert.Contains(t, result.Reason, "more work")

	audited := withRules(t, "rules: [{id: g, rule: greedy, mode: audit}]", greedy)
	result = check(t, audited, "tool", `{}`)
	assert.Equal(t, guard.ActionAllow, result.Action, "nothing is enforced that could have been missed")
	assert.Equal(t, []string{"arguments"}, result.WouldBlock())
}

func TestADetectorThatTakesTooLongIsBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := local.WithDetector("slow", func(c *detect.Call, _ func(detect.Finding)) {
			for c.Budget.Spend(1 << 10) {
				time.Sleep(time.Millisecond)
			}
		})
		result := check(t, withRules(t, "rules: [{id: s, rule: slow}]", slow), "tool", `{}`)
		assert.Equal(t, guard.ActionBlock, result.Action)
		assert.Equal(t, []string{"budget.exhausted"}, codes(result))
		assert.Less(t, result.Latency, 100*time.Millisecond)
	})
}

func TestAContextThatHasEndedIsAnErrorAndABlock(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	result, err := engine(t).Check(ctx, guard.Call{Tool: "tool"})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, guard.ActionBlock, result.Action)
}

func TestAnExceptionEndsWithItsDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where it is 2000-01-01, midnight UTC
		e := withRules(t, `
rules:
  - id: d
    rule: dangerous
    exceptions:
      - {reason: cleaning day, expires: 2000-01-02, match: {tools: [bash]}}
`)
		input := `{"command": "rm -rf /"}`
		assert.Equal(t, guard.ActionAllow, check(t, e, "bash", input).Action)
		assert.Equal(t, guard.ActionBlock, check(t, e, "shell", input).Action, "another tool")
		time.Sleep(48*time.Hour - time.Nanosecond)
		assert.Equal(t, guard.ActionAllow, check(t, e, "bash", input).Action)
		time.Sleep(time.Nanosecond)
		assert.Equal(t, guard.ActionBlock, check(t, e, "bash", input).Action)
	})
}

func TestTwoCallsWithOneIDAreJudgedEachByItself(t *testing.T) {
	e := engine(t)
	first := checkCall(t, e, guard.Call{ID: "1", Tool: "bash", Input: json.RawMessage(`{"command": "ls"}`)})
	second := checkCall(t, e, guard.Call{ID: "1", Tool: "bash", Input: json.RawMessage(`{"command": "rm -rf /"}`)})
	assert.Equal(t, guard.ActionAllow, first.Action)
	assert.Equal(t, guard.ActionBlock, second.Action)
	assert.NotEqual(t, first.Digest, second.Digest)
	assert.NotEqual(t, first.DecisionID, second.DecisionID)
}

func TestAnOutputThatIsTooLargeIsJudgedInPartAndSaysSo(t *testing.T) {
	e := withRules(t, "rules: [{id: p, rule: pii, phase: [output], action: block}]")
	output := func(text string) json.RawMessage { return json.RawMessage(`"` + text + `"`) }
	filler := strings.Repeat("nothing to see here. ", 200_000)
	judge := func(text string) guard.Result {
		return checkCall(t, e, guard.Call{Tool: "read_file", Phase: guard.PhaseOutput, Output: output(text)})
	}
	const card = " the card is 4111 1111 1111 1111 "
	assert.Equal(t, guard.ActionBlock, judge(card+filler).Action)
	assert.Equal(t, guard.ActionBlock, judge(filler+card).Action)

	middle := judge(filler + card + filler)
	assert.Equal(t, guard.ActionAllow, middle.Action)
	assert.Equal(t, guard.FailureRule, middle.Failure)
	last := middle.Rules[len(middle.Rules)-1]
	assert.Equal(t, guard.StatusError, last.Status)
	assert.Contains(t, last.Reason, "first 768 KiB and the last 256 KiB")

	strict := withRules(t, "rules: [{id: a, rule: arguments, phase: [output]}]")
	result := checkCall(t, strict, guard.Call{Tool: "read_file", Phase: guard.PhaseOutput, Output: output(filler)})
	assert.Equal(t, guard.ActionBlock, result.Action, "a policy may insist")
}
