package pipeline

import (
	"fmt"
	"maps"

	"github.com/staso-go/staso/exporter"
)

// Loss is what did not arrive.
type Loss struct {
	Spans       map[exporter.Reason]int64
	Annotations map[exporter.Reason]int64
	Pending     int64 // spans whose fate is not known yet
	Err         error // the last cause
}

// isLoss is not true of what the user left out.
func isLoss(reason exporter.Reason) bool {
	return reason != exporter.ReasonSampled && reason != exporter.ReasonUserDrop
}

func (l *Loss) empty() bool {
	return len(l.Spans) == 0 && len(l.Annotations) == 0 && l.Pending == 0 && l.Err == nil
}

func (l *Loss) add(class Class, reason exporter.Reason, n int64) {
	book := &l.Spans
	switch class {
	case Annotation:
		book = &l.Annotations
	case Provisional: // its final span will come
		return
	}
	if *book == nil {
		*book = map[exporter.Reason]int64{}
	}
	(*book)[reason] += n
}

func (l *Loss) merge(other Loss) {
	for reason, n := range other.Spans {
		l.add(Span, reason, n)
	}
	for reason, n := range other.Annotations {
		l.add(Annotation, reason, n)
	}
	if l.Err == nil {
		l.Err = other.Err
	}
}

// clone shares no map with l: several callers may get the same answer.
func (l *Loss) clone() Loss {
	out := *l
	out.Spans, out.Annotations = maps.Clone(l.Spans), maps.Clone(l.Annotations)
	return out
}

// totalLoss is all that was lost since New, and why: err, and what the exporter
// said last.
func (p *Pipeline) totalLoss(err error) Loss {
	p.mu.Lock()
	defer p.mu.Unlock()
	loss := Loss{Pending: p.books[Span].Pending}
	for _, class := range []Class{Span, Annotation} {
		for _, counts := range []map[exporter.Reason]int64{p.books[class].Dropped, p.books[class].Failed} {
			for reason, n := range counts {
				if isLoss(reason) {
					loss.add(class, reason, n)
				}
			}
		}
	}
	loss.Err = err
	if !loss.empty() {
		loss.Err = because(err, p.lastErr)
	}
	return loss
}

// because wraps both errors, either of which may be nil.
func because(err, cause error) error {
	switch {
	case err == nil:
		return cause
	case cause == nil:
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}
