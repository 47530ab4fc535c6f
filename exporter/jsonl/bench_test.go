package jsonl_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

func hundred() exporter.Batch {
	b := batch()
	for range 100 {
		b.Spans = append(b.Spans, span("step"))
	}
	return b
}

// BenchmarkExport writes batches of 100 spans. An op is a batch.
func BenchmarkExport(b *testing.B) {
	for name, opts := range map[string][]jsonl.Option{
		"unsynced": nil, "synced": {jsonl.WithSync()}, "rotating": {jsonl.WithMaxBytes(1 << 20)},
	} {
		b.Run(name, func(b *testing.B) {
			e, err := jsonl.New(filepath.Join(b.TempDir(), "traces.jsonl"), opts...)
			require.NoError(b, err)
			batch := hundred()
			b.ReportAllocs()
			for b.Loop() {
				if err := e.Export(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			require.NoError(b, e.Shutdown(b.Context()))
		})
	}
}

// BenchmarkRead reads 100 lines an op.
func BenchmarkRead(b *testing.B) {
	var out bytes.Buffer
	e, err := jsonl.NewWriter(&out)
	require.NoError(b, err)
	require.NoError(b, e.Export(b.Context(), hundred()))
	b.SetBytes(int64(out.Len()))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range jsonl.Read(bytes.NewReader(out.Bytes())) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
