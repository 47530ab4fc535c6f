// Package retry is the one place where the library decides whether and when to
// try again.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
)

// Policy says how often and how far apart to try. The zero value is the wire's:
// three tries, about 0.5 and 1 second apart, and a Retry-After up to a minute.
type Policy struct {
	// MaxTries counts the first one too. Zero is 3; negative has no limit but
	// the context.
	MaxTries int
	// InitialInterval is the first wait. Zero is 500 ms. Each wait doubles, give
	// or take a fifth.
	InitialInterval time.Duration
	// MaxInterval bounds a wait. Zero is 30 s.
	MaxInterval time.Duration
	// MaxRetryAfter bounds the wait that a receiver asks for. Zero is 60 s.
	MaxRetryAfter time.Duration
}

func (p Policy) withDefaults() Policy {
	if p.MaxTries == 0 {
		p.MaxTries = 3
	}
	if p.InitialInterval == 0 {
		p.InitialInterval = 500 * time.Millisecond
	}
	if p.MaxInterval == 0 {
		p.MaxInterval = 30 * time.Second
	}
	if p.MaxRetryAfter == 0 {
		p.MaxRetryAfter = 60 * time.Second
	}
	return p
}

// Do calls try until it succeeds, until its error is no
// [*exporter.RetryableError], or until the policy or ctx ends. It is called at
// least once. The error is always the last one of try; it wraps ctx.Err() too
// where ctx cut the waiting short.
func Do(ctx context.Context, p Policy, try func(context.Context) error) error {
	p = p.withDefaults()
	intervals := p.intervals()
	for tries := 1; ; tries++ {
		err := panics.Safe(try(ctx))
		retryable := retryableIn(err)
		if retryable == nil {
			return err
		}
		if tries == p.MaxTries {
			return gaveUp(tries, err)
		}
		wait := within(intervals.NextBackOff(), p.MaxInterval)
		wait = max(wait, min(retryable.After, p.MaxRetryAfter))
		if ctxErr := sleep(ctx, wait); ctxErr != nil {
			return fmt.Errorf("%w, and no time to try again: %w", err, ctxErr)
		}
	}
}

// within keeps a wait below the largest one by turning what is above it down, so
// that waits at the limit still differ from each other.
func within(wait, largest time.Duration) time.Duration {
	if wait > largest {
		return 2*largest - wait
	}
	return wait
}

func gaveUp(tries int, err error) error {
	if tries == 1 {
		return err
	}
	return fmt.Errorf("gave up after %d tries: %w", tries, err)
}

// Within bounds one try. One that ran out of that time is worth another, unless
// its error says what became of the batch.
func Within(timeout time.Duration, try func(context.Context) error) func(context.Context) error {
	return func(outer context.Context) error {
		ctx, cancel := context.WithTimeout(outer, timeout)
		defer cancel()
		err := panics.Safe(try(ctx))
		if err == nil || ctx.Err() == nil || outer.Err() != nil {
			return err
		}
		if retryableIn(err) != nil || tellsFate(err) {
			return err
		}
		return &exporter.RetryableError{Err: err}
	}
}

func retryableIn(err error) *exporter.RetryableError {
	var retryable *exporter.RetryableError
	errors.As(err, &retryable)
	return retryable
}

// tellsFate says that err is the receiver's answer.
func tellsFate(err error) bool {
	var partial *exporter.PartialError
	var reasoned *exporter.ReasonError
	return errors.As(err, &partial) || errors.As(err, &reasoned)
}

// intervals makes a backoff for one Do: an ExponentialBackOff is not for
// concurrent use. backoff.Retry itself is not used, for it forgets the last
// error when the context ends.
func (p Policy) intervals() *backoff.ExponentialBackOff {
	return backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(p.InitialInterval),
		backoff.WithMaxInterval(p.MaxInterval),
		backoff.WithMultiplier(2),
		backoff.WithRandomizationFactor(0.2),
		backoff.WithMaxElapsedTime(0),
	)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
