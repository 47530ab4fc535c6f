package spool

import (
	"context"
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
// writes to the page cache but never over a sync, a read of a payload or a send.
type journal struct {
	dir          string
	maxBytes     int64
	segmentBytes int64
	unsynced     bool // never sync
	lock         *filelock.Lock

	// wake has room for one note to the sender that there is something to take.
	wake chan struct{}

	syncing sync.Mutex // held over a sync; taken before mu

	mu       sync.Mutex
	segments []*segment // oldest first; all but the last are sealed
	unlisted bool       // a file was made and the folder not synced since
	lastSeq  uint64
	bytes    int64
	inFlight Count
	ledger   ledger
	emptied  chan struct{} // closed once nothing is pending; nil while nobody waits
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
		unsynced:     c.syncInterval < 0,
		lock:         lock,
		wake:         make(chan struct{}, 1),
	}
	if err := j.recover(); err != nil {
		return nil, errors.Join(err, j.release())
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
	if err := s.append(frame, n); err != nil {
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
	if limit := min(j.maxBytes, maxPayload); n > limit {
		return &exporter.ReasonError{
			Reason: exporter.ReasonOversized,
			Err:    fmt.Errorf("spool %s: batch of %d bytes is larger than the %d that the spool may hold", j.dir, n, limit),
		}
	}
	for j.bytes+n > j.maxBytes && len(j.segments) > 0 {
		j.dropOldest()
	}
	return nil
}

var errBudget = errors.New("the oldest batches were dropped to stay within the byte budget")

func (j *journal) dropOldest() {
	s := j.segments[0]
	if s.waiting != (Count{}) {
		j.ledger.drop(exporter.ReasonQueueFull, s.waiting)
		j.note(errBudget)
	}
	s.waiting = Count{}
	j.removeOldest()
}

// writable returns the segment that takes the next n bytes.
func (j *journal) writable(n int64) (*segment, error) {
	if s := j.last(); s != nil && !s.sealed {
		if s.size+n <= j.segmentBytes || s.size == int64(len(segmentHeader)) {
			return s, nil
		}
		s.sealed = true
		j.trim()
	}
	s, err := j.begin()
	if err != nil {
		return nil, err
	}
	j.segments = append(j.segments, s)
	j.unlisted = true
	j.bytes += s.size
	return s, nil
}

// begin makes the next segment, under the first name that is free.
func (j *journal) begin() (*segment, error) {
	for {
		s, err := createSegment(j.dir, j.lastSeq+1)
		if err == nil || errors.Is(err, fs.ErrExist) {
			j.lastSeq++
		}
		if !errors.Is(err, fs.ErrExist) {
			return s, err
		}
	}
}

func (j *journal) last() *segment {
	if len(j.segments) == 0 {
		return nil
	}
	return j.segments[len(j.segments)-1]
}

// trim removes the oldest segments of which nothing is wanted any more, but for
// the one that is being written.
func (j *journal) trim() {
	for len(j.segments) > 0 && j.segments[0].sealed && j.segments[0].empty() {
		j.removeOldest()
	}
}

// removeOldest takes the oldest segment out of the queue and off the disk. A
// file that will not go away is met again at the next New.
func (j *journal) removeOldest() {
	s := j.segments[0]
	j.segments[0] = nil
	j.segments = j.segments[1:]
	j.bytes -= s.size
	j.note(s.remove())
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
