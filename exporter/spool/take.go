package spool

import (
	"context"
	"errors"
	"fmt"

	"github.com/staso-go/staso/exporter"
)

// take hands out the oldest record that was not handed out yet. It returns nil
// where there is none. Only one goroutine may call it.
func (j *journal) take(ctx context.Context) (*flight, error) {
	for {
		s, offset, size := j.front()
		if s == nil {
			return nil, nil
		}
		payload, r, err := s.read(offset, size)
		switch {
		case err == nil:
			if f := j.depart(s, offset, r, payload); f != nil {
				return f, nil
			}
		case errors.Is(err, errPayload):
			j.skip(s, r.end(offset), r.count, err)
		case errors.Is(err, errDamaged), errors.Is(err, errTorn):
			j.giveUp(s, err)
		default:
			return nil, fmt.Errorf("read spool: %w", err)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// front returns where the next record to hand out is.
func (j *journal) front() (s *segment, offset, size int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.segments {
		if s.next < s.size {
			return s, s.next, s.size
		}
	}
	return nil, 0, 0
}

// depart makes a flight of a record, or nothing where its segment was dropped
// while it was read.
func (j *journal) depart(s *segment, offset int64, r record, payload []byte) *flight {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s.next != offset {
		return nil
	}
	s.next = r.end(offset)
	s.waiting = s.waiting.minus(r.count)
	s.flights++
	j.inFlight = j.inFlight.plus(r.count)
	f := &flight{segment: s, offset: offset, count: r.count, payload: payload}
	j.flights = append(j.flights, f)
	return f
}

// skip leaves out one record that cannot be read.
func (j *journal) skip(s *segment, next int64, n Count, cause error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s.next >= next {
		return
	}
	s.next = next
	s.waiting = s.waiting.minus(n)
	j.ledger.drop(ReasonCorrupt, n)
	j.note(fmt.Errorf("%s: %w", s.path, cause))
	j.advance()
}

// giveUp leaves out the rest of a segment in which no record can be told.
func (j *journal) giveUp(s *segment, cause error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s.next >= s.size {
		return
	}
	j.ledger.drop(ReasonCorrupt, s.waiting)
	j.ledger.unreadable++
	j.note(givenUp(s, s.next, cause))
	s.waiting, s.next = Count{}, s.size
	if j.last() == s {
		j.retire()
	}
	j.advance()
}

func givenUp(s *segment, offset int64, cause error) error {
	return fmt.Errorf("%s: %w at byte %d: the rest of it is given up", s.path, cause, offset)
}

// settle ends a flight. The batch was delivered, but for what partial counts,
// where reason is empty; else it is dropped for that reason.
func (j *journal) settle(f *flight, reason exporter.Reason, partial *exporter.PartialError) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if reason == "" {
		j.ledger.deliver(f.count, partial)
		j.ledger.lastError = nil
	} else {
		j.ledger.drop(reason, f.count)
	}
	f.settled = true
	f.segment.flights--
	j.inFlight = j.inFlight.minus(f.count)
	j.advance()
}

// advance moves the cursor up to the oldest record that is not settled, and
// removes the segments before it.
func (j *journal) advance() {
	for len(j.flights) > 0 && j.flights[0].settled {
		j.flights[0] = nil
		j.flights = j.flights[1:]
	}
	if at, ok := j.settledTo(); ok {
		j.note(j.cursor.set(at)) // without it more is sent again after a crash
	}
	j.trim()
	j.checkEmpty()
}

func (j *journal) settledTo() (position, bool) {
	if len(j.flights) > 0 {
		f := j.flights[0]
		return position{f.segment.seq, f.offset}, true
	}
	for i, s := range j.segments {
		if s.next < s.size || i == len(j.segments)-1 {
			return position{s.seq, s.next}, true
		}
	}
	return position{}, false
}

// trim removes the segments of which nothing is wanted any more, but for the one
// that is being written.
func (j *journal) trim() {
	for len(j.segments) > 0 && j.segments[0].done() && (j.active == nil || j.last() != j.segments[0]) {
		j.removeOldest()
	}
}

func (j *journal) last() *segment { return j.segments[len(j.segments)-1] }

// checkEmpty wakes those who wait for the journal to be empty.
func (j *journal) checkEmpty() {
	if j.emptied != nil && j.pending() == (Count{}) {
		close(j.emptied)
		j.emptied = nil
	}
}

// awaitEmpty returns when nothing is pending, or when ctx ends.
func (j *journal) awaitEmpty(ctx context.Context) error {
	j.mu.Lock()
	if j.pending() == (Count{}) {
		j.mu.Unlock()
		return nil
	}
	if j.emptied == nil {
		j.emptied = make(chan struct{})
	}
	emptied := j.emptied
	j.mu.Unlock()
	select {
	case <-emptied:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
