// Package guard judges tool calls before they run.
//
// A [Checker] judges a [Call] and answers with a [Result]: allow, block, modify
// or escalate. The engine in guard/local is a Checker that decides in process;
// [Client] is one that asks the backend; [Chain] puts one behind the other.
//
// [Tool] puts a Checker in front of a tool's function, which is all that most
// programs need. [Check] and [CheckAll] judge calls that are run elsewhere. Each of
// the three leaves a span on the caller's trace to show for it.
package guard
