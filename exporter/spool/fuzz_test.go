package spool_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// FuzzDecodeBatch holds that no payload makes the decoder panic, and that what it
// reads can be written and reads the same again.
func FuzzDecodeBatch(f *testing.F) {
	for _, batch := range []exporter.Batch{batchOf(3), {}, {Spans: []*exporter.SpanData{{Kind: 99}}}} {
		f.Add(spool.AppendBatch(nil, &batch))
	}
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		batch, err := spool.DecodeBatch(payload)
		if err != nil {
			require.Zero(t, batch)
			return
		}
		again := spool.AppendBatch(nil, &batch)
		second, err := spool.DecodeBatch(again)
		require.NoError(t, err)
		require.Equal(t, again, spool.AppendBatch(nil, &second))
	})
}

// FuzzSegment holds that whatever a segment's file has become, the spool opens,
// delivers only batches that were written, and counts what it drops.
func FuzzSegment(f *testing.F) {
	dir := f.TempDir()
	e, err := spool.New(dir, &receiver{answer: hang})
	require.NoError(f, err)
	written := make(map[uuid.UUID]bool)
	for i := range 3 {
		// The same in each of the fuzzer's processes.
		batch := derivedBatch(uuid.NewSHA1(uuid.Nil, []byte{byte(i)}))
		written[batch.ID] = true
		require.NoError(f, e.Export(f.Context(), batch))
	}
	require.Error(f, e.Shutdown(expired()))
	content, err := os.ReadFile(filepath.Join(dir, "0000000000000001.spool"))
	require.NoError(f, err)
	f.Add(content)
	f.Add(content[:len(content)-1])
	f.Add(append([]byte("staso-spool/1\n"), make([]byte, 100)...))
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "0000000000000001.spool")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		next := new(receiver)
		e, err := spool.New(dir, next, spool.WithoutSync())
		if err != nil {
			require.ErrorContains(t, err, "format")
			return
		}
		require.NoError(t, e.Drain(t.Context()))
		_ = e.Shutdown(t.Context())
		stats := e.Stats()
		require.Equal(t, stats.Recovered, sum(stats))
		require.Len(t, next.received(), int(stats.Delivered.Batches))
		for _, batch := range next.received() {
			require.True(t, written[batch.ID], "batch %s was never written", batch.ID)
			require.NoError(t, sameAsDerived(batch))
		}
	})
}
