package spool

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/staso-go/staso/exporter"
)

// flight is a record on its way to the next exporter.
type flight struct {
	segment *segment
	offset  int64
	count   Count
	payload []byte
}

// take hands out the oldest record that was not handed out yet. It returns nil
// where there is none. Only one goroutine may call it.
func (j *journal) take(ctx context.Context) (*flight, error) {
	for ctx.Err() == nil {
		s, offset, size := j.front()
		if s == nil {
			return nil, nil
		}
		f, err := j.load(s, offset, size)
		if f != nil || err != nil {
			return f, err
		}
	}
	return nil, ctx.Err()
}

// front returns where to look for the next record.
func (j *journal) front() (s *segment, offset, size int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.segments {
		if s.waiting != (Count{}) {
			return s, s.next, s.size
		}
	}
	return nil, 0, 0
}

// load reads one record. It returns neither a flight nor an error where the one
// at offset is settled, cannot be read, or has been dropped by now.
func (j *journal) load(s *segment, offset, size int64) (*flight, error) {
	r, err := readHeader(s.file, offset, size)
	var payload []byte
	if err == nil && !r.settled {
		payload, err = readPayload(s.file, offset, r)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case s.removed:
		return nil, nil
	case err == nil && r.settled:
		s.next = r.end(offset)
		return nil, nil
	case err == nil:
		return j.depart(s, offset, r, payload), nil
	case errors.Is(err, errPayload):
		j.skip(s, offset, r)
	case errors.Is(err, errDamaged), errors.Is(err, errTorn), errors.Is(err, os.ErrClosed):
		j.giveUp(s, err)
	default:
		return nil, fmt.Errorf("read spool: %w", err)
	}
	return nil, nil
}

// depart makes a flight of a record.
func (j *journal) depart(s *segment, offset int64, r record, payload []byte) *flight {
	s.next = r.end(offset)
	s.waiting = s.waiting.minus(r.count)
	s.flights++
	j.inFlight = j.inFlight.plus(r.count)
	return &flight{segment: s, offset: offset, count: r.count, payload: payload}
}

// skip leaves out one record whose payload cannot be read.
func (j *journal) skip(s *segment, offset int64, r record) {
	s.next = r.end(offset)
	s.waiting = s.waiting.minus(r.count)
	j.ledger.drop(ReasonCorrupt, r.count)
	j.note(fmt.Errorf("%s: %w at byte %d", s.path, errPayload, offset))
	j.note(s.mark(offset))
	j.trim()
	j.checkEmpty()
}

// giveUp leaves out the rest of a segment in which no record can be told.
func (j *journal) giveUp(s *segment, cause error) {
	j.ledger.drop(ReasonCorrupt, s.waiting)
	j.ledger.unreadable++
	j.note(givenUp(s, s.next, cause))
	s.waiting, s.sealed = Count{}, true
	j.trim()
	j.checkEmpty()
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
	s := f.segment
	s.flights--
	j.inFlight = j.inFlight.minus(f.count)
	if !s.removed {
		j.note(s.mark(f.offset)) // without the mark it is sent again after a restart
	}
	j.trim()
	j.checkEmpty()
}
