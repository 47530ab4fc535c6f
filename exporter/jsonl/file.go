package jsonl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/filelock"
)

// file is the rotating file. The Exporter's mutex guards it.
type file struct {
	path string
	config
	lock *filelock.Lock
	// current is nil after an error that leaves no file open; the next write
	// opens it again.
	current *os.File
	size    int64
	// torn says that the last line has no end.
	torn bool
}

func openFile(path string, c config) (*file, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a regular file: NewWriter writes to anything", ErrInvalidOption, path)
	}
	lock, err := filelock.Acquire(path + ".lock")
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("%w: %s: give each process a file of its own: %w", ErrLocked, path, err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the folder of %s is missing: make it first: %w", path, err)
	}
	if err != nil {
		return nil, err
	}
	f := &file{path: path, config: c, lock: lock}
	if err := f.open(); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return f, nil
}

// open opens the current file and looks how it ends.
func (f *file) open() error {
	current, err := os.OpenFile(f.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := current.Stat()
	if err != nil {
		return errors.Join(err, current.Close())
	}
	last := [1]byte{'\n'}
	if info.Size() > 0 {
		if _, err := current.ReadAt(last[:], info.Size()-1); err != nil {
			return errors.Join(err, current.Close())
		}
	}
	f.current, f.size, f.torn = current, info.Size(), last[0] != '\n'
	return nil
}

func (f *file) put(e *encoded) error {
	if err := f.write(e.lines.Bytes()); err != nil {
		return &exporter.RetryableError{Err: err}
	}
	return nil
}

// write appends the lines, all of them or none.
func (f *file) write(lines []byte) error {
	if err := f.prepare(int64(len(lines))); err != nil {
		return err
	}
	if f.torn {
		lines = append([]byte{'\n'}, lines...)
	}
	n, err := f.current.Write(lines)
	if err == nil && f.sync {
		err = f.current.Sync()
	}
	if err != nil {
		return errors.Join(err, f.takeBack(int64(n)))
	}
	f.size += int64(n)
	f.torn = false
	return nil
}

// takeBack removes the last n bytes. It asks for the size, for somebody may have
// truncated the file behind our back.
func (f *file) takeBack(n int64) error {
	info, err := f.current.Stat()
	if err == nil {
		err = f.current.Truncate(max(info.Size()-n, 0))
	}
	if err != nil {
		// Look again at how it ends before anything more is written.
		err = errors.Join(err, f.current.Close())
		f.current = nil
	}
	return err
}

// prepare makes sure that a file is open and has room for n bytes.
func (f *file) prepare(n int64) error {
	if f.current == nil {
		if err := f.open(); err != nil {
			return err
		}
	}
	if f.maxBytes == 0 || f.size == 0 || f.size+n <= f.maxBytes {
		return nil
	}
	return f.rotate()
}

// rotate closes the current file and begins a new one.
func (f *file) rotate() error {
	err := errors.Join(f.current.Sync(), f.current.Close())
	f.current = nil
	if err != nil {
		return fmt.Errorf("rotate: %w", err)
	}
	if err := f.shift(); err != nil {
		return fmt.Errorf("rotate: %w", err)
	}
	return f.open()
}

// shift gives each file the next one's name; the oldest is overwritten.
func (f *file) shift() error {
	if f.maxFiles == 1 {
		return os.Remove(f.path)
	}
	for i := f.maxFiles - 1; i > 0; i-- {
		err := os.Rename(f.name(i-1), f.name(i))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (f *file) name(i int) string {
	if i == 0 {
		return f.path
	}
	return f.path + "." + strconv.Itoa(i)
}

func (f *file) close() error {
	var err error
	if f.current != nil {
		err = errors.Join(f.current.Sync(), f.current.Close())
	}
	return errors.Join(err, f.lock.Release())
}
