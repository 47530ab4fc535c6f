package policy

import (
	"fmt"
	"time"

	"github.com/staso-go/staso/guard"
)

// Words of the file.
const (
	allow    = "allow"
	block    = "block"
	modify   = "modify"
	escalate = "escalate"
)

// rule reads one rule.
func (r *reader) rule(n *node) Rule {
	rule := Rule{At: n.at, WithAt: n.at, Mode: guard.ModeEnforce, FailClosed: true}
	known := r.ruling(&rule)
	known["id"] = r.id(&rule.ID)
	known["rule"] = r.text(&rule.Detector, "rule")
	known["phase"] = r.phases(&rule.Phases)
	known["match"] = r.match(&rule.Match)
	known["when"] = r.when(&rule.When)
	known["reason"] = r.text(&rule.Reason, "reason")
	known["tests"] = r.tests(&rule.Tests)
	if !r.mapping(n, "a rule", known) {
		return rule
	}
	if len(rule.Phases) == 0 {
		rule.Phases = []guard.Phase{guard.PhaseInput}
	}
	r.whole(n, &rule)
	return rule
}

// ruling is the keys that a rule and an override both have.
func (r *reader) ruling(rule *Rule) fields {
	return fields{
		"mode":       oneOf(r, &rule.Mode, "mode", guard.ModeAudit, guard.ModeEnforce),
		"action":     r.action(&rule.Action, "action", block, modify, escalate),
		"severity":   r.severity(&rule.Severity),
		"with":       r.with(rule),
		"on_error":   r.onError(&rule.FailClosed),
		"timeout":    r.duration(&rule.Timeout, "timeout"),
		"exceptions": r.exceptions(&rule.Exceptions),
	}
}

// whole says what a rule lacks that no single key shows.
func (r *reader) whole(n *node, rule *Rule) {
	if n.lookup("id") == nil {
		r.fail(n.at, "the rule has no id", "name it, so that results and overrides can: id: refund-limit")
	}
	if rule.Detector != "" {
		return
	}
	if n.lookup("rule") == nil && n.lookup("when") == nil && n.lookup("match") == nil {
		r.fail(n.at, "the rule holds for every call", `give it a rule, a match or a when; for every call, write when: "true"`)
	}
	if rule.Reason == "" && n.lookup("rule") == nil {
		r.fail(n.at, "the rule gives no reason", "say in a sentence why the call may not run: reason: ...")
	}
	if rule.Action == guard.ActionModify {
		r.fail(n.at, "the rule has nothing that it could modify", "name a rule of the catalogue that can, or use block or escalate")
	}
	if rule.With != nil {
		r.fail(rule.WithAt, "with has nobody to read it", "name the rule of the catalogue whose parameters these are")
	}
}

// id reads a rule's name.
func (r *reader) id(into *string) func(*node) {
	return func(n *node) {
		if !r.must(n, text, "id") {
			return
		}
		if *into = n.text; !isID(n.text) {
			r.fail(n.at, fmt.Sprintf("id is %q", n.text), "use up to 64 letters, digits, dots, dashes and underscores")
		}
	}
}

func isID(name string) bool {
	for _, c := range []byte(name) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return name != "" && len(name) <= 64
}

func (r *reader) action(into *guard.Action, what string, words ...string) func(*node) {
	return func(n *node) {
		var word string
		oneOf(r, &word, what, words...)(n)
		if word != "" {
			into.UnmarshalText([]byte(word)) //nolint:errcheck // one of the words
		}
	}
}

func (r *reader) severity(into *guard.Severity) func(*node) {
	return func(n *node) {
		var word string
		oneOf(r, &word, "severity", "low", "medium", "high", "critical")(n)
		into.UnmarshalText([]byte(word)) //nolint:errcheck // one of the words, or empty
	}
}

func (r *reader) onError(closed *bool) func(*node) {
	return func(n *node) {
		word := block
		oneOf(r, &word, "on_error", block, allow)(n)
		*closed = word == block
	}
}

// with reads a detector's parameters, which the detector minds.
func (r *reader) with(rule *Rule) func(*node) {
	return func(n *node) {
		if r.must(n, mapping, "with") {
			rule.With, rule.WithAt = toJSON(n), n.at
		}
	}
}

func (r *reader) phases(into *[]guard.Phase) func(*node) {
	return func(n *node) {
		r.list(n, "phase", func(element *node) {
			var word string
			oneOf(r, &word, "phase", "input", "output", "trace")(element)
			*into = append(*into, phaseOf(word))
		})
	}
}

func phaseOf(word string) guard.Phase {
	for _, phase := range []guard.Phase{guard.PhaseOutput, guard.PhaseTrace} {
		if phase.String() == word {
			return phase
		}
	}
	return guard.PhaseInput
}

// match reads what a rule or an exception is narrowed down to.
func (r *reader) match(into *Match) func(*node) {
	return func(n *node) {
		r.mapping(n, "match", fields{
			"tools":        r.globs(&into.Tools, "tools"),
			"agents":       r.globs(&into.Agents, "agents"),
			"environments": r.globs(&into.Environments, "environments"),
			"args":         r.globs(&into.Args, "args"),
			"kinds": func(n *node) {
				r.list(n, "kinds", func(element *node) { into.Kinds = append(into.Kinds, r.kind(element, kinds())) })
			},
		})
		if n.kind == mapping && len(n.keys) == 0 {
			r.fail(n.at, "match is empty", "leave it out, or name tools, kinds, args, agents or environments")
		}
	}
}

// kinds is what arguments may be.
func kinds() []string {
	return []string{"shell", "argv", "sql", "path", "url", "host", "email", "text", "code", "money", "value"}
}

func (r *reader) kind(n *node, known []string) string {
	var word string
	oneOf(r, &word, "the kind of an argument", known...)(n)
	return word
}

func (r *reader) exceptions(into *[]Exception) func(*node) {
	return func(n *node) {
		r.list(n, "exceptions", func(element *node) { *into = append(*into, r.exception(element)) })
	}
}

// exception reads one exception. Without a reason and a day it is a hole that
// nobody remembers.
func (r *reader) exception(n *node) Exception {
	exception := Exception{At: n.at}
	ok := r.mapping(n, "an exception", fields{
		"match":   r.match(&exception.Match),
		"when":    r.when(&exception.When),
		"reason":  r.text(&exception.Reason, "reason"),
		"expires": r.day(&exception.Expires),
	})
	if !ok {
		return exception
	}
	if n.lookup("match") == nil && n.lookup("when") == nil {
		r.fail(n.at, "the exception holds for every call", "narrow it down with match or when; to switch the rule off, say so under overrides: disabled: true")
	}
	if n.lookup("reason") == nil {
		r.fail(n.at, "the exception gives no reason", "say in a sentence why: reason: ...")
	}
	if n.lookup("expires") == nil {
		r.fail(n.at, "the exception has no end", "name its last day: expires: 2030-12-31")
	}
	if !exception.Expires.IsZero() && !exception.Expires.After(r.now) {
		r.warnings = append(r.warnings, &Error{
			Position: n.at,
			Problem:  "the exception has expired, and no longer holds",
			Remedy:   "take it out, or give it a later day",
		})
	}
	return exception
}

// day reads an exception's end: a day, the whole of it in UTC, or a moment.
func (r *reader) day(into *time.Time) func(*node) {
	return func(n *node) {
		if day, err := time.Parse(time.DateOnly, n.text); n.kind == text && err == nil {
			*into = day.AddDate(0, 0, 1)
			return
		}
		moment, err := time.Parse(time.RFC3339, n.text)
		if n.kind != text || err != nil {
			r.fail(n.at, fmt.Sprintf("expires is %q", n.text), "write its last day, 2030-12-31, or a moment, 2030-12-31T18:00:00Z")
			return
		}
		*into = moment
	}
}
