package guard

import (
	"encoding/json"
	"strings"
)

// readRule reads one of a verdict's results, and says whether what it asks for
// counts: not where it found nothing, and not where it only observes.
func readRule(raw json.RawMessage) (rule RuleResult, counts bool) {
	r := ruleReader{rule: RuleResult{Mode: ModeEnforce, Action: ActionAllow}, status: evaluated}
	eachMember(raw, r.read)
	return r.result()
}

// UnmarshalJSON reads a rule's result as it stands among the results of a verdict.
// What is odd in it makes it no milder.
func (r *RuleResult) UnmarshalJSON(data []byte) error {
	*r, _ = readRule(data)
	return nil
}

type ruleReader struct {
	rule    RuleResult
	status  string // evaluation_status
	audited bool   // an action is audit
	asked   Action // what an audited rule would ask for
}

func (r *ruleReader) read(name string, raw json.RawMessage) {
	switch name {
	case "rule_id":
		r.rule.ID = nameOf(raw)
	case "rule_name":
		r.rule.Name = nameOf(raw)
	case "action":
		r.readAction(raw)
	case "audit_action":
		r.asked = actionOf(raw)
	case "reason":
		r.rule.Reason = cutText(textOf(raw), maxReason)
	case "severity":
		r.rule.Severity = max(r.rule.Severity, severityOf(raw))
	case "score":
		r.rule.Score = readAs[*float64](raw)
	case "latency_ms":
		r.rule.Latency = durationOf(raw)
	case "violations":
		r.readViolations(raw)
	case "evaluation_status":
		r.status = strings.ToLower(textOf(raw))
	case "status":
		r.rule.Status = Status(nameOf(raw))
	}
}

func (r *ruleReader) readAction(raw json.RawMessage) {
	if strings.EqualFold(stringOf(raw), auditAction) {
		r.audited = true
		return
	}
	r.rule.Action = r.rule.Action.Stricter(actionOf(raw))
}

func (r *ruleReader) readViolations(raw json.RawMessage) {
	eachElement(raw, func(element json.RawMessage) {
		if isObject(element) && len(r.rule.Violations) < maxViolations {
			r.rule.Violations = append(r.rule.Violations, readAs[Violation](element))
		}
	})
}

// result settles what the members say together.
func (r *ruleReader) result() (rule RuleResult, counts bool) {
	counts = r.rule.Action != ActionAllow
	switch {
	case counts:
		r.rule.Status = StatusFailed
	case r.audited:
		r.rule.Status, r.rule.Mode, r.rule.Action = StatusFailed, ModeAudit, r.asked
	case r.status == notApplicable || r.status == abstained:
		r.rule.Status = StatusSkipped
	case r.rule.Status == StatusTimeout || r.rule.Status == StatusError:
	case r.status == unavailable:
		r.rule.Status = StatusError
	default:
		r.rule.Status = StatusPassed
	}
	return r.rule, counts
}
