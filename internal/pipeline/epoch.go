package pipeline

// epochs makes Flush a barrier: each Flush seals the epoch that is open, and
// waits until its items, and those of every older one, have met their fate.
type epochs struct {
	current      *epoch
	sealed       []*epoch // oldest first
	sealedQueued int      // how many slots at the head of the queue are of sealed epochs
}

type epoch struct {
	open int // items whose fate is not known
	loss Loss
	done chan struct{}
}

// seal returns the epoch to wait for, or nil where nothing was enqueued or lost
// since the last.
func (p *Pipeline) seal() *epoch {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.current
	if e.open == 0 && len(p.sealed) == 0 && e.loss.empty() {
		return nil
	}
	p.current = &epoch{done: make(chan struct{})}
	p.sealed = append(p.sealed, e)
	p.sealedQueued = p.queue.len
	p.finishEpochs()
	return e
}

// finishEpochs tells the waiters of each epoch that is complete.
func (p *Pipeline) finishEpochs() {
	for len(p.sealed) > 0 && p.sealed[0].open == 0 {
		close(p.sealed[0].done)
		p.sealed = p.sealed[1:]
	}
}
