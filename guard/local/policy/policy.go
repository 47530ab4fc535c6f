package policy

import (
	"encoding/json"
	"time"

	"github.com/staso-go/staso/guard"
)

// Policy is a set of rules for some agents in some environments. It is not changed
// once it was parsed.
type Policy struct {
	// Name is the policy's name; the file's name without extension where it says
	// none.
	Name string
	// Version is the hash of what it says, and of the policy that it extends:
	// "sha256:" and 12 hex digits. Comments, layout and the order of keys do not
	// count.
	Version string
	// Agents and Environments are globs; empty is all.
	Agents, Environments []string
	// Rules are judged in this order; those of a policy that this one extends come
	// first, with its overrides applied and without their tests.
	Rules []Rule
	// Tools says what the arguments of some tools are. The first whose glob
	// describes the tool counts.
	Tools []Tool
	// Tests are calls with the action that the whole policy must come to.
	Tests []Test
	// Source is the file it was read from, or what it came from.
	Source string
	// Warnings are what is no mistake but should be looked at: an exception that
	// has expired.
	Warnings []*Error
}

// Tool says what a tool's arguments are, where their names do not.
type Tool struct {
	// Name is a glob of the tool's name.
	Name string
	// Args maps an argument ("command", "files[].path") to its kind: shell, argv,
	// sql, path, url, host, email, text, code, money, value or none.
	Args map[string]string
	// Schema is the JSON Schema of the arguments; nil where it is not known.
	Schema json.RawMessage
}

// Rule is one rule of a policy.
type Rule struct {
	ID string // unique in its policy
	// Detector is the rule's name in the catalogue; empty for a rule that is all
	// Match and When. A judge's rule is one of the catalogue too.
	Detector string
	With     json.RawMessage // the detector's parameters, an object; nil where there are none
	Phases   []guard.Phase   // never empty
	Match    Match
	// When is a CEL expression over the call; nil is true.
	When     *Expression
	Mode     guard.Mode
	Action   guard.Action   // what it asks for when it finds something; never allow
	Severity guard.Severity // unknown takes the finding's
	Reason   string         // empty takes the finding's
	// FailClosed says what a rule that could not judge counts as: on_error.
	FailClosed bool
	Timeout    time.Duration // of a judge; zero is the engine's
	Exceptions []Exception
	// Tests are calls with the action that this rule alone must come to, as if it
	// were enforced.
	Tests []Test
	// At is where it stands, and WithAt where its parameters do; At where it has
	// none.
	At, WithAt Position
}

// Match narrows a rule down. All that is not empty must fit.
type Match struct {
	Tools, Agents, Environments []string // globs
	Kinds                       []string // kinds of arguments that the detector is shown
	// Args are globs of arguments by field, any index written as "[]": "command",
	// "files[].path". The detector is shown those alone; a rule without one fits if
	// the call has such an argument.
	Args []string
}

// Exception is what a rule lets pass, for a reason, until a day.
type Exception struct {
	Reason string
	// Expires is the first moment at which it no longer holds.
	Expires time.Time
	Match   Match
	When    *Expression
	At      Position
}

// Test is a call and what it must come to.
type Test struct {
	Name string
	Call guard.Call
	// Repeat is how often the call is made; the last answer counts. At least 1.
	Repeat int
	Expect guard.Action
	// Rules are the names that must be among those that found something, enforced
	// or not.
	Rules []string
	At    Position
}

// Position is a place in a file. Line and Column count from 1.
type Position struct {
	File         string
	Line, Column int
}
