package pipeline_test

import (
	"context"
	"testing"
	"time"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

type discard struct{}

func (discard) Export(context.Context, exporter.Batch) error { return nil }
func (discard) Shutdown(context.Context) error               { return nil }

type light struct{ span exporter.SpanData }

func (*light) Class() pipeline.Class { return pipeline.Span }
func (*light) Bytes() int            { return 1 << 10 }
func (*light) Release()              {}
func (l *light) AppendTo(b *exporter.Batch) bool {
	b.Spans = append(b.Spans, &l.span)
	return true
}

// BenchmarkEnqueue is what ending a span costs its caller, the senders at work.
func BenchmarkEnqueue(b *testing.B) {
	p := pipeline.New(pipeline.Config{
		Exporter: discard{}, BatchSize: 100, BatchBytes: 4 << 20, FlushInterval: 5 * time.Second,
		QueueSize: 32_768, QueueBytes: 64 << 20, ExportTimeout: time.Minute, Senders: 2,
	})
	b.Cleanup(func() { p.Shutdown(context.Background()) })
	item := &light{}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			p.Enqueue(item)
		}
	})
}
