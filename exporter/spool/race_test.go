package spool_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// The books hold at any moment, with a receiver that fails in every way, a budget
// that is too small and a Shutdown in the middle; and what Shutdown leaves on disk
// is what the next start finds.
func TestBooksConcurrentSafe(t *testing.T) {
	dir := t.TempDir()
	var tries atomic.Int64
	next := &receiver{answer: func(ctx context.Context, batch exporter.Batch) error {
		switch tries.Add(1) % 7 {
		case 0:
			return retryable("down")
		case 1:
			return refused(exporter.ReasonRejected)
		case 2:
			return &exporter.PartialError{Rejected: map[exporter.Reason]int{exporter.ReasonRejected: 1}}
		case 3:
			return hang(ctx, batch)
		}
		return nil
	}}
	e := open(t, dir, next, spool.WithMaxBytes(64<<10), spool.WithMaxBackoff(time.Millisecond), spool.WithTimeout(time.Millisecond))
	var accepted atomic.Int64
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n := range 60 {
				err := e.Export(t.Context(), sized(2000))
				if err == nil {
					accepted.Add(1)
				} else {
					assert.ErrorIs(t, err, exporter.ErrShutdown)
				}
				stats := e.Stats()
				assert.Equal(t, stats.Accepted, sum(stats))
				assert.LessOrEqual(t, stats.Bytes, int64(64<<10))
				if i == 0 && n == 50 {
					_ = e.Shutdown(expired())
				}
			}
		})
	}
	wg.Wait()
	stats := e.Stats()
	assert.Equal(t, stats.Accepted, sum(stats))
	assert.Equal(t, accepted.Load(), stats.Accepted.Batches)

	again := new(receiver)
	e = open(t, dir, again)
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, stats.Pending, e.Stats().Recovered)
	seen := make(map[uuid.UUID]bool)
	for _, id := range next.ids() {
		seen[id] = true
	}
	for _, id := range again.ids() {
		assert.False(t, seen[id], "what was taken is not sent again after an orderly end")
	}
}
