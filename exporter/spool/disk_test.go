package spool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// The layout that record.go documents.
const (
	segmentHeaderSize = len("staso-spool/1\n")
	recordHeaderSize  = 28
	recordStateOffset = 24
)

func segments(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.spool"))
	require.NoError(t, err)
	return paths
}

// outage accepts the batches while nothing can be sent, and shuts down.
func outage(t *testing.T, dir string, batches []exporter.Batch, opts ...spool.Option) spool.Stats {
	t.Helper()
	e := open(t, dir, &receiver{answer: hang}, opts...)
	for _, batch := range batches {
		require.NoError(t, e.Export(t.Context(), batch))
	}
	_ = e.Shutdown(expired())
	return e.Stats()
}

// recovered opens the folder with a receiver that works and returns what came.
func recovered(t *testing.T, dir string) ([]uuid.UUID, spool.Stats) {
	t.Helper()
	next := new(receiver)
	e := open(t, dir, next, spool.WithConcurrency(1))
	require.NoError(t, e.Drain(t.Context()))
	_ = e.Shutdown(t.Context())
	return next.ids(), e.Stats()
}

// sized makes a batch whose record is about n bytes.
func sized(n int) exporter.Batch {
	b := batchOf(1)
	b.Spans[0].Output = json.RawMessage(`"` + strings.Repeat("x", n) + `"`)
	return b
}

func several(n, size int) (batches []exporter.Batch, ids []uuid.UUID) {
	for range n {
		b := sized(size)
		batches, ids = append(batches, b), append(ids, b.ID)
	}
	return batches, ids
}

// change rewrites a file.
func change(t *testing.T, path string, edit func([]byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, edit(content), 0o600))
}

func TestTheOldestLeavesWhereTheBudgetIsUsedUp(t *testing.T) {
	const budget = 64 << 10
	dir := t.TempDir()
	batches, ids := several(40, 4<<10)
	stats := outage(t, dir, batches, spool.WithMaxBytes(budget))
	dropped := stats.Dropped[exporter.ReasonQueueFull]
	assert.Positive(t, dropped.Batches)
	assert.Equal(t, stats.Accepted, sum(stats))
	assert.LessOrEqual(t, stats.Bytes, int64(budget))
	var onDisk int64
	for _, path := range segments(t, dir) {
		info, err := os.Stat(path)
		require.NoError(t, err)
		onDisk += info.Size()
	}
	assert.Equal(t, stats.Bytes, onDisk)
	assert.Greater(t, onDisk, int64(budget*3/4), "not much more than needed is dropped")

	got, _ := recovered(t, dir)
	assert.Equal(t, ids[dropped.Batches:], got, "the newest are kept, in order")
}

// sum is what the books say became of all that came in.
func sum(s spool.Stats) (n spool.Count) {
	parts := []spool.Count{s.Delivered, s.Pending}
	for _, dropped := range s.Dropped {
		parts = append(parts, dropped)
	}
	for _, p := range parts {
		n.Batches += p.Batches
		n.Spans += p.Spans
		n.Annotations += p.Annotations
	}
	return n
}

func TestABatchLargerThanTheBudgetIsRefused(t *testing.T) {
	e := open(t, t.TempDir(), &receiver{answer: hang}, spool.WithMaxBytes(64<<10))
	small := sized(100)
	require.NoError(t, e.Export(t.Context(), small))
	var reason *exporter.ReasonError
	require.ErrorAs(t, e.Export(t.Context(), sized(64<<10)), &reason)
	assert.Equal(t, exporter.ReasonOversized, reason.Reason)
	assert.Equal(t, int64(1), e.Stats().Pending.Batches, "it drives nothing out")
	require.NoError(t, e.Export(t.Context(), sized(50<<10)), "one larger than a segment has its own")
}

func TestSegmentsLeaveTheDiskOnceDelivered(t *testing.T) {
	dir := t.TempDir()
	next := new(receiver)
	e := open(t, dir, next, spool.WithMaxBytes(1<<20)) // segments of 32 KiB
	batches, _ := several(100, 4<<10)
	for _, batch := range batches {
		require.NoError(t, e.Export(t.Context(), batch))
	}
	require.NoError(t, e.Drain(t.Context()))
	assert.Empty(t, e.Stats().Dropped)
	assert.Len(t, segments(t, dir), 1, "the one that is written")
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Empty(t, segments(t, dir))
}

func TestATornTailIsCutOff(t *testing.T) {
	for name, left := range map[string]int{"in the payload": 2000, "in the header": 10} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			batches, ids := several(3, 4<<10)
			outage(t, dir, batches)
			path := segments(t, dir)[0]
			size := recordLength(t, path)
			change(t, path, func(b []byte) []byte { return b[:len(b)-size+left] })

			more := sized(10)
			outage(t, dir, []exporter.Batch{more})
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Less(t, info.Size(), int64(3*size), "written on behind the last whole record")
			got, stats := recovered(t, dir)
			assert.Equal(t, []uuid.UUID{ids[0], ids[1], more.ID}, got)
			assert.Zero(t, stats.Unreadable, "a torn record was never accepted")
			assert.NoError(t, stats.LastError)
		})
	}
}

func TestASegmentWithoutItsHeaderIsEmpty(t *testing.T) {
	dir := t.TempDir()
	batches, ids := several(1, 10)
	outage(t, dir, batches)
	for i, content := range []string{"", "staso-sp"} {
		path := filepath.Join(dir, fmt.Sprintf("%016x.spool", 0xaa+i))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		more := sized(10)
		outage(t, dir, []exporter.Batch{more})
		ids = append(ids, more.ID)
	}
	got, stats := recovered(t, dir)
	assert.Equal(t, ids, got)
	assert.Zero(t, stats.Unreadable)
}

func TestADamagedPayloadCostsOneBatch(t *testing.T) {
	dir := t.TempDir()
	batches, ids := several(3, 1000)
	outage(t, dir, batches)
	change(t, segments(t, dir)[0], func(b []byte) []byte {
		b[segmentHeaderSize+recordHeaderSize+50] ^= 1
		return b
	})
	got, stats := recovered(t, dir)
	assert.Equal(t, ids[1:], got)
	assert.Equal(t, map[exporter.Reason]spool.Count{
		spool.ReasonCorrupt: {Batches: 1, Spans: 1, Annotations: 1},
	}, stats.Dropped)
	assert.Equal(t, stats.Recovered, sum(stats))
}

func TestADamagedHeaderCostsTheRestOfItsSegment(t *testing.T) {
	dir := t.TempDir()
	batches, ids := several(12, 4<<10)
	outage(t, dir, batches, spool.WithMaxBytes(512<<10)) // segments of 16 KiB: 3 records each
	paths := segments(t, dir)
	require.Len(t, paths, 4)
	size := recordLength(t, paths[0])
	change(t, paths[0], func(b []byte) []byte { b[segmentHeaderSize+size+5] ^= 1; return b })
	change(t, paths[2], func(b []byte) []byte { b[3] = 'X'; return b })

	got, stats := recovered(t, dir)
	assert.Equal(t, append(append(append([]uuid.UUID{}, ids[0]), ids[3:6]...), ids[9:]...), got)
	assert.Equal(t, int64(2), stats.Unreadable)
	assert.Equal(t, stats.Recovered, sum(stats), "what could not be counted is in no count")
	assert.Empty(t, segments(t, dir))
}

// recordLength is the length of each record in a file of three alike.
func recordLength(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return (int(info.Size()) - segmentHeaderSize) / 3
}

func TestDamageWhileItRunsIsCounted(t *testing.T) {
	dir := t.TempDir()
	gate := make(chan struct{})
	next := &receiver{answer: func(context.Context, exporter.Batch) error { <-gate; return nil }}
	e := open(t, dir, next, spool.WithConcurrency(1), spool.WithMaxBytes(512<<10))
	batches, ids := several(9, 4<<10)
	for _, batch := range batches {
		require.NoError(t, e.Export(t.Context(), batch))
	}
	paths := segments(t, dir)
	require.Len(t, paths, 3)
	size := recordLength(t, paths[2])
	change(t, paths[1], func(b []byte) []byte { return b[:10] })
	change(t, paths[2], func(b []byte) []byte { b[segmentHeaderSize+size] ^= 1; return b })
	close(gate)
	require.NoError(t, e.Drain(t.Context()))
	assert.Equal(t, append(append([]uuid.UUID{}, ids[:3]...), ids[6]), next.ids())
	stats := e.Stats()
	assert.Equal(t, spool.Count{Batches: 5, Spans: 5, Annotations: 5}, stats.Dropped[spool.ReasonCorrupt])
	assert.Equal(t, int64(2), stats.Unreadable)
	assert.Equal(t, stats.Accepted, sum(stats))

	require.NoError(t, e.Export(t.Context(), sized(10)), "it goes on in a new segment")
	require.NoError(t, e.Drain(t.Context()))
	assert.Len(t, next.ids(), 5)
}

func TestOnlyWhatWasNotDeliveredIsSentAgain(t *testing.T) {
	dir := t.TempDir()
	batches, ids := several(5, 10)
	next := &receiver{answer: func(ctx context.Context, batch exporter.Batch) error {
		switch batch.ID {
		case ids[1]:
			return hang(ctx, batch)
		case ids[2]:
			return refused(exporter.ReasonRejected)
		}
		return nil
	}}
	e := open(t, dir, next)
	for _, batch := range batches {
		require.NoError(t, e.Export(t.Context(), batch))
	}
	require.Eventually(t, func() bool { return e.Stats().Pending.Batches == 1 }, timeout, tick)
	require.ErrorIs(t, e.Shutdown(expired()), spool.ErrPending)

	path := segments(t, dir)[0]
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	got, stats := recovered(t, dir)
	assert.Equal(t, ids[1:2], got)
	assert.Equal(t, int64(1), stats.Recovered.Batches)

	// The same again, but a power cut has spoilt the mark of the first.
	require.Empty(t, segments(t, dir))
	content[segmentHeaderSize+recordStateOffset] = 'X'
	require.NoError(t, os.WriteFile(path, content, 0o600))
	got, _ = recovered(t, dir)
	assert.Equal(t, ids[:2], got)
}

func TestASegmentOfALaterVersionIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "0000000000000001.spool")
	require.NoError(t, os.WriteFile(path, []byte("staso-spool/2\nfrom the future"), 0o600))
	_, err := spool.New(dir, new(receiver))
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, "format")
	assert.FileExists(t, path)
	require.NoError(t, os.Remove(path))
	open(t, dir, new(receiver)) // the failed New has let go of the lock
}

func TestFilesOfOthersAreNotTouched(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"notes.txt", "1.spool", "zzzzzzzzzzzzzzzz.spool"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "0000000000000001.spool"), 0o700))
	batches, ids := several(2, 10)
	outage(t, dir, batches)
	got, stats := recovered(t, dir)
	assert.Equal(t, ids, got)
	assert.Zero(t, stats.Unreadable)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 4+1, "theirs and the lock")
}

func TestSyncPolicies(t *testing.T) {
	for name, opt := range map[string]spool.Option{
		"interval": spool.WithSyncInterval(1), "never": spool.WithoutSync(), "always": spool.WithSyncInterval(0),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			batches, ids := several(20, 4<<10)
			outage(t, dir, batches, opt, spool.WithMaxBytes(256<<10))
			got, _ := recovered(t, dir)
			assert.Equal(t, ids, got)
		})
	}
}
