package local

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// Explanation says why a call is judged as it is.
type Explanation struct {
	Tool string `json:"tool"`
	// Verdict is what Check returns for the call, but for judges, which are not
	// asked, and for what rules remember of its conversation.
	Verdict guard.Result `json:"verdict"`
	// Arguments are the arguments as they were judged, those first that stand in
	// the call itself.
	Arguments []Argument `json:"arguments"`
	// Findings are what was found, the ones first that decided.
	Findings []Explained `json:"findings"`
}

// Argument is one argument as it was judged.
type Argument struct {
	Field string `json:"field"`
	// Via is the decodings through which it was reached, outermost first.
	Via []string `json:"via,omitempty"`
	// Kinds are what it was taken for: "shell", "path". None is not looked at.
	Kinds []string `json:"kinds"`
	// Language is that of a shell or of code, where it is known.
	Language string `json:"language,omitempty"`
	// Text is its first bytes, masked where something in it is sensitive.
	Text string `json:"text"`
	Size int    `json:"size"`
}

// Explained is one finding and what to do about it.
type Explained struct {
	guard.Violation

	Rule   string       `json:"rule"`
	RuleID string       `json:"rule_id"`
	Mode   guard.Mode   `json:"mode"`
	Action guard.Action `json:"action"`
	// Policy is where the rule stands, "file:line", where it came from a file.
	Policy string `json:"policy,omitempty"`
	// Text is the line that the finding is in, and From and To the bytes of it
	// in that line; both zero where it cannot be pointed at.
	Text string `json:"text,omitempty"`
	From int    `json:"from"`
	To   int    `json:"to"`
	// Remedy says what would pass, and Exception is the least that would let this
	// very call pass, as YAML to put under the rule.
	Remedy    string `json:"remedy"`
	Exception string `json:"exception"`
}

// Explain judges a call as Check does and says how it came to that: which rule
// found what, in which bytes, through which decoding, and what would pass. It asks
// no judge, and nothing that a rule remembers of a conversation is changed by it.
func (e *Engine) Explain(ctx context.Context, call guard.Call) (Explanation, error) {
	start := time.Now()
	if err := ctx.Err(); err != nil {
		return Explanation{}, fmt.Errorf("guard: explain %s: %w", call.Tool, err)
	}
	j := e.take(ctx, e.rules.Load(), call.In(ctx), start)
	defer e.put(j)
	j.quiet = true
	j.static()
	verdict := j.decide()
	if verdict.Action == guard.ActionModify {
		verdict = e.modified(j, verdict)
	}
	j.skipJudges("An explanation asks no judge.")
	x := Explanation{Tool: call.Tool, Arguments: j.arguments(), Findings: j.explained()}
	x.Verdict = j.finish(verdict)
	x.Verdict.Latency = time.Since(start)
	return x, nil
}

// arguments are the first ones as they were judged.
func (j *judgement) arguments() []Argument {
	const most = 64
	all := make([]Argument, 0, min(most, len(j.set.Args)))
	for i := range j.set.Args[:min(most, len(j.set.Args))] {
		arg := &j.set.Args[i]
		all = append(all, Argument{
			Field: j.censoredField(arg.Field), Via: slices.Clone(arg.Via), Kinds: args.KindNames(arg.Kinds), Language: arg.Lang,
			Text: cut(j.censored(arg.Text[:min(len(arg.Text), maxReason)]), maxReason/2), Size: len(arg.Text),
		})
	}
	return all
}

// explained is what was found, the strictest first.
func (j *judgement) explained() []Explained {
	var all []Explained
	for i := range j.outcomes {
		o := &j.outcomes[i]
		for k := range o.findings[:min(len(o.findings), maxViolations)] {
			all = append(all, j.explain(o, &o.findings[k]))
		}
	}
	slices.SortStableFunc(all, func(a, b Explained) int { return rank(b) - rank(a) })
	return all
}

// rank orders findings: those that are enforced first, by the weight of their
// action.
func rank(x Explained) int {
	if x.Mode == guard.ModeAudit {
		return 0
	}
	switch x.Action {
	case guard.ActionModify:
		return 1
	case guard.ActionEscalate:
		return 2
	default:
		return 3
	}
}

func (j *judgement) explain(o *outcome, f *detect.Finding) Explained {
	shown := *f
	shown.Field = j.censoredField(f.Field)
	x := Explained{
		Violation: j.violation(f), Rule: o.rule.name, RuleID: o.rule.ID, Mode: j.results[o.result].Mode, Action: o.rule.Action,
		Remedy: remedy(f), Exception: exceptionFor(&j.call.Call, o.rule, &shown),
	}
	j.censorViolation(&x.Violation)
	if o.rule.At.File != "" {
		x.Policy = fmt.Sprintf("%s:%d", o.rule.At.File, o.rule.At.Line)
	}
	if at := j.argOf(f); at >= 0 && !f.Sensitive {
		x.Text, x.From, x.To = j.line(j.set.Args[at].Text, f)
	}
	return x
}

// line is the line of text that the finding begins in, cut around it.
func (j *judgement) line(text string, f *detect.Finding) (line string, from, to int) {
	const most = 120
	if f.Start < 0 || f.End > len(text) || f.Start >= f.End || text[f.Start:f.End] != f.Match {
		return "", 0, 0
	}
	start, end := f.Start, f.Start
	for start > 0 && text[start-1] != '\n' && f.Start-start < most/2 {
		start--
	}
	for end < len(text) && text[end] != '\n' && end-start < most {
		end++
	}
	if j.holdsSecret(text, start, end) {
		return "", 0, 0
	}
	line = text[start:end]
	return line, f.Start - start, min(f.End, end) - start
}
