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

// settleAll resolves slots: exported where reason is "", else failed.
func (p *Pipeline) settleAll(slots []slot, reason exporter.Reason, err error) {
	if len(slots) == 0 {
		return
	}
	p.mu.Lock()
	for _, sl := range slots {
		p.resolve(sl, reason, err)
	}
	p.resolved()
	p.mu.Unlock()
	for _, sl := range slots {
		sl.item.Release()
	}
}

func (p *Pipeline) settle(sl slot, reason exporter.Reason, err error) {
	p.settleAll([]slot{sl}, reason, err)
}

// forget takes an item that has become pointless out of the books.
func (p *Pipeline) forget(sl slot) {
	p.mu.Lock()
	p.books[sl.class].Ended--
	p.books[sl.class].Pending--
	p.bytes -= sl.bytes
	sl.epoch.open--
	p.resolved()
	p.mu.Unlock()
	sl.item.Release()
}

func (p *Pipeline) resolve(sl slot, reason exporter.Reason, err error) {
	book := &p.books[sl.class]
	book.Pending--
	p.bytes -= sl.bytes
	sl.epoch.open--
	if reason == "" {
		book.Exported++
		return
	}
	book.failed(reason)
	p.lastErr = err
	sl.epoch.loss.add(sl.class, reason, 1)
	sl.epoch.loss.Err = err
}

// resolved tells those who wait for a fate or for room.
func (p *Pipeline) resolved() {
	p.finishEpochs()
	if p.waiters > 0 {
		close(p.room)
		p.room = make(chan struct{})
	}
}

// Loss is what did not arrive.
type Loss struct {
	Spans       map[exporter.Reason]int64
	Annotations map[exporter.Reason]int64
	Pending     int64 // spans whose fate is not known yet
	Err         error // the last cause
}

func (l *Loss) empty() bool {
	return len(l.Spans) == 0 && len(l.Annotations) == 0 && l.Pending == 0 && l.Err == nil
}

func (l *Loss) add(class Class, reason exporter.Reason, n int64) {
	book := &l.Spans
	switch class {
	case Annotation:
		book = &l.Annotations
	case Provisional:
		return
	}
	if *book == nil {
		*book = map[exporter.Reason]int64{}
	}
	(*book)[reason] += n
}

// totalLoss is all that was lost since New, but for what the user left out.
func (p *Pipeline) totalLoss(err error) Loss {
	stats := p.Stats()
	loss := Loss{Pending: stats.Spans.Pending, Err: err}
	for class, book := range map[Class]Counts{Span: stats.Spans, Annotation: stats.Annotations} {
		for reason, n := range book.Failed {
			loss.add(class, reason, n)
		}
		for reason, n := range book.Dropped {
			if reason != exporter.ReasonSampled && reason != exporter.ReasonUserDrop {
				loss.add(class, reason, n)
			}
		}
	}
	if loss.Err == nil && (len(loss.Spans) > 0 || len(loss.Annotations) > 0) {
		p.mu.Lock()
		loss.Err = p.lastErr
		p.mu.Unlock()
	}
	return loss
}
