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

// sync makes durable what was appended before. Only one goroutine may call it at
// a time.
func (j *journal) sync() error {
	j.mu.Lock()
	retired, active, unlisted := j.retired, j.active, j.unlisted
	j.retired, j.unlisted = nil, false
	j.mu.Unlock()

	var errs []error
	for _, file := range retired {
		errs = append(errs, file.Sync(), file.Close())
	}
	if active != nil {
		errs = append(errs, active.Sync())
	}
	if unlisted {
		errs = append(errs, syncFolder(j.dir))
	}
	err := errors.Join(errs...)
	if err != nil {
		j.distrust(active, unlisted)
	}
	return err
}

// distrust writes no more to a file that failed to sync: the system may have
// forgotten which of its pages never reached the disk.
func (j *journal) distrust(active *os.File, unlisted bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.unlisted = j.unlisted || unlisted
	if active != nil && j.active == active {
		j.retire()
	}
}

func (j *journal) noteSync(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.note(err)
}
