package retry_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/retry"
)

var errBoom = errors.New("boom")

func retryable(after time.Duration) error {
	return &exporter.RetryableError{After: after, Err: errBoom}
}

// tries calls Do with a function that fails as told, and returns when, from the
// start, each try was, and how Do ended.
func tries(ctx context.Context, p retry.Policy, fail func(n int) error) (at []time.Duration, err error) {
	start := time.Now()
	err = retry.Do(ctx, p, func(context.Context) error {
		at = append(at, time.Since(start))
		return fail(len(at))
	})
	return at, err
}

func TestTriesUntilItSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at, err := tries(t.Context(), retry.Policy{}, func(n int) error {
			if n == 3 {
				return nil
			}
			return retryable(0)
		})
		assert.NoError(t, err)
		assert.Len(t, at, 3)
	})
}

func TestDefaultIntervals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at, err := tries(t.Context(), retry.Policy{}, func(int) error { return retryable(0) })
		assert.ErrorIs(t, err, errBoom)
		assert.EqualError(t, err, "gave up after 3 tries: boom")
		assert.Len(t, at, 3)
		assert.InDelta(t, 0.5, at[1].Seconds(), 0.1)
		assert.InDelta(t, 1, (at[2] - at[1]).Seconds(), 0.2)
	})
}

func TestIntervalsDoubleUpToTheLargest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := retry.Policy{MaxTries: 20, InitialInterval: time.Second, MaxInterval: 10 * time.Second}
		at, _ := tries(t.Context(), p, func(int) error { return retryable(0) })
		want := time.Second
		for i := 1; i < len(at); i++ {
			wait := at[i] - at[i-1]
			assert.InDelta(t, want.Seconds(), wait.Seconds(), 0.2*want.Seconds(), "wait %d", i)
			assert.LessOrEqual(t, wait, p.MaxInterval)
			want = min(2*want, p.MaxInterval)
		}
		assert.NotEqual(t, at[19]-at[18], at[18]-at[17], "there is jitter")
	})
}

func TestMaxTries(t *testing.T) {
	for most, want := range map[int]int{0: 3, 1: 1, 2: 2, 7: 7, -1: 50} {
		synctest.Test(t, func(t *testing.T) {
			at, err := tries(t.Context(), retry.Policy{MaxTries: most}, func(n int) error {
				if n == 50 {
					return errBoom
				}
				return retryable(0)
			})
			assert.Len(t, at, want)
			assert.ErrorIs(t, err, errBoom)
		})
	}
}

func TestOneTryIsNotWorthAWord(t *testing.T) {
	_, err := tries(t.Context(), retry.Policy{MaxTries: 1}, func(int) error { return retryable(0) })
	assert.EqualError(t, err, "boom")
}

func TestRetryAfter(t *testing.T) {
	for name, c := range map[string]struct {
		policy retry.Policy
		after  time.Duration
		least  time.Duration
		most   time.Duration
	}{
		"is obeyed":            {retry.Policy{}, 20 * time.Second, 20 * time.Second, 20 * time.Second},
		"has a cap":            {retry.Policy{}, time.Hour, time.Minute, time.Minute},
		"has the policy's cap": {retry.Policy{MaxRetryAfter: 5 * time.Second}, time.Hour, 5 * time.Second, 5 * time.Second},
		"never shortens":       {retry.Policy{}, time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond},
		"negative is none":     {retry.Policy{}, -time.Hour, 400 * time.Millisecond, 600 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				at, _ := tries(t.Context(), c.policy, func(n int) error {
					if n == 2 {
						return nil
					}
					return fmt.Errorf("wrapped: %w", retryable(c.after))
				})
				assert.GreaterOrEqual(t, at[1], c.least)
				assert.LessOrEqual(t, at[1], c.most)
			})
		})
	}
}

func TestFinalErrorsAreNotTriedAgain(t *testing.T) {
	for name, want := range map[string]error{
		"plain":    errBoom,
		"reasoned": &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: errBoom},
		"partial":  &exporter.PartialError{Err: errBoom},
	} {
		t.Run(name, func(t *testing.T) {
			at, err := tries(t.Context(), retry.Policy{}, func(int) error { return want })
			assert.Len(t, at, 1)
			assert.Equal(t, want, err, "it is returned as it is")
		})
	}
}

func TestAnErrorThatCannotBeExaminedIsFinal(t *testing.T) {
	for name, do := range map[string]func(func(context.Context) error) error{
		"Do":     func(try func(context.Context) error) error { return retry.Do(t.Context(), retry.Policy{}, try) },
		"Within": func(try func(context.Context) error) error { return retry.Within(time.Minute, try)(t.Context()) },
	} {
		err := do(func(context.Context) error { return (*exporter.RetryableError)(nil) })
		assert.ErrorContains(t, err, "*exporter.RetryableError", name)
	}
}

func TestContextEndsDuringTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		at, err := tries(ctx, retry.Policy{}, func(int) error { return retryable(time.Minute) })
		assert.Len(t, at, 1)
		assert.Equal(t, 10*time.Second, time.Since(start))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, errBoom, "the last error is kept")
		assert.ErrorAs(t, err, new(*exporter.RetryableError))
	})
}

func TestContextEndedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		at, err := tries(ctx, retry.Policy{}, func(int) error { return retryable(0) })
		assert.Equal(t, []time.Duration{0}, at, "one try, and no wait")
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, errBoom)
	})
}

func TestWithin(t *testing.T) {
	reasoned := &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: errBoom}
	partial := &exporter.PartialError{Err: errBoom}
	for name, c := range map[string]struct {
		takes time.Duration
		err   error // nil: that of the context
		again bool
	}{
		"in time":              {takes: time.Second, err: errBoom},
		"too late":             {takes: time.Minute, again: true},
		"too late, in words":   {takes: time.Minute, err: errBoom, again: true},
		"too late, but told":   {takes: time.Minute, err: reasoned},
		"too late, but partly": {takes: time.Minute, err: partial},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := retry.Within(10*time.Second, func(ctx context.Context) error {
					select {
					case <-ctx.Done():
					case <-time.After(c.takes):
					}
					if c.err != nil {
						return c.err
					}
					return ctx.Err()
				})(t.Context())
				assert.Equal(t, c.again, errors.As(err, new(*exporter.RetryableError)), "%v", err)
				if c.err != nil {
					assert.ErrorIs(t, err, c.err)
				}
			})
		})
	}
}

func TestWithinLeavesTheOuterContextAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		try := retry.Within(time.Minute, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		err := retry.Do(ctx, retry.Policy{}, try)
		assert.Equal(t, context.DeadlineExceeded, err, "no more tries, and no retryable error")
		assert.NoError(t, retry.Within(time.Minute, func(context.Context) error { return nil })(t.Context()))
	})
}

func TestDoConcurrentSafe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				at, _ := tries(t.Context(), retry.Policy{}, func(int) error { return retryable(0) })
				assert.Len(t, at, 3)
			})
		}
		wg.Wait()
	})
}
