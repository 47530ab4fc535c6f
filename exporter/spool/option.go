package spool

import (
	"errors"
	"fmt"
	"time"

	"github.com/staso-go/staso/exporter"
)

// ErrInvalidOption is wrapped by each error of New that the caller's code is to
// blame for.
var ErrInvalidOption = errors.New("spool: invalid option")

// Option changes a default of [New].
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

type config struct {
	maxBytes     int64
	syncInterval time.Duration // 0: every batch; negative: never
	concurrency  int
	timeout      time.Duration
	maxBackoff   time.Duration
}

const minBytes = 64 << 10

// WithMaxBytes bounds what the folder's segments take up on disk. Where a new
// batch would go beyond it, the oldest segment is dropped, which is about a
// thirty-second of the budget, and counted under [exporter.ReasonQueueFull]. The
// default is 256 MiB; below 64 KiB is an error.
func WithMaxBytes(n int64) Option {
	return optionFunc(func(c *config) error {
		if n < minBytes {
			return fmt.Errorf("%w: WithMaxBytes(%d): must be at least %d", ErrInvalidOption, n, minBytes)
		}
		c.maxBytes = n
		return nil
	})
}

// WithSyncInterval lets Export return before its batch is synced; that follows
// within d. A power cut, or a crash of the operating system, may then cost the
// batches of the last d. A crash or a kill -9 of the process costs none in any
// case. The default is 0: every batch is synced before Export returns, and
// concurrent ones share a sync. Below 0 is an error. It undoes [WithoutSync].
func WithSyncInterval(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d < 0 {
			return fmt.Errorf("%w: WithSyncInterval(%s): must not be negative; WithoutSync never syncs", ErrInvalidOption, d)
		}
		c.syncInterval = d
		return nil
	})
}

// WithoutSync leaves it to the operating system when data reaches the disk,
// commonly within half a minute: see [WithSyncInterval] for what that costs, and
// for the default.
func WithoutSync() Option {
	return optionFunc(func(c *config) error {
		c.syncInterval = -1
		return nil
	})
}

// WithConcurrency sets how many batches may be on their way to the next exporter
// at once. They set out oldest first, but above 1 may arrive in another order; at
// 1, a batch that the receiver never takes holds up all that come after it. The
// default is 4; below 1 is an error.
func WithConcurrency(n int) Option {
	return optionFunc(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("%w: WithConcurrency(%d): must be at least 1", ErrInvalidOption, n)
		}
		c.concurrency = n
		return nil
	})
}

// WithTimeout bounds one try of the next exporter; after it the batch is tried
// again. The default is 30 s; below 1 ms is an error.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d < time.Millisecond {
			return fmt.Errorf("%w: WithTimeout(%s): must be at least 1ms", ErrInvalidOption, d)
		}
		c.timeout = d
		return nil
	})
}

// WithMaxBackoff bounds the wait between two tries of one batch, which starts at
// half a second and doubles. A receiver that asks for a longer one gets up to 15
// minutes. The default is 30 s; below 1 ms is an error.
func WithMaxBackoff(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d < time.Millisecond {
			return fmt.Errorf("%w: WithMaxBackoff(%s): must be at least 1ms", ErrInvalidOption, d)
		}
		c.maxBackoff = d
		return nil
	})
}

func newConfig(dir string, next exporter.Exporter, opts []Option) (config, error) {
	c := config{
		maxBytes:    256 << 20,
		concurrency: 4,
		timeout:     30 * time.Second,
		maxBackoff:  30 * time.Second,
	}
	var errs []error
	if dir == "" {
		errs = append(errs, fmt.Errorf("%w: the folder's name is empty", ErrInvalidOption))
	}
	if next == nil {
		errs = append(errs, fmt.Errorf("%w: the next exporter is nil", ErrInvalidOption))
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

// segmentBytes is where a segment is sealed and the next begun: small enough that
// dropping one is no great loss, large enough that all can be kept open.
func (c *config) segmentBytes() int64 { return c.maxBytes / 32 }
