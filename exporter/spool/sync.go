package spool

import (
	"context"
	"errors"
	"os"
	"time"
)

// syncer is the one goroutine that syncs: the batches that are accepted while it
// is busy share its next round.
type syncer struct {
	journal  *journal
	interval time.Duration
	requests chan chan error
	dirty    chan struct{}
	stop     chan struct{}
	stopped  chan struct{}
}

// startSyncer starts the goroutine, which close ends; an interval below 0 has
// none.
func startSyncer(j *journal, interval time.Duration) *syncer {
	s := &syncer{
		journal:  j,
		interval: interval,
		requests: make(chan chan error),
		dirty:    make(chan struct{}, 1),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	if interval < 0 {
		close(s.stopped)
		return s
	}
	go s.run()
	return s
}

// commit returns when what was appended before is as durable as the policy says.
func (s *syncer) commit(ctx context.Context) error {
	switch {
	case s.interval < 0:
		return nil
	case s.interval > 0:
		select {
		case s.dirty <- struct{}{}:
		default:
		}
		return nil
	}
	done := make(chan error, 1)
	select {
	case s.requests <- done:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close ends the goroutine. Nobody may be in commit.
func (s *syncer) close() {
	close(s.stop)
	<-s.stopped
}

func (s *syncer) run() {
	defer close(s.stopped)
	for {
		select {
		case first := <-s.requests:
			s.round(first)
		case <-s.dirty:
			if !s.pause() {
				return
			}
			s.journal.noteSync(s.journal.sync())
		case <-s.stop:
			return
		}
	}
}

// round syncs for all that wait by now.
func (s *syncer) round(first chan error) {
	waiting := []chan error{first}
	for {
		select {
		case another := <-s.requests:
			waiting = append(waiting, another)
			continue
		default:
		}
		break
	}
	err := s.journal.sync()
	for _, done := range waiting {
		done <- err
	}
}

// pause waits for the interval; false means that the end came first.
func (s *syncer) pause() bool {
	timer := time.NewTimer(s.interval)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.stop:
		return false
	}
}

// sync makes durable what was appended and settled before.
func (j *journal) sync() error {
	// One at a time: whoever finds a segment clean must know that its sync is over.
	j.syncing.Lock()
	defer j.syncing.Unlock()
	j.mu.Lock()
	unlisted := j.unlisted
	j.unlisted = false
	var written []*segment
	for _, s := range j.segments {
		if s.dirty {
			s.dirty = false
			written = append(written, s)
		}
	}
	j.mu.Unlock()

	var errs []error
	for _, s := range written {
		// One that was removed meanwhile is closed, and nobody wants it any more.
		if err := s.file.Sync(); err != nil && !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if unlisted {
		errs = append(errs, syncFolder(j.dir))
	}
	err := errors.Join(errs...)
	if err != nil {
		j.distrust(written, unlisted)
	}
	return err
}

// distrust appends no more to files that failed to sync: the system may have
// forgotten which of their pages never reached the disk.
func (j *journal) distrust(segments []*segment, unlisted bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.unlisted = j.unlisted || unlisted
	for _, s := range segments {
		s.sealed = true
	}
}

// syncProgress syncs after a while of deliveries, so that a power cut makes it
// send no more than those of that while again. Only the sender's loop calls it, so
// no Export waits for it.
func (s *sender) syncProgress() {
	const every = time.Second
	now := time.Now()
	if s.journal.unsynced || now.Sub(s.synced) < every {
		return
	}
	s.synced = now
	if err := s.journal.sync(); err != nil {
		s.journal.setLastError(err)
	}
}

func (j *journal) noteSync(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.note(err)
}
