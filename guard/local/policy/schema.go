package policy

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schemaJSON []byte

// Schema returns the JSON Schema of policies, in draft 2020-12, for editors. What
// [Parse] takes it takes too.
func Schema() []byte { return slices.Clone(schemaJSON) }
