// Package policy is the form of a policy: what stands in its YAML files, and what
// the engine is given.
package policy

import (
	"encoding/json"
	"time"

	"github.com/staso-go/staso/guard"
)

// Policy is a set of rules for some agents in some environments.
type Policy struct {
	// Name is the policy's name; the file's name without extension where it says
	// none.
	Name string
	// Version is the hash of what it says: "sha256:" and 12 hex digits.
	Version string
	// Agents and Environments are globs; empty is all.
	Agents, Environments []string
	// Rules are judged in this order; those of a policy that this one extends come
	// first.
	Rules []Rule
	// Tools says what the arguments of some tools are, by tool glob.
	Tools []Tool
	// Tests are calls with the action that they must come to.
	Tests []Test
	// Source is the file it was read from, or what it came from.
	Source string
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
	// When. A judge's rule is one of the catalogue too.
	Detector string
	With     json.RawMessage // the detector's parameters
	Phases   []guard.Phase
	Match    Match
	// When is a CEL expression over the call; nil is true.
	When     *Expression
	Mode     guard.Mode
	Action   guard.Action
	Severity guard.Severity // unknown takes the finding's
	Reason   string         // empty takes the finding's
	// FailClosed says what a rule that could not judge counts as: on_error.
	FailClosed bool
	Timeout    time.Duration // of a judge; zero is the engine's
	Exceptions []Exception
	Tests      []Test
	// Line is where it stands in Policy.Source.
	Line int
}

// Match narrows a rule down. All that is not empty must fit.
type Match struct {
	Tools, Agents, Environments []string // globs
	Kinds                       []string // kinds of arguments that the detector is shown
	Args                        []string // arguments by field, "command", "files[].path"
}

// Exception is what a rule lets pass, for a reason, until a day.
type Exception struct {
	Reason  string
	Expires time.Time // required
	Match   Match
	When    *Expression
}

// Test is a call and what it must come to.
type Test struct {
	Name   string
	Call   guard.Call
	Expect guard.Action
	// Rules are the names that must be among those triggered.
	Rules []string
	Line  int
}

// Expression is a compiled CEL expression. It is safe for concurrent use.
type Expression struct {
	Source string
}
