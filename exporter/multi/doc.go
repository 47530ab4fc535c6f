// Package multi is an exporter that sends the same spans to several others.
//
//	both, err := multi.New(backend, multi.WithSecondary("file", file))
//	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(both))
//
// The first child, the primary, is called directly: its answer is the answer of
// Export, so the Tracer retries and counts by it. Every other child, a secondary,
// gets a copy through a bounded queue of its own, with its own goroutine, retries
// and counts. So a secondary that is slow, fails or panics holds up nobody else:
// once its queue is full it misses the newest batches, which [Exporter.Stats]
// counts and Shutdown tells. Nor does a primary that is down keep anything from
// the secondaries.
//
// Where nothing may be missed, put a spool (package spool) around that child.
package multi
