package local_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func judge(answer local.JudgeVerdict, err error) local.Option {
	return local.WithJudge(local.JudgeFunc(func(context.Context, local.JudgeRequest) (local.JudgeVerdict, error) {
		return answer, err
	}))
}

const judged = `rules: [{id: j, rule: jailbreak, severity: medium}]`

func TestAJudgeDecides(t *testing.T) {
	for _, c := range []struct {
		name    string
		verdict local.JudgeVerdict
		action  guard.Action
	}{
		{"against it", local.JudgeVerdict{Violates: true, Score: 0.9, Reason: "it plays a role"}, guard.ActionBlock},
		{"not sure enough", local.JudgeVerdict{Violates: true, Score: 0.4}, guard.ActionAllow},
		{"without a score", local.JudgeVerdict{Violates: true}, guard.ActionBlock},
		{"with a score below any", local.JudgeVerdict{Violates: true, Score: -1}, guard.ActionBlock},
		{"with one above any", local.JudgeVerdict{Violates: true, Score: 7}, guard.ActionBlock},
		{"for it", local.JudgeVerdict{Score: 0.1}, guard.ActionAllow},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := check(t, withRules(t, judged, judge(c.verdict, nil)), "t", `{"text": "x"}`)
			assert.Equal(t, c.action, result.Action)
			last := result.Rules[len(result.Rules)-1]
			assert.Equal(t, "jailbreak", last.Name)
			require.NotNil(t, last.Score)
			assert.InDelta(t, min(1, max(0, c.verdict.Score)), *last.Score, 1e-9)
		})
	}
	unsaid := check(t, withRules(t, judged, judge(local.JudgeVerdict{Violates: true, Score: math.NaN()}, nil)), "t", `{}`)
	assert.Equal(t, guard.ActionBlock, unsaid.Action)
	assert.Nil(t, unsaid.Rules[len(unsaid.Rules)-1].Score)
}

// A judge looks at the call as a whole: to leave one argument out of its word would
// leave out all of it.
func TestAJudgesExceptionIsForNoSingleArgument(t *testing.T) {
	for _, match := range []string{"args: [note]", "kinds: [text]"} {
		_, err := local.New(local.WithPolicy(parsed(t, `rules: [{id: j, rule: jailbreak, exceptions: [{reason: why, expires: 2999-01-01, match: {`+match+`}}]}]`)))
		assert.ErrorContains(t, err, "an exception for single arguments")
	}
}

func TestAJudgeIsToldTheRuleAndTheCall(t *testing.T) {
	var got local.JudgeRequest
	e := withRules(t, `rules: [{id: s, rule: sensitive_topics, with: {topics: [weapons]}}]`,
		local.WithJudge(local.JudgeFunc(func(_ context.Context, r local.JudgeRequest) (local.JudgeVerdict, error) {
			got = r
			return local.JudgeVerdict{}, nil
		})))
	check(t, e, "t", `{"text": "x"}`)
	assert.Equal(t, "sensitive_topics", got.Rule)
	assert.JSONEq(t, `{"topics": ["weapons"]}`, string(got.With))
	assert.Equal(t, "t", got.Call.Tool)
}

func TestAJudgeThatFailsCountsAsItsOnErrorSays(t *testing.T) {
	panics := local.WithJudge(local.JudgeFunc(func(context.Context, local.JudgeRequest) (local.JudgeVerdict, error) { panic("x") }))
	for name, failing := range map[string]local.Option{"error": judge(local.JudgeVerdict{}, errors.New("no model")), "panic": panics} {
		t.Run(name, func(t *testing.T) {
			closed := check(t, withRules(t, `rules: [{id: j, rule: jailbreak}]`, failing), "t", `{}`)
			assert.Equal(t, guard.ActionBlock, closed.Action)
			assert.Equal(t, guard.FailClosed, closed.FailureMode)
			open := check(t, withRules(t, `rules: [{id: j, rule: jailbreak, on_error: allow}]`, failing), "t", `{}`)
			assert.Equal(t, guard.ActionAllow, open.Action)
			assert.Equal(t, guard.FailureRule, open.Failure)
			assert.Equal(t, guard.StatusError, open.Rules[len(open.Rules)-1].Status)
		})
	}
}

func TestAJudgeThatHangsIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		hangs := local.WithJudge(local.JudgeFunc(func(context.Context, local.JudgeRequest) (local.JudgeVerdict, error) {
			<-release // and does not mind its context
			return local.JudgeVerdict{}, nil
		}))
		e := withRules(t, `rules: [{id: j, rule: jailbreak, timeout: 2s, on_error: allow}]`, hangs)
		for range 20 { // more than may run at a time
			start := time.Now()
			result := check(t, e, "t", `{}`)
			assert.Equal(t, guard.StatusTimeout, result.Rules[len(result.Rules)-1].Status)
			assert.Equal(t, 2*time.Second, time.Since(start))
		}
		close(release)
	})
}

func TestAJudgeIsAskedSoManyTimesAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		e := withRules(t, `rules: [{id: j, rule: jailbreak, with: {per_minute: 2}, on_error: allow}]`,
			local.WithJudge(local.JudgeFunc(func(context.Context, local.JudgeRequest) (local.JudgeVerdict, error) {
				asked++
				return local.JudgeVerdict{}, nil
			})))
		for range 5 {
			check(t, e, "t", `{}`)
		}
		assert.Equal(t, 2, asked)
		time.Sleep(30 * time.Second)
		check(t, e, "t", `{}`)
		check(t, e, "t", `{}`)
		assert.Equal(t, 3, asked)
	})
}

func TestNoJudgeIsAskedWithoutNeed(t *testing.T) {
	asked := 0
	count := local.WithJudge(local.JudgeFunc(func(context.Context, local.JudgeRequest) (local.JudgeVerdict, error) {
		asked++
		return local.JudgeVerdict{}, nil
	}))
	e := withRules(t, `
rules:
  - {id: j, rule: jailbreak}
  - {id: k, rule: intent_drift, when: "tool == 'other'"}
  - {id: l, rule: hallucination, exceptions: [{reason: known, expires: 2999-01-01, match: {tools: [t]}}]}
  - {id: b, match: {tools: [blocked]}, reason: no}
`, count)
	blocked := check(t, e, "blocked", `{}`)
	assert.Equal(t, 0, asked)
	assert.Equal(t, guard.StatusSkipped, blocked.Rules[len(blocked.Rules)-1].Status)
	check(t, e, "t", `{}`)
	assert.Equal(t, 1, asked)

	without := check(t, withRules(t, judged), "t", `{}`)
	assert.Equal(t, guard.ActionAllow, without.Action)
	last := without.Rules[len(without.Rules)-1]
	assert.Equal(t, guard.StatusSkipped, last.Status)
	assert.Contains(t, last.Reason, "no judge")
}

func TestAJudgeSeesTheCallAsItWouldRun(t *testing.T) {
	var seen string
	e := withRules(t, `rules: [{id: m, rule: masks, action: modify}, {id: j, rule: jailbreak}]`, masks("y"),
		local.WithJudge(local.JudgeFunc(func(_ context.Context, r local.JudgeRequest) (local.JudgeVerdict, error) {
			seen = string(r.Call.Input)
			return local.JudgeVerdict{Violates: true}, nil
		})))
	result := check(t, e, "t", `{"a": "x"}`)
	assert.JSONEq(t, `{"a": "y"}`, seen)
	assert.Equal(t, guard.ActionBlock, result.Action)
	assert.Nil(t, result.Input)
}
