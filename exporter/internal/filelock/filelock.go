// Package filelock keeps a second process out of files that one process owns.
package filelock

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld is what Acquire wraps where somebody else holds the lock.
var ErrHeld = errors.New("locked by another process or exporter")

// Lock is a held lock. The operating system gives it up when the process dies,
// however it dies; see lock_other.go for the platforms where that is not so.
type Lock struct{ file *os.File }

// Acquire takes the lock on path, which it creates with mode 0600 if need be.
// It does not wait. Two calls in one process exclude each other as well.
func Acquire(path string) (*Lock, error) {
	file, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return &Lock{file: file}, nil
}

// Release gives the lock up. The file stays where that is needed for the lock to
// be free of races.
func (l *Lock) Release() error { return release(l.file) }
