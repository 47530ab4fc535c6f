package pipeline

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/staso-go/staso/internal/panics"
)

// errExited is of code that called runtime.Goexit, as the FailNow of a test does.
var errExited = errors.New("it ended its goroutine")

// contain runs code that is not ours. It has a goroutine of its own, for there is
// no other way to survive a runtime.Goexit; a panic becomes an error as well.
func contain(f func() error) error {
	done := make(chan error, 1)
	go func() {
		err := errExited
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %s", panics.Text(r))
			}
			done <- err
		}()
		err = f()
	}()
	return <-done
}

// sound makes of what an exporter returned an error that may be asked for its
// text: a nil pointer in an error, or a wrapper around nothing, would panic.
func sound(err error) (safe error) {
	if err == nil {
		return nil
	}
	if v := reflect.ValueOf(err); v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Errorf("the exporter returned a nil %T", err)
	}
	defer func() {
		if recover() != nil {
			safe = &mute{err}
		}
	}()
	_ = err.Error()
	return err
}

// mute is an error whose own text cannot be had.
type mute struct{ err error }

func (m *mute) Error() string { return fmt.Sprintf("%T without a text", m.err) }

func (m *mute) Unwrap() error { return m.err }
