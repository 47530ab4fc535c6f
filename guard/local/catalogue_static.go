package local

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/path"
	"github.com/staso-go/staso/guard/local/internal/web"
)

// staticRules are the rules that look at kinds of arguments.
func staticRules() []entry {
	rule := func(name, description string, kinds detect.Kind, factory detect.Factory, phases ...guard.Phase) entry {
		return entry{RuleInfo: RuleInfo{Name: name, Description: description, Phases: phases}, kinds: kinds, factory: factory}
	}
	const input = guard.PhaseInput
	return []entry{
		rule("path_traversal", "Paths that lead out of the working folder, or to what no agent should touch.", detect.Path|detect.Value, path.New, input),
		rule("ssrf_detection", "Addresses of the machine itself, of internal networks and of metadata services.", detect.URL|detect.Host, web.New, input),
	}
}

// businessRules are the rules that know what a call means to its owner.
func businessRules() []entry { return nil }
