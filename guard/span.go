package guard

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/staso-go/staso"
)

// tracerIn is the Tracer of ctx's span, else the one that ctx carries, else nil.
func tracerIn(ctx context.Context) *staso.Tracer {
	if span := staso.SpanFromContext(ctx); span != nil {
		ctx = staso.ContextWithSpan(ctx, span) // of two Tracers, that of the span
	}
	return staso.TracerFromContext(ctx)
}

// leaveSpan leaves the span that shows a judgement, below ctx's span.
func leaveSpan(ctx context.Context, j judgement, opts ...staso.SpanOption) {
	tracer := tracerIn(ctx)
	if tracer == nil {
		return
	}
	name := "guard:" + outcome(j.result) + ":" + j.call.Tool
	opts = append(slices.Clip(opts), staso.WithKind(staso.KindTool), staso.WithStartTime(j.started))
	_, span := tracer.Start(ctx, name, opts...)
	defer span.EndAt(j.ended)
	result := j.result
	if !span.Captures(staso.FieldInput) {
		result = withoutContent(result)
	}
	span.SetInput(inputObject(j.call.Input))
	span.SetOutput(result)
	span.SetMetadata(staso.KeyToolName, j.call.Tool)
	for _, entry := range metadata(result) {
		span.SetMetadata(entry.key, entry.value)
	}
	if outcome(result) == unavailable {
		// The guard's own work failed. A block is its work done; what fails by it is
		// the tool.
		span.SetStatus(staso.StatusError, result.Reason)
	}
}

// outcome is the second part of a guard span's name.
func outcome(r Result) string {
	switch {
	case !r.Allowed() && noVerdict(r) && len(r.Triggered()) == 0:
		return unavailable
	case !r.Allowed():
		return "blocked"
	case r.Action == ActionModify:
		return "modified"
	case r.Degraded():
		return unavailable
	case len(r.WouldBlock()) > 0:
		return "would-block"
	}
	return "allowed"
}

// noVerdict says that nobody judged, and that this is nobody's verdict either.
func noVerdict(r Result) bool {
	switch r.Failure {
	case "", FailureRule, FailureCallRefused:
		return false
	}
	return r.Approval == ""
}

// notable says that an allow is worth a span: something was found, something
// failed, or a person was asked.
func notable(r Result) bool { return outcome(r) != "allowed" || r.Approval != "" }

type metadataEntry struct {
	key   string
	value any
}

// metadata is what a guard's span says besides input and output.
func metadata(r Result) []metadataEntry {
	v := r.wire()
	mode := ModeEnforce
	if len(r.Triggered()) == 0 && len(r.WouldBlock()) > 0 {
		mode = ModeAudit
	}
	entries := []metadataEntry{
		{staso.KeyGuardAction, r.Action.String()},
		{staso.KeyGuardReason, r.Reason},
		{staso.KeyGuardSeverity, r.Severity.String()},
		{staso.KeyGuardLatencyMS, v.LatencyMS},
		{staso.KeyGuardMode, string(mode)},
		{staso.KeyGuardPolicyVersion, r.PolicyVersion},
		{staso.KeyGuardDigest, r.Digest},
		{staso.KeyGuardDecisionSource, r.Source},
		{staso.KeyGuardDecisionAvailable, v.Available},
		{staso.KeyGuardEvaluationStatus, v.Status},
		{staso.KeyGuardEscalationID, r.EscalationID},
		{staso.KeyGuardApproval, string(r.Approval)},
		{staso.KeyGuardFailureKind, string(r.Failure)},
		{staso.KeyGuardFailureMode, string(r.FailureMode)},
	}
	kept := entries[:0]
	for _, entry := range entries {
		if entry.value != "" {
			kept = append(kept, entry)
		}
	}
	return append(kept, moreMetadata(r)...)
}

func moreMetadata(r Result) (entries []metadataEntry) {
	if r.DecisionID != uuid.Nil {
		entries = append(entries, metadataEntry{staso.KeyGuardDecisionID, r.DecisionID.String()})
	}
	if r.Failure != "" {
		entries = append(entries, metadataEntry{staso.KeyGuardRetryable, r.Retryable})
	}
	if rules := r.Triggered(); len(rules) > 0 {
		entries = append(entries, metadataEntry{staso.KeyGuardRules, rules})
	}
	if rules := r.WouldBlock(); len(rules) > 0 {
		entries = append(entries, metadataEntry{staso.KeyGuardWouldBlock, rules})
	}
	if len(r.Rules) > 0 {
		entries = append(entries, metadataEntry{staso.KeyGuardEvaluations, evaluations(r.Rules)})
	}
	return entries
}

// evaluations counts the rules by how far they came.
func evaluations(rules []RuleResult) map[Status]int {
	counts := map[Status]int{}
	for _, rule := range rules {
		counts[rule.Status]++
	}
	return counts
}

// withoutContent leaves out of a Result what may quote the arguments, for where
// these are suppressed.
func withoutContent(r Result) Result {
	r.Reason, r.Digest, r.Input, r.Modifications = "", "", nil, nil
	rules := make([]RuleResult, len(r.Rules))
	for i, rule := range r.Rules {
		rule.Reason = ""
		violations := make([]Violation, len(rule.Violations))
		for k, v := range rule.Violations {
			violations[k] = Violation{Code: v.Code, Field: v.Field, Via: v.Via, Start: v.Start, End: v.End}
		}
		rule.Violations = violations
		rules[i] = rule
	}
	r.Rules = rules
	return r
}
