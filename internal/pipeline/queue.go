package pipeline

import (
	"time"

	"github.com/staso-go/staso/exporter"
)

// slot is an item in the queue.
type slot struct {
	item  Item
	class Class
	bytes int
	epoch *epoch
}

// ring is a queue that grows as it fills, and never shrinks.
type ring struct {
	slots []slot
	head  int
	len   int

	bytes  int       // of the queued slots
	oldest time.Time // when the queue was last empty, or last cut
	urgent bool      // a provisional root waits: do not keep it the whole interval
}

const firstRing = 64

func (r *ring) push(s slot, now func() time.Time) {
	if r.len == len(r.slots) {
		r.grow()
	}
	if r.len == 0 {
		r.oldest = now()
	}
	r.slots[(r.head+r.len)%len(r.slots)] = s
	r.len++
	r.bytes += s.bytes
}

func (r *ring) grow() {
	grown := make([]slot, max(firstRing, 2*len(r.slots)))
	n := copy(grown, r.slots[r.head:])
	copy(grown[n:], r.slots[:r.head])
	r.slots, r.head = grown, 0
}

func (r *ring) pop() slot {
	s := r.slots[r.head]
	r.slots[r.head] = slot{}
	r.head = (r.head + 1) % len(r.slots)
	r.len--
	r.bytes -= s.bytes
	return s
}

// Enqueue takes an item over. Where there is no place for it, it is counted as
// dropped and released.
func (p *Pipeline) Enqueue(item Item) {
	class, size := item.Class(), item.Bytes()
	p.mu.Lock()
	p.books[class].Ended++
	reason := p.admit(size)
	if reason == exporter.ReasonQueueFull && p.cfg.BlockTimeout > 0 {
		reason = p.waitForRoom(size)
	}
	if reason != "" {
		p.drop(class, reason)
		p.mu.Unlock()
		item.Release()
		return
	}
	p.books[class].Pending++
	p.bytes += size
	p.current.open++
	p.queue.push(slot{item: item, class: class, bytes: size, epoch: p.current}, time.Now)
	if class == Provisional {
		p.queue.urgent = true
	}
	wake := p.queue.len == 1 || class == Provisional || p.due(&p.queue)
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
	if reason != exporter.ReasonSampled && reason != exporter.ReasonUserDrop {
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
	case p.pending() >= p.cfg.QueueSize, p.bytes+size > p.cfg.QueueBytes:
		return exporter.ReasonQueueFull
	}
	return ""
}

func (p *Pipeline) pending() int {
	var n int64
	for i := range p.books {
		n += p.books[i].Pending
	}
	return int(n)
}

// waitForRoom is called, and returns, with p.mu held.
func (p *Pipeline) waitForRoom(size int) exporter.Reason {
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
	}
}

// urgentDelay is how long a provisional root waits: long enough to be overtaken
// by a span that ends at once, short enough for somebody who watches.
const urgentDelay = 200 * time.Millisecond

// due says that a batch should be cut now.
func (p *Pipeline) due(q *ring) bool {
	return q.len >= p.cfg.BatchSize || q.bytes >= p.cfg.BatchBytes || p.sealedQueued > 0 || (p.shuttingDown && q.len > 0)
}

// cut takes the next batch off the queue into into. Where none is due it says
// how long to wait, negative for as long as it takes.
func (p *Pipeline) cut(into []slot) ([]slot, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queue.len == 0 {
		return into, -1
	}
	if !p.due(&p.queue) {
		delay := p.cfg.FlushInterval
		if p.queue.urgent {
			delay = min(delay, urgentDelay)
		}
		if wait := time.Until(p.queue.oldest.Add(delay)); wait > 0 {
			return into, wait
		}
	}
	bytes := 0
	for len(into) < p.cfg.BatchSize && p.queue.len > 0 {
		next := p.queue.slots[p.queue.head].bytes
		if len(into) > 0 && bytes+next > p.cfg.BatchBytes {
			break
		}
		bytes += next
		into = append(into, p.queue.pop())
	}
	p.sealedQueued = max(0, p.sealedQueued-len(into))
	p.queue.oldest = time.Now()
	p.queue.urgent = p.queue.urgent && p.queue.len > 0
	if p.queue.len > 0 {
		p.signal() // another sender takes over the waiting
	}
	return into, 0
}

// exhausted says that nothing is queued and nothing will be.
func (p *Pipeline) exhausted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shuttingDown && p.queue.len == 0
}
