// Package guardtest helps to test code that is guarded, and checkers themselves.
//
// A [Script] is a [guard.Checker] that says what a test wants it to say, and keeps
// what it was asked:
//
//	checker := guardtest.Block("refund", "over the limit")
//	s := NewSupport(tracer, checker)
//
// [Run] checks that a Checker keeps its contract. Every Checker of this library
// passes it; yours should too:
//
//	func TestConformance(t *testing.T) {
//		guardtest.Run(t, guardtest.Harness{
//			New: func(guardtest.TestingT) guard.Checker { return mychecker.New() },
//		})
//	}
//
// A failure tells the problem, then the rule. Run it with -race: several rules are
// about memory that is shared. Nothing in the package imports testing.
package guardtest
