package local

import (
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// WithDetector adds a rule to the catalogue that looks with detect.
func WithDetector(name string, look func(c *detect.Call, report func(detect.Finding))) Option {
	return optionFunc(func(c *config) error {
		c.extra = append(c.extra, entry{
			RuleInfo: RuleInfo{Name: name, Phases: allPhases()},
			factory:  func(detect.Params) (detect.Detector, error) { return looking(look), nil },
		})
		return nil
	})
}

type looking func(c *detect.Call, report func(detect.Finding))

func (l looking) Detect(c *detect.Call, report func(detect.Finding)) { l(c, report) }
