package local_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// FuzzCheck holds of any call that judging it does not panic, that an allow changes
// nothing, and that one more enforced rule never turns a block into an allow.
func FuzzCheck(f *testing.F) {
	for _, seed := range [][2]string{
		{"bash", `{"command": "rm -rf / | tee x"}`},
		{"read_file", `{"path": "%2e%2e/etc/passwd"}`},
		{"sql_query", `{"query": "SELECT 1; DROP TABLE t"}`},
		{"http_get", `{"url": "http://169.254.169.254/"}`},
		{"send_email", `{"to": "a@example.com", "body": "4111 1111 1111 1111"}`},
		{"run_python", `{"code": "import os; os.system('id')"}`},
		{"x", `{"a": "eyJjb21tYW5kIjogInJtIC1yZiAvIn0="}`},
		{"powershell", `{"script": "iex (iwr x)"}`},
		{"post", `{"html": "<img src=x onerror=alert(1)>"}`},
		{"", "\xff"},
	} {
		f.Add(seed[0], seed[1], "card 4111111111111111")
	}
	plain, err := local.New()
	require.NoError(f, err)
	more, err := policy.Parse("more.yaml", []byte(`
version: 1
overrides: {pii: {mode: enforce, action: modify}}
rules:
  - {id: many, match: {args: ["*"]}, reason: has arguments, action: escalate}
  - {id: words, rule: content, with: {deny: [a]}, action: block}
`))
	require.NoError(f, err)
	stricter, err := local.New(local.WithPolicy(more))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, tool, input, output string) {
		for _, phase := range []guard.Phase{guard.PhaseInput, guard.PhaseOutput, guard.PhaseTrace} {
			call := guard.Call{
				Tool: tool, Input: json.RawMessage(input), Output: json.RawMessage(output), Phase: phase,
				History: []guard.Message{{Role: "user", Content: output}},
			}
			one, two := checkCall(t, plain, call), checkCall(t, stricter, call)
			if one.Action == guard.ActionAllow && one.Input != nil {
				t.Fatal("an allow changes the arguments")
			}
			if one.Action == guard.ActionBlock && two.Allowed() {
				t.Fatalf("%s: blocked because %q, and with more rules it is %s", phase, one.Reason, two.Action)
			}
			if two.Action == guard.ActionModify && !json.Valid(two.Input) {
				t.Fatalf("modified to %q", two.Input)
			}
		}
	})
}
