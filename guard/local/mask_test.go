package local_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// What was masked keeps its shape, and is not found again.
func TestMaskedPersonalDataMayPass(t *testing.T) {
	p, err := policy.Parse("masks.yaml", []byte("version: 1\noverrides:\n  pii: {mode: enforce}\n"))
	require.NoError(t, err)
	engine, err := local.New(local.WithPolicy(p))
	require.NoError(t, err)
	for text, want := range map[string]string{
		"write to ann@example.com": "write to a***@example.com",
		"card 4111 1111 1111 1111": "card **** **** **** 1111",
		"ssn 536-90-4399":          "ssn ***-**-4399",
	} {
		input, err := json.Marshal(map[string]string{"body": text})
		require.NoError(t, err)
		result, err := engine.Check(t.Context(), guard.Call{Tool: "send_note", Input: input})
		require.NoError(t, err)
		assert.Equal(t, guard.ActionModify, result.Action, result.Reason)
		assert.JSONEq(t, `{"body": "`+want+`"}`, string(result.Input))
	}
}
