package policy_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/policy"
)

func parse(t *testing.T, file string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policies/team.yaml", []byte(file))
	require.NoError(t, err)
	return p
}

func TestParseReadsEverything(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/good/support.yaml")
	require.NoError(t, err)
	p, err := policy.Parse("support.yaml", data)
	require.NoError(t, err)

	assert.Equal(t, "support", p.Name)
	assert.Equal(t, []string{"support-*"}, p.Agents)
	assert.Equal(t, []string{"production"}, p.Environments)
	require.Len(t, p.Tools, 1)
	assert.Equal(t, map[string]string{"q": "sql", "targets[]": "path", "comment": "none"}, p.Tools[0].Args)
	assert.JSONEq(t, `{"type": "object"}`, string(p.Tools[0].Schema))

	own := p.Rules[len(p.Rules)-3:]
	rule := own[0]
	assert.Equal(t, "refund-limit", rule.ID)
	assert.Equal(t, "payment_threshold", rule.Detector)
	assert.Equal(t, policy.Match{
		Tools: []string{"refund*"}, Kinds: []string{"money"}, Args: []string{"amount"}, Agents: []string{"*"}, Environments: []string{"production"},
	}, rule.Match)
	assert.Equal(t, `args.amount > 100.0 && agent != "supervisor"`, rule.When.Source)
	assert.JSONEq(t, `{"max": 100}`, string(rule.With))
	assert.Equal(t, []guard.Phase{guard.PhaseInput}, rule.Phases)
	assert.Equal(t, guard.ModeEnforce, rule.Mode)
	assert.Equal(t, guard.ActionEscalate, rule.Action)
	assert.Equal(t, guard.SeverityHigh, rule.Severity)
	assert.True(t, rule.FailClosed)
	assert.Equal(t, 2*time.Second, rule.Timeout)
	assert.Equal(t, policy.Position{File: "support.yaml", Line: 10, Column: 5}, rule.At)
	assert.Equal(t, policy.Position{File: "support.yaml", Line: 14, Column: 12}, rule.WithAt)
	require.Len(t, rule.Exceptions, 2)
	assert.Equal(t, time.Date(2099, 2, 1, 0, 0, 0, 0, time.UTC), rule.Exceptions[0].Expires, "the whole of its last day")
	assert.Equal(t, time.Date(2099, 1, 31, 12, 0, 0, 0, time.UTC), rule.Exceptions[1].Expires)
	require.Len(t, rule.Tests, 1)
	assert.JSONEq(t, `{"amount": 500}`, string(rule.Tests[0].Call.Input))
	assert.Equal(t, guard.ActionEscalate, rule.Tests[0].Expect)

	assert.Equal(t, guard.ActionBlock, own[1].Action, "the default")
	assert.Equal(t, []guard.Phase{guard.PhaseInput}, own[1].Phases, "the default")
	require.Len(t, p.Tests, 1)
	assert.JSONEq(t, `[1, null, "x"]`, string(p.Tests[0].Call.Output))
}

func TestThePolicyIsNamedAfterItsFile(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "team", parse(t, "version: 1").Name)
	assert.Equal(t, "other", parse(t, "version: 1\nname: other").Name)
}

func TestAnOutputIsJudgedInTheOutputPhase(t *testing.T) {
	t.Parallel()
	p := parse(t, "version: 1\ntests:\n  - {name: a, call: {tool: t, output: x}, expect: allow}\n  - {name: b, call: {tool: t}, expect: allow}")
	assert.Equal(t, guard.PhaseOutput, p.Tests[0].Call.Phase)
	assert.Equal(t, guard.PhaseInput, p.Tests[1].Call.Phase)
}

func TestInputKeepsWhatItIs(t *testing.T) {
	t.Parallel()
	p := parse(t, `version: 1
tests:
  - name: a
    expect: allow
    call:
      tool: t
      input:
        z: "<b>&"
        a: [1, 1.50, true, null, "1", yes, 0x10, 1e3, ~]
        t: |
          line
        é: "\u0000\u2028"
`)
	assert.Equal(t, `{"z":"<b>&","a":[1,1.5,true,null,"1","yes",16,1e3,null],"t":"line\n","é":"\u0000\u2028"}`, string(p.Tests[0].Call.Input))
}

// TestVersion: it changes with what the file says, and with nothing else.
func TestVersion(t *testing.T) {
	t.Parallel()
	base := "version: 1\nextends: none\nrules:\n  - id: a\n    when: 'true'\n    reason: No.\n"
	version := parse(t, base).Version
	assert.Regexp(t, `^sha256:[0-9a-f]{12}$`, version)
	for name, same := range map[string]string{
		"comments": "# comment\n" + strings.ReplaceAll(base, "id: a", "id: a # comment"),
		"layout":   "{version: 1, extends: none, rules: [{id: a, when: 'true', reason: No.}]}",
		"order":    "extends: none\nrules:\n  - reason: No.\n    when: \"true\"\n    id: a\nversion: 1\n",
		"crlf":     strings.ReplaceAll(base, "\n", "\r\n"),
	} {
		assert.Equal(t, version, parse(t, same).Version, name)
	}
	for name, other := range map[string]string{
		"id":      strings.ReplaceAll(base, "id: a", "id: b"),
		"more":    base + "    mode: audit\n",
		"extends": strings.ReplaceAll(base, "extends: none\n", ""),
	} {
		assert.NotEqual(t, version, parse(t, other).Version, name)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	before := policy.Default().Rules[0]
	p := parse(t, `version: 1
overrides:
  `+before.ID+`:
    mode: audit
    action: escalate
    exceptions: [{when: "true", reason: why, expires: 2099-01-01}]
`)
	after := p.Rules[0]
	assert.Equal(t, before.ID, after.ID)
	assert.Equal(t, guard.ModeAudit, after.Mode)
	assert.Equal(t, guard.ActionEscalate, after.Action)
	assert.Equal(t, before.Phases, after.Phases)
	assert.Equal(t, before.Severity, after.Severity)
	assert.Len(t, after.Exceptions, len(before.Exceptions)+1)
	assert.Empty(t, after.Tests, "they are the built-in policy's own matter")
	assert.Len(t, p.Rules, len(policy.Default().Rules))
	assert.NotEmpty(t, policy.Default().Rules[0].Tests, "and still there")

	p = parse(t, "version: 1\noverrides: {"+before.ID+": {disabled: true}}")
	assert.Len(t, p.Rules, len(policy.Default().Rules)-1)
	assert.NotEqual(t, before.ID, p.Rules[0].ID)
}

func TestExpiredExceptionsAreWarnedOf(t *testing.T) {
	t.Parallel()
	p := parse(t, "version: 1\nextends: none\nrules:\n  - id: a\n    when: 'true'\n    reason: No.\n    exceptions: [{when: 'true', reason: why, expires: 2020-01-31}]")
	require.Len(t, p.Warnings, 1)
	assert.Equal(t, "policies/team.yaml:7:19: the exception has expired, and no longer holds; take it out, or give it a later day", p.Warnings[0].Error())
	require.Len(t, p.Rules[0].Exceptions, 1, "it is there all the same")
}

func TestEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	_, err := policy.Parse("p.yaml", []byte("version: 1\nagentz: [a]\nrules:\n  - id: a b\n    when: agnt == ''\n    reason: No.\n    mode: enfroce\n"))
	require.Error(t, err)
	assert.Equal(t, []string{
		`p.yaml:2:1: a policy has no key "agentz"; did you mean "agents"? It may be agents, environments, extends, name, overrides, rules, tests, tools, version`,
		`p.yaml:4:9: id is "a b"; use up to 64 letters, digits, dots, dashes and underscores`,
		`p.yaml:5:11: when: undeclared reference to 'agnt' (did you mean 'agent'?), at character 1 of the expression; it is a CEL expression over the call: args.amount > 100 && agent != "supervisor"`,
		`p.yaml:7:11: mode is "enfroce"; did you mean "enforce"? It may be audit, enforce`,
	}, strings.Split(err.Error(), "\n"))
	var mistake *policy.Error
	require.ErrorAs(t, err, &mistake)
	assert.Equal(t, policy.Position{File: "p.yaml", Line: 2, Column: 1}, mistake.Position)
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	assert.Len(t, joined.Unwrap(), 4)
}

// mistake is a file and what is said of it.
type mistake struct {
	file, want   string
	beyondSchema bool // the JSON Schema cannot say so
}

func rule(keys string) string { return "version: 1\nrules:\n  - {id: a, rule: pii, " + keys + "}" }

func exception(keys string) string { return rule("exceptions: [{" + keys + "}]") }

func testOf(keys string) string { return "version: 1\ntests: [{" + keys + "}]" }

func mistakes() map[string]mistake {
	return map[string]mistake{
		"no version":             {"name: a", `1:1: the policy does not say its version; write version: 1`, false},
		"another version":        {"version: 2", `1:10: version is "2"; write version: 1`, false},
		"version as text":        {`version: "1"`, `1:10: version is "1"`, false},
		"no mapping":             {"- a", `1:1: a policy is a list; it must be a mapping`, false},
		"empty name":             {"version: 1\nname: ' '", `2:7: name is empty`, false},
		"number for text":        {"version: 1\nname: 7", `2:7: name is a number; it must be text: write it in quotes`, false},
		"text for list":          {"version: 1\nagents: a", `2:9: agents is text; it must be a list: write [a]`, false},
		"bad glob":               {"version: 1\nagents: ['{']", `2:10: pattern "{" does not close its brace`, true},
		"unknown policy":         {"version: 1\nextends: base", `2:10: extends is "base"; use one of default, none`, false},
		"unknown kind":           {"version: 1\ntools: {t: {args: {a: shel}}}", `2:23: the kind of an argument is "shel"; did you mean "shell"?`, false},
		"bad tool glob":          {"version: 1\ntools: {'{': {args: {}}}", `2:9: pattern "{"`, true},
		"schema no mapping":      {"version: 1\ntools: {t: {schema: true}}", `2:21: schema is true or false; it must be a mapping`, false},
		"no id":                  {"version: 1\nrules: [{rule: pii}]", `2:10: the rule has no id`, false},
		"bad id":                 {"version: 1\nrules: [{id: é, rule: pii}]", `2:14: id is "é"`, false},
		"two of one id":          {"version: 1\nrules: [{id: a, rule: pii}, {id: a, rule: pii}]", `2:30: a second rule has the id "a"; give each its own`, true},
		"id of an inherited one": {"version: 1\nrules: [{id: dangerous, rule: pii}]", `the policy that it extends has it: change that one under overrides`, true},
		"rule for every call":    {"version: 1\nrules: [{id: a, reason: No.}]", `the rule holds for every call`, false},
		"no reason":              {"version: 1\nrules: [{id: a, when: 'true'}]", `the rule gives no reason`, false},
		"nothing to modify":      {"version: 1\nrules: [{id: a, when: 'true', reason: No., action: modify}]", `nothing that it could modify`, true},
		"with without a rule":    {"version: 1\nrules: [{id: a, when: 'true', reason: No., with: {a: 1}}]", `with has nobody to read it`, true},
		"unknown key of a rule":  {rule("mdoe: audit"), `a rule has no key "mdoe"; did you mean "mode"?`, false},
		"action allow":           {rule("action: allow"), `action is "allow"; use one of block, modify, escalate`, false},
		"action no text":         {rule("action: [block]"), `action is a list; it must be text`, false},
		"bad severity":           {rule("severity: hgih"), `severity is "hgih"; did you mean "high"?`, false},
		"bad on_error":           {rule("on_error: fail"), `on_error is "fail"; use one of block, allow`, false},
		"timeout without unit":   {rule("timeout: 2"), `timeout is "2"; write a number and its unit`, false},
		"timeout of nothing":     {rule("timeout: 0s"), `timeout is "0s"`, true},
		"bad phase":              {rule("phase: [intput]"), `phase is "intput"; did you mean "input"?`, false},
		"with no mapping":        {rule("with: [1]"), `with is a list; it must be a mapping`, false},
		"empty match":            {rule("match: {}"), `match is empty`, false},
		"bad kind":               {rule("match: {kinds: [none]}"), `the kind of an argument is "none"`, false},
		"when is no bool":        {rule("when: args.x + 1"), `when: the expression is int, not true or false`, true},
		"when is text":           {rule("when: tool"), `when: the expression is string, not true or false`, true},
		"when does not parse":    {rule("when: 'tool =='"), `when: Syntax error`, true},
		"when is a bad regexp":   {rule(`when: 'tool.matches("(")'`), `when: invalid matches argument`, true},
		"when is too long":       {rule("when: 'true" + strings.Repeat(" && true", 600) + "'"), `at most 4096`, false},
		"exception: no reason":   {exception("when: 'true', expires: 2099-01-01"), `the exception gives no reason`, false},
		"exception: no end":      {exception("when: 'true', reason: a"), `the exception has no end; name its last day`, false},
		"exception: for all":     {exception("reason: a, expires: 2099-01-01"), `the exception holds for every call`, false},
		"exception: bad day":     {exception("when: 'true', reason: a, expires: tomorrow"), `expires is "tomorrow"; write its last day`, false},
		"exception: number":      {exception("when: 'true', reason: a, expires: 2099"), `expires is "2099"`, false},
		"override of none":       {"version: 1\noverrides: {dangrous: {mode: audit}}", `2:13: the extended policy has no rule with the id "dangrous"; did you mean "dangerous"?`, true},
		"override nothing":       {"version: 1\nextends: none\noverrides: {a: {}}", `there is nothing to override`, true},
		"override its action":    {"version: 1\noverrides: {dangerous: {action: allow}}", `action is "allow"`, false},
		"test without all":       {testOf("name: a"), `the test has no call`, false},
		"test without a tool":    {testOf("name: a, call: {input: 1}, expect: allow"), `the call names no tool`, false},
		"test expects else":      {testOf("name: a, call: {tool: t}, expect: pass"), `expect is "pass"; use one of allow, block, modify, escalate`, false},
		"test repeats":           {testOf("name: a, call: {tool: t}, expect: allow, repeat: 0"), `repeat is "0"; write a whole number from 1 to 100`, false},
		"tests of one name":      {"version: 1\ntests: [{name: a, call: {tool: t}, expect: allow}, {name: a, call: {tool: t}, expect: allow}]", `a second test is named "a"`, true},
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, test := range mistakes() {
		_, err := policy.Parse("p.yaml", []byte(test.file))
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), test.want, name)
		assert.Regexp(t, `^p\.yaml:\d+:\d+: `, err.Error(), name)
	}
}

// TestWhatIsNotRead is what YAML has and policies do not.
func TestWhatIsNotRead(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                                 "1:1: the policy is empty",
		"# nothing\n":                      "1:1: the policy is empty",
		"a: &x 1\nb: *x":                   "1:4: anchors, aliases and merges",
		"a: {<<: {b: 1}}":                  "anchors, aliases and merges",
		"a: !!str 1":                       "1:4: tags and directives",
		"%YAML 1.2\n---\na: 1":             "tags and directives",
		"? a\n: b":                         `1:1: "? " before a key`,
		"a: 1\na: 2":                       `2:1: mapping key "a" already defined`,
		"a: 1\n---\nb: 2":                  "a second document; write one policy a file",
		"a: [1":                            "1:4: ",
		"\t- a":                            "1:1: ",
		"a: .inf":                          "1:4: a value that policies do not have",
		"[1]: a":                           "1:4: found an invalid key",
		"a: " + strings.Repeat("[", 100):   "1:52: the nesting is too deep; 48 levels are enough",
		strings.Repeat("- ", 200):          "the nesting is too deep",
		strings.Repeat("a: {", 60):         "the nesting is too deep",
		indented(150):                      "the nesting is too deep",
		manyKeys(501):                      "a mapping has more than 500 keys",
		strings.Repeat("- a\n", 60_000):    "more than 100000 words",
		strings.Repeat("#", 1<<20) + "\n#": "p.yaml: the file has 1048578 bytes; at most 1048576 are read",
		"\x00":                             "p.yaml",
		"version: 1\nname: \"\\ud800\"":    "",
	} {
		_, err := policy.Parse("p.yaml", []byte(file))
		if want == "" {
			continue
		}
		require.Error(t, err, file[:min(len(file), 40)])
		assert.Contains(t, err.Error(), want, file[:min(len(file), 40)])
	}
}

func indented(levels int) string {
	var file strings.Builder
	for i := range levels {
		file.WriteString(strings.Repeat("  ", i) + "a:\n")
	}
	return file.String()
}

func manyKeys(n int) string {
	var file strings.Builder
	for i := range n {
		file.WriteString("k" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + ": 1\n")
	}
	return file.String()
}

func TestErrorsWithoutALine(t *testing.T) {
	t.Parallel()
	err := error(&policy.Error{Position: policy.Position{File: "f"}, Problem: "p"})
	assert.Equal(t, "f: p", err.Error())
}

func FuzzParse(f *testing.F) {
	for _, path := range []string{"default.yaml", "testdata/good/support.yaml", "testdata/good/json.yaml"} {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, test := range mistakes() {
		f.Add([]byte(test.file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse("p.yaml", data)
		if err != nil {
			assert.Nil(t, p)
			return
		}
		again, err := policy.Parse("p.yaml", data)
		require.NoError(t, err)
		assert.Equal(t, p.Version, again.Version)
	})
}
