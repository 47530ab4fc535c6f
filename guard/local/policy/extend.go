package policy

import (
	"encoding/json"
	"fmt"
	"slices"
)

// extend puts the base's rules before p's, changed as overrides says. They come
// without their tests, which are the base's own matter.
func (r *reader) extend(p, base *Policy, overrides *node) {
	rules := slices.Clone(base.Rules)
	for i := range rules {
		rules[i].Tests = nil
		rules[i].Exceptions = slices.Clip(rules[i].Exceptions)
	}
	if overrides != nil && r.must(overrides, mapping, "overrides") {
		rules = r.override(rules, overrides)
	}
	p.Rules = append(rules, p.Rules...)
	p.Tools = append(slices.Clip(p.Tools), base.Tools...)
}

func (r *reader) override(rules []Rule, overrides *node) []Rule {
	ids := make([]string, len(rules))
	for i := range rules {
		ids[i] = rules[i].ID
	}
	off := map[string]bool{}
	for i, key := range overrides.keys {
		at := slices.Index(ids, key.text)
		if at < 0 {
			r.unknown(key.at, fmt.Sprintf("the extended policy has no rule with the id %q", key.text), key.text, ids)
			continue
		}
		off[key.text] = r.change(&rules[at], overrides.elements[i])
	}
	return slices.DeleteFunc(rules, func(rule Rule) bool { return off[rule.ID] })
}

// change applies one override, and says whether it switches the rule off.
func (r *reader) change(rule *Rule, n *node) (disabled bool) {
	before := rule.With
	known := r.ruling(rule)
	known["disabled"] = r.boolean(&disabled, "disabled")
	known["with"] = func(n *node) {
		r.with(rule)(n)
		rule.With = merge(before, rule.With)
	}
	r.mapping(n, "an override", known)
	return disabled
}

// merge puts the members of changes in the place of those of the same name.
func merge(params, changes json.RawMessage) json.RawMessage {
	if params == nil || changes == nil {
		return changes
	}
	merged := map[string]json.RawMessage{}
	for _, object := range []json.RawMessage{params, changes} {
		if json.Unmarshal(object, &merged) != nil {
			return changes
		}
	}
	both, err := json.Marshal(merged)
	if err != nil {
		return changes
	}
	return both
}
