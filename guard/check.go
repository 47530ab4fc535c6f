package guard

import "context"

// Check asks checker about a call that is run elsewhere, and leaves a span to show
// for it: guard:blocked, guard:modified, guard:would-block, guard:unavailable or
// guard:allowed, and behind a colon the tool's name. It is a child of ctx's span; a
// context that knows no Tracer gets none. Its status is ok, also of a block, unless
// there was no verdict.
//
// The error is nil only if the call may run: as it is, or, where the Result's
// Action is ActionModify, with the Result's Input. In [PhaseOutput] it says the same
// of the output, and whether the model may see it. Else it is a [*BlockedError]. The
// Result is there in any case.
func Check(ctx context.Context, checker Checker, call Call) (Result, error) {
	j := judge(ctx, checker, call)
	leaveSpan(ctx, j)
	return j.result, blocked(j)
}
