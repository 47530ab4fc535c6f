package staso_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
)

type query struct {
	OrderID string `json:"order_id"`
}

type order struct {
	Order string  `json:"order"`
	Total float64 `json:"total"`
}

func lookUp(_ context.Context, q query) (order, error) {
	if q.OrderID == "" {
		return order{}, errors.New("which order?")
	}
	return order{q.OrderID, 12.5}, nil
}

func TestWrappersRecordInputAndOutput(t *testing.T) {
	tracer, sink := newTracer(t)
	lookup := staso.Tool(tracer, "lookup_order", lookUp)
	ask := staso.Agent(tracer, "support-bot", func(ctx context.Context, q string) (string, error) {
		assert.Equal(t, "support-bot", staso.AgentFromContext(ctx))
		o, err := lookup(ctx, query{"A-17"})
		return o.Order, err
	}, staso.WithTags("vip"), staso.WithMetadata("tier", "gold"))
	answer, err := ask(t.Context(), "where is it?")
	require.NoError(t, err)
	assert.Equal(t, "A-17", answer)
	flush(t, tracer)

	agent, tool := sink.named(t, "support-bot"), sink.named(t, "lookup_order")
	assert.Equal(t, staso.KindAgent, agent.Kind)
	assert.JSONEq(t, `{"agent_name":"support-bot","input":"where is it?"}`, string(agent.Input))
	assert.JSONEq(t, `{"result":"A-17"}`, string(agent.Output))
	meta := attributes(t, agent.Attributes)
	assert.Equal(t, []any{"vip"}, meta["tags"])
	assert.Equal(t, "gold", meta["tier"])

	assert.Equal(t, staso.KindTool, tool.Kind)
	assert.Equal(t, agent.SpanID, tool.ParentSpanID)
	assert.Equal(t, "support-bot", tool.AgentName)
	assert.JSONEq(t, `{"order_id":"A-17"}`, string(tool.Input))
	assert.JSONEq(t, `{"result":{"order":"A-17","total":12.5}}`, string(tool.Output))
	meta = attributes(t, tool.Attributes)
	assert.Equal(t, "lookup_order", meta["tool_name"])
	assert.Equal(t, "wrap_test.go", meta["code.filepath"])
	assert.Equal(t, "github.com/staso-go/staso_test.lookUp", meta["code.function"])
	assert.Greater(t, meta["code.lineno"], 1.0)
}

func TestWrapperPayloads(t *testing.T) {
	tracer, sink := newTracer(t)
	for name, tc := range map[string]struct {
		run           func(context.Context) error
		input, output string
	}{
		"nothing": {wrapped(tracer, "nothing", struct{}{}, struct{}{}), `{}`, `{"result":null}`},
		"map":     {wrapped(tracer, "map", map[string]int{"b": 2, "a": 1}, []int{1}), `{"a":1,"b":2}`, `{"result":[1]}`},
		"empty":   {wrapped(tracer, "empty", map[string]int{}, ""), `{}`, `{"result":""}`},
		"list":    {wrapped(tracer, "list", []int{1, 2}, 3), `{"input":[1,2]}`, `{"result":3}`},
		"pointer": {wrapped(tracer, "pointer", &query{"x"}, (*order)(nil)), `{"order_id":"x"}`, `{"result":null}`},
		"nil map": {wrapped(tracer, "nil map", map[string]int(nil), nil), `{"input":null}`, `{"result":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, tc.run(t.Context()))
			flush(t, tracer)
			got := sink.named(t, name)
			assert.JSONEq(t, tc.input, string(got.Input))
			assert.JSONEq(t, tc.output, string(got.Output))
		})
	}
}

func wrapped[In any](tracer *staso.Tracer, name string, in In, out any) func(context.Context) error {
	fn := staso.Trace(tracer, name, func(context.Context, In) (any, error) { return out, nil })
	return func(ctx context.Context) error {
		_, err := fn(ctx, in)
		return err
	}
}

func TestAgentWithoutArguments(t *testing.T) {
	tracer, sink := newTracer(t)
	_, err := staso.Agent(tracer, "quoted \"agent\"", func(context.Context, struct{}) (int, error) { return 1, nil })(t.Context(), struct{}{})
	require.NoError(t, err)
	flush(t, tracer)
	assert.JSONEq(t, `{"agent_name":"quoted \"agent\""}`, string(sink.named(t, "quoted \"agent\"").Input))
}

func TestWrapperReturnsErrorsAsTheyAre(t *testing.T) {
	tracer, sink := newTracer(t)
	fail := staso.Trace(tracer, "fail", lookUp, staso.WithKind(staso.KindRetriever))
	_, err := fail(t.Context(), query{})
	assert.EqualError(t, err, "which order?")
	flush(t, tracer)
	got := sink.named(t, "fail")
	assert.Equal(t, staso.KindRetriever, got.Kind)
	assert.Equal(t, staso.StatusError, got.Status)
	assert.Equal(t, "which order?", got.ErrorMessage)
	assert.Empty(t, got.Output, "a zero output beside an error is none")
}

func TestPanicsAreRecordedAndGoOn(t *testing.T) {
	tracer, sink := newTracer(t)
	cause := errors.New("broken")
	for name, value := range map[string]any{"text": "boom", "error": cause} {
		fn := staso.Tool(tracer, name, func(context.Context, struct{}) (struct{}, error) { panic(value) })
		assert.PanicsWithValue(t, value, func() { _, _ = fn(t.Context(), struct{}{}) })
	}
	flush(t, tracer)
	assert.Equal(t, "panic: boom", sink.named(t, "text").ErrorMessage)
	assert.Equal(t, "string", attributes(t, sink.named(t, "text").Attributes)["exception.type"])
	assert.Equal(t, "panic: broken", sink.named(t, "error").ErrorMessage)
	assert.Equal(t, staso.StatusError, sink.named(t, "error").Status)
}

func TestGoexitEndsTheSpan(t *testing.T) {
	tracer, sink := newTracer(t)
	fn := staso.Trace(tracer, "left", func(context.Context, struct{}) (struct{}, error) {
		runtime.Goexit()
		return struct{}{}, nil
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = fn(t.Context(), struct{}{})
	}()
	<-done
	flush(t, tracer)
	assert.Equal(t, staso.StatusError, sink.named(t, "left").Status)
}

func TestWrappersOfNoTracerAreTheFunctionItself(t *testing.T) {
	fn := staso.Tool[query, order](nil, "t", lookUp)
	got, err := fn(t.Context(), query{"A"})
	require.NoError(t, err)
	assert.Equal(t, order{"A", 12.5}, got)
}

type service struct{}

func (*service) refund(_ context.Context, q query) (order, error) { return order{q.OrderID, 0}, nil }

func TestTheLocationOfAMethodIsWhereItWasWrapped(t *testing.T) {
	tracer, sink := newTracer(t)
	s := &service{}
	refund := staso.Tool(tracer, "refund", s.refund)
	_, err := refund(t.Context(), query{"A"})
	require.NoError(t, err)
	flush(t, tracer)
	meta := attributes(t, sink.named(t, "refund").Attributes)
	assert.Equal(t, "github.com/staso-go/staso_test.(*service).refund", meta["code.function"])
	assert.Equal(t, "wrap_test.go", meta["code.filepath"])
	assert.Greater(t, meta["code.lineno"], 1.0)
}

func TestWithCodeNamesTheWrappedFunction(t *testing.T) {
	tracer, sink := newTracer(t)
	s := &service{}
	for name, c := range map[string]struct {
		fn       any
		function any
	}{
		"function": {lookUp, "github.com/staso-go/staso_test.lookUp"},
		"method":   {s.refund, "github.com/staso-go/staso_test.(*service).refund"},
		"none":     {nil, nil},
		"other":    {7, nil},
	} {
		fn := staso.Tool(tracer, name, func(context.Context, struct{}) (int, error) { return 1, nil }, staso.WithCode(c.fn))
		_, err := fn(t.Context(), struct{}{})
		require.NoError(t, err)
		flush(t, tracer)
		meta := attributes(t, sink.named(t, name).Attributes)
		assert.Equal(t, c.function, meta["code.function"], name)
		if c.function != nil {
			assert.Equal(t, "wrap_test.go", meta["code.filepath"], name)
		}
	}
}
