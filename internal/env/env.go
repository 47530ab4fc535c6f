// Package env reads the STASO_ variables that more than one package knows.
package env

import (
	"errors"
	"fmt"
	"strings"

	"github.com/staso-go/staso/exporter"
)

// Lookup is os.LookupEnv, or what stands in for it.
type Lookup func(name string) (value string, ok bool)

// Text returns a variable's value without the space around it; an empty one counts
// as not set.
func (l Lookup) Text(name string) (value string, ok bool) {
	value, _ = l(name)
	value = strings.TrimSpace(value)
	return value, value != ""
}

// Bool reads a variable into field, where it is set and not empty.
func (l Lookup) Bool(name string, field *bool) error {
	value, ok := l.Text(name)
	if !ok {
		return nil
	}
	switch strings.ToLower(value) {
	case "1", "true", "yes", "on":
		*field = true
	case "0", "false", "no", "off":
		*field = false
	default:
		return fmt.Errorf("%s=%.40q: want 1 or 0, true or false, yes or no, on or off", name, value)
	}
	return nil
}

// Capture reads the STASO_CAPTURE_ variables of the categories.
func (l Lookup) Capture() (exporter.CapturePolicy, error) {
	var policy exporter.CapturePolicy
	var errs []error
	for _, v := range []struct {
		name     string
		category *exporter.Capture
	}{
		{"STASO_CAPTURE_REQUEST", &policy.Request},
		{"STASO_CAPTURE_SYSTEM_PROMPT", &policy.SystemPrompt},
		{"STASO_CAPTURE_TOOL_SCHEMA", &policy.ToolSchema},
		{"STASO_CAPTURE_TOOL_ARGUMENTS", &policy.ToolArguments},
		{"STASO_CAPTURE_OUTPUT", &policy.Output},
	} {
		captured := true
		errs = append(errs, l.Bool(v.name, &captured))
		if !captured {
			*v.category = exporter.Suppressed
		}
	}
	return policy, errors.Join(errs...)
}
