// Package turn is a mutex for work that may block in code of others.
package turn

import "context"

// Turn is a mutex that one waits for no longer than a context lasts: who has it
// may be blocked in somebody else's Write. Make one with [New].
type Turn chan struct{}

// New returns a Turn that is free.
func New() Turn { return make(Turn, 1) }

// Take waits for the turn. Where it is free, it is taken even if ctx has ended.
func (t Turn) Take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	default:
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Pass gives the turn back.
func (t Turn) Pass() { <-t }
