package guard

import (
	"fmt"
	"strings"
)

// Action is what becomes of a call. The zero Action blocks, and so does one that
// is none of those below.
type Action uint8

// The actions.
const (
	// ActionBlock: the call must not run.
	ActionBlock Action = iota
	// ActionAllow: the call runs as it is.
	ActionAllow
	// ActionModify: the call runs with [Result.Input] in place of its own, or in
	// [PhaseOutput] the model sees that.
	ActionModify
	// ActionEscalate: a person decides; until then the call must not run.
	ActionEscalate
)

// String is the action's name on the wire.
func (a Action) String() string {
	switch a {
	case ActionAllow:
		return "allow"
	case ActionModify:
		return "modify"
	case ActionEscalate:
		return "escalate"
	default:
		return "block"
	}
}

// MarshalText writes the action's name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads an action's name, in any case. Any other text is an error,
// and leaves the Action at block.
func (a *Action) UnmarshalText(text []byte) error {
	*a = ActionBlock
	for _, known := range []Action{ActionBlock, ActionAllow, ActionModify, ActionEscalate} {
		if strings.EqualFold(string(text), known.String()) {
			*a = known
			return nil
		}
	}
	return fmt.Errorf("%q is no action: use allow, block, modify or escalate", text)
}

// Stricter returns the one of a and b that weighs more: block before escalate
// before modify before allow.
func (a Action) Stricter(b Action) Action {
	if b.weight() > a.weight() {
		return b
	}
	return a
}

func (a Action) weight() int {
	switch a {
	case ActionAllow:
		return 0
	case ActionModify:
		return 1
	case ActionEscalate:
		return 2
	default:
		return 3
	}
}

// Severity is how bad it would have been. The zero Severity is unknown.
type Severity uint8

// The severities.
const (
	SeverityUnknown Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

// String is the severity's name on the wire, and empty for an unknown one.
func (s Severity) String() string {
	switch s {
	case SeverityLow:
		return "low"
	case SeverityMedium:
		return "medium"
	case SeverityHigh:
		return "high"
	case SeverityCritical:
		return "critical"
	default:
		return ""
	}
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name, in any case; an empty text is an unknown
// one.
func (s *Severity) UnmarshalText(text []byte) error {
	*s = SeverityUnknown
	for known := SeverityUnknown; known <= SeverityCritical; known++ {
		if strings.EqualFold(string(text), known.String()) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("%q is no severity: use low, medium, high or critical", text)
}
