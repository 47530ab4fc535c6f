package guard_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

// What a tool returned may be any JSON value, and so may what stands in its place.
func TestOutputsAreChanged(t *testing.T) {
	t.Parallel()
	output := func(text string) guard.Call {
		return guard.Call{Tool: "read_mail", Phase: guard.PhaseOutput, Input: json.RawMessage(`{"id":7}`), Output: json.RawMessage(text)}
	}
	masks := func(from, to string) *seen {
		return &seen{say: func(c guard.Call) guard.Result {
			if string(c.Output) != from {
				return guard.Result{Action: guard.ActionAllow}
			}
			return guard.Result{Action: guard.ActionModify, Input: json.RawMessage(to)}
		}}
	}
	got, err := guard.Check(t.Context(), masks(`"key 123"`, `"key ***"`), output(`"key 123"`))
	require.NoError(t, err)
	assert.Equal(t, []any{guard.ActionModify, `"key ***"`}, []any{got.Action, string(got.Input)})

	first, second, third := always(guard.Result{Action: guard.ActionAllow}), masks(`"key 123"`, `"key ***"`), masks(`"key ***"`, `["key"]`)
	got, err = guard.Chain(first, second, third).Check(t.Context(), output(`"key 123"`))
	require.NoError(t, err)
	assert.Equal(t, []any{guard.ActionModify, `["key"]`}, []any{got.Action, string(got.Input)})
	assert.Equal(t, guard.Digest("read_mail", json.RawMessage(`{"id":7}`)), got.Digest)
	outputs := func(s *seen) (texts []string) {
		for _, c := range s.calls {
			assert.JSONEq(t, `{"id":7}`, string(c.Input), "the arguments stay as they were")
			texts = append(texts, string(c.Output))
		}
		return texts
	}
	assert.Equal(t, []string{`"key 123"`, `["key"]`}, outputs(first))
	assert.Equal(t, []string{`"key 123"`, `["key"]`}, outputs(second))
	assert.Equal(t, []string{`"key ***"`}, outputs(third))

	for _, odd := range []string{"", "key ***", `{"a":`} {
		got, err = guard.Chain(masks(`"key 123"`, odd), allow()).Check(t.Context(), output(`"key 123"`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionBlock, got.Action, "%q", odd)
		assert.Contains(t, got.Reason, "not into JSON")
		assert.Nil(t, got.Input)
	}

	// A grant is about the arguments, and says nothing of an output that was changed.
	granted := fixed(guard.Result{Action: guard.ActionAllow, Approval: guard.ApprovalGranted, Digest: got.Digest})
	got, err = guard.Chain(fixed(escalate), granted, masks(`"key 123"`, `"key"`)).Check(t.Context(), output(`"key 123"`))
	require.NoError(t, err)
	assert.Equal(t, guard.ActionEscalate, got.Action)
}

func TestTheBackendChangesOutputs(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, says(`{"action":"modify","modified_input":"key ***"}`))
	asked := guard.Call{Tool: "read_mail", Phase: guard.PhaseOutput, Output: json.RawMessage(`"key 123"`)}
	got, err := client.Check(t.Context(), asked)
	require.NoError(t, err)
	assert.Equal(t, []any{guard.ActionModify, `"key ***"`}, []any{got.Action, string(got.Input)})
	text, err := json.Marshal(got)
	require.NoError(t, err)
	var read guard.Result
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, []any{guard.ActionModify, `"key ***"`}, []any{read.Action, string(read.Input)}, "as it is kept")

	asked.Phase = guard.PhaseInput
	got, err = client.Check(t.Context(), asked)
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action, "arguments are an object")
	client, _ = newClient(t, says(`{"action":"modify","modified_input":null}`))
	asked.Phase = guard.PhaseOutput
	got, err = client.Check(t.Context(), asked)
	require.NoError(t, err)
	assert.Equal(t, guard.ActionBlock, got.Action)
}
