package exporter

import "fmt"

// CapturePolicy says, by category of content, what may leave the process. The
// zero value captures everything.
type CapturePolicy struct {
	// Request covers the input of every span but a tool's.
	Request Capture `json:"request"`
	// SystemPrompt covers system and developer messages within a request.
	SystemPrompt Capture `json:"system_prompt"`
	// ToolSchema covers the definitions of tools offered within a request.
	ToolSchema Capture `json:"tool_schema"`
	// ToolArguments covers the input of tool spans, and the arguments of tool
	// calls within messages.
	ToolArguments Capture `json:"tool_arguments"`
	// Output covers the output of every span.
	Output Capture `json:"output"`
}

// Strictest returns the policy that suppresses whatever p or q suppresses.
func (p CapturePolicy) Strictest(q CapturePolicy) CapturePolicy {
	return CapturePolicy{
		Request:       max(p.Request, q.Request),
		SystemPrompt:  max(p.SystemPrompt, q.SystemPrompt),
		ToolSchema:    max(p.ToolSchema, q.ToolSchema),
		ToolArguments: max(p.ToolArguments, q.ToolArguments),
		Output:        max(p.Output, q.Output),
	}
}

// Capture says whether one category of content is captured.
type Capture uint8

// The two answers. The zero value is Captured.
const (
	Captured Capture = iota
	Suppressed
)

// String returns "captured" or "suppressed".
func (c Capture) String() string {
	if c == Captured {
		return "captured"
	}
	return "suppressed"
}

// MarshalText gives "captured" or "suppressed".
func (c Capture) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText takes "captured" or "suppressed".
func (c *Capture) UnmarshalText(text []byte) error {
	switch string(text) {
	case "captured":
		*c = Captured
	case "suppressed":
		*c = Suppressed
	default:
		return fmt.Errorf("capture %.40q: want captured or suppressed", text)
	}
	return nil
}
