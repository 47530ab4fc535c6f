package local

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/markup"
	"github.com/staso-go/staso/guard/local/internal/path"
	"github.com/staso-go/staso/guard/local/internal/pii"
	"github.com/staso-go/staso/guard/local/internal/prompt"
	"github.com/staso-go/staso/guard/local/internal/secret"
	"github.com/staso-go/staso/guard/local/internal/sql"
	"github.com/staso-go/staso/guard/local/internal/web"
)

// anyKind is for rules that look at whatever text there is.
const anyKind = ^detect.Kind(0)

func newRule(name, description string, kinds detect.Kind, factory detect.Factory, phases []guard.Phase) entry {
	return entry{RuleInfo: RuleInfo{Name: name, Description: description, Phases: phases}, kinds: kinds, factory: factory}
}

// staticRules are the rules that look at kinds of arguments.
func staticRules() []entry {
	return []entry{
		newRule("path_traversal", "Paths that lead out of the working folder, or to what no agent should touch.",
			detect.Path|detect.Value, path.New, inputPhase()),
		newRule("ssrf_detection", "Addresses of the machine itself, of internal networks and of metadata services.",
			detect.URL|detect.Host, web.New, inputPhase()),
		newRule("sql_injection", "SQL that deletes, overwrites or reaches out, and values that would change a statement.",
			detect.SQL|detect.Value, sql.New, inputPhase()),
		newRule("secrets", "Keys, passwords and tokens.", anyKind, secret.New, allPhases()),
		newRule("insecure_output_handling", "Markup that acts where it is shown: scripts, event handlers, addresses that carry data away.",
			anyKind, markup.New, allPhases()),
		newRule("prompt_injection", "Text that tries to give the agent orders, as far as words show it.",
			detect.Text, prompt.New, allPhases()),
		newRule("obeyed_injection", "Calls that carry out what a tool's answer ordered: with an argument that nobody else has named.",
			0, newObeyed, inputPhase()),
		newRule("pii", "Personal data: cards, bank accounts, identity numbers, addresses of people.",
			anyKind, pii.New, allPhases()),
	}
}
