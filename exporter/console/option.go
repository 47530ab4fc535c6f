package console

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

// ErrInvalidOption is wrapped by every error of New.
var ErrInvalidOption = errors.New("console: invalid option")

// Option changes a default of [New].
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

type config struct {
	out     io.Writer
	color   *bool
	width   int
	content bool
	maxWait time.Duration
	maxHeld int
}

// WithWriter prints to w. The default is os.Stderr; nil is an error. Only one
// Write is called at a time. A w that blocks makes Export block.
func WithWriter(w io.Writer) Option {
	return optionFunc(func(c *config) error {
		if w == nil {
			return fmt.Errorf("%w: WithWriter: the writer is nil", ErrInvalidOption)
		}
		c.out = w
		return nil
	})
}

// WithColor turns colour on or off. By default there is colour where the writer
// is a terminal, TERM is not "dumb" and NO_COLOR (https://no-color.org) is unset
// or empty.
func WithColor(on bool) Option {
	return optionFunc(func(c *config) error {
		c.color = &on
		return nil
	})
}

const minWidth = 40

// WithWidth bounds a line, in columns. The default is 120; below 40 is an error.
func WithWidth(columns int) Option {
	return optionFunc(func(c *config) error {
		if columns < minWidth {
			return fmt.Errorf("%w: WithWidth(%d): must be at least %d", ErrInvalidOption, columns, minWidth)
		}
		c.width = columns
		return nil
	})
}

// WithContent prints the beginnings of inputs and outputs as well, a line each.
func WithContent() Option {
	return optionFunc(func(c *config) error {
		c.content = true
		return nil
	})
}

// WithMaxWait sets how long spans are held after the last one of their trace has
// come. The default is 10 s, twice the interval in which a Tracer sends; below
// 1 ms is an error.
func WithMaxWait(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d < time.Millisecond {
			return fmt.Errorf("%w: WithMaxWait(%s): must be at least 1ms", ErrInvalidOption, d)
		}
		c.maxWait = d
		return nil
	})
}

// WithMaxHeld bounds how many spans and annotations are held, over all traces.
// Beyond it the trace that was begun first is printed as it is. The default is
// 10 000; below 1 is an error.
func WithMaxHeld(n int) Option {
	return optionFunc(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("%w: WithMaxHeld(%d): must be at least 1", ErrInvalidOption, n)
		}
		c.maxHeld = n
		return nil
	})
}

func newConfig(opts []Option) (config, error) {
	c := config{out: os.Stderr, width: 120, maxWait: 10 * time.Second, maxHeld: 10_000}
	var errs []error
	for i, opt := range opts {
		if opt == nil {
			errs = append(errs, fmt.Errorf("%w: option %d is nil", ErrInvalidOption, i))
			continue
		}
		if err := opt.apply(&c); err != nil {
			errs = append(errs, err)
		}
	}
	if c.color == nil {
		on := wantsColor(c.out, os.Getenv)
		c.color = &on
	}
	return c, errors.Join(errs...)
}

func wantsColor(w io.Writer, getenv func(string) string) bool {
	if getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	// The old console of Windows prints escape sequences as they are.
	if runtime.GOOS == "windows" && getenv("WT_SESSION") == "" && getenv("TERM") == "" {
		return false
	}
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
