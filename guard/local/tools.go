package local

import (
	"encoding/json"

	"github.com/staso-go/staso/guard"
)

// offer is the tools that the agents are offered, as far as that is known.
type offer struct {
	names   []string
	schemas map[string]json.RawMessage
}

func newOffer(tools []Tool) offer {
	o := offer{schemas: map[string]json.RawMessage{}}
	for _, tool := range tools {
		o.names = append(o.names, tool.Name)
		if len(tool.Schema) > 0 {
			o.schemas[tool.Name] = tool.Schema
		}
	}
	return o
}

// fill adds to a call what it does not say of its tools itself. A policy's word
// on a tool's schema goes before the program's.
func (o *offer) fill(call *guard.Call, rules *ruleset) {
	if len(call.Tools) == 0 {
		call.Tools = o.names
	}
	if len(call.Schema) > 0 {
		return
	}
	if call.Schema = rules.schemaFor(call); call.Schema == nil {
		call.Schema = o.schemas[call.Tool]
	}
}
