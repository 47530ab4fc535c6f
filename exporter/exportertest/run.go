package exportertest

import (
	"context"

	"github.com/staso-go/staso/exporter"
)

// TestingT is what the suite needs of a *testing.T.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	FailNow()
	Logf(format string, args ...any)
	Cleanup(func())
	TempDir() string
	Context() context.Context
}

// T is a TestingT that has subtests: a *testing.T.
type T[Self any] interface {
	TestingT
	Run(name string, check func(Self)) bool
}

// Harness is what an implementation tells the suite of itself. Only New is
// needed; what else is there makes the suite stricter.
type Harness struct {
	// New returns an exporter that works. Each check asks for its own.
	New func(t TestingT) exporter.Exporter

	// Received returns everything that reached the place which e exports to. It
	// is called once, after e.Shutdown. nil leaves out what can only be seen
	// there.
	Received func(t TestingT, e exporter.Exporter) Received

	// NewBlocked returns an exporter whose receiver takes a batch and never
	// answers. nil leaves out what can only be seen with one.
	NewBlocked func(t TestingT) exporter.Exporter

	// Leaks returns an error if goroutines of an exporter that was shut down still
	// run. nil leaves that out. With goleak:
	//
	//	before := goleak.IgnoreCurrent()
	//	... Leaks: func() error { return goleak.Find(before) }
	Leaks func() error

	// Simplify changes a span to what is left of it on the other side, for a
	// receiver that cannot keep all of it. It is applied to what was sent and to
	// what was received, before they are compared. nil changes nothing.
	Simplify func(*exporter.SpanData)

	// WithoutAnnotations says that annotations do not reach the other side.
	WithoutAnnotations bool
}

// Received is what came out on the other side, in any order.
type Received struct {
	Spans       []*exporter.SpanData
	Annotations []*exporter.Annotation
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

func checks() []check {
	return append(append(deliveryChecks(), memoryChecks()...), endingChecks()...)
}

// suite is one check under way.
type suite struct {
	TestingT
	harness Harness
	rule    string
}

func (s *suite) run(c check) {
	s.Helper()
	c.run(s)
	if s.harness.Leaks != nil {
		if err := s.harness.Leaks(); err != nil {
			s.problem("goroutines still run after Shutdown: %v", err)
		}
	}
}

// problem fails the check and says which rule was broken.
func (s *suite) problem(format string, args ...any) {
	s.Helper()
	s.Errorf(format+"\nrule: %s", append(args, s.rule)...)
}

// fatal is problem, and ends the check.
func (s *suite) fatal(format string, args ...any) {
	s.Helper()
	s.Fatalf(format+"\nrule: %s", append(args, s.rule)...)
}
