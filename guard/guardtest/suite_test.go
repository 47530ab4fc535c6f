package guardtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeT runs the suite and keeps what it says.
type fakeT struct {
	t      *testing.T
	mu     *sync.Mutex
	failed map[string][]string
	name   string
}

func (f *fakeT) Helper()                  {}
func (f *fakeT) Context() context.Context { return f.t.Context() }

func (f *fakeT) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed[f.name] = append(f.failed[f.name], fmt.Sprintf(format, args...))
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// Run runs check on a goroutine of its own, as Goexit wants it.
func (f *fakeT) Run(name string, check func(*fakeT)) bool {
	sub := &fakeT{t: f.t, mu: f.mu, failed: f.failed, name: name}
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(sub)
	}()
	<-done
	return len(f.failed[name]) == 0
}

// model is a Checker that is right, but for what spoils it: it blocks rm.
type model struct {
	spoil func(ctx context.Context, call guard.Call, r *guard.Result) error

	mu    sync.Mutex
	asked int
	kept  map[string]guard.Call
}

func (m *model) Check(ctx context.Context, call guard.Call) (guard.Result, error) {
	if err := ctx.Err(); err != nil {
		return guard.Result{Reason: "ctx has ended"}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	r := guard.Result{Action: guard.ActionAllow, DecisionID: call.DecisionID, Digest: guard.Digest(call.Tool, call.Input)}
	if call.Tool == "rm" {
		r.Action, r.Reason = guard.ActionBlock, "deletes files"
	}
	return r, m.spoil(ctx, call, &r)
}

func broken(t *testing.T, m *model) map[string][]string {
	t.Helper()
	fake := &fakeT{t: t, mu: &sync.Mutex{}, failed: make(map[string][]string)}
	closed := 0
	guardtest.Run(fake, guardtest.Harness{
		New:     func(guardtest.TestingT) guard.Checker { m.kept = map[string]guard.Call{}; return m },
		Allowed: []guard.Call{{Tool: "ls", Input: json.RawMessage(`{"path":"."}`)}},
		Blocked: []guard.Call{{Tool: "rm", Input: json.RawMessage(`{"path":"/"}`)}},
		Close:   func(guard.Checker) { closed++ },
		Leaks: func() error {
			if m.asked < 0 {
				return errors.New("one")
			}
			return nil
		},
	})
	assert.Equal(t, 10, closed)
	return fake.failed
}

func TestSuitePassesWhatIsRight(t *testing.T) {
	t.Parallel()
	assert.Empty(t, broken(t, &model{spoil: func(context.Context, guard.Call, *guard.Result) error { return nil }}))
}

func TestSuiteFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	failure := errors.New("out of order")
	for name, c := range map[string]struct {
		spoil func(m *model) func(context.Context, guard.Call, *guard.Result) error
		check string
		says  string
	}{
		"error":           {always(func(*guard.Result) error { return failure }), "answers", "Check returned an error"},
		"error and allow": {always(func(*guard.Result) error { return failure }), "answers", "lets the call run"},
		"no action":       {always(func(r *guard.Result) error { r.Action = 9; return nil }), "answers", "which is none"},
		"modify to list": {always(func(r *guard.Result) error {
			r.Action, r.Input = guard.ActionModify, json.RawMessage(`[]`)
			return nil
		}), "answers", "no JSON object"},
		"allow changes": {always(func(r *guard.Result) error { r.Input = json.RawMessage(`{}`); return nil }), "answers", "never changes"},
		"no reason":     {always(func(r *guard.Result) error { r.Reason = ""; return nil }), "answers", "there is no reason"},
		"no mode":       {always(func(r *guard.Result) error { r.Failure = "x"; return nil }), "answers", "no failure mode"},
		"digest":        {always(func(r *guard.Result) error { r.Digest = "sha256:00"; return nil }), "answers", "not that of the arguments"},
		"another id":    {always(func(r *guard.Result) error { r.DecisionID = uuid.New(); return nil }), "again", "the first decision's id is"},
		"panics on text": {func(*model) func(context.Context, guard.Call, *guard.Result) error {
			return func(_ context.Context, call guard.Call, _ *guard.Result) error {
				return json.Unmarshal(append(call.Input, ' '), new(map[string]any))
			}
		}, "hostile", "Check returned an error"},
		"panics": {func(*model) func(context.Context, guard.Call, *guard.Result) error {
			return func(_ context.Context, call guard.Call, _ *guard.Result) error { _ = call.Input[0]; return nil }
		}, "hostile", "Check panicked"},
		"no output": {func(*model) func(context.Context, guard.Call, *guard.Result) error {
			return func(_ context.Context, call guard.Call, _ *guard.Result) error {
				if call.Phase == guard.PhaseOutput && call.Output == nil {
					return failure
				}
				return nil
			}
		}, "phases", "out of order"},
		"writes": {func(*model) func(context.Context, guard.Call, *guard.Result) error {
			return func(_ context.Context, call guard.Call, _ *guard.Result) error {
				if len(call.Attributes) > 0 {
					call.Attributes["seen"] = true
				}
				return nil
			}
		}, "read-only", "is another after Check"},
		"keeps": {func(m *model) func(context.Context, guard.Call, *guard.Result) error {
			return func(_ context.Context, call guard.Call, r *guard.Result) error {
				if kept, ok := m.kept[call.Tool]; ok && string(kept.Input) != string(call.Input) {
					r.Action, r.Reason = guard.ActionEscalate, "it is new"
				}
				m.kept[call.Tool] = call
				return nil
			}
		}, "ownership", "something else"},
		"other each time": {func(m *model) func(context.Context, guard.Call, *guard.Result) error {
			return func(_ context.Context, _ guard.Call, r *guard.Result) error {
				if m.asked%2 == 0 {
					r.Action, r.Reason = guard.ActionBlock, "even"
				}
				return nil
			}
		}, "again", "the first answer was"},
		"blocks all": {always(func(r *guard.Result) error { r.Action, r.Reason = guard.ActionBlock, "x"; return nil }), "known", "want a plain allow"},
		"allows all": {always(func(r *guard.Result) error { r.Action = guard.ActionAllow; return nil }), "known", "want a block"},
		"spans": {func(*model) func(context.Context, guard.Call, *guard.Result) error {
			return func(ctx context.Context, _ guard.Call, _ *guard.Result) error {
				_, span := staso.TracerFromContext(ctx).Start(ctx, "guard:allowed:x")
				span.End()
				return nil
			}
		}, "spans", `there is a span "guard:allowed:x"`},
		"leaks": {func(m *model) func(context.Context, guard.Call, *guard.Result) error {
			return func(context.Context, guard.Call, *guard.Result) error { m.asked = -10; return nil }
		}, "answers", "goroutines still run: one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &model{}
			m.spoil = c.spoil(m)
			failed := broken(t, m)
			said := strings.Join(failed[c.check], "\n")
			assert.Contains(t, said, c.says, "%v", failed)
			assert.Contains(t, said, "rule: ")
		})
	}
}

// always spoils every Result in the same way.
func always(spoil func(*guard.Result) error) func(*model) func(context.Context, guard.Call, *guard.Result) error {
	return func(*model) func(context.Context, guard.Call, *guard.Result) error {
		return func(_ context.Context, _ guard.Call, r *guard.Result) error { return spoil(r) }
	}
}

// deaf is a Checker that minds no context.
type deaf struct{ guard.Checker }

func (d deaf) Check(_ context.Context, call guard.Call) (guard.Result, error) {
	if call.Tool == "rm" {
		return guard.Result{Action: guard.ActionAllow}, nil
	}
	return guard.Result{Action: guard.ActionBlock, Reason: "x"}, errors.New("mine")
}

func TestSuiteFindsWhoMindsNoContext(t *testing.T) {
	t.Parallel()
	fake := &fakeT{t: t, mu: &sync.Mutex{}, failed: make(map[string][]string)}
	guardtest.Run(fake, guardtest.Harness{
		New:     func(guardtest.TestingT) guard.Checker { return deaf{} },
		Blocked: []guard.Call{{Tool: "rm"}},
	})
	said := strings.Join(fake.failed["context"], "\n")
	assert.Contains(t, said, "it is allowed where ctx has ended")
	assert.Contains(t, said, `"mine" does not wrap "context canceled"`)
}

func TestScriptsKeepTheContract(t *testing.T) {
	t.Parallel()
	guardtest.Run(t, guardtest.Harness{
		New: func(guardtest.TestingT) guard.Checker {
			return guardtest.Block("rm", "deletes files").Modify("curl", `{}`)
		},
		Allowed: []guard.Call{{Tool: "ls"}},
		Blocked: []guard.Call{{Tool: "rm"}},
	})
	guardtest.Run(t, guardtest.Harness{New: func(guardtest.TestingT) guard.Checker { return new(guardtest.Script) }})
}
