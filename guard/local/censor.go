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
	}
	return text
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
			r.Violations[k].Match = j.censored(r.Violations[k].Match)
			r.Violations[k].Reason = j.censored(r.Violations[k].Reason)
		}
	}
}
