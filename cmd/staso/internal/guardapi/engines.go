package guardapi

import (
	"context"
	"fmt"
	"sync"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// maxEngines bounds how many workspaces have an engine at a time. What one forgets
// that has to go is what it remembered of conversations.
const maxEngines = 64

// engines has an engine for each workspace that asks, by its policies in force. It
// is safe for concurrent use.
type engines struct {
	store store.GuardStore
	log   *zap.Logger

	mu    sync.Mutex
	clock int64
	of    map[string]*engine
}

// engine is a workspace's.
type engine struct {
	used int64 // by engines.clock

	mu       sync.Mutex
	local    *local.Engine
	revision int64
}

func newEngines(st store.GuardStore, log *zap.Logger) *engines {
	return &engines{store: st, log: log, of: make(map[string]*engine)}
}

// checker returns what judges the calls of a workspace.
func (g *Guard) checker(ctx context.Context, workspace string) (guard.Checker, error) {
	if g.options.Checker != nil {
		return g.options.Checker, nil
	}
	return g.engines.get(ctx, workspace)
}

func (e *engines) get(ctx context.Context, workspace string) (*local.Engine, error) {
	one := e.entry(workspace)
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.local != nil {
		return one.local, nil
	}
	set, err := e.store.Policies(ctx, workspace, 0)
	if err != nil {
		return nil, err
	}
	made, err := e.build(workspace, set)
	if err != nil {
		return nil, err
	}
	one.local, one.revision = made, set.Revision
	return made, nil
}

// entry finds the workspace's place, and makes room for it.
func (e *engines) entry(workspace string) *engine {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clock++
	one := e.of[workspace]
	if one == nil {
		if len(e.of) >= maxEngines {
			e.forget()
		}
		one = &engine{}
		e.of[workspace] = one
	}
	one.used = e.clock
	return one
}

// forget lets go of the engine that was asked for the longest ago.
func (e *engines) forget() {
	oldest := ""
	for workspace, one := range e.of {
		if oldest == "" || one.used < e.of[oldest].used {
			oldest = workspace
		}
	}
	delete(e.of, oldest)
}

// build makes an engine. Policies were sound when they were saved; where a program
// of another version cannot read them any more, the built-in one is in force, as
// none at all would be worse.
func (e *engines) build(workspace string, set store.PolicySet) (*local.Engine, error) {
	policies, err := parseSet(set)
	if err == nil {
		made, err := local.New(local.WithLogger(e.log), local.WithPolicy(policies...))
		if err == nil {
			return made, nil
		}
	}
	e.log.Error("the policies of a workspace cannot be used: the built-in policy is in force", zap.String("workspace", workspace), zap.Error(err))
	return local.New(local.WithLogger(e.log))
}

// replace puts a set of policies in force, unless a later one is.
func (e *engines) replace(workspace string, set store.PolicySet, policies []*policy.Policy) {
	one := e.entry(workspace)
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.local == nil || one.revision >= set.Revision {
		return // it will be made of what is in force then
	}
	if len(policies) == 0 {
		policies = []*policy.Policy{policy.Default()}
	}
	if err := one.local.Replace(policies...); err != nil {
		e.log.Error("policies that were tried cannot be put in force", zap.String("workspace", workspace), zap.Error(err))
		return
	}
	one.revision = set.Revision
}

// parseSet reads the policies of a set; none is the built-in one.
func parseSet(set store.PolicySet) ([]*policy.Policy, error) {
	if len(set.Policies) == 0 {
		return []*policy.Policy{policy.Default()}, nil
	}
	policies := make([]*policy.Policy, 0, len(set.Policies))
	for i := range set.Policies {
		p, err := policy.Parse(set.Policies[i].Name, set.Policies[i].Content)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", set.Policies[i].Name, err)
		}
		policies = append(policies, p)
	}
	return policies, nil
}

// tryOut says what is wrong with policies that are to be in force together.
func tryOut(policies []*policy.Policy) error {
	_, err := local.New(local.WithPolicy(policies...))
	return err
}
