package local

import (
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// dangerousRule is the rule of what commands and source code would do.
const dangerousRule = "dangerous"

// found is the detector of a rule that taking the arguments apart has already
// judged by.
type found struct{ rule string }

func newFound(rule string) detect.Factory {
	return func(with detect.Params) (detect.Detector, error) {
		return found{rule}, with.Decode(&struct{}{})
	}
}

// Detect reports what was found for the rule.
func (f found) Detect(c *detect.Call, report func(detect.Finding)) {
	for i := range c.Found {
		if c.Found[i].Detector == f.rule {
			report(c.Found[i])
		}
	}
}

func newDangerous(with detect.Params) (detect.Detector, error) { return newFound(dangerousRule)(with) }
