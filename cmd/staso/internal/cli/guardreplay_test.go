package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const policyFile = `version: 1
name: support
rules:
  - id: refund-limit
    rule: payment_threshold
    with: {max: 100}
    match: {tools: ["refund*"]}
    action: escalate
    reason: Refunds over 100 need a person.
    tests:
      - {name: over, call: {tool: refund, input: {amount: 500}}, expect: escalate}
      - {name: under, call: {tool: refund, input: {amount: 50}}, expect: allow}
`

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestGuardTestRunsTheTestsBesideTheRules(t *testing.T) {
	path := writeFile(t, "support.yaml", policyFile)
	code, stdout, stderr := run("guard", "test", "-v", path)
	require.Equal(t, 0, code, stdout+stderr)
	assert.Contains(t, stdout, "ok   support / refund-limit / over")
	assert.Contains(t, stdout, "2 tests, 0 failed")

	wrong := writeFile(t, "wrong.yaml", strings.Replace(policyFile, "amount: 500", "amount: 5", 1))
	code, stdout, stderr = run("guard", "test", wrong)
	assert.Equal(t, 1, code)
	assert.Empty(t, stderr)
	assert.Contains(t, stdout, "FAIL support / refund-limit / over")
	assert.Contains(t, stdout, "wrong.yaml:11")
	assert.Contains(t, stdout, "expected escalate, got allow")

	bad := writeFile(t, "bad.yaml", strings.Replace(policyFile, "action: escalate", "action: shout", 1))
	code, _, stderr = run("guard", "test", bad)
	assert.Equal(t, 1, code)
	assert.Regexp(t, `bad\.yaml:8:\d+: `, stderr)
}

// A rule without tests is not tested, but its mistakes are found all the same.
func TestGuardTestFindsMistakesInRulesWithoutTests(t *testing.T) {
	bad := writeFile(t, "bad.yaml", "version: 1\nrules:\n  - {id: cards, rule: pii, with: {entities: [visa]}}\n")
	code, stdout, stderr := run("guard", "test", bad)
	assert.Equal(t, 1, code, stdout)
	assert.Contains(t, stderr, "visa")

	overrides := writeFile(t, "only.yaml", "version: 1\noverrides:\n  pii: {mode: enforce}\n")
	code, stdout, stderr = run("guard", "test", overrides)
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "0 tests, 0 failed")
	assert.Contains(t, stdout, "no mistakes, and no tests")
}

func TestGuardTestWarnsOfExceptionsThatHaveExpired(t *testing.T) {
	old := writeFile(t, "old.yaml", policyFile+`    exceptions:
      - {match: {tools: [refund_test]}, reason: the sandbox, expires: 2020-01-31}
`)
	code, _, stderr := run("guard", "test", old)
	assert.Equal(t, 0, code)
	assert.Regexp(t, `^warning: .*old\.yaml:\d+:\d+: .*expired`, stderr)
}

func TestGuardTestJudgesFixturesByAllPolicies(t *testing.T) {
	path := writeFile(t, "support.yaml", policyFile)
	fixtures := writeFile(t, "calls.yaml", "- {name: wipe, call: {tool: bash, input: {command: rm -rf /}}, expect: block}\n")
	code, stdout, stderr := run("guard", "test", path, "--fixtures", fixtures)
	require.Equal(t, 0, code, stdout+stderr)
	assert.Contains(t, stdout, "3 tests, 0 failed")
}

func TestGuardTestOfTheBuiltInPolicy(t *testing.T) {
	code, stdout, stderr := run("guard", "test")
	require.Equal(t, 0, code, stdout+stderr)
	assert.Regexp(t, `[1-9]\d* tests, 0 failed`, stdout)
}

func TestGuardReplayListsTheVerdictsThatFlip(t *testing.T) {
	url := backend(t)
	for _, call := range []string{
		`{"tool_name": "refund", "tool_input": {"order": "A-17", "amount": 500}}`,
		`{"tool_name": "bash", "tool_input": {"command": "rm -rf /"}}`,
		`{"tool_name": "bash", "tool_input": {"command": "git status"}}`,
	} {
		response, err := client.Post(url+"/v1/guard/evaluate", "application/json", strings.NewReader(call))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, 200, response.StatusCode)
	}
	code, stdout, stderr := run("guard", "replay", "--url", url, "--policy", writeFile(t, "support.yaml", policyFile))
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "refund: allow (no rule) -> escalate (payment_threshold)")
	assert.Contains(t, stdout, "3 decisions judged anew, 1 verdicts would be others: 1 stricter, 0 looser; 0 could not be judged")

	code, stdout, _ = run("guard", "replay", "--url", url, "--all", "--since", "1h")
	require.Equal(t, 0, code)
	assert.Contains(t, stdout, "bash stays block")

	lines := writeFile(t, "d.jsonl", `{"decision_id": "d1", "tool_name": "bash", "tool_input": {"command": "ls"}, "action": "block"}`+"\n"+
		`{"decision_id": "d2", "tool_name": "bash", "tool_input": null, "action": "block"}`)
	code, stdout, _ = run("guard", "replay", "--file", lines)
	require.Equal(t, 0, code)
	assert.Contains(t, stdout, "1 decisions judged anew, 1 verdicts would be others: 0 stricter, 1 looser; 1 could not be judged")
	assert.Contains(t, failed(t, "guard", "replay", "--url", url, "--since", "soon"), "is not a length of time")
}
