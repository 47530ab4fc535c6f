package pipeline

import (
	"time"

	"github.com/staso-go/staso/exporter"
)

// Enqueue takes an item over. Where there is no place for it, it is counted as
// dropped and released.
func (p *Pipeline) Enqueue(item Item) {
	class, size := item.Class(), item.Bytes()
	p.mu.Lock()
	reason := p.admit(size)
	if reason == exporter.ReasonQueueFull {
		reason = p.makeRoom(size)
	}
	p.books[class].Ended++
	if reason != "" {
		p.drop(class, reason)
		p.mu.Unlock()
		item.Release()
		return
	}
	p.books[class].Pending++
	p.bytes += size
	p.current.open++
	p.queue.push(slot{item: item, class: class, bytes: size, epoch: p.current})
	if class == Provisional {
		p.queue.hasten(provisionalDelay)
	}
	wake := (p.queue.len == 1 || class == Provisional || p.due()) && p.claim()
	p.mu.Unlock()
	if wake {
		p.signal()
	}
}

// Drop counts an item that was never enqueued.
func (p *Pipeline) Drop(class Class, reason exporter.Reason) {
	p.mu.Lock()
	p.books[class].Ended++
	p.drop(class, reason)
	p.mu.Unlock()
}

func (p *Pipeline) drop(class Class, reason exporter.Reason) {
	p.books[class].dropped(reason)
	if isLoss(reason) {
		p.current.loss.add(class, reason, 1)
	}
}

// admit says why an item of that size may not enter, or "".
func (p *Pipeline) admit(size int) exporter.Reason {
	switch {
	case p.shuttingDown:
		return exporter.ReasonAfterShutdown
	case size > p.cfg.QueueBytes:
		return exporter.ReasonOversized
	case p.pending() >= int64(p.cfg.QueueSize), p.bytes+size > p.cfg.QueueBytes:
		return exporter.ReasonQueueFull
	}
	return ""
}

func (p *Pipeline) pending() (n int64) {
	for i := range p.books {
		n += p.books[i].Pending
	}
	return n
}

const (
	// provisionalDelay is how long a provisional root waits: long enough to be
	// overtaken by a span that ends at once, short enough for somebody who
	// watches.
	provisionalDelay = 200 * time.Millisecond
	// fullDelay is how long a full queue waits that makes no batch.
	fullDelay = time.Millisecond
)

// makeRoom has the senders take what is queued, be it less than a batch, and
// waits for them as long as the caller of Enqueue may be held up. It says as
// admit does how that went. It is called, and returns, with p.mu held.
func (p *Pipeline) makeRoom(size int) exporter.Reason {
	if p.cfg.BlockTimeout <= 0 {
		p.queue.hasten(fullDelay)
		p.signal()
		return exporter.ReasonQueueFull
	}
	p.queue.rush()
	p.rouse()
	timeout := time.NewTimer(p.cfg.BlockTimeout)
	defer timeout.Stop()
	p.waiters++
	defer func() { p.waiters-- }()
	for {
		room := p.room
		p.mu.Unlock()
		expired := false
		select {
		case <-room:
		case <-p.closing:
		case <-timeout.C:
			expired = true
		}
		p.mu.Lock()
		if reason := p.admit(size); reason != exporter.ReasonQueueFull || expired {
			return reason
		}
		p.queue.rush()
		p.rouse()
	}
}

// due says that a batch should be cut now, whatever its age.
func (p *Pipeline) due() bool {
	q := &p.queue
	return q.len >= p.cfg.BatchSize || q.bytes >= p.cfg.BatchBytes || q.rushed > 0 || p.shuttingDown && q.len > 0
}

// cut takes the next batch off the queue into into. Where none is due it says
// how long to wait, negative for as long as it takes.
func (p *Pipeline) cut(into []slot) ([]slot, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roused = false
	q := &p.queue
	if q.len == 0 {
		return into, -1
	}
	if !p.due() {
		if wait := time.Until(q.deadline(p.cfg.FlushInterval)); wait > 0 {
			return into, wait
		}
	}
	bytes := 0
	for len(into) < p.cfg.BatchSize && q.len > 0 {
		next := q.slots[q.head].bytes
		if len(into) > 0 && bytes+next > p.cfg.BatchBytes {
			break
		}
		bytes += next
		into = append(into, q.pop())
	}
	q.aged(len(into))
	if q.len > 0 {
		p.rouse() // another sender takes over the waiting
	}
	return into, 0
}

// exhausted says that nothing is queued and nothing will be.
func (p *Pipeline) exhausted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shuttingDown && p.queue.len == 0
}
