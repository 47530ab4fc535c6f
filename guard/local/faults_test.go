package local_test

import (
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// hostile are arguments made to cost.
func hostile() map[string]string {
	quoted := func(text string) string {
		encoded, err := json.Marshal(text)
		if err != nil {
			panic(err)
		}
		return string(encoded)
	}
	nested := func(times int, text string) string {
		for range times {
			text = `{"command": ` + quoted(text) + `}`
		}
		return text
	}
	const mega = 1<<20 - 64
	return map[string]string{
		"10 MB":              `{"command": "` + strings.Repeat("a", 10<<20) + `"}`,
		"10,000 lists":       `{"a": ` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		"many numbers":       `{"a": [0` + strings.Repeat(",1", mega/2-8) + `]}`,
		"many empty objects": `{"a": [{}` + strings.Repeat(",{}", mega/3-8) + `]}`,
		"many members":       `{"a": {"k":0` + strings.Repeat(`,"k":0`, mega/6-8) + `}}`,
		"a long name":        `{"` + strings.Repeat("k", mega/2) + `": [` + strings.Repeat("1,", 16000) + `1]}`,
		"long nested names":  strings.Repeat(`{"`+strings.Repeat("k", 8000)+`": `, 100) + `[` + strings.Repeat("1,", 16000) + `1]` + strings.Repeat("}", 100),
		"escapes":            `{"command": "` + strings.Repeat(`\u0041`, mega/6-8) + `"}`,
		"many escaped texts": `{"a": ["\n"` + strings.Repeat(`,"\n"`, 16000) + `]}`,
		"parentheses":        `{"command": "` + strings.Repeat("(", mega) + `"}`,
		"substitutions":      `{"command": "` + strings.Repeat("$(", mega/2) + `"}`,
		"braces":             `{"command": "echo ` + strings.Repeat("{a,b}", 200_000) + `"}`,
		"globs":              `{"path": "` + strings.Repeat("*/", mega/2) + `"}`,
		"percent":            `{"path": "` + strings.Repeat("%25", mega/3) + `"}`,
		"entities":           `{"body": "` + strings.Repeat("&amp;", mega/5) + `"}`,
		"fullwidth":          `{"body": "` + strings.Repeat("ｒｍ", mega/6) + `"}`,
		"combining":          `{"body": "a` + strings.Repeat("\u0301", mega/2) + `"}`,
		"base64 stretches":   `{"body": "` + strings.Repeat("cm0gLXJmIC8gLS1uby1wcmVzZXJ2ZQ== ", mega/33) + `"}`,
		"texts of JSON":      nested(10, `{"command": "ls"}`),
		"SQL":                `{"query": "SELECT ` + strings.Repeat("(", mega-20) + `"}`,
		"SQL unions":         `{"query": "SELECT 1 ` + strings.Repeat("UNION SELECT 1 ", mega/16) + `"}`,
		"digits":             `{"body": "` + strings.Repeat("4111 1111 1111 1111 ", mega/20) + `"}`,
		"addresses":          `{"body": "` + strings.Repeat("a@b.co,", mega/7) + `"}`,
		"markup":             `{"body": "` + strings.Repeat("<a <b ", mega/6) + `"}`,
		"brackets":           `{"body": "` + strings.Repeat("![](", mega/4) + `"}`,
		"orders":             `{"body": "` + strings.Repeat("ignore previous ", mega/16) + `"}`,
		"code":               `{"code": "` + strings.Repeat("f(", mega/2) + `"}`,
		"pipes":              `{"command": "a` + strings.Repeat("|a", mega/2) + `"}`,
		"assignments":        `{"command": "` + strings.Repeat("a=$a$a;", mega/7) + `"}`,
		"keys":               `{"body": "` + strings.Repeat("AKIAIOSFODNN7EXAMPLE ", mega/21) + `"}`,
	}
}

// TestHostileArgumentsAreBounded holds that no arguments take more than 64 MB, nor
// more work than a call may: what would is answered with a block.
func TestHostileArgumentsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	e := engine(t)
	check(t, e, "tool", `{}`) // what is made once is made
	for name, input := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			result := check(t, e, "run", input)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%v, %d MB, %s %v", result.Latency, allocated, result.Action, result.Triggered())
			assert.LessOrEqual(t, allocated, uint64(64), "MB")
			assert.Empty(t, result.Failure)
		})
	}
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
