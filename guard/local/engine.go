package local

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"go.uber.org/zap"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/policy"
)

var _ guard.Checker = (*Engine)(nil)

// Engine judges calls by policies. Build one with [New] and keep it: it is safe for
// concurrent use.
type Engine struct {
	logger *zap.Logger
	judges *judges
	offer  offer
	known  []entry // the rules that policies may name

	reloader *reloader // nil where the files are read once

	rules   atomic.Pointer[ruleset]
	pool    sync.Pool  // of *judgement
	replace sync.Mutex // one Replace at a time
}

// New builds an Engine. Every bad option and every mistake in a policy is in the
// error.
func New(opts ...Option) (*Engine, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("local.New: %w", err)
	}
	policies, err := c.load()
	if err != nil {
		return nil, fmt.Errorf("local.New: %w", err)
	}
	e := &Engine{logger: c.logger, judges: newJudges(c.judge), offer: newOffer(c.tools), known: catalogue(c.extra...)}
	if err := e.Replace(policies...); err != nil {
		return nil, fmt.Errorf("local.New: %w", err)
	}
	if c.reload {
		if e.reloader, err = e.watch(c, policies); err != nil {
			return nil, fmt.Errorf("local.New: %w", err)
		}
	}
	return e, nil
}

func (c *config) load() ([]*policy.Policy, error) {
	policies := c.policies
	if len(c.paths) > 0 {
		loaded, err := policy.Load(c.paths...)
		if err != nil {
			return nil, err
		}
		policies = slices.Concat(policies, loaded)
	}
	if len(policies) == 0 {
		policies = []*policy.Policy{policy.Default()}
	}
	return policies, nil
}

// Replace has other policies judge, from the next call on; those that are being
// judged are by the old ones to their end. Where there is a mistake in one, it
// says so and the old ones stay in force.
func (e *Engine) Replace(policies ...*policy.Policy) error {
	if len(policies) == 0 {
		return errors.New("there is no policy; to judge by none, give one without rules")
	}
	if slices.Contains(policies, nil) {
		return errors.New("a policy is nil")
	}
	e.replace.Lock()
	defer e.replace.Unlock()
	rules, err := compile(policies, e.known, e.rules.Load())
	if err != nil {
		return err
	}
	e.rules.Store(rules)
	for _, p := range policies {
		for _, warning := range p.Warnings {
			e.logger.Warn("a guard policy should be looked at", zap.String("policy", p.Name), zap.Error(warning))
		}
	}
	return nil
}

// Policies returns the policies in force. They must not be changed. Where each is for
// some agents or environments only, the last is [policy.Default]: it judges the calls
// that none of the others is for.
func (e *Engine) Policies() []*policy.Policy {
	return append([]*policy.Policy(nil), e.rules.Load().policies...)
}

// PolicyVersion is the version of the policies in force: of one policy its own, of
// more the hash of theirs.
func (e *Engine) PolicyVersion() string { return e.rules.Load().version }

// Close lets go of what the Engine holds. It can be called more than once. Calls
// are judged after it too.
func (e *Engine) Close() error {
	e.judges.stop()
	return e.reloader.close()
}
