package local

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
	"github.com/staso-go/staso/guard/local/policy"
)

// ruleset is policies made ready to judge by. It is never changed.
type ruleset struct {
	policies []*policy.Policy
	version  string
	scopes   []matcher // of the policies: whom they are for
	rules    []rule
	probes   []probe
	typings  []typing
	// integrity is the rule about the arguments themselves that is in force for a
	// call for which no policy has one.
	integrity rule
}

// probe is a detector with its parameters. Rules that have both alike share one.
type probe struct {
	entry    *entry
	with     string
	detector detect.Detector
}

// rule is one rule of a policy.
type rule struct {
	*policy.Rule

	name   string
	entry  *entry // nil: all match and when
	probe  int    // noProbe: all match and when
	phases uint8
	// both must fit: the policy's agents and environments, and the rule's match
	scope, match matcher
	rest         bool // it is for calls that are in no scope at all
	exceptions   []exception
}

const noProbe = -1

type exception struct {
	*policy.Exception

	match matcher
}

// matcher is a [policy.Match] made ready.
type matcher struct {
	tools, agents, environments, fields glob.Set
	kinds                               detect.Kind
}

// attached says that a policy is for the call's agent and environment.
func (r *ruleset) attached(call *guard.Call) bool {
	for i := range r.scopes {
		if r.scopes[i].fits(call) {
			return true
		}
	}
	return false
}

// fits says that a call of that agent in that environment is meant.
func (m *matcher) fits(call *guard.Call) bool {
	return fits(m.tools, call.Tool) && fits(m.agents, call.Agent) && fits(m.environments, call.Environment)
}

func fits(set glob.Set, name string) bool { return len(set) == 0 || set.Match(name) }

// narrows says that the matcher is about single arguments.
func (m *matcher) narrows() bool { return m.kinds != 0 || len(m.fields) > 0 }

// shows says that an argument is meant.
func (m *matcher) shows(arg *detect.Arg) bool {
	return (m.kinds == 0 || arg.Kinds&m.kinds != 0) && m.showsField(arg.Field)
}

func (m *matcher) showsField(field string) bool {
	return len(m.fields) == 0 || m.fields.Match(withoutIndexes(field))
}

// typing says what the arguments of some tools are.
type typing struct {
	scope  matcher
	tool   glob.Pattern
	fields []fieldKind
	schema []byte
}

type fieldKind struct {
	field glob.Pattern
	kinds detect.Kind
}

// schemaFor is the JSON Schema that the policies have of a tool's arguments, or nil.
func (r *ruleset) schemaFor(call *guard.Call) []byte {
	for i := range r.typings {
		if t := &r.typings[i]; len(t.schema) > 0 && t.fits(call) {
			return t.schema
		}
	}
	return nil
}

// kindsFor is what the policies say about the arguments of a tool, or nil.
func (r *ruleset) kindsFor(call *guard.Call) func(field string) (detect.Kind, bool) {
	for i := range r.typings {
		if t := &r.typings[i]; len(t.fields) > 0 && t.fits(call) {
			return t.kinds
		}
	}
	return nil
}

func (t *typing) fits(call *guard.Call) bool { return t.scope.fits(call) && t.tool.Match(call.Tool) }

func (t *typing) kinds(field string) (detect.Kind, bool) {
	field = withoutIndexes(field)
	for i := range t.fields {
		if t.fields[i].field.Match(field) {
			return t.fields[i].kinds, true
		}
	}
	return 0, false
}

// withoutIndexes writes "files[3].path" as "files[].path".
func withoutIndexes(field string) string {
	for i := range len(field) {
		if field[i] == '[' {
			return cutIndexes(field)
		}
	}
	return field
}

func cutIndexes(field string) string {
	out := make([]byte, 0, len(field))
	inside := false
	for i := range len(field) {
		c := field[i]
		inside = inside && c != ']'
		if !inside {
			out = append(out, c)
		}
		inside = inside || c == '['
	}
	return string(out)
}

// versionOf is the only policy's version, or one of all.
func versionOf(policies []*policy.Policy) string {
	if len(policies) == 1 {
		return policies[0].Version
	}
	h := sha256.New()
	for _, p := range policies {
		_, _ = h.Write([]byte(p.Name + "\x00" + p.Version + "\x00")) // a hash never fails
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))[:12]
}
