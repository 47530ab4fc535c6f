package pipeline

import (
	"context"
	"errors"
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

func newSender(p *Pipeline) *sender { return &sender{p: p} }

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
		s.settle(s.spans, s.export(exporter.Batch{Spans: s.batch.Spans}), spansRejected)
	}
	if len(s.annotations) > 0 {
		s.settle(s.annotations, s.export(exporter.Batch{Annotations: s.batch.Annotations}), annotationsRejected)
	}
	clear(s.slots)
	clear(s.spans)
	clear(s.annotations)
	clear(s.batch.Spans)
	clear(s.batch.Annotations)
}

func (s *sender) encode() {
	s.batch.Spans, s.batch.Annotations = s.batch.Spans[:0], s.batch.Annotations[:0]
	s.spans, s.annotations = s.spans[:0], s.annotations[:0]
	for _, sl := range s.slots {
		var wanted bool
		err := contain(func() error {
			wanted = sl.item.AppendTo(&s.batch)
			return nil
		})
		switch {
		case err != nil:
			s.p.settle(sl, exporter.ReasonExporterFailed, fmt.Errorf("encode: %w", err))
			s.tell(err)
		case !wanted:
			s.p.forget(sl)
		case sl.class == Annotation:
			s.annotations = append(s.annotations, sl)
		default:
			s.spans = append(s.spans, sl)
		}
	}
}

func (s *sender) export(batch exporter.Batch) error {
	if s.p.ctx.Err() != nil {
		return errCutShort
	}
	batch.ID = uuid.New()
	batch.Resource = s.p.cfg.Resource
	err := retry.Do(s.p.ctx, s.p.cfg.Retry, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, s.p.cfg.ExportTimeout)
		defer cancel()
		return contain(func() error { return s.p.cfg.Exporter.Export(ctx, batch) })
	})
	if err != nil && s.p.ctx.Err() != nil {
		return errors.Join(errCutShort, err)
	}
	return err
}

// errCutShort marks what was under way when the deadline of Shutdown passed.
var errCutShort = errors.New("the deadline of Shutdown passed")

func spansRejected(e *exporter.PartialError) map[exporter.Reason]int { return e.Rejected }
func annotationsRejected(e *exporter.PartialError) map[exporter.Reason]int {
	return e.RejectedAnnotations
}

// settle writes the fate of a batch into the books.
func (s *sender) settle(slots []slot, err error, rejected func(*exporter.PartialError) map[exporter.Reason]int) {
	var partial *exporter.PartialError
	switch {
	case err == nil:
		s.p.settleAll(slots, "", nil)
		return
	case errors.As(err, &partial) && !errors.Is(err, errCutShort):
		rest := slots
		for reason, n := range rejected(partial) {
			n = min(max(n, 0), len(rest))
			s.p.settleAll(rest[:n], reason, err)
			rest = rest[n:]
		}
		s.p.settleAll(rest, "", nil)
	default:
		s.p.settleAll(slots, reasonOf(err), err)
	}
	s.tell(err)
}

func reasonOf(err error) exporter.Reason {
	var reasoned *exporter.ReasonError
	var retryable *exporter.RetryableError
	switch {
	case errors.Is(err, errCutShort):
		return exporter.ReasonShutdown
	case errors.As(err, &reasoned):
		return reasoned.Reason
	case errors.As(err, &retryable):
		return exporter.ReasonRetriesExhausted
	}
	return exporter.ReasonExporterFailed
}

func (s *sender) tell(err error) {
	if s.p.cfg.OnTrouble != nil {
		s.p.cfg.OnTrouble(err)
	}
}

// contain turns a panic of code that is not ours into an error.
func contain(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return f()
}
