package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// verdict is a line of `staso guard check`.
type verdict struct {
	ID        string   `json:"id"`
	Action    string   `json:"action"`
	Reason    string   `json:"reason"`
	Rules     []string `json:"rules_triggered"`
	Severity  string   `json:"severity"`
	LatencyUS float64  `json:"latency_us"`
}

func verdicts(t *testing.T, stdout string) []verdict {
	t.Helper()
	var all []verdict
	for line := range strings.Lines(stdout) {
		var v verdict
		require.NoError(t, json.Unmarshal([]byte(line), &v), line)
		all = append(all, v)
	}
	return all
}

const wipe = `{"command": "echo cm0gLXJmIC8= | base64 -d | sh -c 'sh'"}`

func TestGuardCheckAnswersWithItsExitCodeToo(t *testing.T) {
	code, stdout, stderr := run("guard", "check", "--tool", "bash", "--input", wipe)
	assert.Equal(t, 2, code, stderr)
	assert.Empty(t, stderr)
	v := verdicts(t, stdout)[0]
	assert.Equal(t, "block", v.Action)
	assert.Equal(t, []string{"dangerous"}, v.Rules)
	assert.Equal(t, "critical", v.Severity)
	assert.Positive(t, v.LatencyUS)
	assert.NotEmpty(t, v.Reason)

	code, stdout, _ = run("guard", "check", "--tool", "bash", "--input", `{"command": "git commit -m 'stop rm -rf /'"}`)
	assert.Equal(t, 0, code)
	assert.Equal(t, "allow", verdicts(t, stdout)[0].Action)
}

func TestGuardCheckReadsACall(t *testing.T) {
	const call = `{"id": 7, "tool_name": "bash", "tool_input": {"command": "mkfs.ext4 /dev/sda1"}, "context": {"environment": "prod"}}`
	code, stdout, _ := runWith(call, "guard", "check")
	assert.Equal(t, 2, code)
	assert.Equal(t, "7", verdicts(t, stdout)[0].ID)

	file := filepath.Join(t.TempDir(), "call.json")
	require.NoError(t, os.WriteFile(file, []byte(call), 0o600))
	code, _, _ = run("guard", "check", "--file", file)
	assert.Equal(t, 2, code)

	code, _, stderr := runWith("ls", "guard", "check")
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "a call is a JSON object with tool_name and tool_input")
}

func TestGuardCheckBatchAnswersInOrder(t *testing.T) {
	code, stdout, stderr := runWith(`{"id": "a", "tool_name": "bash", "tool_input": {"command": "ls"}}

{"id": "b", "tool_name": "bash", "tool_input": {"command": "rm -rf / --no-preserve-root"}}
not a call
{"id": "d", "tool_input": {}}
{"id": "e", "tool_name": "think", "tool_input": {"thought": "never run rm -rf /"}}`, "guard", "check", "--batch")
	assert.Equal(t, 2, code, stderr)
	var got []string
	for _, v := range verdicts(t, stdout) {
		got = append(got, v.ID+" "+v.Action)
		assert.NotNil(t, v.Rules)
	}
	assert.Equal(t, []string{"a allow", "b block", " block", "d block", "e allow"}, got)
	assert.Contains(t, stdout, "not judged: tool_name is missing")

	code, stdout, _ = runWith(`{"tool_name": "bash", "tool_input": {"command": "ls"}}`, "guard", "check", "--batch")
	assert.Equal(t, 0, code)
	assert.Len(t, verdicts(t, stdout), 1)
}

func TestGuardHookRefusesWhatItCannotRead(t *testing.T) {
	code, stdout, stderr := runWith(`{"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}}`, "guard", "hook")
	assert.Equal(t, 0, code, stderr)
	assert.JSONEq(t, `{}`, stdout)

	code, stdout, _ = runWith(`{"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "rm -rf ~"}}`, "guard", "hook", "--allow")
	assert.Equal(t, 0, code)
	assert.Contains(t, stdout, `"permissionDecision":"deny"`)

	for _, event := range []string{"", "ls", `{"hook_event_name": "PreToolUse"}`} {
		code, stdout, stderr = runWith(event, "guard", "hook")
		assert.Equal(t, 2, code, event)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, "not judged, so refused")
	}
	code, _, stderr = runWith(`{"tool_name": "Bash"}`, "guard", "hook", "--policy", filepath.Join(t.TempDir(), "none.yaml"))
	assert.Equal(t, 2, code, "without the policy that was asked for, nothing runs")
	assert.Contains(t, stderr, "none.yaml")
}

func TestGuardEvalCounts(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine.jsonl"), []byte(
		`{"id": "1", "tool_name": "bash", "tool_input": {"command": "rm -rf /"}, "label": "dangerous", "tier": 1}
{"id": "2", "tool_name": "bash", "tool_input": {"command": "rm -rf /"}, "label": "safe", "tier": 1, "category": "odd"}`), 0o600))
	code, stdout, stderr := run("guard", "eval", "--wrong", dir)
	require.Equal(t, 0, code, stderr)
	assert.Regexp(t, `mine\.jsonl +1 +dangerous: stopped +1 +1 +0`, stdout)
	assert.Regexp(t, `mine\.jsonl:2  safe  tier 1  odd  -> block shell\.delete`, stdout)

	code, stdout, _ = run("guard", "eval", "--json", dir)
	require.Equal(t, 0, code)
	assert.True(t, json.Valid([]byte(stdout)))

	assert.Contains(t, failed(t, "guard", "eval", t.TempDir()), "holds no file that ends in .jsonl")
	assert.Contains(t, failed(t, "guard", "eval", filepath.Join(dir, "none")), "none")
}

func TestGuardExplainSaysWhere(t *testing.T) {
	code, stdout, stderr := run("guard", "explain", "--tool", "bash", "--input", wipe)
	require.Equal(t, 0, code, stderr)
	for _, part := range []string{"dangerous", "base64", "command"} {
		assert.Contains(t, stdout, part)
	}
	code, stdout, _ = run("guard", "rules")
	require.Equal(t, 0, code)
	assert.Contains(t, stdout, "dangerous")
}
