package guard

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A verdict is decoded so that nothing odd in it makes a block an allow:
//
//   - each member is read by itself, in any case of letters; one of the wrong type
//     is left out and spoils nothing else
//   - of several actions the strictest counts, those of the rules included: an
//     answer that contradicts itself is taken at its harshest word. A rule's word
//     counts unless its action is audit, or is escalate where that was approved
//   - an action that is there but is none of the four, null included, blocks
//   - a modify without exactly one object to run with blocks; of an output, without
//     exactly one JSON value
//   - an answer that is no whole JSON object, that names another decision, or that
//     says of itself that there was no decision, allows nothing by itself. But if it
//     says anything stricter than allow, it blocks
//
// What is left is for the failure mode: an answer without an action, or such a one
// that says nothing but allow.

// verdict is an answer, read as far as it goes.
type verdict struct {
	Result

	said        Action      // the strictest of what was said; allow where nothing was
	byRules     Action      // likewise, of what the rules said
	found       bool        // an action was said, by the verdict itself
	unavailable bool        // it says that there was no decision
	failure     FailureKind // why there was none, as it says
	mode        FailureMode // as it says
	inputs      int         // how often modified_input was there
}

// readVerdict reads what is to be read of an answer's body.
func readVerdict(body []byte) verdict {
	v := verdict{said: ActionAllow, byRules: ActionAllow}
	eachMember(body, v.read)
	if v.byRules != ActionEscalate || v.Approval != ApprovalGranted {
		v.say(v.byRules)
	}
	v.unavailable = v.unavailable || v.failure != "" && v.failure != FailureRule
	return v
}

// UnmarshalJSON reads a result as [Client] reads the backend's answer: see there
// what an odd one means. One without an action blocks. What a modify puts in place
// may be any JSON value, since it may be an output; [Tool], [Check] and [Chain] run no
// arguments that are no object.
func (r *Result) UnmarshalJSON(data []byte) error {
	v := readVerdict(data)
	if !v.found && v.said == ActionAllow {
		v.undecided(FailureMalformedResponse, FailClosed, "the verdict has no action")
	} else {
		v.decided(PhaseOutput)
	}
	*r = v.Result
	return nil
}

// decodeVerdict is what an answer to the question of that id and phase means. An
// answer that does not decide, decides as mode says; uuid.Nil stands for any question.
func decodeVerdict(body []byte, id uuid.UUID, phase Phase, mode FailureMode) Result {
	v := readVerdict(body)
	switch {
	case !wellFormed(body):
		v.undecided(FailureMalformedResponse, mode, "the backend's answer is no whole verdict")
	case id != uuid.Nil && v.DecisionID != uuid.Nil && v.DecisionID != id:
		v.undecided(FailureMalformedResponse, mode, "the backend's answer is to another question")
	case v.unavailable:
		v.undecided(v.failure, mode, "the backend could not decide")
	case !v.found && v.said == ActionAllow:
		v.undecided(FailureMalformedResponse, mode, "the backend's answer has no action")
	default:
		v.decided(phase)
	}
	return v.Result
}

// undecided makes of a verdict that is none what the failure mode says, or a block
// if it said anything but allow.
func (v *verdict) undecided(kind FailureKind, mode FailureMode, why string) {
	said := v.said
	failed := unavailableResult(kind, mode, joinReason(why, v.Reason))
	v.Action, v.Reason, v.Failure, v.FailureMode = failed.Action, failed.Reason, failed.Failure, failed.FailureMode
	v.Input, v.Modifications = nil, nil
	if said != ActionAllow && v.Action != ActionBlock {
		v.Action, v.FailureMode, v.Reason = ActionBlock, FailClosed, why+", but speaks of "+said.String()
	}
}

func (v *verdict) decided(phase Phase) {
	v.Action, v.Failure = v.said, v.failure
	if v.failure != "" {
		v.FailureMode = FailClosed
		if v.mode == FailOpen {
			v.FailureMode = FailOpen
		}
	}
	if v.Action != ActionModify {
		v.Input = nil
		return
	}
	if v.inputs != 1 || !canStandIn(phase, v.Input) {
		v.Action, v.Input = ActionBlock, nil
		v.Reason = joinReason("the call was to be changed, but it was not said into what", v.Reason)
	}
}

// read reads one member, whose name is in lower case.
func (v *verdict) read(name string, raw json.RawMessage) {
	switch name {
	case "action":
		if len(raw) > 0 { // else it broke off before a word was said
			v.found = true
			v.say(actionOf(raw))
		}
	case "results":
		v.readRules(raw)
	case "modified_input":
		if string(raw) != "null" {
			v.inputs++
			v.Input = raw
		}
	case "modifications":
		v.readModifications(raw)
	case "severity":
		v.Severity = max(v.Severity, severityOf(raw))
	case "decision_available":
		available := textOf(raw)
		v.unavailable = v.unavailable || available != "" && !strings.EqualFold(available, "true")
	case "evaluation_status":
		v.unavailable = v.unavailable || strings.EqualFold(textOf(raw), unavailable)
	case "retryable":
		v.Retryable = readAs[bool](raw)
	case "latency_ms":
		v.Latency = durationOf(raw)
	case "decision_id":
		v.DecisionID = idOf(raw)
	default:
		v.readText(name, raw)
	}
}

func (v *verdict) readText(name string, raw json.RawMessage) {
	switch name {
	case "reason":
		v.Reason = cutText(textOf(raw), maxReason)
	case "rule_name":
		v.Rule = nameOf(raw)
	case "escalation_id":
		v.EscalationID = nameOf(raw)
	case "policy_version":
		v.PolicyVersion = nameOf(raw)
	case "digest":
		v.Digest = nameOf(raw)
	case "decision_source":
		v.Source = nameOf(raw)
	case "approval":
		v.Approval = Approval(nameOf(raw))
	case "failure_kind":
		v.failure = FailureKind(nameOf(raw))
	case "failure_mode":
		v.mode = FailureMode(nameOf(raw))
	}
}

func (v *verdict) say(a Action) { v.said = v.said.Stricter(a) }

// What is kept of a verdict; what is beyond that is read all the same.
const (
	maxReason        = 2 << 10 // bytes
	maxName          = 256     // likewise
	maxRules         = 500
	maxViolations    = 100 // of each rule
	maxModifications = 500
)

func (v *verdict) readRules(raw json.RawMessage) {
	eachElement(raw, func(element json.RawMessage) {
		rule, counts := readRule(element)
		if counts {
			v.byRules = v.byRules.Stricter(rule.Action)
		}
		if (counts || rule.Name != "" || rule.ID != "") && len(v.Rules) < maxRules {
			v.Rules = append(v.Rules, rule)
		}
	})
}

func (v *verdict) readModifications(raw json.RawMessage) {
	eachElement(raw, func(element json.RawMessage) {
		if isObject(element) && len(v.Modifications) < maxModifications {
			v.Modifications = append(v.Modifications, readAs[Modification](element))
		}
	})
}

// actionOf reads an action; what is none blocks.
func actionOf(raw json.RawMessage) (a Action) {
	if a.UnmarshalText([]byte(stringOf(raw))) != nil {
		return ActionBlock
	}
	return a
}

func severityOf(raw json.RawMessage) (s Severity) {
	_ = s.UnmarshalText([]byte(stringOf(raw))) //nolint:errcheck // one that is none is unknown
	return s
}

// stringOf is a JSON string's text, and empty for anything else.
func stringOf(raw json.RawMessage) string { return readAs[string](raw) }

// textOf is a JSON string's text, none of null, and any other value as it is
// written.
func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil { // null leaves it empty
		text = string(raw)
	}
	return text
}

func nameOf(raw json.RawMessage) string { return cutText(textOf(raw), maxName) }

func idOf(raw json.RawMessage) uuid.UUID {
	id, err := uuid.Parse(stringOf(raw))
	if err != nil {
		return uuid.Nil
	}
	return id
}

// durationOf reads milliseconds; what is none, or below zero, is zero.
func durationOf(raw json.RawMessage) time.Duration {
	ms := min(max(readAs[float64](raw), 0), float64(time.Hour/time.Millisecond))
	return time.Duration(ms * float64(time.Millisecond))
}

// readAs reads a value, and is zero where raw is of another type.
func readAs[T any](raw json.RawMessage) T {
	var value, zero T
	if json.Unmarshal(raw, &value) != nil {
		return zero
	}
	return value
}

func isObject(raw json.RawMessage) bool {
	raw = trimSpace(raw)
	return len(raw) > 0 && raw[0] == '{' && json.Valid(raw)
}

func joinReason(what, detail string) string {
	if detail == "" {
		return what
	}
	return what + ": " + detail
}

// cutText returns valid UTF-8 of at most limit bytes.
func cutText(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit]
	}
	return strings.ToValidUTF8(text, "")
}
