package business

import (
	"errors"
	"fmt"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
)

// toolList is the detector of both lists.
type toolList struct {
	tools  glob.Set
	denied bool // what is on the list is found, else what is not
}

// NewToolAllowlist makes the detector of tool_allowlist: it finds every tool that
// is not among "tools", a list of globs.
func NewToolAllowlist(with detect.Params) (detect.Detector, error) { return newToolList(with, false) }

// NewToolDenylist makes the detector of tool_denylist: it finds every tool that is
// among "tools", a list of globs.
func NewToolDenylist(with detect.Params) (detect.Detector, error) { return newToolList(with, true) }

func newToolList(with detect.Params, denied bool) (detect.Detector, error) {
	var params struct {
		Tools []string `json:"tools"`
	}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	if len(params.Tools) == 0 {
		return nil, errors.New("with: tools is missing: list globs of tool names")
	}
	tools, err := globs("tools", params.Tools)
	return toolList{tools, denied}, err
}

// Detect reports the tool itself.
func (l toolList) Detect(c *detect.Call, report func(detect.Finding)) {
	if l.tools.Match(c.Tool) != l.denied {
		return
	}
	finding := detect.Finding{
		Code:     "tool.not_allowed",
		Reason:   fmt.Sprintf("Calls %s, which is not among the tools that may be used.", named(c.Tool)),
		Severity: guard.SeverityHigh,
	}
	if l.denied {
		finding.Code = "tool.denied"
		finding.Reason = fmt.Sprintf("Calls %s, which must not be used.", named(c.Tool))
	}
	report(finding)
}

// globs compiles the patterns of a parameter.
func globs(param string, patterns []string) (glob.Set, error) {
	set, err := glob.CompileAll(patterns)
	if err != nil {
		return nil, fmt.Errorf("with: %s: %w", param, err)
	}
	return set, nil
}

// named is a tool's name as reasons quote it.
func named(tool string) string {
	const most = 80
	if len(tool) > most {
		tool = tool[:most] + "…"
	}
	return fmt.Sprintf("%q", tool)
}
