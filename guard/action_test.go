package guard_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

func TestActions(t *testing.T) {
	t.Parallel()
	for action, name := range map[guard.Action]string{
		guard.ActionBlock: "block", guard.ActionAllow: "allow", guard.ActionModify: "modify", guard.ActionEscalate: "escalate",
	} {
		assert.Equal(t, name, action.String())
		text, err := action.MarshalText()
		require.NoError(t, err)
		var got guard.Action
		require.NoError(t, got.UnmarshalText([]byte(strings.ToUpper(string(text)))))
		assert.Equal(t, action, got)
	}
	assert.Equal(t, guard.ActionBlock, guard.Action(0))
	assert.Equal(t, "block", guard.Action(9).String())
	for _, text := range []string{"", " allow", "allowed", "audit", "0"} {
		got := guard.ActionAllow
		assert.Error(t, got.UnmarshalText([]byte(text)), "%q", text)
		assert.Equal(t, guard.ActionBlock, got)
	}
}

func TestStricter(t *testing.T) {
	t.Parallel()
	order := []guard.Action{guard.ActionAllow, guard.ActionModify, guard.ActionEscalate, guard.ActionBlock}
	for i, milder := range order {
		for _, stricter := range order[i:] {
			assert.Equal(t, stricter, milder.Stricter(stricter))
			assert.Equal(t, stricter, stricter.Stricter(milder))
		}
	}
	assert.False(t, guard.Result{Action: guard.Action(9)}.Allowed())
	assert.Equal(t, guard.Action(9), guard.ActionEscalate.Stricter(9), "what is none weighs as a block")
}

func TestSeverities(t *testing.T) {
	t.Parallel()
	for severity := guard.SeverityUnknown; severity <= guard.SeverityCritical; severity++ {
		text, err := severity.MarshalText()
		require.NoError(t, err)
		got := guard.SeverityCritical
		require.NoError(t, got.UnmarshalText([]byte(strings.ToUpper(string(text)))))
		assert.Equal(t, severity, got)
	}
	got := guard.SeverityHigh
	assert.ErrorContains(t, got.UnmarshalText([]byte("grave")), "use low, medium, high or critical")
	assert.Equal(t, guard.SeverityUnknown, got)
}

func TestPhases(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"input", "output", "trace", "input"}, []string{
		guard.PhaseInput.String(), guard.PhaseOutput.String(), guard.PhaseTrace.String(), guard.Phase(9).String(),
	})
}

func TestALongConversationIsCut(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, says(`{"action":"allow"}`))
	asked := call("ls", `{}`)
	for range 10 {
		asked.History = append(asked.History, guard.Message{Role: "user", Content: strings.Repeat("x", 60<<10)})
	}
	_, err := client.Check(t.Context(), asked)
	require.NoError(t, err)
	about, _ := b.asked()[0].body["context"].(map[string]any)
	assert.Len(t, about["conversation_history"], 4, "the newest 256 KiB")
}
