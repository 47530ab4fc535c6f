// Package judge is the guard and those that it is compared with.
package judge

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zricethezav/gitleaks/v8/detect"

	"github.com/staso-go/staso/benchmarks/internal/inputs"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// The names of the judges.
const (
	Guard    = "guard"
	Gitleaks = "gitleaks"
	Regexps  = "patterns"
)

// Finder looks for secrets.
type Finder struct {
	Name string
	// Prepare returns the looking for secrets in a text, which says how many it
	// found.
	Prepare func(inputs.Text) func() (int, error)
}

// Checker judges calls.
type Checker struct {
	Name string
	// Prepare returns the judging of a call, which says whether it passes.
	Prepare func(inputs.Call) func() (bool, error)
}

// Finders are the guard with the rule "secrets" alone, gitleaks' detector with its
// own rules, and the patterns. The guard is given the text as an argument of a tool,
// in JSON; the others are given the text.
func Finders(ctx context.Context) ([]Finder, error) {
	engine, err := secretsOnly()
	if err != nil {
		return nil, err
	}
	gitleaks, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		return nil, fmt.Errorf("gitleaks: %w", err)
	}
	patterns := NewPatterns(SecretPatterns())
	return []Finder{
		{Guard, func(t inputs.Text) func() (int, error) { return findByGuard(ctx, engine, t) }},
		{Gitleaks, func(t inputs.Text) func() (int, error) {
			return func() (int, error) { return len(gitleaks.DetectString(t.Content)), nil }
		}},
		{Regexps, func(t inputs.Text) func() (int, error) {
			return func() (int, error) { return patterns.Find(t.Content), nil }
		}},
	}, nil
}

func secretsOnly() (*local.Engine, error) {
	p, err := policy.Parse("secrets.yaml", []byte("version: 1\nextends: none\nrules: [{id: secrets, rule: secrets}]\n"))
	if err != nil {
		return nil, err
	}
	return local.New(local.WithPolicy(p))
}

func findByGuard(ctx context.Context, engine *local.Engine, t inputs.Text) func() (int, error) {
	arguments, err := json.Marshal(map[string]string{"content": t.Content})
	call := guard.Call{Tool: "write_file", Input: arguments}
	return func() (int, error) {
		if err != nil {
			return 0, err
		}
		result, err := engine.Check(ctx, call)
		found := 0
		for i := range result.Rules {
			found += len(result.Rules[i].Violations)
		}
		return found, err
	}
}

// Checkers are the guard with its built-in policy, and the patterns for harm and for
// secrets.
func Checkers(ctx context.Context) ([]Checker, error) {
	engine, err := local.New()
	if err != nil {
		return nil, err
	}
	patterns := NewPatterns(HarmPatterns(), SecretPatterns())
	return []Checker{
		{Guard, func(c inputs.Call) func() (bool, error) {
			call := guard.Call{Tool: c.Tool, Input: c.Arguments}
			return func() (bool, error) {
				result, err := engine.Check(ctx, call)
				return result.Action == guard.ActionAllow, err
			}
		}},
		{Regexps, func(c inputs.Call) func() (bool, error) {
			return func() (bool, error) { return !patterns.Matches(c.Arguments), nil }
		}},
	}, nil
}
