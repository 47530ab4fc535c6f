package spool_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

func open(t *testing.T, dir string, next exporter.Exporter, opts ...spool.Option) *spool.Exporter {
	t.Helper()
	e, err := spool.New(dir, next, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Shutdown(expired()) })
	return e
}

// expired is a context that is over: Shutdown with it leaves on disk what is
// there.
func expired() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestWhatIsAcceptedIsDeliveredUnchanged(t *testing.T) {
	next := new(receiver)
	e := open(t, t.TempDir(), next)
	batch := batchOf(3)

	require.NoError(t, e.Export(t.Context(), batch))
	require.NoError(t, e.Drain(t.Context()))

	require.Len(t, next.received(), 1)
	assert.Equal(t, batch, next.received()[0])
	stats := e.Stats()
	assert.Equal(t, spool.Count{Batches: 1, Spans: 3, Annotations: 1}, stats.Accepted)
	assert.Equal(t, stats.Accepted, stats.Delivered)
	assert.Zero(t, stats.Pending)

	require.NoError(t, e.Shutdown(t.Context()))
	assert.Equal(t, 1, next.shutdown)
	assert.ErrorIs(t, e.Export(t.Context(), batch), exporter.ErrShutdown)
	assert.NoError(t, e.Shutdown(t.Context()), "a second Shutdown")
}

func TestAnOutageIsSurvivedAcrossARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		down := &receiver{answer: func(context.Context, exporter.Batch) error { return retryable("connection refused") }}
		e, err := spool.New(dir, down)
		require.NoError(t, err)
		var want []uuid.UUID
		for range 20 {
			batch := batchOf(2)
			want = append(want, batch.ID)
			require.NoError(t, e.Export(t.Context(), batch))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err = e.Shutdown(ctx)
		require.ErrorIs(t, err, spool.ErrPending)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "nothing is lost: 20 batches with 40 spans and 20 annotations")
		assert.ErrorContains(t, e.Stats().LastError, "connection refused")

		up := new(receiver)
		again, err := spool.New(dir, up, spool.WithConcurrency(1))
		require.NoError(t, err)
		assert.Equal(t, spool.Count{Batches: 20, Spans: 40, Annotations: 20}, again.Stats().Recovered)
		require.NoError(t, again.Drain(t.Context()))
		assert.Equal(t, want, up.ids(), "oldest first, same ids")
		require.NoError(t, again.Shutdown(t.Context()))

		third := new(receiver)
		last, err := spool.New(dir, third)
		require.NoError(t, err)
		require.NoError(t, last.Shutdown(t.Context()))
		assert.Empty(t, third.received(), "delivered batches are not sent again")
	})
}

func TestABatchWithoutAnIDIsGivenOne(t *testing.T) {
	next := failing(1, retryable("down"))
	e := open(t, t.TempDir(), next, spool.WithMaxBackoff(time.Millisecond))
	require.NoError(t, e.Export(t.Context(), exporter.Batch{Spans: batchOf(1).Spans}))
	require.NoError(t, e.Drain(t.Context()))
	require.Len(t, next.ids(), 1)
	assert.NotEqual(t, uuid.Nil, next.ids()[0])
}

func TestAFolderBelongsToOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	e := open(t, dir, new(receiver))

	_, err := spool.New(dir, new(receiver))
	require.ErrorIs(t, err, spool.ErrLocked)
	require.ErrorContains(t, err, dir)

	require.NoError(t, e.Shutdown(t.Context()))
	open(t, dir, new(receiver))
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	e := open(t, dir, new(receiver))
	require.NoError(t, e.Export(t.Context(), batchOf(1)))

	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "a segment and the lock")
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), entry.Name())
	}
}

func TestBadOptionsAreSaidAllAtOnce(t *testing.T) {
	_, err := spool.New("", nil, spool.WithMaxBytes(1), spool.WithSyncInterval(-1),
		spool.WithConcurrency(0), spool.WithTimeout(0), spool.WithMaxBackoff(0), nil)
	require.ErrorIs(t, err, spool.ErrInvalidOption)
	for _, part := range []string{
		"folder", "next exporter", "WithMaxBytes(1)", "WithSyncInterval(-1ns)",
		"WithConcurrency(0)", "WithTimeout(0s)", "WithMaxBackoff(0s)", "option 5 is nil",
	} {
		assert.ErrorContains(t, err, part)
	}
}
