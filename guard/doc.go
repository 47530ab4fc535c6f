// Package guard judges tool calls before they run.
//
// A [Checker] judges a [Call] and answers with a [Result]: allow, block, modify
// or escalate. The engine in guard/local is a Checker that decides in process;
// [Client] is one that asks the backend; [Chain] puts one behind the other.
//
// [Tool] puts a Checker in front of a tool's function, which is all that most
// programs need; [ContextWithHistory] tells it the conversation so far, for the rules
// that compare a call with what was said before. [Check] and [CheckAll] judge calls that are run elsewhere. Each of
// the three leaves a span on the caller's trace to show for it.
//
// What is not said to be allowed does not run: the zero Action blocks, an error
// blocks, and so do a nil Checker, one that panics, and a verdict that cannot be
// understood. Only where the backend gives no verdict may a call run unjudged, and
// [WithFailClosed] ends that too.
//
// Where a verdict is to escalate, a person decides. The Client puts the call before
// them and, with [WithWaitForEscalation], waits. What they approve is bound to the
// [Digest] of the exact arguments, and is good for one run.
//
// A [Reporter] tells the backend what a local engine decided. Package guardtest has
// a scripted Checker for tests, and a suite for Checkers of your own. docs/guard.md
// of the repository teaches all of it from the first rule on.
package guard
