package local

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
	"github.com/staso-go/staso/guard/local/internal/nearest"
	"github.com/staso-go/staso/guard/local/policy"
)

// compiler makes a ruleset, and gathers every mistake.
type compiler struct {
	entries []entry
	out     *ruleset
	old     *ruleset // whose detectors are kept where they are the same; may be nil
	rest    bool     // what is compiled is for the calls that no other policy is for
	errs    []error
}

func compile(policies []*policy.Policy, known []entry, old *ruleset) (*ruleset, error) {
	given := len(policies)
	if !slices.ContainsFunc(policies, isForEverybody) {
		policies = append(slices.Clip(policies), policy.Default())
	}
	c := &compiler{entries: known, old: old, out: &ruleset{policies: policies, version: versionOf(policies)}}
	for i, p := range policies {
		c.rest = i == given
		c.policy(p)
	}
	c.integrity()
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return c.out, nil
}

// isForEverybody says that no call is without a policy.
func isForEverybody(p *policy.Policy) bool { return len(p.Agents) == 0 && len(p.Environments) == 0 }

// fail reports a mistake of a policy that was read from a file as the policy
// package does.
func (c *compiler) fail(at policy.Position, problem, remedy string) {
	c.errs = append(c.errs, &policy.Error{Position: at, Problem: problem, Remedy: remedy})
}

func (c *compiler) policy(p *policy.Policy) {
	scope := c.matcher(policy.Match{Agents: p.Agents, Environments: p.Environments}, policy.Position{File: p.Source})
	if !c.rest {
		c.out.scopes = append(c.out.scopes, scope)
	}
	for i := range p.Tools {
		c.typing(p, &p.Tools[i], scope)
	}
	for i := range p.Rules {
		c.rule(&p.Rules[i], scope)
	}
}

func (c *compiler) rule(from *policy.Rule, scope matcher) {
	r := rule{Rule: from, name: from.Detector, probe: noProbe, scope: scope, rest: c.rest, match: c.matcher(from.Match, from.At), phases: phaseSet(from.Phases)}
	if from.Detector == "" {
		r.name = from.ID
	} else if !c.detector(&r) {
		return
	}
	if from.Action == guard.ActionAllow {
		c.fail(from.At, fmt.Sprintf("rule %q asks for the action allow", from.ID), "use block, modify or escalate, or an exception to another rule")
	}
	for i := range from.Exceptions {
		e := exception{Exception: &from.Exceptions[i], match: c.matcher(from.Exceptions[i].Match, from.Exceptions[i].At)}
		if r.judges() && e.match.narrows() {
			c.fail(e.At, "an exception for single arguments, of a rule that asks a judge about the whole call", "match tools, agents or environments, or write a when")
		}
		r.exceptions = append(r.exceptions, e)
	}
	c.out.rules = append(c.out.rules, r)
}

// detector finds the rule in the catalogue, and gives it a probe.
func (c *compiler) detector(r *rule) bool {
	r.entry = lookup(c.entries, r.Detector)
	if r.entry == nil {
		remedy := "see staso guard rules for those that there are"
		if near := nearest.Name(r.Detector, ruleNames(c.entries)); near != "" {
			remedy = fmt.Sprintf("did you mean %q?", near)
		}
		c.fail(r.At, fmt.Sprintf("there is no rule %q in the catalogue", r.Detector), remedy)
		return false
	}
	if r.phases == 0 {
		r.phases = phaseSet(r.entry.Phases)
	}
	if r.phases &= phaseSet(r.entry.Phases); r.phases == 0 {
		c.fail(r.At, fmt.Sprintf("rule %q cannot judge in the phases that it is for", r.Detector), "use "+phaseNames(r.entry.Phases))
	}
	place, err := c.probe(r.entry, string(r.With))
	if err != nil {
		c.fail(r.WithAt, fmt.Sprintf("rule %q: %v", r.Detector, err), "")
		return false
	}
	r.probe = place
	return true
}

// probe is the place of the detector with those parameters. One of the ruleset
// before is taken over, so that what it remembers of conversations is kept.
func (c *compiler) probe(e *entry, with string) (int, error) {
	if i := findProbe(c.out.probes, e.Name, with); i >= 0 {
		return i, nil
	}
	made := probe{entry: e, with: with}
	if i := c.oldProbe(e.Name, with); i >= 0 {
		made.detector = c.old.probes[i].detector
	} else {
		detector, err := e.factory(detect.Params(with))
		if err != nil {
			return 0, err
		}
		made.detector = detector
	}
	c.out.probes = append(c.out.probes, made)
	return len(c.out.probes) - 1, nil
}

func (c *compiler) oldProbe(name, with string) int {
	if c.old == nil {
		return -1
	}
	return findProbe(c.old.probes, name, with)
}

func findProbe(probes []probe, name, with string) int {
	for i := range probes {
		if probes[i].entry.Name == name && probes[i].with == with {
			return i
		}
	}
	return -1
}

// integrity makes the rule about the arguments themselves that is in force for
// the calls for which no policy has one.
func (c *compiler) integrity() {
	c.out.integrity = rule{name: args.Rule, Rule: &policy.Rule{
		ID: args.Rule, Detector: args.Rule, Mode: guard.ModeEnforce, Action: guard.ActionBlock, Phases: allPhases(),
	}}
	c.detector(&c.out.integrity)
}

func (c *compiler) matcher(m policy.Match, at policy.Position) matcher {
	out := matcher{
		tools: c.globs(m.Tools, at), agents: c.globs(m.Agents, at), environments: c.globs(m.Environments, at), fields: c.globs(m.Args, at),
	}
	for _, name := range m.Kinds {
		kind, known := args.KindOf(name)
		if !known {
			c.fail(at, fmt.Sprintf("there is no kind of argument %q", name), "use "+strings.Join(args.KindNames(^detect.Kind(0)), ", "))
		}
		out.kinds |= kind
	}
	return out
}

func (c *compiler) globs(patterns []string, at policy.Position) glob.Set {
	set, err := glob.CompileAll(patterns)
	if err != nil {
		c.fail(at, err.Error(), "")
	}
	return set
}

func (c *compiler) typing(p *policy.Policy, tool *policy.Tool, scope matcher) {
	at := policy.Position{File: p.Source}
	name, err := glob.Compile(tool.Name)
	if err != nil {
		c.fail(at, err.Error(), "")
		return
	}
	t := typing{scope: scope, tool: name, schema: tool.Schema}
	for _, field := range slices.Sorted(maps.Keys(tool.Args)) {
		pattern, err := glob.Compile(field)
		kind, known := args.KindOf(tool.Args[field])
		if err != nil || !known {
			c.fail(at, fmt.Sprintf("argument %q of tool %q: no kind %q", field, tool.Name, tool.Args[field]), "use none or "+strings.Join(args.KindNames(^detect.Kind(0)), ", "))
			continue
		}
		t.fields = append(t.fields, fieldKind{field: pattern, kinds: kind})
	}
	c.out.typings = append(c.out.typings, t)
}

func phaseSet(phases []guard.Phase) uint8 {
	var set uint8
	for _, p := range phases {
		set |= 1 << p
	}
	return set
}

func phaseNames(phases []guard.Phase) string {
	names := make([]string, len(phases))
	for i, p := range phases {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}

func ruleNames(entries []entry) []string {
	names := make([]string, len(entries))
	for i := range entries {
		names[i] = entries[i].Name
	}
	return names
}
