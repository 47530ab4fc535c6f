package ingest

import (
	"errors"
	"slices"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// DecodeTraces reads the body of an ingest request. Its error is a
// [*httpapi.Error]: the body as a whole is not what it should be, or too much. What is wrong
// with one trace rejects that trace alone and is told in [Batch.Errors].
//
// The batch may share body's memory: body must not change while the batch is in
// use. Of a field that comes twice in one object the last one counts.
//
// A trace whose trace_id is null or absent gets an id that is the same in every
// retry: UUIDv5, in a namespace of this package's own, of "KEY/INDEX" where KEY
// is the Idempotency-Key and INDEX the trace's decimal index in the request;
// without a key, of the bytes of the trace's JSON object as they stand in the
// (decompressed) body.
func DecodeTraces(body []byte, req Request) (*Batch, error) {
	d := &decoder{
		reader: reader{Scanner: jsonscan.New(body)},
		req:    req,
		spans:  make([]store.Span, 0, min(len(body)/512+1, MaxSpans)),
	}
	if err := d.decode(); err != nil {
		return nil, err
	}
	return d.batch()
}

// decoder turns one body into one list of spans, and remembers which of them
// are whose.
type decoder struct {
	reader
	req    Request
	spans  []store.Span
	traces []run
	result Batch
}

// run is where the spans of one accepted trace are.
type run struct {
	workspace string
	from, to  int
}

func (d *decoder) decode() error {
	if d.Kind() != jsonscan.Object {
		return d.shapeError()
	}
	seen := false
	for d.BeginObject(); d.Field(); {
		if string(d.Key()) != "traces" {
			d.Skip()
			continue
		}
		seen = true
		if d.Kind() != jsonscan.Array {
			return d.shapeError()
		}
		if err := d.readTraces(); err != nil {
			return err
		}
	}
	d.End()
	if d.Err() == nil && !seen {
		return httpapi.Malformed(`traces: missing: want {"traces": [...]}`)
	}
	return malformed(d.Err())
}

// shapeError tells a body that is not JSON from one that is something else.
func (d *decoder) shapeError() error {
	shape := d.shape()
	if d.Err() != nil {
		return malformed(d.Err())
	}
	return httpapi.Malformed(`body: %s where a list of traces should be: want {"traces": [...]}`, shape)
}

func malformed(err error) error {
	if err == nil {
		return nil
	}
	refusal := httpapi.Malformed("body: %v", err)
	refusal.Cause = err
	return refusal
}

var errTooManySpans = errors.New("too many spans")

func (d *decoder) readTraces() error {
	d.spans, d.traces, d.result = d.spans[:0], d.traces[:0], Batch{}
	index := 0
	for d.BeginArray(); d.Element(); index++ {
		if index == MaxTraces {
			return httpapi.TooLarge("traces: more than %d in one request: send them in several", MaxTraces)
		}
		if err := d.readTrace(index); err != nil {
			return httpapi.TooLarge("spans: more than %d in one request: send them in several", MaxSpans)
		}
	}
	return nil
}

func (d *decoder) accept(workspace string, from int) {
	d.traces = append(d.traces, run{workspace, from, len(d.spans)})
	d.result.Accepted++
	d.result.Spans += len(d.spans) - from
}

func (d *decoder) reject(index, from, spans int) {
	d.result.Rejected++
	d.result.SpansRejected += spans
	clear(d.spans[from:])
	d.spans = d.spans[:from]
	for _, f := range d.faults {
		e := ItemError{Trace: &index, Detail: f.detail}
		if f.span >= 0 {
			e.Span = &f.span
		}
		d.result.fault(e)
	}
}

// batch hands the spans to their workspaces: as a rule there is one, and it gets
// the list as it is.
func (d *decoder) batch() (*Batch, error) {
	b := &d.result
	if len(d.traces) > 0 && !slices.ContainsFunc(d.traces, d.elsewhere) {
		b.part(d.traces[0].workspace).Spans = d.spans
		return b, nil
	}
	for _, t := range d.traces {
		w := b.part(t.workspace)
		w.Spans = append(w.Spans, d.spans[t.from:t.to]...)
		if len(b.Parts) > maxWorkspaces {
			return nil, httpapi.TooLarge("workspace_slug: more than %d workspaces in one request: send them in several", maxWorkspaces)
		}
	}
	return b, nil
}

// elsewhere says that t is not in the workspace of the first trace.
func (d *decoder) elsewhere(t run) bool { return t.workspace != d.traces[0].workspace }
