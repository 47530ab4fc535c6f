package pipeline

import (
	"context"
	"errors"
)

// epochs makes Flush a barrier: each Flush seals the epoch that is open, and
// waits until its items, and those of every older one, have met their fate.
type epochs struct {
	current *epoch
	sealed  []*epoch // oldest first
}

type epoch struct {
	open    int // items whose fate is not known
	waiters int // Flush calls that will tell of the loss
	loss    Loss
	done    chan struct{}
}

func newEpoch() *epoch { return &epoch{done: make(chan struct{})} }

// Flush returns when all that was enqueued before the call has met its fate, or
// when ctx ends, or when Shutdown has given up. The Loss says what was lost since
// the Flush before.
func (p *Pipeline) Flush(ctx context.Context) Loss {
	e := p.seal()
	if e == nil {
		return Loss{}
	}
	p.signal()
	select {
	case <-e.done:
		return p.leave(e, nil)
	case <-ctx.Done():
		return p.leave(e, ctx.Err())
	case <-p.closed:
		return p.leave(e, errGivenUp)
	}
}

// errGivenUp is of a Flush that outlives the pipeline.
var errGivenUp = errors.New("the exporter did not return before the end of Shutdown")

// seal returns the epoch to wait for, or nil where nothing was enqueued or lost
// since the last.
func (p *Pipeline) seal() *epoch {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.current
	if e.open > 0 || !e.loss.empty() {
		p.current = newEpoch()
		p.sealed = append(p.sealed, e)
	} else if n := len(p.sealed); n > 0 {
		e = p.sealed[n-1] // nothing is new: wait with those who wait
	} else {
		return nil
	}
	e.waiters++
	p.queue.rush()
	p.finishEpochs()
	return e
}

// leave ends the waiting for e. Where its end has not come, the last who leaves
// takes along what is known so far; the next Flush tells of the rest.
func (p *Pipeline) leave(e *epoch, cause error) Loss {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-e.done:
		return e.loss.clone()
	default:
	}
	var loss Loss
	if e.waiters--; e.waiters == 0 {
		loss, e.loss = e.loss, Loss{}
	}
	loss.Pending = p.books[Span].Pending
	loss.Err = because(cause, loss.Err)
	return loss
}

// finishEpochs tells the waiters of each epoch that is complete.
func (p *Pipeline) finishEpochs() {
	for len(p.sealed) > 0 && p.sealed[0].open == 0 {
		e := p.sealed[0]
		p.sealed[0] = nil
		p.sealed = p.sealed[1:]
		if e.waiters == 0 {
			p.oldest().loss.merge(e.loss)
		}
		close(e.done)
	}
}

// oldest is the epoch that ends next.
func (p *Pipeline) oldest() *epoch {
	if len(p.sealed) > 0 {
		return p.sealed[0]
	}
	return p.current
}
