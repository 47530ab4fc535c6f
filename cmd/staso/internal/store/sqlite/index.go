package sqlite

import "sync/atomic"

// indexer fills the text index behind the writes.
type indexer struct {
	last, done atomic.Int64 // newest span id; the one indexed up to
}

func (x *indexer) step(c *conn) bool { return false }

func unindex(c *conn, id int64) error { return nil }

func unindexTrace(c *conn, t *trace) error { return nil }
