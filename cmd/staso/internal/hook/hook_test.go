package hook_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/hook"
	"github.com/staso-go/staso/guard"
)

const preToolUse = `{"session_id": "s1", "cwd": "/home/u/p", "hook_event_name": "PreToolUse",
	"tool_name": "Bash", "tool_input": {"command": "make clean"}}`

func TestEventsOfTheAgents(t *testing.T) {
	for name, c := range map[string]struct {
		event, tool, input string
		phase              guard.Phase
	}{
		"before a tool":       {preToolUse, "Bash", `{"command": "make clean"}`, guard.PhaseInput},
		"without a name":      {`{"tool_name": "Read", "tool_input": {"file_path": "x"}}`, "Read", `{"file_path": "x"}`, guard.PhaseInput},
		"before a shell":      {`{"hook_event_name": "beforeShellExecution", "command": "ls <x"}`, "shell", `{"command":"ls \u003cx"}`, guard.PhaseInput},
		"before reading":      {`{"hook_event_name": "beforeReadFile", "file_path": "a.go", "content": "x"}`, "read_file", `{"path":"a.go"}`, guard.PhaseInput},
		"arguments in a text": {`{"hook_event_name": "beforeMCPExecution", "tool_name": "q", "tool_input": "{\"sql\": \"SELECT 1\"}"}`, "q", `{"sql": "SELECT 1"}`, guard.PhaseInput},
		"after a tool":        {`{"hook_event_name": "PostToolUse", "tool_name": "Read", "tool_input": {}, "tool_response": {"text": "x"}}`, "Read", `{}`, guard.PhaseOutput},
	} {
		t.Run(name, func(t *testing.T) {
			event, err := hook.Parse([]byte(c.event))
			require.NoError(t, err)
			assert.Equal(t, c.tool, event.Call.Tool)
			assert.Equal(t, c.input, string(event.Call.Input))
			assert.Equal(t, c.phase, event.Call.Phase)
		})
	}
}

func TestEventsThatAreNone(t *testing.T) {
	for _, event := range []string{``, `x`, `[]`, `{}`, `{"hook_event_name": "PreToolUse"}`, `{"tool_name": 7}`, `null`} {
		_, err := hook.Parse([]byte(event))
		assert.Error(t, err, event)
	}
}

var (
	allowed = guard.Result{Action: guard.ActionAllow}
	denied  = guard.Result{Action: guard.ActionBlock, Reason: "deletes every file", Rule: "dangerous"}
	waiting = guard.Result{Action: guard.ActionEscalate, Reason: "a person decides"}
	changed = guard.Result{Action: guard.ActionModify, Reason: "masked", Input: json.RawMessage(`{"command":"x"}`)}
)

func TestAnswers(t *testing.T) {
	const shell = `{"hook_event_name": "beforeShellExecution", "command": "ls"}`
	const before = `{"hook_event_name": "BeforeTool", "tool_name": "t"}`
	const after = `{"hook_event_name": "PostToolUse", "tool_name": "t", "tool_response": "x"}`
	for name, c := range map[string]struct {
		event  string
		result guard.Result
		grant  bool
		want   string
	}{
		"nothing against it":     {preToolUse, allowed, false, `{}`},
		"go ahead":               {preToolUse, allowed, true, `{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "allow", "permissionDecisionReason": ""}}`},
		"denied":                 {preToolUse, denied, true, `{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "deletes every file (guard rule dangerous)"}}`},
		"ask":                    {preToolUse, waiting, false, `{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask", "permissionDecisionReason": "a person decides"}}`},
		"modified":               {preToolUse, changed, false, `{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask", "permissionDecisionReason": "masked", "updatedInput": {"command": "x"}}}`},
		"the zero result":        {before, guard.Result{}, true, `{"decision": "deny", "reason": ""}`},
		"nobody to ask":          {before, waiting, false, `{"decision": "deny", "reason": "a person decides"}`},
		"shell, ask":             {shell, waiting, false, `{"permission": "ask", "user_message": "a person decides", "agent_message": "a person decides"}`},
		"shell, nothing":         {shell, allowed, false, `{"permission": "allow"}`},
		"shell, denied":          {shell, denied, false, `{"permission": "deny", "user_message": "deletes every file (guard rule dangerous)", "agent_message": "deletes every file (guard rule dangerous)"}`},
		"an output, nothing":     {after, allowed, true, `{}`},
		"an output, kept back":   {after, denied, false, `{"decision": "block", "reason": "deletes every file (guard rule dangerous)"}`},
		"a modification that is": {preToolUse, guard.Result{Action: guard.ActionModify, Input: json.RawMessage(`{`)}, false, `{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "the verdict cannot be written"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			event, err := hook.Parse([]byte(c.event))
			require.NoError(t, err)
			assert.JSONEq(t, c.want, string(event.Answer(c.result, c.grant)))
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(preToolUse))
	f.Add([]byte(`{"tool_name": "q", "tool_input": "{\"a\": 1}"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		event, err := hook.Parse(data)
		if err != nil {
			return
		}
		if event.Call.Tool == "" {
			t.Fatal("an event without a tool")
		}
		if !json.Valid(event.Answer(denied, true)) {
			t.Fatal("an answer that is no JSON")
		}
	})
}
