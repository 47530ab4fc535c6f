package pipeline

import (
	"errors"
	"fmt"

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
