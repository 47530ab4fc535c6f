package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/staso-go/staso/guard"
)

// maxRepeat is how often a test may make its call.
const maxRepeat = 100

// ParseTests reads fixtures: a YAML list of tests of the form that policies have,
// or one such test as JSON in each line (where name ends in .jsonl). name is what
// its mistakes are reported under.
func ParseTests(name string, data []byte) ([]Test, error) {
	return newReader().fixtures(name, data)
}

// tests reads a list of tests.
func (r *reader) tests(into *[]Test) func(*node) {
	return func(n *node) {
		r.list(n, "tests", func(element *node) { *into = append(*into, r.test(element)) })
		names := map[string]bool{}
		for _, test := range *into {
			if names[test.Name] && test.Name != "" {
				r.fail(test.At, fmt.Sprintf("a second test is named %q", test.Name), "give each its own name")
			}
			names[test.Name] = true
		}
	}
}

// test reads one call and what it must come to.
func (r *reader) test(n *node) Test {
	test := Test{At: n.at, Repeat: 1}
	ok := r.mapping(n, "a test", fields{
		"name":   r.text(&test.Name, "name"),
		"call":   r.call(&test.Call),
		"repeat": r.repeat(&test.Repeat),
		"expect": r.action(&test.Expect, "expect", allow, block, modify, escalate),
		"rules":  r.texts(&test.Rules, "rules"),
	})
	if !ok {
		return test
	}
	for _, key := range []string{"name", "call", "expect"} {
		if n.lookup(key) == nil {
			r.fail(n.at, "the test has no "+key, `a test is {name: ..., call: {tool: ..., input: {...}}, expect: allow}`)
		}
	}
	return test
}

func (r *reader) repeat(into *int) func(*node) {
	return func(n *node) {
		times, err := strconv.Atoi(n.text)
		if n.kind != number || err != nil || times < 1 || times > maxRepeat {
			r.fail(n.at, fmt.Sprintf("repeat is %q", n.text), fmt.Sprintf("write a whole number from 1 to %d", maxRepeat))
			return
		}
		*into = times
	}
}

// call reads a test's call.
func (r *reader) call(into *guard.Call) func(*node) {
	return func(n *node) {
		ok := r.mapping(n, "a call", fields{
			"tool":         r.text(&into.Tool, "tool"),
			"input":        value(&into.Input),
			"output":       value(&into.Output),
			"phase":        r.callPhase(&into.Phase),
			"agent":        r.text(&into.Agent, "agent"),
			"environment":  r.text(&into.Environment, "environment"),
			"user":         r.text(&into.User, "user"),
			"conversation": r.text(&into.Conversation, "conversation"),
			"history":      r.history(&into.History),
			"attributes":   r.attributes(&into.Attributes),
			"tools":        r.texts(&into.Tools, "tools"),
			"schema":       r.schema(&into.Schema),
		})
		if !ok {
			return
		}
		if n.lookup("tool") == nil {
			r.fail(n.at, "the call names no tool", "write tool: ...")
		}
		if n.lookup("output") != nil && n.lookup("phase") == nil {
			into.Phase = guard.PhaseOutput
		}
	}
}

// value reads any JSON.
func value(into *json.RawMessage) func(*node) {
	return func(n *node) { *into = toJSON(n) }
}

func (r *reader) schema(into *json.RawMessage) func(*node) {
	return func(n *node) {
		if r.must(n, mapping, "schema") {
			*into = toJSON(n)
		}
	}
}

func (r *reader) callPhase(into *guard.Phase) func(*node) {
	return func(n *node) {
		var word string
		oneOf(r, &word, "phase", "input", "output", "trace")(n)
		*into = phaseOf(word)
	}
}

func (r *reader) history(into *[]guard.Message) func(*node) {
	return func(n *node) {
		r.list(n, "history", func(element *node) {
			var message guard.Message
			r.mapping(element, "a turn of history", fields{
				"role":    r.text(&message.Role, "role"),
				"content": r.text(&message.Content, "content"),
			})
			*into = append(*into, message)
		})
	}
}

func (r *reader) attributes(into *map[string]any) func(*node) {
	return func(n *node) {
		if !r.must(n, mapping, "attributes") {
			return
		}
		if err := json.Unmarshal(toJSON(n), into); err != nil {
			r.fail(n.at, "attributes: "+err.Error(), "")
		}
	}
}

// tools reads what the arguments of tools are.
func (r *reader) tools(into *[]Tool) func(*node) {
	return func(n *node) {
		if !r.must(n, mapping, "tools") {
			return
		}
		for i, key := range n.keys {
			tool := Tool{Name: key.text}
			r.glob(tool.Name, key.at)
			r.mapping(n.elements[i], "a tool", fields{
				"args":   r.args(&tool.Args),
				"schema": r.schema(&tool.Schema),
			})
			*into = append(*into, tool)
		}
	}
}

func (r *reader) args(into *map[string]string) func(*node) {
	return func(n *node) {
		if !r.must(n, mapping, "args") {
			return
		}
		*into = make(map[string]string, len(n.keys))
		known := append(slices.Clip(kinds()), "none")
		for i, key := range n.keys {
			(*into)[key.text] = r.kind(n.elements[i], known)
		}
	}
}
