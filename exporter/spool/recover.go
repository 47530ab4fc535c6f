package spool

import (
	"errors"
	"fmt"
	"os"
)

// recover finds what an earlier process left.
func (j *journal) recover() error {
	found, err := listSegments(j.dir)
	if err != nil {
		return err
	}
	for _, seq := range found {
		if err := j.adopt(seq); err != nil {
			return err
		}
	}
	for i, s := range j.segments {
		s.sealed = i < len(j.segments)-1 // the last one is written on
	}
	j.ledger.recovered = j.pending()
	j.trim()
	j.notify()
	return nil
}

// adopt takes over one segment, cut behind its last whole record.
func (j *journal) adopt(seq uint64) error {
	file, err := os.OpenFile(segmentPath(j.dir, seq), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	s := newSegment(seq, file)
	j.segments = append(j.segments, s)
	j.lastSeq = seq
	err = s.scan()
	if errors.Is(err, errDamaged) {
		j.ledger.unreadable++
		j.note(givenUp(s, s.size, err))
	}
	if errors.Is(err, errDamaged) || errors.Is(err, errTorn) {
		err = s.cut()
	}
	j.bytes += s.size
	return err
}

func givenUp(s *segment, offset int64, cause error) error {
	return fmt.Errorf("%s: %w at byte %d: the rest of it is given up", s.path, cause, offset)
}
