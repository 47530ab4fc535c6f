package local

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// What of a finding is shown.
const (
	maxMatch      = 80 // bytes
	maxViolations = 32
	maxReason     = 400
)

// describe writes what a rule found into its result.
func (j *judgement) describe(result *guard.RuleResult, r *rule, findings []detect.Finding) {
	worst := 0
	for i := range findings {
		if findings[i].Severity > findings[worst].Severity {
			worst = i
		}
	}
	result.Status, result.Action, result.Severity = guard.StatusFailed, r.Action, r.Severity
	if result.Severity == guard.SeverityUnknown {
		result.Severity = findings[worst].Severity
	}
	result.Reason = r.Reason
	if result.Reason == "" {
		result.Reason = reasonOf(&findings[worst])
	}
	result.Violations = make([]guard.Violation, 0, min(len(findings), maxViolations))
	for i := range findings[:min(len(findings), maxViolations)] {
		result.Violations = append(result.Violations, j.violation(&findings[i]))
	}
}

func (j *judgement) violation(f *detect.Finding) guard.Violation {
	return guard.Violation{
		Code: f.Code, Field: f.Field, Via: append([]string(nil), f.Via...), Start: f.Start, End: f.End,
		Match: shownMatch(f), Reason: reasonOf(f),
	}
}

// shownMatch is a copy of what was found, masked where it is sensitive, and cut.
func shownMatch(f *detect.Finding) string {
	match := f.Match
	if f.Sensitive {
		match = mask(match[:min(len(match), 4*maxMatch)])
	}
	return strings.Clone(cut(match, maxMatch))
}

// mask keeps the shape and the ends of what is sensitive.
func mask(text string) string { return scan.Mask(text, 2, 2) }

// reasonOf is a finding's reason as a sentence, without the match where that is
// sensitive.
func reasonOf(f *detect.Finding) string {
	reason := f.Reason
	if f.Sensitive && f.Match != "" {
		reason = strings.ReplaceAll(reason, f.Match, mask(f.Match))
	}
	return sentence(reason)
}

// sentence begins text with a capital and ends it with a full stop.
func sentence(text string) string {
	text = cut(strings.TrimSpace(text), maxReason)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "…") {
		text += "."
	}
	if unicode.IsLower(first) {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	return text
}

// cut shortens text to a number of bytes, at a character's end.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	limit -= len("…")
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}
