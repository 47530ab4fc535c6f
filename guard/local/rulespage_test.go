package local_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// rulesPage describes the catalogue, with what the tests in testdata/catalogue come
// to. There is a policy for each rule: the comment that it begins with is the rule's
// description, its parameters are shown as they stand, and its tests are the
// examples.
const rulesPage = "../../docs/guard-rules.md"

func TestTheRulesPageIsUpToDate(t *testing.T) {
	page := &page{t: t}
	page.write()
	if os.Getenv("UPDATE_DOCS") != "" {
		require.NoError(t, os.WriteFile(rulesPage, page.text.Bytes(), 0o600))
	}
	got, err := os.ReadFile(rulesPage)
	if os.IsNotExist(err) {
		t.Skip("not in the repository")
	}
	require.NoError(t, err)
	assert.Equal(t, page.text.String(), string(got), "run UPDATE_DOCS=1 go test ./guard/local -run RulesPage")
}

func TestEveryRuleHasItsExamples(t *testing.T) {
	for _, info := range local.Catalogue() {
		p, _ := catalogued(t, info.Name)
		expected := map[guard.Action]bool{}
		for _, test := range p.Rules[0].Tests {
			expected[test.Expect] = true
		}
		if !info.Judge {
			assert.True(t, expected[guard.ActionAllow] && expected[guard.ActionBlock], "rule %s lacks an example", info.Name)
		}
		results, err := local.RunTests(t.Context(), p)
		require.NoError(t, err)
		for _, result := range results {
			assert.True(t, result.Passed(), "%s:%d: %s: %s", result.Test.At.File, result.Test.At.Line, result.Test.Name, result.Failure)
		}
	}
}

// catalogued is the policy that describes a rule, and its source.
func catalogued(t *testing.T, rule string) (*policy.Policy, string) {
	t.Helper()
	path := filepath.Join("testdata", "catalogue", rule+".yaml")
	source, err := os.ReadFile(path)
	require.NoError(t, err, "every rule of the catalogue has a policy that describes it")
	p, err := policy.Parse(path, source)
	require.NoError(t, err)
	require.Len(t, p.Rules, 1)
	require.Equal(t, rule, p.Rules[0].Detector)
	return p, string(source)
}

type page struct {
	t    *testing.T
	text bytes.Buffer
}

func (p *page) print(format string, args ...any) { fmt.Fprintf(&p.text, format, args...) }

func (p *page) write() {
	p.print("# The guard's rules\n\n")
	p.print("What a policy may name under `rule`. This page is written from the tests in `guard/local/testdata/catalogue`: ")
	p.print("each example is a call that is judged as it says, by that rule alone.\n\n")
	p.print("Policies themselves are described in [package policy](https://pkg.go.dev/github.com/staso-go/staso/guard/local/policy). ")
	p.print("`staso guard rules` prints the list.\n\n")
	p.contents()
	for _, info := range local.Catalogue() {
		p.rule(info)
	}
}

func (p *page) contents() {
	p.print("| rule | what it finds | in the built-in policy |\n| --- | --- | --- |\n")
	for _, info := range local.Catalogue() {
		p.print("| [%s](#%s) | %s | %s |\n", info.Name, info.Name, info.Description, cmp.Or(builtIn(info.Name), "no"))
	}
	p.print("\n")
}

// builtIn is how the built-in policy uses a rule.
func builtIn(rule string) string {
	var uses []string
	for _, r := range policy.Default().Rules {
		if r.Detector == rule {
			uses = append(uses, fmt.Sprintf("`%s`: %s, %s", r.ID, r.Mode, r.Action))
		}
	}
	return strings.Join(uses, "; ")
}

func (p *page) rule(info local.RuleInfo) {
	described, source := catalogued(p.t, info.Name)
	p.print("## %s\n\n%s\n", info.Name, info.Description)
	if prose := leadingComment(source); prose != "" {
		p.print("\n%s\n", prose)
	}
	p.print("\nPhases: %s.", phases(info.Phases))
	if len(info.Kinds) > 0 && len(info.Kinds) < 11 {
		p.print(" Looks at arguments that are %s.", strings.Join(info.Kinds, ", "))
	}
	if info.Judge {
		p.print(" Asks the judge given to `local.New`; without one, it is skipped and says so.")
	}
	p.print("\n")
	if with := parameters(source); with != "" {
		p.print("\n```yaml\n%s```\n", with)
	}
	p.examples(described)
	p.print("\n")
}

func phases(all []guard.Phase) string {
	names := make([]string, len(all))
	for i, phase := range all {
		names[i] = phase.String()
	}
	return strings.Join(names, ", ")
}

// examples lists the tests: first what is found, with what is said of it.
func (p *page) examples(described *policy.Policy) {
	results, err := local.RunTests(p.t.Context(), described)
	require.NoError(p.t, err)
	for _, part := range []struct {
		heading string
		wanted  func(guard.Action) bool
	}{
		{"| found | call | what is said |\n| --- | --- | --- |\n", func(a guard.Action) bool { return a != guard.ActionAllow }},
		{"| passes | call |\n| --- | --- |\n", func(a guard.Action) bool { return a == guard.ActionAllow }},
	} {
		heading := "\n" + part.heading
		for _, result := range results {
			if !part.wanted(result.Test.Expect) {
				continue
			}
			p.print("%s| %s | %s |", heading, result.Test.Name, callText(result.Test))
			heading = ""
			if result.Result.Action != guard.ActionAllow {
				p.print(" %s |", cell(result.Result.Reason))
			}
			p.print("\n")
		}
	}
}

// callText is a call as one cell shows it.
func callText(test policy.Test) string {
	shown := string(test.Call.Input)
	if test.Call.Phase == guard.PhaseOutput {
		shown = "returned " + string(test.Call.Output)
	}
	text := code(cut(strings.TrimSpace(test.Call.Tool + " " + shown)))
	if test.Repeat > 1 {
		text += fmt.Sprintf(", %d times", test.Repeat)
	}
	if len(test.Call.History) > 0 {
		history, err := json.Marshal(test.Call.History)
		if err == nil {
			text += " after " + code(cut(string(history)))
		}
	}
	return text
}

func cut(text string) string {
	const most = 160
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// code is text as Markdown shows it literally, in a table.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", `\|`) + fence
}

// cell is prose in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`).Replace(text)
}

func leadingComment(source string) string {
	var lines []string
	for _, line := range strings.Split(source, "\n") {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		lines = append(lines, strings.TrimPrefix(comment, " "))
	}
	return strings.Join(lines, "\n")
}

// parameters are the lines of the rule's with, as they stand.
func parameters(source string) string {
	_, rest, ok := strings.Cut(source, "    with:\n")
	if !ok {
		return ""
	}
	with := "with:\n"
	for _, line := range strings.Split(rest, "\n") {
		inside, ok := strings.CutPrefix(line, "      ")
		if !ok {
			break
		}
		with += "  " + inside + "\n"
	}
	return with
}
