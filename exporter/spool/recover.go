package spool

import (
	"errors"
	"os"
	"path/filepath"
)

// recover reads the cursor and finds what is pending behind it.
func (j *journal) recover() error {
	c, err := openCursor(filepath.Join(j.dir, "cursor"))
	if err != nil {
		return err
	}
	j.cursor = c
	j.lastSeq = c.at.segment
	found, err := listSegments(j.dir)
	if err != nil {
		return err
	}
	for i, s := range found {
		j.lastSeq = max(j.lastSeq, s.seq)
		if s.seq < c.at.segment {
			j.note(os.Remove(s.path))
			continue
		}
		if err := j.adopt(s, i == len(found)-1); err != nil {
			return err
		}
	}
	j.ledger.recovered = j.pending()
	j.trim()
	j.notify()
	return nil
}

// adopt takes over one segment of an earlier process, cut behind its last whole
// record. The last segment is written on.
func (j *journal) adopt(s *segment, last bool) error {
	file, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = s.scan(file, j.cursor.at)
	if errors.Is(err, errDamaged) {
		j.ledger.unreadable++
		j.note(givenUp(s, s.size, err))
	}
	if errors.Is(err, errDamaged) || errors.Is(err, errTorn) {
		err = s.cut(file)
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	j.segments = append(j.segments, s)
	j.bytes += s.size
	if last {
		j.active = file
		return nil
	}
	return file.Close()
}

// cut ends the file where its last whole record ends.
func (s *segment) cut(file *os.File) error {
	if err := file.Truncate(s.size); err != nil {
		return err
	}
	if s.size > int64(len(segmentHeader)) {
		return nil
	}
	_, err := file.WriteAt([]byte(segmentHeader), 0)
	return err
}
