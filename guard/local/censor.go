package local

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// censored is text with everything masked that any rule holds for sensitive.
func (j *judgement) censored(text string) string {
	for i := range j.outcomes {
		for k := range j.outcomes[i].findings {
			f := &j.outcomes[i].findings[k]
			if f.Sensitive && len(f.Match) >= minCensored && strings.Contains(text, f.Match) {
				text = strings.ReplaceAll(text, f.Match, mask(f.Match))
			}
		}
	}
	return text
}

// minCensored is the length from which on a match is looked for in what other
// rules say: shorter ones are in every sentence.
const minCensored = 6

// censor masks in what all rules say what one of them holds for sensitive.
func (j *judgement) censor(verdict *guard.Result) {
	if !j.sensitive() {
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

func (j *judgement) sensitive() bool {
	for i := range j.outcomes {
		for k := range j.outcomes[i].findings {
			if j.outcomes[i].findings[k].Sensitive {
				return true
			}
		}
	}
	return false
}
