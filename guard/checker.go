package guard

import "context"

// Checker judges tool calls.
//
// Check returns a Result for every outcome, also where there was nobody to ask:
// such a Result says so in its Failure, and its Action is what the failure mode
// makes of it. An error always means that the call must not run. The Result of a
// Checker that blocks is no error: [Tool], [Check] and [CheckAll] make one of it.
//
// Check honours ctx, must not run the tool, and is safe for concurrent use. It
// neither keeps nor changes what call refers to. It makes no span: that is done
// once, by whoever asks.
type Checker interface {
	Check(ctx context.Context, call Call) (Result, error)
}

// CheckerFunc is a function that is a Checker.
type CheckerFunc func(ctx context.Context, call Call) (Result, error)

// Check calls f.
func (f CheckerFunc) Check(ctx context.Context, call Call) (Result, error) { return f(ctx, call) }

// Approver is what a Checker is besides if it can put a call before a person. A
// [Chain] hands it what another of its Checkers escalates.
//
// Approve returns once there is a decision, or once no more is to be waited for:
// with ActionAllow if the very arguments of call were approved, for this one run;
// with ActionEscalate if it is still pending and is not waited for; else with
// ActionBlock and a reason that tells a denial from an approval that did not come
// in time.
type Approver interface {
	Approve(ctx context.Context, call Call, verdict Result) (Result, error)
}
