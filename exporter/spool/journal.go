package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/filelock"
)

// journal is the queue on disk: append at one end, take and settle at the other.
//
// Everything that Export and the sender share is behind mu, which is held over
// writes to the page cache but never over a sync, a read or a send.
type journal struct {
	dir          string
	maxBytes     int64
	segmentBytes int64
	lock         *filelock.Lock

	// wake has room for one note to the sender that there is something to take.
	wake chan struct{}

	mu       sync.Mutex
	segments []*segment // oldest first
	active   *os.File   // the last segment, where that is still written to
	retired  []*os.File // written before active, and neither synced nor closed yet
	unlisted bool       // a file was made and the folder not synced since
	unsynced bool       // never sync: a retired file is just closed
	lastSeq  uint64
	bytes    int64
	cursor   *cursor
	flights  []*flight // in the order in which they were taken
	inFlight Count
	ledger   ledger
	emptied  chan struct{} // closed once nothing is pending; nil while nobody waits
}

// flight is a record on its way to the next exporter.
type flight struct {
	segment *segment
	offset  int64
	count   Count
	payload []byte
	settled bool
}

// openJournal takes hold of dir, which it makes if need be, and of what an
// earlier process left in it.
func openJournal(dir string, c *config) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := filelock.Acquire(filepath.Join(dir, "lock"))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("%w: %s: give each process a folder of its own: %w", ErrLocked, dir, err)
	}
	if err != nil {
		return nil, err
	}
	j := &journal{
		dir:          dir,
		maxBytes:     c.maxBytes,
		segmentBytes: c.segmentBytes(),
		lock:         lock,
		unsynced:     c.syncInterval < 0,
		wake:         make(chan struct{}, 1),
	}
	if err := j.recover(); err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

// append writes a frame and makes room for it first. The batch is durable
// against a crash of the process when append returns, and against a power cut
// after the next sync.
func (j *journal) append(frame []byte, n Count) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.makeRoom(int64(len(frame))); err != nil {
		return err
	}
	s, err := j.writable(int64(len(frame)))
	if err != nil {
		return err
	}
	if err := s.append(j.active, frame, n); err != nil {
		return err
	}
	j.bytes += int64(len(frame))
	j.ledger.accepted = j.ledger.accepted.plus(n)
	j.notify()
	return nil
}

// makeRoom drops the oldest segments until n more bytes fit the budget.
func (j *journal) makeRoom(n int64) error {
	n += int64(len(segmentHeader)) // a new segment may be needed
	if n > j.maxBytes || n > maxPayload {
		return &exporter.ReasonError{
			Reason: exporter.ReasonOversized,
			Err:    fmt.Errorf("spool %s: batch of %d bytes is larger than the %d that the spool may hold", j.dir, n, min(j.maxBytes, maxPayload)),
		}
	}
	for j.bytes+n > j.maxBytes && len(j.segments) > 0 {
		if len(j.segments) == 1 {
			j.retire()
		}
		j.dropOldest()
	}
	return nil
}

func (j *journal) dropOldest() {
	s := j.segments[0]
	j.ledger.drop(exporter.ReasonQueueFull, s.waiting)
	if s.waiting != (Count{}) {
		j.note(errBudget)
	}
	s.waiting, s.next = Count{}, s.size
	s.cancel(errBudget)
	j.removeOldest()
}

// writable returns the segment that takes the next n bytes.
func (j *journal) writable(n int64) (*segment, error) {
	if j.active != nil {
		s := j.segments[len(j.segments)-1]
		if s.size+n <= j.segmentBytes || s.size == int64(len(segmentHeader)) {
			return s, nil
		}
		j.retire()
	}
	s, file, err := j.begin()
	if err != nil {
		return nil, err
	}
	j.segments = append(j.segments, s)
	j.active, j.unlisted = file, true
	j.bytes += s.size
	return s, nil
}

// begin makes the next segment, under the first name that is free.
func (j *journal) begin() (*segment, *os.File, error) {
	for {
		s := newSegment(j.dir, j.lastSeq+1)
		file, err := s.create()
		if err == nil || errors.Is(err, fs.ErrExist) {
			j.lastSeq++
		}
		if !errors.Is(err, fs.ErrExist) {
			return s, file, err
		}
	}
}

// retire ends the writing to the active segment. The next sync closes its file.
func (j *journal) retire() {
	if j.active == nil {
		return
	}
	if j.unsynced {
		j.note(j.active.Close())
	} else {
		j.retired = append(j.retired, j.active)
	}
	j.active = nil
}

// removeOldest takes the oldest segment out of the queue and off the disk. A
// file that will not go away is met again, and found settled, at the next New.
func (j *journal) removeOldest() {
	s := j.segments[0]
	j.segments[0] = nil
	j.segments = j.segments[1:]
	j.bytes -= s.size
	j.note(os.Remove(s.path))
	j.checkEmpty()
}

// note keeps an error that costs no more than what is counted elsewhere.
func (j *journal) note(err error) {
	if err != nil {
		j.ledger.lastError = fmt.Errorf("spool %s: %w", j.dir, err)
	}
}

// notify tells the sender that there is something to take.
func (j *journal) notify() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

func (j *journal) pending() Count {
	n := j.inFlight
	for _, s := range j.segments {
		n = n.plus(s.waiting)
	}
	return n
}

func (j *journal) stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.stats(j.pending(), j.bytes)
}
