package exporter_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
)

func TestNamesOnTheWire(t *testing.T) {
	for kind, name := range map[exporter.Kind]string{
		exporter.KindCustom: "custom", exporter.KindLLM: "llm", exporter.KindTool: "tool",
		exporter.KindChain: "chain", exporter.KindRetriever: "retriever", exporter.KindAgent: "agent",
	} {
		assert.Equal(t, name, kind.String())
		var back exporter.Kind
		require.NoError(t, back.UnmarshalText([]byte(name)))
		assert.Equal(t, kind, back)
	}
	for status, name := range map[exporter.Status]string{
		exporter.StatusOK: "ok", exporter.StatusError: "error", exporter.StatusTimeout: "timeout",
	} {
		assert.Equal(t, name, status.String())
		var back exporter.Status
		require.NoError(t, back.UnmarshalText([]byte(name)))
		assert.Equal(t, status, back)
	}
	for capture, name := range map[exporter.Capture]string{exporter.Captured: "captured", exporter.Suppressed: "suppressed"} {
		assert.Equal(t, name, capture.String())
		var back exporter.Capture
		require.NoError(t, back.UnmarshalText([]byte(name)))
		assert.Equal(t, capture, back)
	}
}

func TestUnknownNamesSayWhatWouldBeRight(t *testing.T) {
	var (
		kind    exporter.Kind
		status  exporter.Status
		capture exporter.Capture
	)
	assert.ErrorContains(t, kind.UnmarshalText([]byte("robot")), `kind "robot": want llm, tool`)
	assert.ErrorContains(t, status.UnmarshalText([]byte("fine")), "want ok, error or timeout")
	assert.ErrorContains(t, capture.UnmarshalText([]byte("yes")), "want captured or suppressed")
	assert.Equal(t, "Kind(99)", exporter.Kind(99).String())
	assert.Equal(t, "Status(99)", exporter.Status(99).String())
}

func TestTheStrictestPolicyWins(t *testing.T) {
	const s = exporter.Suppressed
	got := exporter.CapturePolicy{Request: s, ToolSchema: s}.Strictest(exporter.CapturePolicy{Output: s, ToolSchema: s})
	assert.Equal(t, exporter.CapturePolicy{Request: s, ToolSchema: s, Output: s}, got)
}

func TestASpanReadsBackFromItsJSON(t *testing.T) {
	span := &exporter.SpanData{
		TraceID: uuid.New(), SpanID: uuid.New(), Name: "chat", Kind: exporter.KindLLM, Status: exporter.StatusTimeout,
		StartTime: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Duration: time.Second,
		Usage: &exporter.Usage{InputTokens: 1, CacheReadInputTokens: 2}, Input: json.RawMessage(`{"a":[1,2]}`),
		Capture: exporter.CapturePolicy{Output: exporter.Suppressed}, Provisional: true,
	}
	encoded, err := json.Marshal(span)
	require.NoError(t, err)
	var back exporter.SpanData
	require.NoError(t, json.Unmarshal(encoded, &back))
	assert.Equal(t, span, &back)
	assert.NotContains(t, string(encoded), "parent_span_id", "a root has none")
}

func TestACloneSharesNoMemory(t *testing.T) {
	span := &exporter.SpanData{Input: json.RawMessage(`"a"`), Output: json.RawMessage(`"b"`), Attributes: json.RawMessage(`{}`), Usage: &exporter.Usage{InputTokens: 1}}
	clone := span.Clone()
	span.Input[1], span.Output[1], span.Attributes[0], span.Usage.InputTokens = 'x', 'x', '[', 9
	assert.JSONEq(t, `"a"`, string(clone.Input))
	assert.JSONEq(t, `"b"`, string(clone.Output))
	assert.JSONEq(t, `{}`, string(clone.Attributes))
	assert.Equal(t, int64(1), clone.Usage.InputTokens)

	annotation := exporter.Boolean("ok", true)
	other := annotation.Clone()
	other.Value[0] = 'x'
	assert.Equal(t, "true", string(annotation.Value))
}

func TestAnnotationsMatchTheirType(t *testing.T) {
	id := uuid.New()
	for name, a := range map[string]exporter.Annotation{
		"numeric": exporter.Numeric("n", -0.5), "categorical": exporter.Categorical("n", "<b>"), "boolean": exporter.Boolean("n", false),
	} {
		t.Run(name, func(t *testing.T) {
			a.TraceID = id
			require.NoError(t, a.Validate())
			assert.Equal(t, exporter.DataType(name), a.DataType)
			for _, other := range []exporter.DataType{exporter.DataTypeNumeric, exporter.DataTypeCategorical, exporter.DataTypeBoolean} {
				a.DataType = other
				assert.Equal(t, other == exporter.DataType(name), a.Validate() == nil, "as %s", other)
			}
		})
	}
	infinite := exporter.Numeric("n", math.Inf(1))
	infinite.TraceID = id
	assert.ErrorContains(t, infinite.Validate(), "finite")
}

func TestErrorsSayWhatTheyKnow(t *testing.T) {
	cause := errors.New("connection refused")
	assert.EqualError(t, &exporter.RetryableError{Err: cause, After: time.Second}, "connection refused (retry after 1s)")
	assert.EqualError(t, &exporter.RetryableError{}, "not accepted for now")
	assert.EqualError(t, &exporter.ReasonError{Reason: exporter.ReasonUnauthorized}, "unauthorized")
	assert.EqualError(t, &exporter.PartialError{
		Rejected:            map[exporter.Reason]int{"rejected": 2, "oversized": 1},
		RejectedAnnotations: map[exporter.Reason]int{"rejected": 3}, Err: cause,
	}, "not accepted: 1 span oversized, 2 spans rejected, 3 annotations rejected: connection refused")
	assert.EqualError(t, &exporter.APIError{StatusCode: 401, Code: "invalid_key", Detail: "no such key"}, "backend answered 401 invalid_key: no such key")
	for _, err := range []error{&exporter.RetryableError{Err: cause}, &exporter.ReasonError{Err: cause}, &exporter.PartialError{Err: cause}} {
		assert.ErrorIs(t, err, cause)
	}
}
