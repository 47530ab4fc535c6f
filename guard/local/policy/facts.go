package policy

import (
	"bytes"
	"encoding/json"
	"sync"
	"time"

	"cel.dev/cel-go/cel"

	"github.com/staso-go/staso/guard"
)

// Facts are what expressions may ask about one call. Its JSON is taken apart once,
// and only if an expression asks. Facts are safe for concurrent use.
type Facts struct {
	call guard.Call
	now  time.Time

	args, output func() any
}

// NewFacts returns the facts of call at a moment. It reads call as long as it is
// used.
func NewFacts(call guard.Call, now time.Time) *Facts {
	f := &Facts{call: call, now: now}
	f.args = sync.OnceValue(func() any { return arguments(call.Input) })
	f.output = sync.OnceValue(func() any { return decode(call.Output) })
	return f
}

func (f *Facts) vars() cel.Activation { return activation{f} }

// activation is how CEL asks.
type activation struct{ facts *Facts }

// ResolveName returns the value of a variable.
func (a activation) ResolveName(name string) (any, bool) {
	call := &a.facts.call
	switch name {
	case "tool":
		return call.Tool, true
	case "args":
		return a.facts.args(), true
	case "output":
		return a.facts.output(), true
	case "phase":
		return call.Phase.String(), true
	case "agent":
		return call.Agent, true
	case "environment":
		return call.Environment, true
	case "user":
		return call.User, true
	case "conversation":
		return call.Conversation, true
	case "history":
		return turns(call.History), true
	case "attributes":
		return notNil(call.Attributes), true
	case "now":
		return a.facts.now, true
	}
	return nil, false
}

// Parent says that there is no other place to ask.
func (activation) Parent() cel.Activation { return nil }

func turns(history []guard.Message) []map[string]string {
	all := make([]map[string]string, len(history))
	for i, message := range history {
		all[i] = map[string]string{"role": message.Role, "content": message.Content}
	}
	return all
}

func notNil(attributes map[string]any) map[string]any {
	if attributes == nil {
		return map[string]any{}
	}
	return attributes
}

// arguments is a call's input as an object.
func arguments(input json.RawMessage) any {
	switch value := decode(input).(type) {
	case map[string]any:
		return value
	case nil:
		return map[string]any{}
	default:
		return map[string]any{"input": value}
	}
}

// decode reads JSON with whole numbers kept whole; what is no JSON is text.
func decode(data json.RawMessage) any {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return string(data)
	}
	return numbers(value)
}

// numbers puts CEL's numbers in the place of JSON's.
func numbers(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		float, _ := value.Float64() //nolint:errcheck // what is too large comes as infinity
		return float
	case map[string]any:
		for key, member := range value {
			value[key] = numbers(member)
		}
	case []any:
		for i, element := range value {
			value[i] = numbers(element)
		}
	}
	return value
}
