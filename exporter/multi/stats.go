package multi

import (
	"maps"

	"github.com/staso-go/staso/exporter"
)

// Count is a number of spans and of annotations.
type Count struct {
	Spans, Annotations int64
}

func (c Count) plus(d Count) Count { return Count{c.Spans + d.Spans, c.Annotations + d.Annotations} }

func (c Count) minus(d Count) Count { return Count{c.Spans - d.Spans, c.Annotations - d.Annotations} }

func (c Count) items() int { return int(c.Spans + c.Annotations) }

func countOf(b *exporter.Batch) Count {
	return Count{Spans: int64(len(b.Spans)), Annotations: int64(len(b.Annotations))}
}

// Stats says what became of the batches for one child.
//
// Of a secondary, Received = Exported + the sum of Dropped + Pending, at any
// moment. Of the primary it holds once each batch has found its end: a try that
// ended in a [*exporter.RetryableError] is Pending until the caller's next try,
// and stays that where the caller gives up.
type Stats struct {
	// Name is [Primary] or the name in [WithSecondary].
	Name string
	// Received is all that came in for the child.
	Received Count
	// Exported is what the child took.
	Exported Count
	// Dropped never reached the child or was refused by it, by reason:
	// [exporter.ReasonQueueFull] and [exporter.ReasonOversized] of its queue,
	// [exporter.ReasonRetriesExhausted], [exporter.ReasonShutdown], and those of
	// its final errors. It is nil where nothing was dropped.
	Dropped map[exporter.Reason]Count
	// Pending waits in the queue or is on its way.
	Pending Count
	// LastError is what the child's last failed try said; nil after one that
	// succeeds.
	LastError error
}

// ledger counts for one child. Its owner's mutex guards it.
type ledger struct {
	received, exported, pending Count
	dropped                     map[exporter.Reason]Count
	lastError                   error
}

func (l *ledger) receive(n Count) {
	l.received = l.received.plus(n)
	l.pending = l.pending.plus(n)
}

// drop ends n that was received.
func (l *ledger) drop(reason exporter.Reason, n Count) {
	if n == (Count{}) {
		return
	}
	if l.dropped == nil {
		l.dropped = make(map[exporter.Reason]Count)
	}
	l.dropped[reason] = l.dropped[reason].plus(n)
	l.pending = l.pending.minus(n)
}

// export ends n that was received, but for what partial, which may be nil,
// counts.
func (l *ledger) export(n Count, partial *exporter.PartialError) {
	if partial != nil {
		for reason, spans := range partial.Rejected {
			refused := Count{Spans: min(int64(spans), n.Spans)}
			l.drop(reason, refused)
			n = n.minus(refused)
		}
		for reason, annotations := range partial.RejectedAnnotations {
			refused := Count{Annotations: min(int64(annotations), n.Annotations)}
			l.drop(reason, refused)
			n = n.minus(refused)
		}
	}
	l.exported = l.exported.plus(n)
	l.pending = l.pending.minus(n)
}

func (l *ledger) stats(name string) Stats {
	return Stats{
		Name:      name,
		Received:  l.received,
		Exported:  l.exported,
		Dropped:   maps.Clone(l.dropped),
		Pending:   l.pending,
		LastError: l.lastError,
	}
}

// lost is what was dropped so far, as an error; nil where nothing was.
func (l *ledger) lost() error {
	e := &exporter.PartialError{Rejected: map[exporter.Reason]int{}, RejectedAnnotations: map[exporter.Reason]int{}}
	for reason, n := range l.dropped {
		if n.Spans > 0 {
			e.Rejected[reason] = int(n.Spans)
		}
		if n.Annotations > 0 {
			e.RejectedAnnotations[reason] = int(n.Annotations)
		}
	}
	if len(e.Rejected)+len(e.RejectedAnnotations) == 0 {
		return nil
	}
	return e
}
