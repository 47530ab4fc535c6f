package local

import (
	"context"
	"errors"
	"fmt"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/policy"
)

// TestResult is what became of one test.
type TestResult struct {
	// Policy is the policy's name, and Rule the id of the rule whose test it is;
	// empty for a test of a whole policy, and both for a fixture.
	Policy, Rule string
	Test         policy.Test
	// Result is the last answer; zero where there was none.
	Result guard.Result
	// Failure says in what it was not as expected, and is empty where it was.
	Failure string
}

// Passed says that the test came to what it expects.
func (r TestResult) Passed() bool { return r.Failure == "" }

// RunTests runs the tests of the policies and of their rules, in order. A rule's
// tests are judged by that rule alone, as if it were enforced; a policy's by all of
// it. The agents and environments that a policy is for do not count: its tests are
// about calls that it judges. Tests do not share what rules remember of
// conversations.
//
// An error says that a policy has a mistake, or that ctx ended.
func RunTests(ctx context.Context, policies ...*policy.Policy) ([]TestResult, error) {
	var (
		results []TestResult
		errs    []error
	)
	for _, p := range policies {
		if p == nil {
			return nil, errors.New("guard: test policies: a policy is nil")
		}
		got, err := testsOf(ctx, p)
		results, errs = append(results, got...), append(errs, err)
	}
	return results, errors.Join(errs...)
}

// RunFixtures runs tests that stand in a file of their own, see [policy.ParseTests],
// against a checker: an [Engine], or any other.
func RunFixtures(ctx context.Context, checker guard.Checker, tests []policy.Test) []TestResult {
	results := make([]TestResult, len(tests))
	for i, test := range tests {
		results[i] = runTest(ctx, checker, test)
	}
	return results
}

func testsOf(ctx context.Context, p *policy.Policy) ([]TestResult, error) {
	var results []TestResult
	everybody := *p
	everybody.Agents, everybody.Environments = nil, nil
	run := func(of *policy.Policy, rule string, tests []policy.Test) error {
		for _, test := range tests {
			result, err := testAlone(ctx, of, test)
			if err != nil {
				return err
			}
			result.Policy, result.Rule = p.Name, rule
			results = append(results, result)
		}
		return nil
	}
	for _, rule := range p.Rules {
		alone := everybody
		alone.Rules = []policy.Rule{rule}
		alone.Rules[0].Mode = guard.ModeEnforce
		if err := run(&alone, rule.ID, rule.Tests); err != nil {
			return nil, err
		}
	}
	return results, run(&everybody, "", p.Tests)
}

// testAlone runs a test in an engine of its own.
func testAlone(ctx context.Context, p *policy.Policy, test policy.Test) (TestResult, error) {
	if err := ctx.Err(); err != nil {
		return TestResult{}, fmt.Errorf("guard: test policy %s: %w", p.Name, err)
	}
	engine, err := New(WithPolicy(p))
	if err != nil {
		return TestResult{}, err
	}
	result := runTest(ctx, engine, test)
	return result, engine.Close()
}

func runTest(ctx context.Context, checker guard.Checker, test policy.Test) TestResult {
	result := TestResult{Test: test}
	for range max(1, test.Repeat) {
		var err error
		if result.Result, err = checker.Check(ctx, test.Call); err != nil {
			result.Failure = "it was not judged: " + err.Error()
			return result
		}
	}
	result.Failure = failureOf(test, result.Result)
	return result
}

// failureOf says in what result is not what the test expects.
func failureOf(test policy.Test, result guard.Result) string {
	if result.Action != test.Expect {
		failure := fmt.Sprintf("expected %s, got %s", test.Expect, result.Action)
		if result.Reason != "" {
			failure += ": " + result.Reason
		}
		return failure
	}
	for _, name := range test.Rules {
		if !foundBy(result, name) {
			return fmt.Sprintf("expected rule %s to find something, and it did not", name)
		}
	}
	return ""
}

func foundBy(result guard.Result, name string) bool {
	for _, rule := range result.Rules {
		if rule.Status == guard.StatusFailed && (rule.Name == name || rule.ID == name) {
			return true
		}
	}
	return false
}
