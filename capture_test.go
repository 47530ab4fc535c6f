package staso_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
)

func TestWhatIsSuppressedNeverLeaves(t *testing.T) {
	type policy = staso.CapturePolicy
	const s = staso.Suppressed
	for name, tc := range map[string]struct {
		options       []staso.Option
		span          []staso.SpanOption
		kind          staso.Kind
		input, output bool // still there
		capture       policy
	}{
		"all":           {nil, nil, staso.KindLLM, true, true, policy{}},
		"no messages":   {[]staso.Option{staso.WithCaptureMessages(false)}, nil, staso.KindLLM, false, true, policy{Request: s, SystemPrompt: s}},
		"not of a tool": {[]staso.Option{staso.WithCaptureMessages(false)}, nil, staso.KindTool, true, true, policy{Request: s, SystemPrompt: s}},
		"arguments":     {[]staso.Option{staso.WithCapture(policy{ToolArguments: s})}, nil, staso.KindTool, false, true, policy{ToolArguments: s}},
		"output":        {[]staso.Option{staso.WithCapture(policy{Output: s})}, nil, staso.KindAgent, true, false, policy{Output: s}},
		"the strictest": {[]staso.Option{staso.WithCapture(policy{Output: s}), staso.WithCapture(policy{})}, []staso.SpanOption{staso.WithCaptureOutput(true), staso.WithCaptureInput(false)}, staso.KindAgent, false, false, policy{Output: s, Request: s}},
		"one span":      {nil, []staso.SpanOption{staso.WithCaptureInput(false)}, staso.KindTool, false, true, policy{ToolArguments: s}},
		"a variable":    {[]staso.Option{withEnv(map[string]string{"STASO_CAPTURE_REQUEST": "off"}), staso.WithCapture(policy{})}, nil, staso.KindLLM, false, true, policy{Request: s}},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t, tc.options...)
			_, span := tracer.Start(t.Context(), "op", append(tc.span, staso.WithKind(tc.kind))...)
			span.SetInput("in")
			span.SetOutput([]string{"out"})
			span.End()
			flush(t, tracer)
			got := sink.named(t, "op")
			assert.Equal(t, tc.input, len(got.Input) > 0, "input")
			assert.Equal(t, tc.output, len(got.Output) > 0, "output")
			assert.Equal(t, tc.capture, got.Capture, "the span says what was suppressed")
		})
	}
}

func TestPartsOfMessagesAreSuppressed(t *testing.T) {
	const s = staso.Suppressed
	request := json.RawMessage(`{"model":"m","system":"SECRET","instructions":"SECRET",
		"messages":[{"role":"system","content":"SECRET"},{"role":"developer","content":[{"text":"SECRET"}]},{"role":"user","content":"hello"},
			{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":\"ARGS\"}"}}],"content":[{"type":"tool_use","name":"g","input":{"a":"ARGS"}}]}],
		"tools":[{"type":"function","function":{"name":"f","parameters":"SCHEMA"}}]}`)
	for name, tc := range map[string]struct {
		policy staso.CapturePolicy
		gone   string
	}{
		"system prompt":  {staso.CapturePolicy{SystemPrompt: s}, "SECRET"},
		"tool schema":    {staso.CapturePolicy{ToolSchema: s}, "SCHEMA"},
		"tool arguments": {staso.CapturePolicy{ToolArguments: s}, "ARGS"},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t, staso.WithCapture(tc.policy))
			_, span := tracer.Start(t.Context(), "chat", staso.WithKind(staso.KindLLM))
			span.SetInput(request)
			span.End()
			flush(t, tracer)
			got := string(sink.named(t, "chat").Input)
			assert.NotContains(t, got, tc.gone)
			assert.Contains(t, got, "hello")
			for _, other := range []string{"SECRET", "SCHEMA", "ARGS"} {
				assert.Equal(t, other != tc.gone, strings.Contains(got, other), other)
			}
		})
	}
}

func TestTheRedactorSeesEveryFieldWhole(t *testing.T) {
	secret := strings.Repeat("x", 5000) + "s3cret"
	redact := func(_ staso.Field, content json.RawMessage) json.RawMessage {
		return bytes.ReplaceAll(content, []byte("s3cret"), []byte("******"))
	}
	tracer, sink := newTracer(t, staso.WithRedactor(redact), staso.WithFieldLimit(2048))
	ctx, span := tracer.Start(t.Context(), "op", staso.WithKind(staso.KindAgent))
	span.SetInput("s3cret")
	span.SetOutput(map[string]string{"a": "s3cret", "long": secret})
	span.SetMetadata("k", "s3cret")
	span.SetStatus(staso.StatusError, "it was s3cret")
	require.NoError(t, tracer.Annotate(ctx, staso.Annotation{Name: "n", DataType: "boolean", Value: json.RawMessage("true"), Comment: "s3cret"}))
	flush(t, tracer) // the provisional root goes too
	span.End()
	flush(t, tracer)
	require.Len(t, sink.spans, 2)
	encoded, err := json.Marshal([]any{sink.spans, sink.annotations})
	require.NoError(t, err)
	assert.NotContains(t, string(encoded), "s3cret")
	got := sink.named(t, "op")
	assert.Equal(t, "it was ******", got.ErrorMessage)
	assert.JSONEq(t, `"******"`, string(got.Input))
	assert.LessOrEqual(t, len(got.Output), 2048, "cut after it was redacted")
	assert.Equal(t, "******", sink.annotations[0].Comment)
}

func TestARedactorThatFailsSuppresses(t *testing.T) {
	for name, redact := range map[string]staso.Redactor{
		"panics":  func(staso.Field, json.RawMessage) json.RawMessage { panic("oh") },
		"no JSON": func(staso.Field, json.RawMessage) json.RawMessage { return json.RawMessage("{") },
		"nothing": func(staso.Field, json.RawMessage) json.RawMessage { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t, staso.WithRedactor(redact))
			_, span := tracer.Start(t.Context(), "op")
			span.SetInput("secret")
			span.SetStatus(staso.StatusError, "secret")
			span.SetMetadata("k", "secret")
			span.End()
			flush(t, tracer)
			got := sink.named(t, "op")
			assert.JSONEq(t, `"[suppressed]"`, string(got.Input))
			assert.Equal(t, "[suppressed]", got.ErrorMessage)
			assert.JSONEq(t, `{"staso.suppressed":"metadata"}`, string(got.Attributes))
			assert.Equal(t, int64(3), tracer.Stats().RedactorFailures)
		})
	}
}

func TestSampling(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithSampler(func(p staso.SamplingParameters) bool { return p.Name != "health" }))
	for _, name := range []string{"health", "chat"} {
		ctx, root := tracer.Start(t.Context(), name, staso.WithKind(staso.KindAgent))
		_, child := tracer.Start(ctx, name+" child")
		child.SetInput("x")
		child.End()
		child.End()
		root.End()
	}
	flush(t, tracer)
	assert.Equal(t, 2, sink.count(), "a child follows its root")
	stats := tracer.Stats().Spans
	assert.Equal(t, int64(4), stats.Ended)
	assert.Equal(t, map[staso.Reason]int64{"sampled": 2}, stats.Dropped)
}

func TestASamplerThatPanicsRecords(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithSampler(func(staso.SamplingParameters) bool { panic("oh") }))
	_, span := tracer.Start(t.Context(), "op")
	span.End()
	flush(t, tracer)
	sink.named(t, "op")
}

func TestSampleRatioChoosesByTrace(t *testing.T) {
	tracer, _ := newTracer(t, staso.WithSampleRatio(0.25))
	const n = 4000
	for range n {
		_, span := tracer.Start(context.Background(), "op")
		span.End()
	}
	share := float64(tracer.Stats().Spans.Dropped["sampled"]) / n
	assert.InDelta(t, 0.75, share, 0.05)
	for ratio, want := range map[float64]int64{0: 10, 1: 0} {
		tracer, _ := newTracer(t, staso.WithSampleRatio(ratio))
		for range 10 {
			_, span := tracer.Start(context.Background(), "op")
			span.End()
		}
		assert.Equal(t, want, tracer.Stats().Spans.Dropped["sampled"])
	}
}

func TestRootsCarryVersionControl(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithCaptureVCS(true), withEnv(map[string]string{
		"STASO_VCS_COMMIT_SHA": "0123", "STASO_VCS_BRANCH": "main", "STASO_VCS_REPO_URL": "https://u:p@example.com/a.git",
	}))
	ctx, root := tracer.Start(t.Context(), "root")
	_, child := tracer.Start(ctx, "child")
	child.End()
	root.End()
	flush(t, tracer)
	assert.JSONEq(t, `{"vcs.commit.sha":"0123","vcs.branch":"main","vcs.repo_url":"https://example.com/a.git"}`, string(sink.named(t, "root").Attributes))
	assert.JSONEq(t, `{}`, string(sink.named(t, "child").Attributes))
}

func TestProvisionalRoots(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx, root := tracer.Start(t.Context(), "agent", staso.WithKind(staso.KindAgent))
	root.SetInput("question")
	_, child := tracer.Start(ctx, "nested", staso.WithKind(staso.KindAgent))
	flush(t, tracer)
	require.Len(t, sink.spans, 1, "only the root")
	provisional := sink.spans[0]
	assert.True(t, provisional.Provisional)
	assert.Zero(t, provisional.Duration)
	assert.JSONEq(t, `"question"`, string(provisional.Input))
	assert.Equal(t, root.ID(), provisional.SpanID)

	child.End()
	root.End()
	_, quick := tracer.Start(t.Context(), "quick", staso.WithKind(staso.KindAgent))
	quick.End()
	_, other := tracer.Start(t.Context(), "other", staso.WithKind(staso.KindChain))
	flush(t, tracer)
	other.End()
	flush(t, tracer)
	stats := tracer.Stats()
	assert.Equal(t, int64(1), stats.Provisional.Exported, "one that ends at once is not announced, other kinds neither")
	assert.Equal(t, int64(4), stats.Spans.Exported)
	assert.False(t, sink.named(t, "agent").Provisional)
}

func TestProvisionalRootsByOption(t *testing.T) {
	for name, tc := range map[string]struct {
		kinds []staso.Kind
		want  int64
	}{"none": {nil, 0}, "chain": {[]staso.Kind{staso.KindChain}, 1}} {
		t.Run(name, func(t *testing.T) {
			tracer, _ := newTracer(t, staso.WithProvisionalRoots(tc.kinds...))
			for _, kind := range []staso.Kind{staso.KindAgent, staso.KindChain} {
				_, span := tracer.Start(t.Context(), "op", staso.WithKind(kind))
				flush(t, tracer)
				span.End()
			}
			assert.Equal(t, tc.want, tracer.Stats().Provisional.Exported)
		})
	}
}

func TestARedactorMayUseTheSpan(t *testing.T) {
	var span *staso.Span
	tracer, sink := newTracer(t, staso.WithRedactor(func(_ staso.Field, content json.RawMessage) json.RawMessage {
		span.SetMetadata("redacted", true)
		return content
	}))
	_, span = tracer.Start(t.Context(), "op", staso.WithKind(staso.KindAgent))
	span.SetInput("x")
	flush(t, tracer)
	span.End()
	flush(t, tracer)
	assert.Equal(t, 2, sink.count())
}

func TestTheUsersMetadataWinsOverTheLibrarys(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithCaptureVCS(true), withEnv(map[string]string{"STASO_VCS_COMMIT_SHA": "0123", "STASO_VCS_BRANCH": "main"}))
	fn := staso.Trace(tracer, "op", func(ctx context.Context, _ struct{}) (int, error) {
		span := staso.SpanFromContext(ctx)
		span.SetMetadata(staso.KeyVCSBranch, "imported")
		span.SetMetadata(staso.KeyCodeLineno, 7)
		span.SetMetadata("staso.provisional_root", true)
		return 0, nil
	})
	_, err := fn(t.Context(), struct{}{})
	require.NoError(t, err)
	flush(t, tracer)
	raw := string(sink.named(t, "op").Attributes)
	assert.Equal(t, 1, strings.Count(raw, staso.KeyVCSBranch))
	meta := attributes(t, sink.named(t, "op").Attributes)
	assert.Equal(t, "imported", meta[staso.KeyVCSBranch])
	assert.Equal(t, "0123", meta[staso.KeyVCSCommitSHA])
	assert.EqualValues(t, 7, meta[staso.KeyCodeLineno])
	assert.NotContains(t, meta, "staso.provisional_root")
}

func TestMetadataIsBounded(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithFieldLimit(8<<10))
	_, span := tracer.Start(t.Context(), "op")
	for i := range 1000 {
		span.SetMetadata("k"+strconv.Itoa(i), []string{strings.Repeat("x", 4000)})
	}
	span.SetMetadata("k0", []int{1})
	span.End()
	flush(t, tracer)
	got := sink.named(t, "op").Attributes
	assert.LessOrEqual(t, len(got), 8<<10)
	assert.True(t, json.Valid(got))
}

func TestTypedPayloadsCountAgainstTheQueue(t *testing.T) {
	type answer struct{ Text string }
	tracer, _ := newTracer(t, staso.WithQueueBytes(64<<10))
	_, span := tracer.Start(t.Context(), "op")
	span.SetOutput(answer{strings.Repeat("x", 100<<10)})
	span.End()
	assert.Equal(t, int64(1), tracer.Stats().Spans.Dropped["oversized"])
}

func TestCapturesSaysWhatIsKept(t *testing.T) {
	fields := []staso.Field{staso.FieldInput, staso.FieldOutput, staso.FieldMetadata, staso.FieldErrorMessage}
	captures := func(span *staso.Span) (kept []bool) {
		for _, field := range fields {
			kept = append(kept, span.Captures(field))
		}
		return kept
	}
	tracer, _ := newTracer(t, staso.WithCapture(staso.CapturePolicy{ToolArguments: staso.Suppressed}))
	_, tool := tracer.Start(t.Context(), "tool", staso.WithKind(staso.KindTool))
	_, chain := tracer.Start(t.Context(), "chain", staso.WithCaptureOutput(false))
	assert.Equal(t, []bool{false, true, true, true}, captures(tool))
	assert.Equal(t, []bool{true, false, true, true}, captures(chain))
	tool.End()
	chain.End()
	none := []bool{false, false, false, false}
	assert.Equal(t, none, captures(tool), "it has ended")
	assert.Equal(t, none, captures(nil))
	unsampled, _ := newTracer(t, staso.WithSampleRatio(0))
	_, span := unsampled.Start(t.Context(), "x")
	assert.Equal(t, none, captures(span))
	span.End()
}
