package spool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// fullChild has files that may not grow beyond a limit: a write is then cut off
// in the middle, as it is on a full disk.
func fullChild(dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	exitOn(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	small := syscall.Rlimit{Cur: 50_000, Max: limit.Max}
	exitOn(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small))
	e, err := spool.New(dir, &receiver{answer: hang})
	exitOn(err)

	accepted := 0
	for {
		err = e.Export(context.Background(), sized(9000))
		if err != nil {
			break
		}
		accepted++
	}
	var retryable *exporter.RetryableError
	if !errors.As(err, &retryable) || !errors.Is(err, syscall.EFBIG) {
		exitOn(fmt.Errorf("want a RetryableError that wraps EFBIG, got %w", err))
	}
	if onDisk := diskUsage(dir); onDisk != e.Stats().Bytes {
		exitOn(fmt.Errorf("%d bytes on disk, %d of them whole records", onDisk, e.Stats().Bytes))
	}
	exitOn(e.Export(context.Background(), sized(100))) // a smaller one still fits
	exitOn(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	exitOn(e.Export(context.Background(), sized(9000)))
	fmt.Print(accepted + 2)
	os.Exit(0) // without Shutdown
}

func diskUsage(dir string) (n int64) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.spool"))
	exitOn(err)
	for _, path := range paths {
		info, err := os.Stat(path)
		exitOn(err)
		n += info.Size()
	}
	return n
}

func TestAFullDiskLeavesNoTornRecord(t *testing.T) {
	dir := t.TempDir()
	out, err := childCommand(t, "full", dir).Output()
	require.NoError(t, err)
	got, stats := recovered(t, dir)
	assert.Equal(t, fmt.Sprint(len(got)), string(out))
	assert.Greater(t, len(got), 4)
	assert.Zero(t, stats.Unreadable)
	assert.Empty(t, stats.Dropped)
}

// TestADiskThatIsReallyFull needs the right to mount.
func TestADiskThatIsReallyFull(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(disk, 0)) })
	gate := make(chan struct{})
	next := &receiver{answer: func(context.Context, exporter.Batch) error { <-gate; return nil }}
	e, err := spool.New(filepath.Join(disk, "spool"), next)
	require.NoError(t, err)
	accepted := 0
	for err == nil {
		if err = e.Export(t.Context(), sized(9000)); err == nil {
			accepted++
		}
	}
	var retryable *exporter.RetryableError
	require.ErrorAs(t, err, &retryable)
	require.ErrorIs(t, err, syscall.ENOSPC)
	assert.Equal(t, e.Stats().Bytes, diskUsage(filepath.Join(disk, "spool")))
	close(gate)
	require.NoError(t, e.Drain(t.Context()))
	assert.Len(t, next.received(), accepted)
	require.NoError(t, e.Shutdown(t.Context()))
}
