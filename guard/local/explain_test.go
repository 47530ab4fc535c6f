package local_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

func explain(t *testing.T, e *local.Engine, tool, input string) local.Explanation {
	t.Helper()
	x, err := e.Explain(t.Context(), guard.Call{Tool: tool, Input: json.RawMessage(input)})
	require.NoError(t, err)
	return x
}

func TestExplainPointsAtTheBytes(t *testing.T) {
	x := explain(t, withRules(t, "rules: [{id: d, rule: dangerous}]"), "bash", `{"command": "cd /tmp\nrm -rf / # all"}`)
	require.NotEmpty(t, x.Findings)
	f := x.Findings[0]
	assert.Equal(t, "dangerous", f.Rule)
	assert.Equal(t, "d", f.RuleID)
	assert.Equal(t, "command", f.Field)
	assert.True(t, strings.HasPrefix(f.Policy, "test.yaml:"), f.Policy)
	assert.NotContains(t, f.Text, "cd /tmp", "another line")
	assert.Contains(t, f.Text[f.From:f.To], "/")
	assert.Equal(t, guard.ActionBlock, x.Verdict.Action)
	assert.Equal(t, []string{"shell"}, x.Arguments[0].Kinds)
	assert.NotEmpty(t, f.Remedy)
}

func TestExplainSaysThroughWhichDecoding(t *testing.T) {
	x := explain(t, engine(t), "run", `{"payload": "{\"command\": \"rm -rf /\"}"}`)
	require.NotEmpty(t, x.Findings)
	assert.Equal(t, "payload.command", x.Findings[0].Field)
	assert.Equal(t, "json", x.Findings[0].Via[0])
	assert.Contains(t, x.String(), "payload.command via json")
}

// TestTheExceptionOfAnExplanationLetsTheCallPass holds that what is proposed works.
func TestTheExceptionOfAnExplanationLetsTheCallPass(t *testing.T) {
	for _, c := range []struct{ rule, tool, input string }{
		{"rule: dangerous", "bash", `{"command": "rm -rf /"}`},
		{"rule: path_traversal", `odd*{tool}\`, `{"files": [{"path": "/etc/shadow"}]}`},
		{"match: {tools: [t]}, reason: no", "t", `{}`},
	} {
		t.Run(c.tool, func(t *testing.T) {
			rules := "rules:\n  - {id: r, " + c.rule + "}\n"
			x := explain(t, withRules(t, rules), c.tool, c.input)
			require.NotEmpty(t, x.Findings)
			withException := "rules:\n  - id: r\n    " + strings.ReplaceAll(c.rule, ", ", "\n    ") + "\n" +
				"    " + strings.ReplaceAll(strings.TrimSpace(x.Findings[0].Exception), "\n", "\n    ") + "\n"
			assert.Equal(t, guard.ActionAllow, check(t, withRules(t, withException), c.tool, c.input).Action, withException)
		})
	}
}

func TestExplainShowsNothingSensitive(t *testing.T) {
	x := explain(t, engine(t), "post", `{"text": "the card is 4111 1111 1111 1111"}`)
	told, err := json.Marshal(x)
	require.NoError(t, err)
	assert.NotContains(t, string(told)+x.String(), "4111 1111 1111 1111")
}

func TestExplainMovesNoCursor(t *testing.T) {
	x := explain(t, engine(t), "bash", `{"command": "echo \u001b[2J\u202e; rm -rf / \r"}`)
	for _, r := range x.String() {
		assert.False(t, r < ' ' && r != '\n' || r == '\u202e', "%q", r)
	}
}

func ExampleEngine_Explain() {
	p, err := policy.Parse("guard.yaml", []byte(`
version: 1
extends: none
rules:
  - {id: files, rule: path_traversal}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := local.New(local.WithPolicy(p))
	if err != nil {
		fmt.Println(err)
		return
	}
	call := guard.Call{Tool: "read_file", Input: json.RawMessage(`{"path": "/etc/shadow"}`)}
	explanation, err := engine.Explain(context.Background(), call)
	if err != nil {
		fmt.Println(err)
		return
	}
	finding := explanation.Findings[0]
	fmt.Println(explanation.Verdict.Action, "by", finding.Rule, "at", finding.Policy)
	fmt.Println(finding.Field, finding.Match)
	fmt.Println(finding.Remedy)
	// Output:
	// block by path_traversal at guard.yaml:5
	// path /etc/shadow
	// Name the file by a path inside of the folder that the tool works in.
}
