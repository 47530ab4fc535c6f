package jsonl

import (
	"errors"
	"fmt"
)

// ErrInvalidOption is wrapped by each error of New and NewWriter that the
// caller's code is to blame for.
var ErrInvalidOption = errors.New("jsonl: invalid option")

// Option changes a default of [New].
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

type config struct {
	maxBytes int64
	maxFiles int
	sync     bool
}

// WithMaxBytes sets the size that a file does not outgrow, unless a single batch
// is larger. The default is 100 MiB; 0 lets it grow without bound, below 0 is an
// error.
func WithMaxBytes(n int64) Option {
	return optionFunc(func(c *config) error {
		if n < 0 {
			return fmt.Errorf("%w: WithMaxBytes(%d): must not be negative", ErrInvalidOption, n)
		}
		c.maxBytes = n
		return nil
	})
}

// WithMaxFiles sets how many files are kept, the one that is written included.
// The default is 5; 1 throws a full file away; below 1 is an error.
func WithMaxFiles(n int) Option {
	return optionFunc(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("%w: WithMaxFiles(%d): must be at least 1", ErrInvalidOption, n)
		}
		c.maxFiles = n
		return nil
	})
}

// WithSync syncs the file before Export returns, so that a power cut costs no
// batch that was accepted. By default it is synced when it is full and at
// Shutdown.
func WithSync() Option {
	return optionFunc(func(c *config) error {
		c.sync = true
		return nil
	})
}

func newConfig(path string, opts []Option) (config, error) {
	c := config{maxBytes: 100 << 20, maxFiles: 5}
	var errs []error
	if path == "" {
		errs = append(errs, fmt.Errorf("%w: the file's name is empty", ErrInvalidOption))
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
