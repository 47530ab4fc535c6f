package spool

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// segment is one file of records. The journal's mutex guards its fields, but for
// seq, path and file, which never change. The file is open until the segment is
// removed: there are few segments, since each is a good part of the budget.
type segment struct {
	seq  uint64
	path string
	file *os.File

	size    int64 // where the last whole record ends
	next    int64 // where the first record starts that was not looked at yet
	waiting Count // the pending records from next to size
	flights int   // the records that were handed out and not settled yet
	sealed  bool  // nothing more is appended
	removed bool
	dirty   bool // written to since the last sync

	// ctx ends where the segment is dropped: its records are not worth another
	// try.
	ctx    context.Context // it is the segment's life, not a call's
	cancel context.CancelFunc
}

const segmentSuffix = ".spool"

func segmentPath(dir string, seq uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%016x", seq)+segmentSuffix)
}

func newSegment(seq uint64, file *os.File) *segment {
	s := &segment{seq: seq, path: file.Name(), file: file}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.size, s.next = int64(len(segmentHeader)), int64(len(segmentHeader))
	return s
}

// createSegment makes a segment of that name. Its error is fs.ErrExist where
// something has the name already.
func createSegment(dir string, seq uint64) (*segment, error) {
	file, err := os.OpenFile(segmentPath(dir, seq), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := file.WriteAt([]byte(segmentHeader), 0); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	s := newSegment(seq, file)
	s.dirty = true
	return s, nil
}

// empty says that nothing of the segment is wanted any more.
func (s *segment) empty() bool { return s.waiting == Count{} && s.flights == 0 }

// append writes frame behind the last record, or leaves no trace of it.
func (s *segment) append(frame []byte, n Count) error {
	if _, err := s.file.WriteAt(frame, s.size); err != nil {
		return errors.Join(err, s.file.Truncate(s.size))
	}
	s.size += int64(len(frame))
	s.waiting = s.waiting.plus(n)
	s.dirty = true
	return nil
}

// mark writes that the record at offset needs no more sending.
func (s *segment) mark(offset int64) error {
	var state [4]byte
	binary.LittleEndian.PutUint32(state[:], settledMark)
	s.dirty = true
	_, err := s.file.WriteAt(state[:], offset+stateOffset)
	return err
}

// scan finds the whole records of a file that an earlier process wrote, and
// counts the pending ones. It returns errTorn or errDamaged where the file goes
// on after the last of them.
func (s *segment) scan() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if err := checkSegmentHeader(s.file); err != nil {
		return err
	}
	for s.size < info.Size() {
		r, err := readHeader(s.file, s.size, info.Size())
		if err != nil {
			return err
		}
		if !r.settled {
			s.waiting = s.waiting.plus(r.count)
		}
		s.size = r.end(s.size)
	}
	return nil
}

// cut ends the file where its last whole record ends.
func (s *segment) cut() error {
	s.dirty = true
	if err := s.file.Truncate(s.size); err != nil {
		return err
	}
	if s.size > int64(len(segmentHeader)) {
		return nil
	}
	_, err := s.file.WriteAt([]byte(segmentHeader), 0)
	return err
}

// remove takes the file off the disk.
func (s *segment) remove() error {
	s.removed = true
	s.cancel()
	return errors.Join(s.file.Close(), os.Remove(s.path))
}

// listSegments returns the numbers of the segments in dir, oldest first. Files
// with other names are none of its business.
func listSegments(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []uint64
	for _, entry := range entries {
		digits, isSegment := strings.CutSuffix(entry.Name(), segmentSuffix)
		seq, err := strconv.ParseUint(digits, 16, 64)
		if isSegment && err == nil && len(digits) == 16 && entry.Type().IsRegular() {
			found = append(found, seq)
		}
	}
	slices.SortFunc(found, cmp.Compare[uint64])
	return found, nil
}
