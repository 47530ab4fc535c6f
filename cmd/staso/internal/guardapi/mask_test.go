package guardapi_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

// TestWhatIsSensitiveIsMasked lets an engine find what it is told to.
func TestWhatIsSensitiveIsMasked(t *testing.T) {
	many := make([]guard.Violation, 32)
	for i := range many {
		many[i] = guard.Violation{Field: "text", Start: 0, End: 4, Match: "1**4"}
	}
	for name, c := range map[string]struct {
		input string
		found []guard.Violation
		want  string
	}{
		"nothing":      {`{"a": "4111-1111"}`, nil, `{"a": "4111-1111"}`},
		"what is told": {`{"a": "rm x"}`, []guard.Violation{{Field: "a", Start: 0, End: 4, Match: "rm x"}}, `{"a": "rm x"}`},
		"one":          {`{"a":"card 4111-1234 ok"}`, []guard.Violation{{Field: "a", Start: 5, End: 14, Match: "41**-**34"}}, `{"a":"card ****-**** ok"}`},
		"two of one": {
			`{"a":"4111 and 4222"}`,
			[]guard.Violation{{Field: "a", Start: 9, End: 13, Match: "4**2"}, {Field: "a", Start: 0, End: 4, Match: "4**1"}},
			`{"a":"**** and ****"}`,
		},
		"deep":       {`{"a":[{"b.c":{"d":"secret"}}]}`, []guard.Violation{{Field: "a[0].b.c.d", Start: 0, End: 6, Match: "s****t"}}, `{"a":[{"b.c":{"d":"******"}}]}`},
		"a number":   {`{"card":4111111111111234}`, []guard.Violation{{Field: "card", Start: 0, End: 16, Match: "41************34"}}, `{"card":"****************"}`},
		"encoded":    {`{"a":"c2VjcmV0"}`, []guard.Violation{{Field: "a", Via: []string{"base64"}, Start: 0, End: 6, Match: "s****t"}}, `{"a":"********"}`},
		"JSON in it": {`{"a":"{\"b\":\"secret\"}"}`, []guard.Violation{{Field: "a.b", Via: []string{"json"}, Start: 0, End: 6, Match: "s****t"}}, `{"a":"{\"*\":\"******\"}"}`},
		"two, and wide": {
			`{"a":"é4111é and é4222é"}`,
			[]guard.Violation{{Field: "a", Start: 0, End: 8, Match: "é4**1é"}, {Field: "a", Start: 13, End: 21, Match: "é4**2é"}},
			`{"a":"****** and ******"}`,
		},
		"its stars": {`{"a":"ls **/*.go"}`, []guard.Violation{{Field: "a", Start: 0, End: 11, Match: "ls **/*.go"}}, `{"a":"ls **/*.go"}`},
		"too many":  {`{"text":"1234 and what else there is 5678"}`, many, `{"text":"**** *** **** **** ***** ** ****"}`},
		"out of it": {`{"a":"secret"}`, []guard.Violation{{Field: "a", Start: 3, End: 99, Match: "s****t"}}, `{"a":"******"}`},
		"no field":  {`{"a":"secret"}`, []guard.Violation{{Field: "nowhere", Start: 0, End: 6, Match: "s****t"}}, ``},
		"no JSON":   {`{"a":secret}`, []guard.Violation{{Field: "a", Start: 0, End: 6, Match: "s****t"}}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, guard.CheckerFunc(func(_ context.Context, call guard.Call) (guard.Result, error) {
				return guard.Result{
					Action: guard.ActionAllow, DecisionID: call.DecisionID,
					Rules: []guard.RuleResult{{Name: "pii", Mode: guard.ModeAudit, Status: guard.StatusFailed, Violations: c.found}},
				}, nil
			}))
			b.evaluate(`{"tool_name":"t","tool_input":` + c.input + `}`)
			kept := b.decisions()[0]
			assert.Equal(t, c.want, string(kept.Input))
			assert.Equal(t, c.want, kept.Preview)
		})
	}
}

// TestTheEnginesSecretsAreMasked goes by what the built-in policy finds.
func TestTheEnginesSecretsAreMasked(t *testing.T) {
	b := start(t, nil)
	const key = "AKIA" + "Z7QXN3TPLWR5VEUH"
	input, err := json.Marshal(map[string]string{"body": "use " + key + " with it", "to": "bob"})
	assert.NoError(t, err)
	got := b.evaluate(`{"tool_name":"send_message","tool_input":` + string(input) + `}`)
	kept := b.decisions()[0]
	require.NotEmpty(t, kept.Hits, "the built-in policy has a rule for keys")
	assert.NotContains(t, string(kept.Input), key)
	assert.Contains(t, string(kept.Input), "bob")
	assert.NotContains(t, string(kept.Result), key, got)
}

// The engine masks a member's name that holds a secret, so that the argument is not
// where it is said to be: nothing is kept of them all.
func TestASecretInANameIsNotKept(t *testing.T) {
	const key = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	b := start(t, nil)
	got := b.evaluate(ask("post", `{"authorization: `+key+`":"x"}`, ""))
	assert.Equal(t, "block", got["action"])
	d := b.decisions()[0]
	assert.NotContains(t, string(d.Input)+string(d.Result)+d.Reason+d.Preview, key)
}
