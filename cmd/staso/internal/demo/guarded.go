package demo

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

//go:embed policy.yaml
var demoPolicy []byte

// maxWait is how long a call waits for a person: no shorter than a visitor stays.
const maxWait = time.Hour

// guards judge the calls of tools that could do harm.
type guards struct {
	engine   *local.Engine
	client   *guard.Client
	reporter *guard.Reporter
}

// newGuards makes guards that judge in this process, and tell the backend at url.
func newGuards(url string) (*guards, error) {
	p, err := policy.Parse("policy.yaml", demoPolicy)
	if err != nil {
		return nil, err
	}
	engine, err := local.New(local.WithPolicy(p))
	if err != nil {
		return nil, err
	}
	client, err := guard.NewClient(
		guard.WithBaseURL(url), guard.WithLookupEnv(nil),
		guard.WithWaitForEscalation(true), guard.WithEscalationTimeout(maxWait),
	)
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return &guards{engine, client, guard.NewReporter(engine, client)}, nil
}

// alone is the engine, without a person to ask.
func (g *guards) alone() guard.Checker { return g.reporter }

// withPerson puts what the engine escalates before a person, and waits.
func (g *guards) withPerson() guard.Checker { return guard.Chain(g.reporter, desk{g.client}) }

// desk is where a person decides on what others escalate. It has no verdict of its
// own: the backend, asked for one, would judge by its policies, which are not these.
type desk struct{ guard.Approver }

// Check allows every call, for all that the desk itself knows.
func (desk) Check(context.Context, guard.Call) (guard.Result, error) {
	return guard.Result{Action: guard.ActionAllow}, nil
}

// flush sees to it that the backend has what was decided, and says how much.
func (g *guards) flush(ctx context.Context) (int64, error) {
	if err := g.reporter.Flush(ctx); err != nil {
		return 0, err
	}
	stats := g.reporter.Stats()
	if lost := stats.Dropped + stats.Failed; lost > 0 {
		return stats.Reported, fmt.Errorf("%d of the guard's decisions were lost", lost)
	}
	return stats.Reported, nil
}

func (g *guards) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), quitTimeout)
	defer cancel()
	_ = g.reporter.Shutdown(ctx) //nolint:errcheck // what matters was flushed before
	g.client.Close()
	return g.engine.Close()
}
