package local

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/shell"
)

// RuleInfo describes one rule of the catalogue: what a policy may name under
// "rule".
type RuleInfo struct {
	Name        string
	Description string
	// Phases are the ones in which it can judge.
	Phases []guard.Phase
	// Kinds are the kinds of arguments that it looks at; empty is the whole call.
	Kinds []string
	// Judge says that it asks a [Judge], and has nothing to say without one.
	Judge bool
}

// entry is a rule of the catalogue with what makes its detector.
type entry struct {
	RuleInfo

	kinds   detect.Kind // zero is the whole call
	factory detect.Factory
}

// Catalogue returns every rule that a policy may name, by name.
func Catalogue() []RuleInfo {
	entries := catalogue()
	infos := make([]RuleInfo, len(entries))
	for i := range entries {
		infos[i] = entries[i].RuleInfo
	}
	return infos
}

// catalogue is the registry, by name, with more rules added to it.
func catalogue(extra ...entry) []entry {
	entries := slices.Concat(ownRules(), staticRules(), businessRules(), judgeRules(), extra)
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.Name, b.Name) })
	for i := range entries {
		entries[i].Kinds = args.KindNames(entries[i].kinds)
	}
	return entries
}

// ownRules are what taking the arguments apart brings to light.
func ownRules() []entry {
	return []entry{
		{
			RuleInfo: RuleInfo{
				Name:        args.Rule,
				Description: "Arguments that a tool may read as something else than what was judged, or that are too large to be judged. Always in force beside enforced rules.",
				Phases:      allPhases(),
			},
			factory: newFound(args.Rule),
		},
		{
			RuleInfo: RuleInfo{
				Name:        dangerousRule,
				Description: "Commands, scripts and source code that destroy, take over, persist, or carry secrets away, and values that would run one.",
				Phases:      inputPhase(),
			},
			kinds:   detect.Shell | detect.Code | detect.Argv | detect.Host | detect.Value | detect.Path,
			factory: newDangerous,
		},
		{
			RuleInfo: RuleInfo{
				Name:        shell.Unparsed,
				Description: "Command lines that do not parse. What can be understood of them is judged by dangerous all the same.",
				Phases:      inputPhase(),
			},
			kinds:   detect.Shell,
			factory: newFound(shell.Unparsed),
		},
	}
}

func inputPhase() []guard.Phase { return []guard.Phase{guard.PhaseInput} }

func allPhases() []guard.Phase {
	return []guard.Phase{guard.PhaseInput, guard.PhaseOutput, guard.PhaseTrace}
}

// lookup finds a rule of the catalogue by name.
func lookup(entries []entry, name string) *entry {
	i, found := slices.BinarySearchFunc(entries, name, func(e entry, name string) int { return strings.Compare(e.Name, name) })
	if !found {
		return nil
	}
	return &entries[i]
}
