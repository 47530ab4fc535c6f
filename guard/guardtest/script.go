package guardtest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/staso-go/staso/guard"
)

// RuleName is the name of the rule by which a Script decides.
const RuleName = "guardtest"

// AnyTool stands for every tool that a Script has no other answer for.
const AnyTool = "*"

// Script is a Checker that answers by the name of the tool, and keeps the calls
// that it was asked about. Make one with [Allow], [Block], [Modify] or [Escalate],
// and add to it with its methods, which return it; the last answer for a tool
// counts. It is safe for concurrent use.
type Script struct {
	mu      sync.Mutex
	answers map[string]answer
	calls   []guard.Call
}

type answer struct {
	result guard.Result
	err    error
}

var _ guard.Checker = (*Script)(nil)

// Allow returns a Script that allows every call.
func Allow() *Script {
	return &Script{answers: map[string]answer{AnyTool: {result: guard.Result{Action: guard.ActionAllow}}}}
}

// Block returns a Script that blocks the tool's calls and allows all others.
func Block(tool, reason string) *Script { return Allow().Block(tool, reason) }

// Modify returns a Script that has the tool run with input, a JSON object, and
// allows all other calls.
func Modify(tool, input string) *Script { return Allow().Modify(tool, input) }

// Escalate returns a Script that has a person decide on the tool's calls, and
// allows all others. There is no person: they do not run.
func Escalate(tool, reason string) *Script { return Allow().Escalate(tool, reason) }

// Block adds a tool whose calls are blocked.
func (s *Script) Block(tool, reason string) *Script {
	return s.Answer(tool, verdict(guard.ActionBlock, reason), nil)
}

// Modify adds a tool that is to run with input, a JSON object. Asked about what the
// tool returned, it puts input in its place, which may then be any JSON value.
func (s *Script) Modify(tool, input string) *Script {
	r := verdict(guard.ActionModify, "the arguments are changed")
	r.Input = json.RawMessage(input)
	return s.Answer(tool, r, nil)
}

// Escalate adds a tool on whose calls a person is to decide.
func (s *Script) Escalate(tool, reason string) *Script {
	return s.Answer(tool, verdict(guard.ActionEscalate, reason), nil)
}

// Answer adds a tool on whose calls the answer is just that: a failure, for
// instance, or an error.
func (s *Script) Answer(tool string, r guard.Result, err error) *Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers == nil {
		s.answers = map[string]answer{}
	}
	s.answers[tool] = answer{r, err}
	return s
}

func verdict(action guard.Action, reason string) guard.Result {
	return guard.Result{
		Action: action, Reason: reason, Rule: RuleName, Severity: guard.SeverityHigh,
		Rules: []guard.RuleResult{{
			ID: RuleName, Name: RuleName, Action: action, Mode: guard.ModeEnforce, Status: guard.StatusFailed,
			Reason: reason, Severity: guard.SeverityHigh,
		}},
	}
}

// Check answers as told, and blocks a tool that it was told nothing of, which of
// Scripts only the zero one does.
func (s *Script) Check(_ context.Context, call guard.Call) (guard.Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, copyOf(call))
	found, ok := s.answers[call.Tool]
	if !ok {
		found, ok = s.answers[AnyTool]
	}
	if !ok {
		found.result = verdict(guard.ActionBlock, "the Script has no answer for "+call.Tool)
	}
	r := found.result
	r.Input, r.Rules = slices.Clone(r.Input), slices.Clone(r.Rules)
	r.DecisionID, r.Source = call.DecisionID, call.Source
	return r, found.err
}

// Calls returns what the Script was asked about until now, in that order. What it
// returns belongs to the caller.
func (s *Script) Calls() []guard.Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := make([]guard.Call, len(s.calls))
	for i, call := range s.calls {
		calls[i] = copyOf(call)
	}
	return calls
}

// CallsTo returns what it was asked about one tool.
func (s *Script) CallsTo(tool string) []guard.Call {
	return slices.DeleteFunc(s.Calls(), func(c guard.Call) bool { return c.Tool != tool })
}

// copyOf shares nothing with the call but the values of its attributes.
func copyOf(call guard.Call) guard.Call {
	call.Input, call.Output, call.Schema = slices.Clone(call.Input), slices.Clone(call.Output), slices.Clone(call.Schema)
	call.Tools, call.History = slices.Clone(call.Tools), slices.Clone(call.History)
	call.Attributes = maps.Clone(call.Attributes)
	return call
}
