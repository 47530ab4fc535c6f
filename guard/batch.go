package guard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/staso-go/staso/internal/env"
)

// BatchOption configures [CheckAll].
type BatchOption interface{ applyBatch(*batchConfig) error }

type batchOption func(*batchConfig) error

func (f batchOption) applyBatch(c *batchConfig) error { return f(c) }

type batchConfig struct {
	concurrency int           // 0: not said
	timeout     time.Duration // likewise
}

// WithConcurrency bounds how many calls are judged at once. The default is
// STASO_GUARD_MAX_CONCURRENCY, or 4; the range is 1 to 8.
func WithConcurrency(n int) BatchOption {
	return batchOption(func(c *batchConfig) error { return c.setConcurrency(fmt.Sprintf("WithConcurrency(%d)", n), n) })
}

// WithBatchTimeout bounds the judging of all calls together; an approval that is
// waited for counts. The default is STASO_GUARD_BATCH_TIMEOUT, in seconds, or 10 s; the
// range is 100 ms to 24 h.
func WithBatchTimeout(d time.Duration) BatchOption {
	return batchOption(func(c *batchConfig) error { return c.setTimeout(fmt.Sprintf("WithBatchTimeout(%s)", d), d) })
}

func (c *batchConfig) setConcurrency(where string, n int) error {
	c.concurrency = n
	if n < 1 || n > 8 {
		return invalid("%s: must be from 1 to 8", where)
	}
	return nil
}

func (c *batchConfig) setTimeout(where string, d time.Duration) error {
	c.timeout = d
	if d < 100*time.Millisecond || d > 24*time.Hour {
		return invalid("%s: must be from 100ms to 24h", where)
	}
	return nil
}

func newBatchConfig(opts []BatchOption) (*batchConfig, error) {
	c := &batchConfig{}
	var errs []error
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("a nil BatchOption"))
			continue
		}
		errs = append(errs, opt.applyBatch(c))
	}
	errs = append(errs, c.applyEnv(os.LookupEnv)...)
	return c, errors.Join(errs...)
}

// applyEnv fills in what no option has said, and then the defaults.
func (c *batchConfig) applyEnv(lookup env.Lookup) (errs []error) {
	if value, ok := lookup.Text(envMaxConcurrency); ok && c.concurrency == 0 {
		n, err := strconv.Atoi(value)
		if err != nil {
			n = -1
		}
		errs = append(errs, c.setConcurrency(fmt.Sprintf("%s=%.40q", envMaxConcurrency, value), n))
	}
	if value, ok := lookup.Text(envBatchTimeout); ok && c.timeout == 0 {
		d, err := seconds(envBatchTimeout, value)
		if err == nil {
			err = c.setTimeout(envBatchTimeout+"="+value, d)
		}
		errs = append(errs, err)
	}
	if c.concurrency == 0 {
		c.concurrency = 4
	}
	if c.timeout == 0 {
		c.timeout = 10 * time.Second
	}
	return errs
}

// CheckAll judges the calls of one model response, several at once, under one
// deadline. The results stand in the order of the calls, and each leaves a span as
// with [Check]. Every call is judged before there is an error: a [*BlockedError]
// with all the calls that may not run, in order, whatever the others may.
//
// Where calls have the same ID, which is all that many providers tell them apart by,
// none of them may run unless all may.
//
// An error that is no *BlockedError is about an option or a variable, and wraps
// [staso.ErrInvalidOption]; nothing was judged then, and nothing may run.
func CheckAll(ctx context.Context, checker Checker, calls []Call, opts ...BatchOption) ([]Result, error) {
	cfg, err := newBatchConfig(opts)
	if err != nil {
		return make([]Result, len(calls)), fmt.Errorf("guard.CheckAll: %w", err)
	}
	judgements := judgeAll(ctx, checker, calls, cfg)
	settleTwins(judgements)
	results := make([]Result, len(calls))
	for i, j := range judgements {
		leaveSpan(ctx, j)
		results[i] = j.result
	}
	return results, blocked(judgements...)
}

func judgeAll(ctx context.Context, checker Checker, calls []Call, cfg *batchConfig) []judgement {
	ctx, cancel := context.WithTimeout(ctx, cfg.timeout)
	defer cancel()
	judgements := make([]judgement, len(calls))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(cfg.concurrency, len(calls)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(calls)); i = next.Add(1) - 1 {
				judgements[i] = judge(ctx, checker, calls[i])
			}
		})
	}
	workers.Wait()
	return judgements
}

// settleTwins blocks what has the same ID as a call that may not run: whoever looks
// them up by it would run the one for the other.
func settleTwins(judgements []judgement) {
	stopped := map[string]bool{}
	for _, j := range judgements {
		if j.call.ID != "" && (j.err != nil || !j.result.Allowed()) {
			stopped[j.call.ID] = true
		}
	}
	for i := range judgements {
		if j := &judgements[i]; stopped[j.call.ID] && j.result.Allowed() {
			j.block(FailureCallRefused, "another call with the same id, %.80q, may not run", j.call.ID)
		}
	}
}
