package spool_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// discard takes everything and keeps nothing.
type discard struct{}

func (discard) Export(context.Context, exporter.Batch) error { return nil }
func (discard) Shutdown(context.Context) error               { return nil }

// BenchmarkExport accepts batches of 100 spans, with a receiver that takes them
// at once. An op is a batch.
func BenchmarkExport(b *testing.B) {
	for _, policy := range []struct {
		name string
		opt  spool.Option
	}{
		{"sync=batch", spool.WithSyncInterval(0)},
		{"sync=1s", spool.WithSyncInterval(time.Second)},
		{"sync=never", spool.WithoutSync()},
	} {
		b.Run(policy.name, func(b *testing.B) { benchmarkExport(b, policy.opt) })
	}
}

func benchmarkExport(b *testing.B, opt spool.Option) {
	e, err := spool.New(b.TempDir(), discard{}, opt)
	require.NoError(b, err)
	batch := batchOf(100)
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Export(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	require.NoError(b, e.Drain(b.Context()))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/span")
	b.ReportMetric(float64(e.Stats().Dropped[exporter.ReasonQueueFull].Batches)/float64(b.N), "dropped/op")
	_ = e.Shutdown(b.Context())
}

// BenchmarkParallelExport is the same from four goroutines, as a pipeline has.
func BenchmarkParallelExport(b *testing.B) {
	e, err := spool.New(b.TempDir(), discard{})
	require.NoError(b, err)
	b.ReportAllocs()
	b.SetParallelism(2) // of two processors
	b.RunParallel(func(pb *testing.PB) {
		batch := batchOf(100)
		for pb.Next() {
			if err := e.Export(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.StopTimer()
	require.NoError(b, e.Drain(b.Context()))
	_ = e.Shutdown(b.Context())
}

// BenchmarkReopen opens a folder in which 64 MiB wait.
func BenchmarkReopen(b *testing.B) {
	dir := b.TempDir()
	e, err := spool.New(dir, &receiver{answer: hang}, spool.WithoutSync())
	require.NoError(b, err)
	batch := batchOf(100)
	for e.Stats().Bytes < 64<<20 {
		require.NoError(b, e.Export(b.Context(), batch))
	}
	require.Error(b, e.Shutdown(expired()))
	b.ReportAllocs()
	for b.Loop() {
		e, err := spool.New(dir, &receiver{answer: hang}, spool.WithoutSync())
		require.NoError(b, err)
		require.Error(b, e.Shutdown(expired()))
	}
}
