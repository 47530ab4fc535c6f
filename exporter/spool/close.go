package spool

import (
	"errors"
	"fmt"
)

// close syncs and closes all files and lets the folder go. The sender and the
// syncer must have ended. What is settled leaves the disk.
func (j *journal) close() error {
	var syncErr error
	if !j.unsynced {
		syncErr = j.sync()
	}
	j.mu.Lock()
	if s := j.last(); s != nil {
		s.sealed = true
	}
	j.trim()
	j.mu.Unlock()
	return errors.Join(syncErr, j.release())
}

// release closes all files as they are and lets the folder go.
func (j *journal) release() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var errs []error
	for _, s := range j.segments {
		s.cancel()
		errs = append(errs, s.file.Close())
	}
	return errors.Join(append(errs, j.lock.Release())...)
}

// remainder says what stays on disk after the sender was stopped by cause.
func (j *journal) remainder(cause error) error {
	s := j.stats()
	if cause == nil || s.Pending == (Count{}) {
		return nil
	}
	return fmt.Errorf("%w: nothing is lost: %d batches with %d spans and %d annotations wait in %s for its next start: %w",
		ErrPending, s.Pending.Batches, s.Pending.Spans, s.Pending.Annotations, j.dir, cause)
}

// losses says what was dropped.
func (j *journal) losses() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.ledger.lost(); err != nil {
		return fmt.Errorf("spool %s: %w", j.dir, err)
	}
	return nil
}

func (j *journal) stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.stats(j.pending(), j.bytes)
}

func (j *journal) setLastError(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ledger.lastError = err
}
