package policy

import (
	_ "embed"
	"fmt"
)

//go:embed default.yaml
var defaultYAML []byte

// defaultName is what positions in the built-in policy are reported under.
const defaultName = "built-in/default.yaml"

// Default returns the built-in policy: what is in force where no file says
// otherwise, and what files extend.
func Default() *Policy {
	p, err := Parse(defaultName, defaultYAML)
	if err != nil {
		panic(fmt.Sprintf("the built-in policy: %v", err)) // a test holds that it parses
	}
	return p
}
