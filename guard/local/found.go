package local

import (
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/smuggle"
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

// dangerous is the detector of what would be run: as a command or a source, or
// because a value breaks out of the command line that it is put into.
type dangerous struct {
	found

	values detect.Detector
}

func newDangerous(with detect.Params) (detect.Detector, error) {
	values, err := smuggle.New(with)
	return dangerous{found: found{dangerousRule}, values: values}, err
}

// Detect reports what was found in commands and sources, then what is in values.
func (d dangerous) Detect(c *detect.Call, report func(detect.Finding)) {
	d.found.Detect(c, report)
	d.values.Detect(c, report)
}
