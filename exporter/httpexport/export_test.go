package httpexport

import "github.com/staso-go/staso/exporter"

// AppendBatch is for tests and benchmarks of the encoding without a network.
func AppendBatch(dst []byte, batch exporter.Batch) []byte {
	return (&encoder{}).appendBatch(dst, batch.Spans, batch.Resource)
}

// NewEncoder returns an encoder that is used again, as an Exporter does it.
func NewEncoder() func(dst []byte, batch exporter.Batch) []byte {
	e := &encoder{}
	return func(dst []byte, batch exporter.Batch) []byte {
		return e.appendBatch(dst, batch.Spans, batch.Resource)
	}
}
