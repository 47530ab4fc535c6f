package guardapi

import (
	"context"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// explainer is an engine that says why.
type explainer interface {
	Explain(ctx context.Context, call guard.Call) (local.Explanation, error)
}

// Explain says how a call would be judged, and why: by the workspace's policies in
// force or, where yaml is not empty, by that policy alone. Nothing is kept of it.
//
// Its error is a [*httpapi.Error] or one of the store's; that of a policy with
// mistakes tells each with its line.
func (g *Guard) Explain(ctx context.Context, workspace string, yaml []byte, call guard.Call) (local.Explanation, error) {
	engine, err := g.explainer(ctx, workspace, yaml)
	if err != nil {
		return local.Explanation{}, err
	}
	return engine.Explain(ctx, call)
}

func (g *Guard) explainer(ctx context.Context, workspace string, yaml []byte) (explainer, error) {
	if len(yaml) > 0 {
		return candidate(yaml)
	}
	if g.options.Checker == nil {
		return g.engines.get(ctx, workspace)
	}
	if engine, ok := g.options.Checker.(explainer); ok {
		return engine, nil
	}
	return nil, httpapi.Malformed("what judges here does not say why")
}

// candidate is an engine by one policy that is not in force.
func candidate(yaml []byte) (explainer, error) {
	if len(yaml) > maxPolicyBytes {
		return nil, httpapi.TooLarge("the policy has %d bytes: want at most %d", len(yaml), maxPolicyBytes)
	}
	parsed, err := policy.Parse("policy", yaml)
	if err == nil {
		var engine *local.Engine
		if engine, err = local.New(local.WithPolicy(parsed)); err == nil {
			return engine, nil
		}
	}
	return nil, httpapi.Malformed("the policy cannot be used: %v", err)
}

// InForce returns the policies that judge the calls of a workspace, read: those of
// the folder where there is one, else the store's, else the built-in one. Source
// says where they are from that are not the store's.
func (g *Guard) InForce(ctx context.Context, workspace string) (policies []*policy.Policy, source string, err error) {
	if g.options.Checker != nil {
		engine, ok := g.options.Checker.(interface{ Policies() []*policy.Policy })
		if !ok {
			return nil, g.options.Source, nil
		}
		return engine.Policies(), g.options.Source, nil
	}
	engine, err := g.engines.get(ctx, workspace)
	if err != nil {
		return nil, "", err
	}
	return engine.Policies(), "", nil
}
