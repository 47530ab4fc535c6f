package policy_test

import (
	"fmt"

	"github.com/staso-go/staso/guard/local/policy"
)

func ExampleParse() {
	p, err := policy.Parse("support.yaml", []byte(`
version: 1
rules:
  - id: refund-limit
    rule: payment_threshold
    with: {max: 100}
    match: {tools: ["refund*"]}
    when: agent != "supervisor"
    action: escalate
    reason: Refunds over 100 need a person.
overrides:
  pii: {mode: enforce}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	last := p.Rules[len(p.Rules)-1]
	fmt.Println(p.Name, last.ID, last.Action, last.When.Source)
	// Output: support refund-limit escalate agent != "supervisor"
}

func ExampleParse_mistake() {
	_, err := policy.Parse("support.yaml", []byte(`
version: 1
rules:
  - id: refund-limit
    rule: payment_threshold
    mdoe: audit
`))
	fmt.Println(err)
	// Output: support.yaml:6:5: a rule has no key "mdoe"; did you mean "mode"? It may be action, exceptions, id, match, mode, on_error, phase, reason, rule, severity, tests, timeout, when, with
}
