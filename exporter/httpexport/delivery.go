package httpexport

import (
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// maxKept bounds the deliveries that wait for their next try.
const maxKept = 64

// delivery is how far one batch has come.
type delivery struct {
	batch       exporter.Batch
	spans       lane
	annotations lane
}

func newDelivery(batch exporter.Batch) *delivery {
	return &delivery{batch: batch, spans: lane{size: maxChunk}, annotations: lane{size: maxChunk}}
}

// result is what Export returns: final is why it stopped early, or nil.
func (d *delivery) result(final error) error {
	if final != nil {
		if d.spans.done == 0 && d.annotations.done == 0 {
			return final
		}
		reason := reasonOf(final)
		d.spans.lose(len(d.batch.Spans)-d.spans.done, reason, final)
		d.annotations.lose(len(d.batch.Annotations)-d.annotations.done, reason, final)
	}
	if d.spans.lost == nil && d.annotations.lost == nil {
		return nil
	}
	cause := d.spans.cause
	if cause == nil {
		cause = d.annotations.cause
	}
	return &exporter.PartialError{Rejected: d.spans.lost, RejectedAnnotations: d.annotations.lost, Err: cause}
}

// untouched says that there is nothing to remember.
func (d *delivery) untouched() bool {
	return d.spans.done == 0 && d.spans.size == maxChunk && d.annotations.done == 0 && d.annotations.size == maxChunk
}

// progress remembers the deliveries that are to be tried again, so that the next
// try does not send again what has arrived. It is bounded: what it forgets is
// sent again, which does no harm.
type progress struct {
	mu   sync.Mutex
	kept []*delivery
}

// resume returns the batch's delivery as it was kept, or a new one.
func (p *progress) resume(batch exporter.Batch) *delivery {
	if batch.ID == uuid.Nil {
		batch.ID = uuid.New()
		return newDelivery(batch)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, d := range p.kept {
		if d.batch.ID == batch.ID {
			p.kept = slices.Delete(p.kept, i, i+1)
			d.batch = batch
			return d
		}
	}
	return newDelivery(batch)
}

func (p *progress) keep(d *delivery) {
	if d.untouched() {
		return
	}
	// The batch is the caller's again when Export returns.
	d.batch = exporter.Batch{ID: d.batch.ID}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) == maxKept {
		p.kept = slices.Delete(p.kept, 0, 1)
	}
	p.kept = append(p.kept, d)
}
