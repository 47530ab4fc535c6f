package guard

import "strings"

// BlockedError is returned in place of a tool's answer when the guard did not let
// the call run, or one of the calls of a batch. Find it with errors.As.
type BlockedError struct {
	// Tools is every call that was not let run, in order; never empty.
	Tools []BlockedTool
}

// BlockedTool is one call that was not let run.
type BlockedTool struct {
	CallID string // the ID of its Call
	Tool   string
	Result Result
	// Err is why there is no verdict: what the Checker returned, the end of the
	// context for instance. It is nil where there is one.
	Err error
}

// Error names the tools and the first reason. It holds no arguments but what the
// reason quotes, masked.
func (e *BlockedError) Error() string {
	names := make([]string, len(e.Tools))
	for i, blocked := range e.Tools {
		names[i] = blocked.Tool
	}
	text := "guard blocked " + strings.Join(names, ", ")
	if reason := e.Reason(); reason != "" {
		text += ": " + reason
	}
	return text
}

// Unwrap returns the errors of the calls that have one.
func (e *BlockedError) Unwrap() []error {
	var errs []error
	for _, blocked := range e.Tools {
		if blocked.Err != nil {
			errs = append(errs, blocked.Err)
		}
	}
	return errs
}

// Reason is the first call's, for a person to read.
func (e *BlockedError) Reason() string {
	if len(e.Tools) == 0 {
		return ""
	}
	return e.Tools[0].Result.Reason
}

// Rules returns the names of the rules that stopped the calls, each once, in
// order.
func (e *BlockedError) Rules() []string {
	var rules []string
	seen := map[string]bool{}
	for _, blocked := range e.Tools {
		for _, name := range blocked.Result.Triggered() {
			if !seen[name] {
				seen[name] = true
				rules = append(rules, name)
			}
		}
	}
	return rules
}
