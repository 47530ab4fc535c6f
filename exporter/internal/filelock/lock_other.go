//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// open takes the file's existence for the lock. A process that was killed leaves
// it behind, and a person has to remove it.
func open(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: remove the file if no process uses it", ErrHeld)
	}
	return file, err
}

func release(file *os.File) error {
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
