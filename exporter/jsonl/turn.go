package jsonl

import "context"

// turn is a mutex that one waits for no longer than a context lasts: who has it
// may be blocked in somebody else's Write.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn. Where it is free, it is taken even if ctx has ended.
func (t turn) take(ctx context.Context) error {
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

func (t turn) pass() { <-t }
