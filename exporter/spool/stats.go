package spool

import (
	"maps"

	"github.com/staso-go/staso/exporter"
)

// ReasonCorrupt counts what was on disk and could not be read back.
const ReasonCorrupt exporter.Reason = "corrupt"

// Count is a number of batches and of what is in them.
type Count struct {
	Batches, Spans, Annotations int64
}

func (c Count) plus(d Count) Count {
	return Count{c.Batches + d.Batches, c.Spans + d.Spans, c.Annotations + d.Annotations}
}

func (c Count) minus(d Count) Count {
	return Count{c.Batches - d.Batches, c.Spans - d.Spans, c.Annotations - d.Annotations}
}

// Stats says what became of the batches of one Exporter, from New to now.
//
// Recovered + Accepted = Delivered + the sum of Dropped + Pending, in spans and
// in annotations at any moment. In batches too: one that the receiver took in
// part is delivered, and Dropped counts only its refused spans and annotations.
type Stats struct {
	// Recovered was on disk already when New opened the folder.
	Recovered Count
	// Accepted was written to disk by Export.
	Accepted Count
	// Delivered was taken by the next exporter.
	Delivered Count
	// Dropped will never be sent: [exporter.ReasonQueueFull] for the oldest that
	// had to leave the byte budget, [ReasonCorrupt], and the reasons of the next
	// exporter's final errors. It is nil where nothing was dropped.
	Dropped map[exporter.Reason]Count
	// Pending is on disk and waits to be sent, or is being sent.
	Pending Count
	// Bytes is what the folder's segments take up, batches that are delivered
	// but not yet removed included.
	Bytes int64
	// Unreadable counts the places where the rest of a segment had to be given
	// up. How many batches of an earlier process were there nobody knows; they
	// are in none of the counts above.
	Unreadable int64
	// LastError is why the sender waits, or the last error that cost data or
	// progress; nil while all goes well.
	LastError error
}

// ledger is the counting part of Stats.
type ledger struct {
	recovered, accepted, delivered Count
	dropped                        map[exporter.Reason]Count
	unreadable                     int64
	lastError                      error
}

func (l *ledger) drop(reason exporter.Reason, n Count) {
	if n == (Count{}) {
		return
	}
	if l.dropped == nil {
		l.dropped = make(map[exporter.Reason]Count)
	}
	l.dropped[reason] = l.dropped[reason].plus(n)
}

// deliver counts a batch that was taken but for what partial, which may be nil,
// counts.
func (l *ledger) deliver(n Count, partial *exporter.PartialError) {
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
	l.delivered = l.delivered.plus(n)
}

func (l *ledger) stats(pending Count, bytes int64) Stats {
	return Stats{
		Recovered:  l.recovered,
		Accepted:   l.accepted,
		Delivered:  l.delivered,
		Dropped:    maps.Clone(l.dropped),
		Pending:    pending,
		Bytes:      bytes,
		Unreadable: l.unreadable,
		LastError:  l.lastError,
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
