package spool

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// segment is one file of records. The journal's mutex guards its fields.
type segment struct {
	seq  uint64
	path string
	// size is where the last whole record ends.
	size int64
	// next is where the first record starts that was not handed out yet, and
	// waiting counts from there to size.
	next    int64
	waiting Count
	// flights counts the records that were handed out and not settled yet.
	flights int

	// ctx ends where the segment is dropped: its records are not worth another
	// try.
	ctx    context.Context //nolint:containedctx // it is the segment's life, not a call's
	cancel context.CancelCauseFunc
}

// errBudget is the cause with which a dropped segment's ctx ends.
var errBudget = errors.New("dropped to keep the spool within its byte budget")

const segmentSuffix = ".spool"

func newSegment(dir string, seq uint64) *segment {
	s := &segment{seq: seq, path: filepath.Join(dir, fmt.Sprintf("%016x", seq)+segmentSuffix)}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	s.size, s.next = int64(len(segmentHeader)), int64(len(segmentHeader))
	return s
}

// done says that nothing of the segment is wanted any more.
func (s *segment) done() bool { return s.next >= s.size && s.flights == 0 }

// create makes the segment's file, open for append.
func (s *segment) create() (*os.File, error) {
	file, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := file.WriteAt([]byte(segmentHeader), 0); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(s.path))
	}
	return file, nil
}

// append writes frame behind the last record, or leaves no trace of it.
func (s *segment) append(file *os.File, frame []byte, n Count) error {
	if _, err := file.WriteAt(frame, s.size); err != nil {
		return errors.Join(err, file.Truncate(s.size))
	}
	s.size += int64(len(frame))
	s.waiting = s.waiting.plus(n)
	return nil
}

// scan finds the whole records of a file that an earlier process wrote, and
// counts those from the cursor on. It returns errTorn or errDamaged where the
// file goes on after the last of them.
func (s *segment) scan(file *os.File, at position) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := checkSegmentHeader(file); err != nil {
		return err
	}
	settled := int64(0)
	if at.segment == s.seq {
		settled = at.offset
	}
	for s.size < info.Size() {
		r, err := readHeader(file, s.size, info.Size())
		if err != nil {
			return err
		}
		if s.size < settled {
			s.next = r.end(s.size)
		} else {
			s.waiting = s.waiting.plus(r.count)
		}
		s.size = r.end(s.size)
	}
	return nil
}

// read returns the record at offset, and where the next one starts if that can
// be told.
func (s *segment) read(offset, size int64) (payload []byte, r record, err error) {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, r, errDamaged
	}
	if err != nil {
		return nil, r, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	r, err = readHeader(file, offset, size)
	if err != nil {
		return nil, r, err
	}
	payload, err = readPayload(file, offset, r)
	return payload, r, err
}

// listSegments returns the segments of dir, oldest first, unscanned. Files with
// other names are none of its business.
func listSegments(dir string) ([]*segment, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var segments []*segment
	for _, entry := range entries {
		digits, isSegment := strings.CutSuffix(entry.Name(), segmentSuffix)
		seq, err := strconv.ParseUint(digits, 16, 64)
		if !isSegment || err != nil || len(digits) != 16 || !entry.Type().IsRegular() {
			continue
		}
		segments = append(segments, newSegment(dir, seq))
	}
	slices.SortFunc(segments, func(a, b *segment) int {
		if a.seq < b.seq {
			return -1
		}
		return 1
	})
	return segments, nil
}
