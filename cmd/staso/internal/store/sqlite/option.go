package sqlite

import (
	"errors"
	"fmt"
	"time"
)

// ErrInvalidOption is wrapped by Open's errors about options.
var ErrInvalidOption = errors.New("invalid option")

// Option configures [Open].
type Option interface{ apply(*config) error }

type config struct {
	now                    func() time.Time
	queueCount, queueBytes int
	readers                int
	maxBytes               int64
}

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

func configure(opts []Option) (*config, error) {
	c := &config{now: time.Now, queueCount: 20_000, queueBytes: 64 << 20, readers: 4}
	var errs []error
	for _, o := range opts {
		errs = append(errs, o.apply(c))
	}
	return c, errors.Join(errs...)
}

// WithClock sets what tells the time of the last ingestion. The default is
// [time.Now]; nil is an error.
func WithClock(now func() time.Time) Option {
	return optionFunc(func(c *config) error {
		if now == nil {
			return fmt.Errorf("%w: WithClock(nil): must be a function", ErrInvalidOption)
		}
		c.now = now
		return nil
	})
}

// WithQueue bounds what may wait to be written, by spans and annotations and by
// bytes. More gets [store.ErrBusy] at once; a write that is larger than the
// bounds by itself is taken where nothing else waits. The default is 20,000 and
// 64 MiB; below 1 is an error.
func WithQueue(count, bytes int) Option {
	return optionFunc(func(c *config) error {
		if count < 1 || bytes < 1 {
			return fmt.Errorf("%w: WithQueue(%d, %d): both must be at least 1", ErrInvalidOption, count, bytes)
		}
		c.queueCount, c.queueBytes = count, bytes
		return nil
	})
}

// WithMaxBytes bounds the size of the store's file; a write beyond it gets
// [store.ErrFull]. The default, 0, is as much as the disk has; a negative
// number is an error.
func WithMaxBytes(n int64) Option {
	return optionFunc(func(c *config) error {
		if n < 0 {
			return fmt.Errorf("%w: WithMaxBytes(%d): must not be negative", ErrInvalidOption, n)
		}
		c.maxBytes = n
		return nil
	})
}
