package toolcall_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/toolcall"
	"github.com/staso-go/staso/guard"
)

func TestDecode(t *testing.T) {
	id, call, err := toolcall.Decode([]byte(`{"id": "a1", "tool_name": "bash", "tool_input": {"command": "ls", "command": "id"},
		"context": {"agent_name": "bot", "environment": "prod", "session_id": "c1", "user_id": "u1",
			"trace_id": "0af76519-16cd-43dd-8448-eb211c80319c", "span_id": "x", "ticket": 7,
			"tools": ["bash"], "conversation_history": [{"role": "user", "content": "hi"}, 3, {"role": "tool", "content": [1]}, {"role": 7, "content": "x"}]}}`))
	require.NoError(t, err)
	assert.Equal(t, "a1", id)
	assert.Equal(t, guard.Call{
		ID: "a1", Tool: "bash", Agent: "bot", Environment: "prod", Conversation: "c1", User: "u1",
		// The arguments are kept as they came: what a parser would make of them is
		// the engine's to judge.
		Input:      []byte(`{"command": "ls", "command": "id"}`),
		TraceID:    uuid.MustParse("0af76519-16cd-43dd-8448-eb211c80319c"),
		Tools:      []string{"bash"},
		History:    []guard.Message{{Role: "user", Content: "hi"}, {Role: "tool", Content: "[1]"}, {Role: "7", Content: "x"}},
		Attributes: map[string]any{"ticket": 7.0},
	}, call)
}

func TestDecodeIsBoundToTheForm(t *testing.T) {
	for data, want := range map[string]string{
		``:                                    "a call is a JSON object",
		`[]`:                                  "a call is a JSON object",
		`{}`:                                  "tool_name is missing",
		`{"tool_name": ""}`:                   "tool_name is missing",
		`{"tool_name": "x"} {}`:               "more than one value",
		`{"tool_name": "x", "phase": "soon"}`: `phase "soon" is none: use input, output or trace`,
	} {
		_, _, err := toolcall.Decode([]byte(data))
		assert.ErrorContains(t, err, want, data)
	}
}

// What an agent tells about itself never keeps a call from being judged.
func TestOddContextsAreLeftOut(t *testing.T) {
	for _, context := range []string{`7`, `null`, `"x"`, `[]`, `{"agent_name": 7, "tools": "x", "conversation_history": {}, "trace_id": {}}`} {
		_, call, err := toolcall.Decode([]byte(`{"tool_name": "x", "context": ` + context + `}`))
		require.NoError(t, err, context)
		assert.Equal(t, "x", call.Tool)
		assert.Empty(t, call.Agent)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"tool_name": "bash", "tool_input": {}, "context": {"agent_name": "x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, call, err := toolcall.Decode(data)
		if err == nil && call.Tool == "" {
			t.Fatal("a call without a tool")
		}
	})
}
