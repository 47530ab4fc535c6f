package local

import (
	"cmp"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
)

// censored is text with everything masked that any rule holds for sensitive.
func (j *judgement) censored(text string) string {
	for _, secret := range j.secrets() {
		if strings.Contains(text, secret) {
			text = strings.ReplaceAll(text, secret, mask(secret))
		}
		text = censoredEnd(text, secret)
	}
	return text
}

// censoredEnd masks the beginning of a secret where text was cut within it.
func censoredEnd(text, secret string) string {
	kept, wasCut := strings.CutSuffix(text, "…")
	if !wasCut {
		return text
	}
	for n := min(len(secret)-1, len(kept)); n >= minCensored; n-- {
		if strings.HasSuffix(kept, secret[:n]) {
			return kept[:len(kept)-n] + mask(secret[:n]) + "…"
		}
	}
	return text
}

// holdsSecret says that something sensitive stands between start and end of text, if
// only with a part of it.
func (j *judgement) holdsSecret(text string, start, end int) bool {
	return slices.ContainsFunc(j.secrets(), func(secret string) bool {
		return strings.Contains(text[max(0, start-len(secret)+1):min(len(text), end+len(secret)-1)], secret)
	})
}

// secrets are what rules hold for sensitive, the longest first, each once.
func (j *judgement) secrets() []string {
	if j.gathered {
		return j.sensitive
	}
	j.gathered = true
	for i := range j.outcomes {
		for k := range j.outcomes[i].findings {
			if f := &j.outcomes[i].findings[k]; f.Sensitive && len(f.Match) >= minCensored {
				j.sensitive = append(j.sensitive, f.Match)
			}
		}
	}
	slices.SortFunc(j.sensitive, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	j.sensitive = slices.Compact(j.sensitive)
	return j.sensitive
}

// minCensored is the length from which on a match is looked for in what other
// rules say: shorter ones are in every sentence.
const minCensored = 6

// minCensoredName is the same for names, of which the path of an argument is made.
const minCensoredName = 12

// censor masks in what all rules say what one of them holds for sensitive.
func (j *judgement) censor(verdict *guard.Result) {
	if len(j.secrets()) == 0 {
		return
	}
	verdict.Reason = j.censored(verdict.Reason)
	for i := range j.results {
		r := &j.results[i]
		r.Reason = j.censored(r.Reason)
		for k := range r.Violations {
			j.censorViolation(&r.Violations[k])
		}
	}
	for i := range verdict.Modifications {
		m := &verdict.Modifications[i]
		m.Reason, m.Field = j.censored(m.Reason), j.censoredField(m.Field)
	}
}

func (j *judgement) censorViolation(v *guard.Violation) {
	v.Match, v.Reason, v.Field = j.censored(v.Match), j.censored(v.Reason), j.censoredField(v.Field)
}

// censoredField is a field with everything masked in it that is sensitive and too
// long to be a name by chance: members of an object may be named by anything.
func (j *judgement) censoredField(field string) string {
	for _, secret := range j.secrets() {
		if len(secret) >= minCensoredName && strings.Contains(field, secret) {
			field = strings.ReplaceAll(field, secret, mask(secret))
		}
	}
	return field
}
