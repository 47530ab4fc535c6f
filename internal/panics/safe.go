package panics

import (
	"errors"
	"fmt"
)

// Safe makes of an error that code of somebody else's returned one that may be
// examined. A nil pointer of an error type, in err or in what it wraps, would
// panic in errors.As: it is told by its type and wraps nothing. An error that
// cannot say its text still wraps what it did.
func Safe(err error) error {
	switch {
	case err == nil:
		return nil
	case panicking(func() { _ = errors.Is(err, errNone) }):
		return fmt.Errorf("an error that cannot be examined: %T", err)
	case panicking(func() { _ = err.Error() }):
		return &mute{err}
	}
	return err
}

// errNone is what no error is.
var errNone = errors.New("none")

func panicking(f func()) (panics bool) {
	defer func() { panics = recover() != nil }()
	f()
	return false
}

// mute is an error whose own text cannot be had.
type mute struct{ err error }

func (m *mute) Error() string { return fmt.Sprintf("an error without a text: %T", m.err) }

func (m *mute) Unwrap() error { return m.err }
