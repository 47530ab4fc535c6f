package staso

import (
	"slices"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

// provisionalRoot is a root at its start, on its way.
type provisionalRoot struct {
	span *Span
	copy *record
}

func (p *provisionalRoot) Class() pipeline.Class { return pipeline.Provisional }
func (p *provisionalRoot) Bytes() int            { return recordOverhead }

// AppendTo copies the span as it now is; one that has ended meanwhile needs no
// announcement.
func (p *provisionalRoot) AppendTo(batch *exporter.Batch) bool {
	p.span.record(func(r *record) {
		if !r.drop {
			p.copy = r.provisional()
		}
	})
	if p.copy == nil {
		return false
	}
	p.copy.finish() // not under the span's lock: it may call a redactor
	p.copy.input = payload{}
	batch.Spans = append(batch.Spans, &p.copy.data)
	return true
}

func (p *provisionalRoot) Release() {}

// provisional returns a copy of the record, with the input and without what is
// not known yet.
func (r *record) provisional() *record {
	c := &record{
		tracer: r.tracer, data: r.data, code: r.code, tags: r.tags, errors: r.errors,
		meta: slices.Clone(r.meta), metaBytes: slices.Clone(r.metaBytes),
		input: payload{encoded: slices.Clone(r.input.encoded), later: r.input.later, set: r.input.set},
	}
	c.data.Provisional = true
	c.data.Duration = 0
	c.data.Usage = nil
	return c
}

// provisionalLimit bounds each field of a provisional root. What is sent twice,
// and is not counted against the queue until it is sent, is to be small.
const provisionalLimit = 16 << 10

func (r *record) limit() int {
	if r.data.Provisional {
		return min(r.tracer.cfg.FieldLimit, provisionalLimit)
	}
	return r.tracer.cfg.FieldLimit
}
