package spool

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/jsonform"
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

// appendBatch appends b's payload to dst.
func appendBatch(dst []byte, b *exporter.Batch) ([]byte, error) {
	dst = append(dst, b.ID[:]...)
	dst = appendBlock(dst, []byte(b.Resource.Environment))
	dst = appendBlock(dst, []byte(b.Resource.Workspace))
	dst = binary.AppendUvarint(dst, uint64(len(b.Spans)))
	for _, span := range b.Spans {
		fields := jsonform.Span(span)
		fields.Input, fields.Output, fields.Attributes = nil, nil, nil
		encoded, err := json.Marshal(&fields)
		if err != nil {
			return nil, fmt.Errorf("encode span %s: %w", span.SpanID, err)
		}
		dst = appendBlock(dst, encoded)
		dst = appendBlock(dst, span.Input)
		dst = appendBlock(dst, span.Output)
		dst = appendBlock(dst, span.Attributes)
	}
	return appendAnnotations(dst, b.Annotations)
}

func appendAnnotations(dst []byte, annotations []*exporter.Annotation) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(len(annotations)))
	for _, annotation := range annotations {
		fields := jsonform.Annotation(annotation)
		fields.Value = nil
		encoded, err := json.Marshal(&fields)
		if err != nil {
			return nil, fmt.Errorf("encode annotation %s: %w", annotation.ID, err)
		}
		dst = appendBlock(dst, encoded)
		dst = appendBlock(dst, annotation.Value)
	}
	return dst, nil
}

func appendBlock(dst, block []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(block))), block...)
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
