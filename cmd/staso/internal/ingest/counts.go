package ingest

import "sync/atomic"

// Counts are what the metrics show of ingest. They are safe for concurrent use.
type Counts struct {
	Traces, TracesRejected           atomic.Int64
	Spans, SpansRejected             atomic.Int64
	Annotations, AnnotationsRejected atomic.Int64
}

func (c *Counts) addTraces(b *Batch) {
	c.Traces.Add(int64(b.Accepted))
	c.TracesRejected.Add(int64(b.Rejected))
	c.Spans.Add(int64(b.Spans))
	c.SpansRejected.Add(int64(b.SpansRejected))
}

func (c *Counts) addAnnotations(b *Batch) {
	c.Annotations.Add(int64(b.Accepted))
	c.AnnotationsRejected.Add(int64(b.Rejected))
}
