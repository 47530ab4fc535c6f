package spool

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// A payload is a batch:
//
//	id           16 bytes
//	environment  block
//	workspace    block
//	spans        uvarint, then of each: fields, input, output, attributes; all blocks
//	annotations  uvarint, then of each: fields, value; both blocks
//
// A block is a uvarint length and so many bytes. Fields are the JSON form
// without the payloads, so a field that a later version adds needs no new
// format; the payloads are kept byte for byte.

var errPayloadShape = errors.New("payload is not a batch")

// appendBatch appends b's payload to dst. What has no form in JSON, such as a
// start in the year 10000, is left out and counted in rejected.
func appendBatch(dst []byte, b *exporter.Batch) (_ []byte, kept Count, rejected *exporter.PartialError) {
	var failed failures
	dst = append(dst, b.ID[:]...)
	dst = appendBlock(dst, []byte(b.Resource.Environment))
	dst = appendBlock(dst, []byte(b.Resource.Workspace))

	spans := make([][]byte, len(b.Spans))
	for i, span := range b.Spans {
		spans[i] = failed.encode(&failed.spans, spanFields(span))
	}
	dst, kept.Spans = appendEach(dst, spans, func(dst []byte, i int) []byte {
		dst = appendBlock(dst, b.Spans[i].Input)
		dst = appendBlock(dst, b.Spans[i].Output)
		return appendBlock(dst, b.Spans[i].Attributes)
	})

	annotations := make([][]byte, len(b.Annotations))
	for i, annotation := range b.Annotations {
		annotations[i] = failed.encode(&failed.annotations, annotationFields(annotation))
	}
	dst, kept.Annotations = appendEach(dst, annotations, func(dst []byte, i int) []byte {
		return appendBlock(dst, b.Annotations[i].Value)
	})
	kept.Batches = 1
	return dst, kept, failed.partial()
}

// appendEach appends how many fields are not nil, then each of those and what
// rest appends for it.
func appendEach(dst []byte, fields [][]byte, rest func([]byte, int) []byte) ([]byte, int64) {
	var n int64
	for _, f := range fields {
		if f != nil {
			n++
		}
	}
	dst = binary.AppendUvarint(dst, uint64(n))
	for i, f := range fields {
		if f != nil {
			dst = rest(appendBlock(dst, f), i)
		}
	}
	return dst, n
}

func appendBlock(dst, block []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(block))), block...)
}

// spanFields is a span without its payloads. Its time is in UTC, for RFC 3339
// has no offsets with seconds, which some historic zones have; an unknown kind
// or status, which would not be read back, is what a backend takes it for.
func spanFields(s *exporter.SpanData) *exporter.SpanData {
	c := *s
	c.Input, c.Output, c.Attributes = nil, nil, nil
	c.StartTime = c.StartTime.UTC()
	if c.Kind > exporter.KindAgent {
		c.Kind = exporter.KindCustom
	}
	if c.Status > exporter.StatusTimeout {
		c.Status = exporter.StatusError
	}
	return &c
}

func annotationFields(a *exporter.Annotation) *exporter.Annotation {
	c := *a
	c.Value = nil
	c.Time = c.Time.UTC()
	return &c
}

// failures counts what could not be encoded.
type failures struct {
	spans, annotations int
	err                error
}

func (f *failures) encode(count *int, v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		*count++
		f.err = err
		return nil
	}
	return encoded
}

func (f *failures) partial() *exporter.PartialError {
	if f.err == nil {
		return nil
	}
	e := &exporter.PartialError{Err: fmt.Errorf("encode for spool: %w", f.err)}
	if f.spans > 0 {
		e.Rejected = map[exporter.Reason]int{exporter.ReasonExporterFailed: f.spans}
	}
	if f.annotations > 0 {
		e.RejectedAnnotations = map[exporter.Reason]int{exporter.ReasonExporterFailed: f.annotations}
	}
	return e
}

// decodeBatch reads what appendBatch wrote. The batch's payloads are parts of
// payload itself.
func decodeBatch(payload []byte) (exporter.Batch, error) {
	d := &decoder{rest: payload}
	var b exporter.Batch
	b.ID = d.id()
	b.Resource.Environment = string(d.block())
	b.Resource.Workspace = string(d.block())
	for n := d.count(); n > 0 && d.err == nil; n-- {
		span := new(exporter.SpanData)
		d.fields(span)
		span.Input, span.Output, span.Attributes = d.block(), d.block(), d.block()
		b.Spans = append(b.Spans, span)
	}
	for n := d.count(); n > 0 && d.err == nil; n-- {
		annotation := new(exporter.Annotation)
		d.fields(annotation)
		annotation.Value = d.block()
		b.Annotations = append(b.Annotations, annotation)
	}
	if d.err == nil && len(d.rest) > 0 {
		d.err = errPayloadShape
	}
	if d.err != nil {
		return exporter.Batch{}, d.err
	}
	return b, nil
}

// decoder takes values off the front of rest until something is wrong; from
// then on it gives zeros.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.rest = nil
}

func (d *decoder) id() (id uuid.UUID) {
	if len(d.rest) < len(id) {
		d.fail(errPayloadShape)
		return id
	}
	copy(id[:], d.rest)
	d.rest = d.rest[len(id):]
	return id
}

// count reads how many values follow. Each takes at least a byte, so a larger
// count is wrong.
func (d *decoder) count() int {
	n, width := binary.Uvarint(d.rest)
	if width <= 0 || n > uint64(len(d.rest)-width) {
		d.fail(errPayloadShape)
		return 0
	}
	d.rest = d.rest[width:]
	return int(n)
}

// block returns nil for an empty one.
func (d *decoder) block() []byte {
	n := d.count()
	if n == 0 {
		return nil
	}
	block := d.rest[:n:n]
	d.rest = d.rest[n:]
	return block
}

func (d *decoder) fields(v any) {
	block := d.block()
	if d.err != nil {
		return
	}
	if err := json.Unmarshal(block, v); err != nil {
		d.fail(err)
	}
}
