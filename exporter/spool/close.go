package spool

import (
	"errors"
	"fmt"
	"time"
)

// close syncs and closes all files and lets the folder go. The sender and the
// syncer must have ended. What is settled leaves the disk.
func (j *journal) close() error {
	j.mu.Lock()
	j.retire()
	j.trim()
	j.mu.Unlock()
	var errs []error
	if !j.unsynced {
		errs = append(errs, j.sync())
	}
	if j.cursor != nil {
		if !j.unsynced {
			errs = append(errs, j.cursor.sync())
		}
		errs = append(errs, j.cursor.close())
	}
	return errors.Join(append(errs, j.lock.Release())...)
}

// syncProgress syncs the cursor now and then. Only the sender's loop calls it, so
// that no Export waits for it.
func (j *journal) syncProgress(now time.Time) {
	if j.unsynced || now.Sub(j.cursor.synced) < syncEvery {
		return
	}
	j.cursor.synced = now
	if err := j.cursor.sync(); err != nil {
		j.setLastError(err)
	}
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

func (j *journal) setLastError(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ledger.lastError = err
}
