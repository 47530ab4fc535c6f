package local

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// modified puts masks in the place of what the rules that modify found, and judges
// what came of it again. It blocks where that cannot be done, and where the result
// is no better.
func (e *Engine) modified(j *judgement, verdict guard.Result) guard.Result {
	input, changes, ok := j.masked()
	if !ok {
		return blockInstead(verdict, "What was found cannot be taken out of the arguments: ")
	}
	call := j.call.Call
	if call.Phase == guard.PhaseOutput {
		call.Output = input
	} else {
		call.Input = input
	}
	again := e.take(j.ctx, j.rules, call, j.call.Now)
	defer e.put(again)
	again.quiet = true
	again.static()
	second := again.decide()
	switch second.Action {
	case guard.ActionAllow:
		verdict.Input, verdict.Modifications = input, changes
		return verdict
	case guard.ActionModify:
		return blockInstead(verdict, "What was found is still there after masking: ")
	default:
		second.Reason = "Masked as another rule wants it, the call is still stopped: " + second.Reason
		j.results = append(j.results, failedOf(again)...)
		return second
	}
}

func blockInstead(verdict guard.Result, why string) guard.Result {
	verdict.Action, verdict.Reason = guard.ActionBlock, why+verdict.Reason
	return verdict
}

// failedOf is what the rules said that stopped the modified call.
func failedOf(j *judgement) []guard.RuleResult {
	var failed []guard.RuleResult
	for i := range j.results {
		if j.results[i].Status == guard.StatusFailed && j.results[i].Mode == guard.ModeEnforce {
			failed = append(failed, j.results[i])
		}
	}
	return failed
}

// masked is the arguments with masks in place, and what was changed.
func (j *judgement) masked() (json.RawMessage, []guard.Modification, bool) {
	var edits []args.Edit
	var changes []guard.Modification
	for i := range j.outcomes {
		o := &j.outcomes[i]
		if !o.enforced || o.action != guard.ActionModify {
			continue
		}
		for k := range o.findings {
			f := &o.findings[k]
			edit, ok := j.edit(f)
			if !ok {
				return nil, nil, false
			}
			edits = append(edits, edit)
			changes = append(changes, guard.Modification{Field: f.Field, Reason: j.results[o.result].Reason})
		}
	}
	input := j.call.Input
	if j.call.Phase == guard.PhaseOutput {
		input = j.call.Output
	}
	out, ok := j.set.Splice(input, edits)
	if ok && j.call.Phase == guard.PhaseInput && firstByte(out) != '{' {
		out = append(append([]byte(`{"input":`), out...), '}')
	}
	return out, distinct(changes), ok
}

// edit is how a finding is masked: in the argument of the call itself that it
// stands in, where it can be pointed at there.
func (j *judgement) edit(f *detect.Finding) (args.Edit, bool) {
	at := j.argOf(f)
	if at < 0 || f.Mask == "" || f.Match == "" || j.call.Phase == guard.PhaseTrace {
		return args.Edit{}, false
	}
	arg := &j.set.Args[at]
	exact := !arg.Derived && f.Start >= 0 && f.End <= len(arg.Text) && f.Start < f.End && arg.Text[f.Start:f.End] == f.Match
	edit := args.Edit{Arg: j.set.Root(at), Mask: f.Mask}
	if exact {
		edit.Start, edit.End = f.Start, f.End
		return edit, true
	}
	edit.Start, edit.End = j.set.Locate(edit.Arg, f.Match)
	return edit, edit.Start >= 0
}

// distinct is the changes, those of one argument for one reason once.
func distinct(changes []guard.Modification) []guard.Modification {
	slices.SortStableFunc(changes, func(a, b guard.Modification) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(changes)
}

// firstByte is the first that is no white space; the arguments are not empty.
func firstByte(text []byte) byte { return bytes.TrimLeft(text, " \t\r\n")[0] }
