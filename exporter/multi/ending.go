package multi

import (
	"context"
	"fmt"
	"time"
)

// ending is the shutdown of one child.
type ending struct {
	name string
	err  chan error
}

func begin(name string, shutdown func() error) ending {
	e := ending{name: name, err: make(chan error, 1)}
	go func() { e.err <- shutdown() }()
	return e
}

// grace is how long Shutdown waits, after its context has ended, for all its
// children together to notice that.
const grace = time.Second

// patience waits until ctx ends, and then for the grace once.
type patience struct {
	ctx    context.Context // lives within one call
	late   context.Context // lives within one call
	cancel context.CancelFunc
}

func (p *patience) await(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-p.ctx.Done():
	}
	if p.late == nil {
		p.late, p.cancel = context.WithTimeout(context.WithoutCancel(p.ctx), grace)
	}
	select {
	case err := <-done:
		return err
	case <-p.late.Done():
	}
	select { // once the grace is over, those that are done in time still count
	case err := <-done:
		return err
	default:
		return fmt.Errorf("goes on after its context ended: %w", p.ctx.Err())
	}
}

func (p *patience) end() {
	if p.cancel != nil {
		p.cancel()
	}
}
