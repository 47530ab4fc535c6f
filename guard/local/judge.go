package local

import (
	"context"
	"encoding/json"

	"github.com/staso-go/staso/guard"
)

// Judge answers what no static rule can: a language model, or a classifier. The
// rules of the catalogue whose [RuleInfo] says Judge ask it, once nothing else has
// stopped the call.
//
// Judge must be safe for concurrent use, and return soon after ctx ends. Whoever
// does not is left behind at the rule's timeout; so that no more than a few can
// hang, no more than a few run at a time. An error, a panic and a timeout count as
// the rule's on_error says.
type Judge interface {
	Judge(ctx context.Context, request JudgeRequest) (JudgeVerdict, error)
}

// JudgeRequest is what a Judge is asked.
type JudgeRequest struct {
	// Rule is the rule's name in the catalogue, "intent_drift" for instance.
	Rule string
	// With is what the rule says under "with", a JSON object, or nil.
	With json.RawMessage
	// Call is what is to be judged.
	Call guard.Call
}

// JudgeVerdict is what a Judge answers. The zero verdict holds nothing against
// the call.
type JudgeVerdict struct {
	// Violates says that the call is what the rule is against.
	Violates bool
	// Score is how sure the judge is of that, from 0 to 1.
	Score float64
	// Reason says why, in a sentence for a person.
	Reason string
}

// JudgeFunc is a function that is a Judge.
type JudgeFunc func(ctx context.Context, request JudgeRequest) (JudgeVerdict, error)

// Judge calls f.
func (f JudgeFunc) Judge(ctx context.Context, request JudgeRequest) (JudgeVerdict, error) {
	return f(ctx, request)
}
