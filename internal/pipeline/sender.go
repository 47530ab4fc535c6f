package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/retry"
)

// sender sees one batch at a time through. Its buffers are its own and are used
// again for every batch.
type sender struct {
	p     *Pipeline
	slots []slot
	batch exporter.Batch
	// spans and annotations are the slots behind the lists of batch, in order.
	spans       []slot
	annotations []slot
}

func (s *sender) run() {
	for {
		var wait time.Duration
		s.slots, wait = s.p.cut(s.slots[:0])
		switch {
		case len(s.slots) > 0:
			s.send()
		case s.idle(wait):
			return
		}
	}
}

// idle waits until a batch may be due. It says true when none will come.
func (s *sender) idle(wait time.Duration) bool {
	var timer <-chan time.Time
	if wait >= 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-s.p.wake:
	case <-timer:
	case <-s.p.closing:
		return s.p.exhausted()
	}
	return false
}

// send encodes the batch and exports its two lists one after the other, so that
// a fault of one does not repeat the other.
func (s *sender) send() {
	s.encode()
	if len(s.spans) > 0 {
		err := s.export(exporter.Batch{Spans: s.batch.Spans})
		s.settle(s.spans, err, func(e *exporter.PartialError) map[exporter.Reason]int { return e.Rejected })
	}
	if len(s.annotations) > 0 {
		err := s.export(exporter.Batch{Annotations: s.batch.Annotations})
		s.settle(s.annotations, err, func(e *exporter.PartialError) map[exporter.Reason]int { return e.RejectedAnnotations })
	}
	clear(s.slots)
	clear(s.spans)
	clear(s.annotations)
	clear(s.batch.Spans)
	clear(s.batch.Annotations)
	s.batch.Spans, s.batch.Annotations = s.batch.Spans[:0], s.batch.Annotations[:0]
	s.spans, s.annotations = s.spans[:0], s.annotations[:0]
}

// encode fills the lists. An item that cannot be encoded costs itself only.
func (s *sender) encode() {
	next := 0
	for next < len(s.slots) {
		err := contain(func() error {
			for ; next < len(s.slots) && s.p.ctx.Err() == nil; next++ {
				s.encodeItem(s.slots[next])
			}
			return nil
		})
		switch {
		case err != nil:
			s.trim()
			s.lose(s.slots[next:next+1], fmt.Errorf("encode: %w", err))
			next++
		case next < len(s.slots):
			s.lose(s.slots[next:], errCutShort)
			return
		}
	}
}

func (s *sender) encodeItem(sl slot) {
	if !sl.item.AppendTo(&s.batch) {
		s.p.forget(sl)
		s.trim()
	} else if sl.class == Annotation {
		s.annotations = append(s.annotations, sl)
	} else {
		s.spans = append(s.spans, sl)
	}
}

// trim takes back what an item that is not to be sent has left in the batch.
func (s *sender) trim() {
	s.batch.Spans = s.batch.Spans[:len(s.spans)]
	s.batch.Annotations = s.batch.Annotations[:len(s.annotations)]
}

func (s *sender) export(batch exporter.Batch) error {
	if s.p.ctx.Err() != nil {
		return errCutShort
	}
	batch.ID = uuid.New()
	batch.Resource = s.p.cfg.Resource
	return retry.Do(s.p.ctx, s.p.cfg.Retry, retry.Within(s.p.cfg.ExportTimeout, func(ctx context.Context) error {
		return contain(func() error { return s.p.cfg.Exporter.Export(ctx, batch) })
	}))
}
