package policy

import "fmt"

// Error is a mistake in a policy. What [Parse] and [Load] return joins one for
// each; see errors.Join.
type Error struct {
	Position
	// Problem says what is wrong, and Remedy what to write instead; Remedy may be
	// empty.
	Problem, Remedy string
}

// Error is "file:line:column: problem; remedy".
func (e *Error) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
	if e.Line == 0 {
		text = fmt.Sprintf("%s: %s", e.File, e.Problem)
	}
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}
