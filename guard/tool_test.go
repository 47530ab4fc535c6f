package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
)

type refundOrder struct {
	ID     string  `json:"order_id"`
	Amount float64 `json:"amount"`
	Note   string  `json:"note,omitempty"`
	secret string
}

func refundOf(_ context.Context, in refundOrder) (string, error) {
	return fmt.Sprintf("%s:%v:%s", in.ID, in.Amount, in.secret), nil
}

func modify(input string) guard.Checker {
	return fixed(guard.Result{Action: guard.ActionModify, Reason: "caps the amount", Input: json.RawMessage(input)})
}

func TestToolRunsWhatIsAllowed(t *testing.T) {
	t.Parallel()
	var asked guard.Call
	checker := guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
		asked = c
		return guard.Result{Action: guard.ActionAllow, Input: json.RawMessage(`{"amount":1}`)}, nil
	})
	tracer, rec := newTracer(t)
	refund := guard.Tool(tracer, checker, "refund", refundOf, staso.WithTags("money"))
	got, err := refund(staso.ContextWithUser(t.Context(), "u1"), refundOrder{ID: "A<17>", Amount: 900, secret: "kept"})
	require.NoError(t, err)
	assert.Equal(t, "A<17>:900:kept", got, "an allow never changes the arguments")
	assert.Equal(t, "refund", asked.Tool)
	assert.Equal(t, `{"order_id":"A<17>","amount":900}`, string(asked.Input), "as they are, not escaped")
	assert.Equal(t, "sdk", asked.Source)
	assert.Equal(t, "bot", asked.Agent)
	assert.Equal(t, "u1", asked.User)
	rec.AssertTree(t, `tool refund`)
	span := rec.Spans().Named("refund").Only(t)
	assert.Equal(t, asked.SpanID, span.SpanID)
	assert.JSONEq(t, `{"order_id":"A<17>","amount":900}`, string(span.Input))
	assert.JSONEq(t, `{"result":"A<17>:900:kept"}`, string(span.Output))
	meta := attributes(t, span.Attributes)
	assert.Equal(t, "github.com/staso-go/staso/guard_test.refundOf", meta["code.function"])
	assert.Equal(t, "tool_test.go", meta["code.filepath"])
	assert.Equal(t, []any{"money"}, meta["tags"])
}

type bank struct{}

func (*bank) refund(_ context.Context, in refundOrder) (string, error) { return in.ID, nil }

func TestTheCodeOfAMethodIsWhereItWasWired(t *testing.T) {
	t.Parallel()
	tracer, rec := newTracer(t)
	refund := guard.Tool(tracer, allow(), "refund", new(bank).refund)
	_, err := refund(t.Context(), refundOrder{})
	require.NoError(t, err)
	meta := attributes(t, rec.Spans().Only(t).Attributes)
	assert.Equal(t, "github.com/staso-go/staso/guard_test.(*bank).refund", meta["code.function"])
	assert.Equal(t, "tool_test.go", meta["code.filepath"], "and not where this library wraps it")
}

func attributes(t *testing.T, raw json.RawMessage) (meta map[string]any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(raw, &meta))
	return meta
}

func TestToolDoesNotRunWhatIsNotAllowed(t *testing.T) {
	t.Parallel()
	failure := errors.New("out of order")
	panics := guard.CheckerFunc(func(context.Context, guard.Call) (guard.Result, error) { panic("oops") })
	var none *brokenChecker
	for name, c := range map[string]struct {
		checker guard.Checker
		span    string
		reason  string
	}{
		"block":             {fixed(guard.Result{Action: guard.ActionBlock, Reason: "over the limit"}), "blocked", "over the limit"},
		"zero":              {fixed(guard.Result{}), "blocked", ""},
		"unknown action":    {fixed(guard.Result{Action: 77, Reason: "x"}), "blocked", "x"},
		"escalate":          {fixed(escalate), "blocked", "refunds 900"},
		"nil":               {nil, "unavailable", "the Checker is nil"},
		"nil pointer":       {none, "unavailable", "the guard panicked"},
		"panic":             {panics, "unavailable", "the guard panicked: oops"},
		"error":             {failing(guard.Result{Action: guard.ActionAllow}, failure), "unavailable", "out of order"},
		"error and modify":  {failing(guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{}`)}, failure), "unavailable", "out of order"},
		"nil error pointer": {failing(guard.Result{Action: guard.ActionAllow}, (*guard.BlockedError)(nil)), "unavailable", "BlockedError"},
		"modify to nothing": {modify(``), "blocked", "not into an object"},
		"modify to a list":  {modify(`[1]`), "blocked", "not into an object"},
		"modify to a type":  {modify(`{"amount":"ten"}`), "blocked", "do not fit the tool"},
		"modify to more":    {modify(`{"amount":10,"approved_by":"me"}`), "blocked", `unknown field "approved_by"`},
		"fail closed":       {fixed(guard.Result{Action: guard.ActionBlock, Failure: guard.FailureNetwork, FailureMode: guard.FailClosed}), "unavailable", ""},
		"empty chain":       {guard.Chain(), "unavailable", "the Chain is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tracer, rec := newTracer(t)
			refund := guard.Tool(tracer, c.checker, "refund", func(context.Context, refundOrder) (string, error) {
				t.Error("the tool ran")
				return "", nil
			})
			_, err := refund(t.Context(), refundOrder{Amount: 900})
			var blocked *guard.BlockedError
			require.ErrorAs(t, err, &blocked)
			assert.Contains(t, blocked.Reason(), c.reason)
			require.Len(t, blocked.Tools, 1)
			assert.Equal(t, "refund", blocked.Tools[0].Tool)
			assert.False(t, blocked.Tools[0].Result.Allowed())
			if strings.HasPrefix(name, "error") {
				assert.ErrorIs(t, err, failure)
			}
			status := map[string]string{"unavailable": " error"}[c.span] // of the guard itself
			rec.AssertTree(t, "tool refund error\n  tool guard:"+c.span+":refund"+status)
			assert.Equal(t, err.Error(), rec.Spans().Named("refund").Only(t).ErrorMessage)
		})
	}
}

type brokenChecker struct{ name string }

func (b *brokenChecker) Check(context.Context, guard.Call) (guard.Result, error) {
	return guard.Result{Action: guard.ActionAllow, Reason: b.name}, nil
}

func failing(r guard.Result, err error) guard.Checker {
	return guard.CheckerFunc(func(context.Context, guard.Call) (guard.Result, error) { return r, err })
}

func TestToolRunsWithChangedArguments(t *testing.T) {
	t.Parallel()
	tracer, rec := newTracer(t)
	refund := guard.Tool(tracer, modify(`{"order_id":"A-17","amount":100}`), "refund", refundOf)
	got, err := refund(t.Context(), refundOrder{ID: "A-17", Amount: 900, Note: "card 4111", secret: "lost"})
	require.NoError(t, err)
	assert.Equal(t, "A-17:100:", got)
	rec.AssertTree(t, `
		tool refund
		  tool guard:modified:refund
	`)
	assert.JSONEq(t, `{"order_id":"A-17","amount":100}`, string(rec.Spans().Named("refund").Only(t).Input), "as it ran")
	span := rec.Spans().Named("guard:modified:refund").Only(t)
	assert.JSONEq(t, `{"order_id":"A-17","amount":900,"note":"card 4111"}`, string(span.Input), "as it was asked for")
	var verdict guard.Result
	require.NoError(t, json.Unmarshal(span.Output, &verdict))
	assert.Equal(t, guard.ActionModify, verdict.Action)
	assert.JSONEq(t, `{"order_id":"A-17","amount":100}`, string(verdict.Input))
}

// run calls a tool once, whose arguments the checker is to see as saw and may
// change.
func run[In any](t *testing.T, in In, saw, changed string) (In, error) {
	t.Helper()
	checker := guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
		assert.Equal(t, saw, string(c.Input))
		if changed == "" {
			return guard.Result{Action: guard.ActionAllow}, nil
		}
		return guard.Result{Action: guard.ActionModify, Input: json.RawMessage(changed)}, nil
	})
	return guard.Tool(nil, checker, "t", func(_ context.Context, in In) (In, error) { return in, nil })(t.Context(), in)
}

func TestArgumentsOfAnyType(t *testing.T) {
	t.Parallel()
	text, err := run(t, "ls <x>", `{"input":"ls <x>"}`, "")
	require.NoError(t, err)
	assert.Equal(t, "ls <x>", text)
	text, err = run(t, "ls", `{"input":"ls"}`, `{"input":"pwd"}`)
	require.NoError(t, err)
	assert.Equal(t, "pwd", text)
	for _, changed := range []string{`{}`, `{"input":7}`, `{"input":"a","more":1}`, `{"other":"a"}`} {
		_, err = run(t, "ls", `{"input":"ls"}`, changed)
		require.ErrorAs(t, err, new(*guard.BlockedError), changed)
	}
	numbers, err := run(t, []int{1, 2}, `{"input":[1,2]}`, `{"input":[3]}`)
	require.NoError(t, err)
	assert.Equal(t, []int{3}, numbers)
	_, err = run(t, struct{}{}, `{}`, `{}`)
	require.NoError(t, err)
	members, err := run(t, map[string]any{"b": 1, "a": "x"}, `{"a":"x","b":1}`, `{"a":"y"}`)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"a": "y"}, members)
	pointer, err := run(t, (*refundOrder)(nil), `{"input":null}`, "")
	require.NoError(t, err)
	assert.Nil(t, pointer)
	pointer, err = run(t, &refundOrder{Amount: 1}, `{"order_id":"","amount":1}`, `{"amount":2}`)
	require.NoError(t, err)
	assert.Equal(t, &refundOrder{Amount: 2}, pointer)
	raw, err := run(t, json.RawMessage(`{"a": 1, "a": 2}`), `{"a":1,"a":2}`, "")
	require.NoError(t, err)
	assert.Equal(t, `{"a": 1, "a": 2}`, string(raw), "it runs as it is")
}

type marshals struct{ fn func() ([]byte, error) }

func (m marshals) MarshalJSON() ([]byte, error)  { return m.fn() }
func (m *marshals) UnmarshalJSON(b []byte) error { panic("no: " + string(b)) }

func TestArgumentsWithoutAJSONForm(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]any{
		"channel": make(chan int),
		"cycle":   func() any { m := map[string]any{}; m["self"] = m; return m }(),
		"fails":   marshals{func() ([]byte, error) { return nil, errors.New("no form") }},
		"panics":  marshals{func() ([]byte, error) { panic("oops") }},
	} {
		tracer, rec := newTracer(t)
		tool := guard.Tool(tracer, allow(), "t", func(context.Context, any) (any, error) {
			t.Error("the tool ran")
			return nil, nil
		})
		_, err := tool(t.Context(), in)
		var blocked *guard.BlockedError
		require.ErrorAs(t, err, &blocked, name)
		assert.Contains(t, blocked.Reason(), "have no JSON form", name)
		assert.Equal(t, guard.FailureCallRefused, blocked.Tools[0].Result.Failure)
		rec.AssertTree(t, "tool t error\n  tool guard:blocked:t")
	}
	tool := guard.Tool(nil, modify(`{}`), "t", func(context.Context, marshals) (any, error) { return nil, nil })
	_, err := tool(t.Context(), marshals{func() ([]byte, error) { return []byte(`{}`), nil }})
	assert.ErrorContains(t, err, "UnmarshalJSON panicked: no: {}")
}

func TestPanicsOfTheToolPassThrough(t *testing.T) {
	t.Parallel()
	tracer, rec := newTracer(t)
	tool := guard.Tool(tracer, allow(), "t", func(context.Context, struct{}) (any, error) { panic("mine") })
	assert.PanicsWithValue(t, "mine", func() { _, _ = tool(t.Context(), struct{}{}) })
	assert.Equal(t, "panic: mine", rec.Spans().Only(t).ErrorMessage)
	tool = guard.Tool(tracer, allow(), "t", func(context.Context, struct{}) (any, error) { return 1, io.EOF })
	got, err := tool(t.Context(), struct{}{})
	assert.Equal(t, 1, got)
	assert.Equal(t, io.EOF, err)
}

func TestToolWithoutATracerOfItsOwn(t *testing.T) {
	t.Parallel()
	tracer, rec := newTracer(t)
	off, err := staso.New(staso.WithEnabled(false), staso.WithLookupEnv(nil))
	require.NoError(t, err)
	for _, none := range []*staso.Tracer{nil, off} {
		rec.Reset()
		refund := guard.Tool(none, modify(`{"amount":1}`), "refund", refundOf)
		ask := staso.Agent(tracer, "bot", func(ctx context.Context, q string) (string, error) { return refund(ctx, refundOrder{Amount: 2}) })
		got, err := ask(t.Context(), "q")
		require.NoError(t, err)
		assert.Equal(t, ":1:", got)
		rec.AssertTree(t, `
			agent bot
			  tool guard:modified:refund
		`)
		assert.JSONEq(t, `{"agent_name":"bot","input":"q"}`, string(rec.Spans().Named("bot").Only(t).Input), "the caller's span is left alone")
	}
}

// The example of the design: what the reader of the trace sees.
func TestTheTreeOfABlockedCall(t *testing.T) {
	t.Parallel()
	tracer, rec := newTracer(t)
	lookup := staso.Tool(tracer, "lookup_order", func(context.Context, string) (int, error) { return 900, nil })
	refund := guard.Tool(tracer, fixed(guard.Result{Reason: "over the limit"}), "refund", refundOf)
	ask := staso.Agent(tracer, "support-bot", func(ctx context.Context, id string) (string, error) {
		amount, _ := lookup(ctx, id)
		return refund(ctx, refundOrder{ID: id, Amount: float64(amount)})
	})
	_, err := ask(t.Context(), "A-17")
	require.EqualError(t, err, "guard blocked refund: over the limit")
	rec.AssertTree(t, `
		agent support-bot error
		  tool lookup_order
		  tool refund error
		    tool guard:blocked:refund
	`)
}

func TestHistoryOfTheContext(t *testing.T) {
	t.Parallel()
	said := func(texts ...string) (history []guard.Message) {
		for _, text := range texts {
			history = append(history, guard.Message{Role: "user", Content: text})
		}
		return history
	}
	checker := always(guard.Result{Action: guard.ActionAllow})
	tool := guard.Tool(nil, checker, "t", func(_ context.Context, n int) (int, error) { return n, nil })
	last := func() []guard.Message { return checker.calls[len(checker.calls)-1].History }

	_, err := tool(t.Context(), 1)
	require.NoError(t, err)
	assert.Nil(t, last())
	history := append(make([]guard.Message, 0, 8), said("one")...)
	ctx := guard.ContextWithHistory(t.Context(), history)
	_ = append(history, guard.Message{Content: "of another branch"})
	_, err = tool(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, said("one"), last())
	assert.Len(t, last()[:cap(last())], 1, "what is appended to it elsewhere is not seen")
	_, err = guard.Check(ctx, guard.Chain(checker), guard.Call{Tool: "t"})
	require.NoError(t, err)
	assert.Equal(t, said("one"), last())

	_, err = guard.Check(ctx, checker, guard.Call{Tool: "t", History: said("own")})
	require.NoError(t, err)
	assert.Equal(t, said("own"), last(), "what a call brings stands")
	_, err = guard.Check(ctx, checker, guard.Call{Tool: "t", History: []guard.Message{}})
	require.NoError(t, err)
	assert.Empty(t, last(), "also that there is none")
	_, err = tool(guard.ContextWithHistory(ctx, nil), 1)
	require.NoError(t, err)
	assert.Empty(t, last())

	client, b := newClient(t, says(`{"action":"allow"}`))
	_, err = guard.Tool(nil, client, "t", func(_ context.Context, n int) (int, error) { return n, nil })(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, []any{map[string]any{"role": "user", "content": "one"}}, b.asked()[0].body["context"].(map[string]any)["conversation_history"])
}
