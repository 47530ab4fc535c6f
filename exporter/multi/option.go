package multi

import (
	"errors"
	"fmt"
	"time"

	"github.com/staso-go/staso/exporter"
)

// ErrInvalidOption is wrapped by every error of New.
var ErrInvalidOption = errors.New("multi: invalid option")

// Primary is the name of the first child in [Exporter.Stats] and in errors.
const Primary = "primary"

// Option changes a default of [New].
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

type config struct {
	secondaries []member
	queueSize   int
	queueBytes  int
	timeout     time.Duration
}

// WithSecondary adds a child behind a queue. Its name is for Stats and errors; an
// empty one, one that is taken, and nil are errors. It may be given many times
// and adds a child each time.
func WithSecondary(name string, e exporter.Exporter) Option {
	return optionFunc(func(c *config) error {
		var errs []error
		if name == "" || c.taken(name) {
			errs = append(errs, fmt.Errorf("%w: WithSecondary(%q): the name is empty or taken", ErrInvalidOption, name))
		}
		if e == nil {
			errs = append(errs, fmt.Errorf("%w: WithSecondary(%q): the exporter is nil", ErrInvalidOption, name))
		}
		c.secondaries = append(c.secondaries, member{name: name, exporter: e})
		return errors.Join(errs...)
	})
}

func (c *config) taken(name string) bool {
	for _, m := range c.secondaries {
		if m.name == name {
			return true
		}
	}
	return name == Primary
}

// WithQueueSize bounds how many spans and annotations may wait for each of the
// secondaries. The default is 10 000; below 1 is an error.
func WithQueueSize(n int) Option {
	return optionFunc(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("%w: WithQueueSize(%d): must be at least 1", ErrInvalidOption, n)
		}
		c.queueSize = n
		return nil
	})
}

// WithQueueBytes bounds how much memory, about, the spans and annotations take up
// that wait for each of the secondaries, which share one copy. The default is
// 64 MiB; below 1 is an error.
func WithQueueBytes(n int) Option {
	return optionFunc(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("%w: WithQueueBytes(%d): must be at least 1", ErrInvalidOption, n)
		}
		c.queueBytes = n
		return nil
	})
}

// WithTimeout bounds one try of a secondary; after it the batch is tried again,
// three times in all. The default is 30 s; below 1 ms is an error.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d < time.Millisecond {
			return fmt.Errorf("%w: WithTimeout(%s): must be at least 1ms", ErrInvalidOption, d)
		}
		c.timeout = d
		return nil
	})
}

func newConfig(primary exporter.Exporter, opts []Option) (config, error) {
	c := config{queueSize: 10_000, queueBytes: 64 << 20, timeout: 30 * time.Second}
	var errs []error
	if primary == nil {
		errs = append(errs, fmt.Errorf("%w: the primary exporter is nil", ErrInvalidOption))
	}
	for i, opt := range opts {
		if opt == nil {
			errs = append(errs, fmt.Errorf("%w: option %d is nil", ErrInvalidOption, i))
			continue
		}
		if err := opt.apply(&c); err != nil {
			errs = append(errs, err)
		}
	}
	return c, errors.Join(errs...)
}
