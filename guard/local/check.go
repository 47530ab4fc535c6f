package local

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/guard"
)

// Check judges a call. It needs no network and, but for judges, no more than 50 ms
// whatever the call: a call that would take more is blocked, and says so. An error
// is only returned where ctx had ended before.
//
// In [guard.PhaseOutput], Result.Input is what takes the place of what the tool
// returned.
//
// Arguments of more than 1 MiB, of more than 128 levels and of more than 16384
// values are blocked, as are those that parsers read differently. What a tool
// returned may be larger: then its first and last part are judged, and the rule
// "arguments" says so with the status error.
func (e *Engine) Check(ctx context.Context, call guard.Call) (guard.Result, error) {
	start := time.Now()
	if err := ctx.Err(); err != nil {
		return guard.Result{Reason: "The call was not judged: " + err.Error() + "."}, fmt.Errorf("guard: judge %s: %w", call.Tool, err)
	}
	result := e.checkSafely(ctx, call.In(ctx), start)
	result.Latency = time.Since(start)
	return result, nil
}

// checkSafely blocks a call on which the engine itself fails: a server that dies of
// it, or has no answer, might let it run.
func (e *Engine) checkSafely(ctx context.Context, call guard.Call, now time.Time) (result guard.Result) {
	defer func() {
		if reason := recover(); reason != nil {
			e.logPanic("", call.Tool, reason)
			result = identified(guard.Result{
				Severity: guard.SeverityHigh, Failure: guard.FailureChecker, FailureMode: guard.FailClosed,
				Reason: "The call could not be judged: the guard failed on it.",
			}, &call)
		}
	}()
	return e.check(ctx, call, now)
}

func (e *Engine) check(ctx context.Context, call guard.Call, now time.Time) guard.Result {
	rules := e.rules.Load()
	j := e.take(ctx, rules, call, now)
	defer e.put(j)
	j.static()
	verdict := j.decide()
	if verdict.Action == guard.ActionModify {
		verdict = e.modified(j, verdict)
	}
	if verdict.Action != guard.ActionBlock {
		verdict = j.askJudges(verdict)
	} else {
		j.skipJudges("The call is blocked already.")
	}
	return j.finish(verdict)
}

// finish fills in what every verdict says.
func (j *judgement) finish(r guard.Result) guard.Result {
	j.censor(&r)
	r.Rules = j.results
	j.results = nil // the caller's now
	r.PolicyVersion = j.rules.version
	return identified(r, &j.call.Call)
}

// identified says of a verdict which call it is about.
func identified(r guard.Result, call *guard.Call) guard.Result {
	r.Digest = guard.Digest(call.Tool, call.Input)
	r.DecisionID, r.Source = call.DecisionID, cmp.Or(call.Source, "manual")
	if r.DecisionID == uuid.Nil {
		r.DecisionID = uuid.New()
	}
	return r
}
