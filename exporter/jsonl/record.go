package jsonl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/jsonform"
)

// Type says what a line is.
type Type string

// The types of a line.
const (
	TypeSpan       Type = "span"
	TypeAnnotation Type = "annotation"
)

// MaxLineBytes bounds a line. Export refuses a longer one as
// [exporter.ReasonOversized], [Read] passes over it.
const MaxLineBytes = 16 << 20

// Record is one line read back. Span is set where Type is [TypeSpan], Annotation
// where it is [TypeAnnotation].
type Record struct {
	Type       Type
	Resource   exporter.Resource
	Span       *exporter.SpanData
	Annotation *exporter.Annotation
}

// The lines as they are written. Embedding makes each one flat object.
type (
	prefix struct {
		Type Type `json:"type"`
		exporter.Resource
	}
	spanLine struct {
		prefix
		exporter.SpanData
	}
	annotationLine struct {
		prefix
		exporter.Annotation
	}
)

// encoded is a batch as lines, spans first.
type encoded struct {
	lines              bytes.Buffer
	spans, annotations int // that are in lines
	rejected           rejections
}

// encode fills e, which may have been used before.
func (e *encoded) encode(batch *exporter.Batch) {
	e.lines.Reset()
	e.spans, e.annotations, e.rejected = 0, 0, rejections{}
	encoder := json.NewEncoder(&e.lines)
	encoder.SetEscapeHTML(false)
	for _, span := range batch.Spans {
		line := spanLine{prefix{TypeSpan, batch.Resource}, jsonform.Span(span)}
		if e.add(encoder, &line, &e.rejected.spans) {
			e.spans++
		}
	}
	for _, annotation := range batch.Annotations {
		line := annotationLine{prefix{TypeAnnotation, batch.Resource}, jsonform.Annotation(annotation)}
		if e.add(encoder, &line, &e.rejected.annotations) {
			e.annotations++
		}
	}
}

// add appends one line. What has no form in JSON, or too long a one, is counted
// and costs the others nothing.
func (e *encoded) add(encoder *json.Encoder, line any, rejected *map[exporter.Reason]int) bool {
	start := e.lines.Len()
	if err := encoder.Encode(line); err != nil {
		e.rejected.add(rejected, exporter.ReasonExporterFailed, 1, fmt.Errorf("encode as JSON: %w", err))
		return false
	}
	e.repair(start)
	if n := e.lines.Len() - start; n > MaxLineBytes {
		e.lines.Truncate(start)
		e.rejected.add(rejected, exporter.ReasonOversized, 1, fmt.Errorf("line of %d bytes: at most %d", n, MaxLineBytes))
		return false
	}
	return true
}

// repair replaces what is not UTF-8 in a payload, which encoding/json leaves as
// it is: a reader in another language might refuse the whole file for it.
func (e *encoded) repair(start int) {
	line := e.lines.Bytes()[start:]
	if !utf8.Valid(line) {
		repaired := bytes.ToValidUTF8(line, []byte("\ufffd"))
		e.lines.Truncate(start)
		e.lines.Write(repaired)
	}
}

// cutAt counts as rejected what is not within the first n bytes of the lines.
func (e *encoded) cutAt(n int, err error) {
	whole := bytes.Count(e.lines.Bytes()[:n], []byte{'\n'})
	spans := min(whole, e.spans)
	e.rejected.add(&e.rejected.spans, exporter.ReasonExporterFailed, e.spans-spans, err)
	e.rejected.add(&e.rejected.annotations, exporter.ReasonExporterFailed, e.annotations-(whole-spans), err)
}

// rejections collects what becomes an [exporter.PartialError].
type rejections struct {
	spans, annotations map[exporter.Reason]int
	err                error
}

func (r *rejections) add(to *map[exporter.Reason]int, reason exporter.Reason, n int, err error) {
	if n == 0 {
		return
	}
	if *to == nil {
		*to = make(map[exporter.Reason]int)
	}
	(*to)[reason] += n
	r.err = err
}

func (r *rejections) error() error {
	if r.err == nil {
		return nil
	}
	return &exporter.PartialError{Rejected: r.spans, RejectedAnnotations: r.annotations, Err: r.err}
}
