package guardtest

import (
	"context"

	"github.com/staso-go/staso/guard"
)

// TestingT is what the suite needs of a *testing.T.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
}

// T is a TestingT that has subtests: a *testing.T.
type T[Self any] interface {
	TestingT
	Run(name string, check func(Self)) bool
}

// Harness is what a Checker tells the suite of itself. Only New is needed; what
// else is there makes the suite stricter.
type Harness struct {
	// New returns a Checker. Each check asks for its own.
	New func(t TestingT) guard.Checker

	// Allowed are calls that the Checker allows as they are, and Blocked calls that
	// it blocks or escalates.
	Allowed []guard.Call
	Blocked []guard.Call

	// Close ends a Checker that New returned; nil does nothing.
	Close func(guard.Checker)

	// Leaks returns an error if goroutines of a Checker that was closed still run.
	// nil leaves that out. With goleak:
	//
	//	before := goleak.IgnoreCurrent()
	//	... Leaks: func() error { return goleak.Find(before) }
	Leaks func() error
}

// Run runs every check as a subtest of t, one after the other.
func Run[Self T[Self]](t Self, h Harness) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t Self) { (&suite{TestingT: t, harness: h, rule: c.rule}).run(c) })
	}
}

// check is one rule of the contract.
type check struct {
	name string
	rule string
	run  func(*suite)
}

// suite is one check under way.
type suite struct {
	TestingT
	harness Harness
	rule    string
	checker guard.Checker
}

func (s *suite) run(c check) {
	s.Helper()
	s.checker = s.harness.New(s)
	c.run(s)
	if s.harness.Close != nil {
		s.harness.Close(s.checker)
	}
	if s.harness.Leaks != nil {
		if err := s.harness.Leaks(); err != nil {
			s.problem("goroutines still run: %v", err)
		}
	}
}

// problem fails the check and says which rule was broken.
func (s *suite) problem(format string, args ...any) {
	s.Helper()
	s.Errorf(format+"\nrule: %s", append(args, s.rule)...)
}

// ask asks about a call, and looks at what holds for every answer.
func (s *suite) ask(ctx context.Context, call guard.Call) (result guard.Result, err error) {
	s.Helper()
	defer func() {
		if r := recover(); r != nil {
			s.problem("%s: Check panicked: %v", describe(call), r)
			err = errPanicked
		}
	}()
	result, err = s.checker.Check(ctx, call)
	s.inspect(call, result, err)
	return result, err
}

// judged is ask for a call on which there must be a verdict.
func (s *suite) judged(call guard.Call) guard.Result {
	s.Helper()
	result, err := s.ask(s.Context(), call)
	if err != nil && err != errPanicked { //nolint:errorlint // it is compared with our own
		s.problem("%s: Check returned an error: %v", describe(call), err)
	}
	return result
}
