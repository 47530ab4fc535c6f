package policy_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/policy"
)

func expression(t testing.TB, source string) *policy.Expression {
	t.Helper()
	quoted, err := json.Marshal(source)
	require.NoError(t, err)
	p, err := policy.Parse("p.yaml", []byte(`{"version": 1, "extends": "none", "rules": [{"id": "a", "reason": "No.", "when": `+string(quoted)+`}]}`))
	require.NoError(t, err, source)
	return p.Rules[0].When
}

func facts() *policy.Facts {
	return policy.NewFacts(guard.Call{
		Tool:         "refund",
		Input:        json.RawMessage(`{"amount": 120, "rate": 0.5, "id": 9007199254740993, "to": ["a@x.org"], "deep": {"er": null}, "big": 1e999}`),
		Output:       json.RawMessage(`{"ok": true}`),
		Phase:        guard.PhaseOutput,
		Agent:        "support-1",
		Environment:  "production",
		User:         "ann",
		Conversation: "c1",
		History:      []guard.Message{{Role: "user", Content: "Give it back"}, {Role: "assistant", Content: "Yes"}},
		Attributes:   map[string]any{"tier": 3},
	}, time.Date(2030, 5, 17, 22, 0, 0, 0, time.UTC))
}

func TestEval(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		`args.amount > 100 && args.amount > 100.0 && agent != "supervisor"`: true,
		`args.amount > 120.5`:                            false,
		`args.rate < 1`:                                  true,
		`args.id == 9007199254740993`:                    true,
		`args.id == 9007199254740992`:                    false,
		`args.big > 1.0`:                                 true,
		`args.to.exists(a, a.endsWith("@x.org"))`:        true,
		`args.deep.er == null`:                           true,
		`has(args.nothing) && args.nothing > 1`:          false,
		`"amount" in args`:                               true,
		`tool.matches("^re") && tool in ["a", "refund"]`: true,
		`tool.upperAscii() == "REFUND"`:                  true,
		`phase == "output" && output.ok`:                 true,
		`environment == "production" && user == "ann" && conversation == "c1"`: true,
		`history.size() == 2 && history[0].role == "user"`:                     true,
		`history.exists(m, m.content.contains("back"))`:                        true,
		`attributes.tier >= 3`:                                                 true,
		`now.getHours() >= 22 && now < timestamp("2031-01-01T00:00:00Z")`:      true,
		`now - timestamp("2030-05-17T20:00:00Z") > duration("1h")`:             true,
	} {
		got, err := expression(t, source).Eval(t.Context(), facts())
		require.NoError(t, err, source)
		assert.Equal(t, want, got, source)
	}
}

func TestEvalOfOddCalls(t *testing.T) {
	t.Parallel()
	for input, source := range map[string]string{
		``:            `args.size() == 0 && output == null && history.size() == 0 && attributes.size() == 0`,
		`null`:        `args.size() == 0`,
		`[1, 2]`:      `args.input.size() == 2`,
		`"x"`:         `args.input == "x"`,
		`{"a": `:      `args.input.startsWith("{")`,
		`{} {}`:       `args.input == "{} {}"`,
		`{"a": -0.0}`: `args.a == 0`,
	} {
		got, err := expression(t, source).Eval(t.Context(), policy.NewFacts(guard.Call{Input: json.RawMessage(input)}, time.Time{}))
		require.NoError(t, err, input)
		assert.True(t, got, input)
	}
}

func TestEvalErrors(t *testing.T) {
	t.Parallel()
	long := policy.NewFacts(guard.Call{Input: json.RawMessage(`{"a": [` + strings.Repeat("1,", 5000) + `1]}`)}, time.Time{})
	for source, want := range map[string]string{
		`args.nothing > 1`: `when args.nothing > 1: the call has no "nothing"; ask with has() first`,
		`args.a`:           "it is neither true nor false",
		`args.a < "x"`:     "no such overload",
		`args.a.exists(x, args.a.exists(y, x + y < 0))`: "it takes too much work on this call",
	} {
		holds, err := expression(t, source).Eval(t.Context(), long)
		assert.ErrorContains(t, err, want)
		assert.False(t, holds)
	}
}

func TestEvalEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	facts := policy.NewFacts(guard.Call{Input: json.RawMessage(`{"a": [` + strings.Repeat("1,", 500) + `1]}`)}, time.Time{})
	_, err := expression(t, `args.a.all(x, x > 0)`).Eval(ctx, facts)
	assert.ErrorContains(t, err, "interrupted")
}

func TestEvalConcurrentSafe(t *testing.T) {
	t.Parallel()
	e, shared := expression(t, `args.amount > 100 && output.ok`), facts()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				holds, err := e.Eval(t.Context(), shared)
				assert.NoError(t, err)
				assert.True(t, holds)
			}
		})
	}
	group.Wait()
}

// TestDearExpressionsEnd: the dearest evaluation that is let happen.
func TestDearExpressionsEnd(t *testing.T) {
	t.Parallel()
	text := policy.NewFacts(guard.Call{Input: json.RawMessage(`{"a": "` + strings.Repeat("a", 1<<20) + `", "p": "(a|aa)*(a|aa)*b"}`)}, time.Time{})
	start := time.Now()
	for _, source := range []string{
		`args.a.matches(args.p)`,
		`args.a.split("").exists(x, args.a.contains(x + "b"))`,
	} {
		_, err := expression(t, source).Eval(t.Context(), text)
		assert.Error(t, err, source)
	}
	assert.Less(t, time.Since(start), 30*time.Second)
}

func BenchmarkEval(b *testing.B) {
	e, facts := expression(b, `args.amount > 100.0 && agent != "supervisor"`), facts()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Eval(b.Context(), facts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDefault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		policy.Default()
	}
}

func BenchmarkParseWithAnExpression(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		expression(b, `args.amount > 100.0 && agent != "supervisor"`)
	}
}
