package guard

import (
	"context"
	"time"

	"github.com/staso-go/staso/internal/panics"
)

// Chain puts one Checker behind the other: the local engine first, then the
// backend. The strictest verdict counts, so that the chain is never less strict than
// any of its Checkers; a block ends it. An empty Chain blocks. A Chain within a Chain
// is as if its Checkers stood there themselves.
//
// What one Checker changes is what the next one judges: other arguments or, in
// [PhaseOutput], another output. Then those before it judge it again, until all agree
// on the same; Checkers that do not come to an end block the call.
//
// A call that is escalated is put before a person once all have judged it: one
// person, once, with the reasons of all, about the arguments that it would run with,
// by the first of the Checkers that is an [Approver]. Without one it remains
// escalated. A Checker of your own may have asked a person itself: if its Result says
// so, by its EscalationID, the call remains as it left it; and if it was granted, the
// grant holds for the whole chain where the Result's Digest is that of the arguments
// in the end.
//
// The first Checker decides under the DecisionID of the call. Each other one, and
// each that is asked again, decides under one of its own, which is made of that of
// the call: whoever keeps decisions keeps each of them, and who asks again under the
// same id asks all of them the same. The Result has the id of the decision that
// counts.
//
// Where one of the Checkers has no verdict, its failure mode decides for it alone,
// and the Result says so in its Failure.
func Chain(checkers ...Checker) Checker {
	c := &chain{}
	for _, checker := range checkers {
		if inner, ok := checker.(*chain); ok && inner != nil && len(inner.checkers) > 0 {
			c.checkers = append(c.checkers, inner.checkers...)
			continue
		}
		c.checkers = append(c.checkers, checker)
	}
	return c
}

type chain struct{ checkers []Checker }

func (c *chain) Check(ctx context.Context, call Call) (Result, error) {
	return c.check(ctx, call, false)
}

// check leaves it to the asker, where that is wanted, to put before a person what is
// escalated.
func (c *chain) check(ctx context.Context, call Call, deferred bool) (Result, error) {
	if len(c.checkers) == 0 {
		return checkerFailed("there is no guard: the Chain is empty"), nil
	}
	ctx, depth := deeper(ctx)
	call = named(call.In(ctx))
	run := chainRun{
		asked: call, call: call, checkers: c.checkers, depth: depth, started: time.Now(),
		merged: Result{Action: ActionAllow, DecisionID: call.DecisionID},
	}
	err := run.ask(ctx)
	if err == nil {
		run.grant()
	}
	if err == nil && run.merged.Action == ActionEscalate && !deferred {
		err = run.approve(ctx)
	}
	return run.result(), err
}

// chainDepth is the key of how many chains a question has come through already.
type chainDepth struct{}

func deeper(ctx context.Context) (context.Context, int) {
	depth, _ := ctx.Value(chainDepth{}).(int)
	return context.WithValue(ctx, chainDepth{}, depth+1), depth
}

// askDeferred is ask for Checkers that put a call before a person: those that we know
// leave it to the asker. Their types are what counts, and not a method: a Checker that
// embeds one of them has a Check of its own.
func askDeferred(ctx context.Context, checker Checker, call Call) (Result, error) {
	switch c := checker.(type) {
	case *Client:
		checker = CheckerFunc(func(ctx context.Context, call Call) (Result, error) { return c.check(ctx, call, true) })
	case *Reporter:
		checker = CheckerFunc(func(ctx context.Context, call Call) (Result, error) { return c.check(ctx, call, askDeferred) })
	case *chain:
		checker = CheckerFunc(func(ctx context.Context, call Call) (Result, error) { return c.check(ctx, call, true) })
	}
	return ask(ctx, checker, call)
}

// approveSafely is approver.Approve for an Approver that may break its contract.
func approveSafely(ctx context.Context, approver Approver, call Call, verdict Result) (result Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = notApproved(verdict, ApprovalFailed, "the guard panicked: "+panics.Text(r)), nil
		}
	}()
	result, err = approver.Approve(ctx, call, verdict)
	if err = panics.Safe(err); err != nil {
		return withError(result, err), err
	}
	return result, nil
}

// approverIn is the first Approver among the checkers, in chains within the chain
// too.
func approverIn(checkers []Checker) Approver {
	for _, checker := range checkers {
		switch c := checker.(type) {
		case *chain:
			if approver := approverIn(c.checkers); approver != nil {
				return approver
			}
		case *Reporter:
			if approver := approverIn([]Checker{c.checker}); approver != nil {
				return approver
			}
		case Approver:
			return c
		}
	}
	return nil
}

// clientIn is the Client that checker is, or that is behind it, or nil.
func clientIn(checker Checker) *Client {
	switch c := checker.(type) {
	case *Client:
		return c
	case *Reporter:
		return clientIn(c.checker)
	}
	return nil
}
