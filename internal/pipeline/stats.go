package pipeline

import (
	"maps"

	"github.com/staso-go/staso/exporter"
)

// Class is the book that an item is counted in.
type Class uint8

// The books.
const (
	Span Class = iota
	Annotation
	Provisional

	classes = 3
)

// Counts is one book. Ended = Exported + Pending + all of Dropped + all of
// Failed.
type Counts struct {
	Ended    int64
	Exported int64
	Pending  int64
	Dropped  map[exporter.Reason]int64
	Failed   map[exporter.Reason]int64
}

func (c *Counts) dropped(reason exporter.Reason) {
	if c.Dropped == nil {
		c.Dropped = map[exporter.Reason]int64{}
	}
	c.Dropped[reason]++
}

func (c *Counts) failed(reason exporter.Reason) {
	if c.Failed == nil {
		c.Failed = map[exporter.Reason]int64{}
	}
	c.Failed[reason]++
}

func (c *Counts) clone() Counts {
	out := *c
	out.Dropped = maps.Clone(c.Dropped)
	out.Failed = maps.Clone(c.Failed)
	return out
}

// Stats is one consistent look at the books.
type Stats struct {
	Spans, Annotations, Provisional Counts
	PendingBytes                    int64
}

// Stats returns the books as they stand.
func (p *Pipeline) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{
		Spans:        p.books[Span].clone(),
		Annotations:  p.books[Annotation].clone(),
		Provisional:  p.books[Provisional].clone(),
		PendingBytes: int64(p.bytes),
	}
}

// settle releases the items and writes their fate into the books, in this order,
// so that whoever waits for it finds all done: exported where reason is "", else
// failed.
func (p *Pipeline) settle(slots []slot, reason exporter.Reason, err error) {
	if len(slots) == 0 {
		return
	}
	for _, sl := range slots {
		sl.item.Release()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, sl := range slots {
		p.resolve(sl, reason, err)
	}
	p.resolved()
}

func (p *Pipeline) resolve(sl slot, reason exporter.Reason, err error) {
	p.remove(sl)
	book := &p.books[sl.class]
	if reason == "" {
		book.Exported++
		return
	}
	book.failed(reason)
	p.lastErr = err
	sl.epoch.loss.add(sl.class, reason, 1)
	sl.epoch.loss.Err = err
}

// forget takes an item that has become pointless out of the books.
func (p *Pipeline) forget(sl slot) {
	sl.item.Release()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(sl)
	p.books[sl.class].Ended--
	p.resolved()
}

// remove takes a slot out of what is pending.
func (p *Pipeline) remove(sl slot) {
	p.books[sl.class].Pending--
	p.bytes -= sl.bytes
	sl.epoch.open--
}

// resolved tells those who wait for a fate or for room.
func (p *Pipeline) resolved() {
	p.finishEpochs()
	if p.waiters > 0 {
		close(p.room)
		p.room = make(chan struct{})
	}
}
