package spool

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// appendBatch appends b's payload to dst.
func appendBatch(dst []byte, b *exporter.Batch) []byte {
	e := encoder{dst}
	e.id(batchID, b.ID)
	e.text(batchEnvironment, b.Resource.Environment)
	e.text(batchWorkspace, b.Resource.Workspace)
	for _, span := range b.Spans {
		e.message(batchSpan, func() { e.span(span) })
	}
	for _, annotation := range b.Annotations {
		e.message(batchAnnotation, func() { e.annotation(annotation) })
	}
	return e.buf
}

type encoder struct{ buf []byte }

func (e *encoder) span(s *exporter.SpanData) {
	e.id(spanTraceID, s.TraceID)
	e.id(spanSpanID, s.SpanID)
	e.id(spanParentSpanID, s.ParentSpanID)
	e.text(spanName, s.Name)
	e.int(spanKind, int64(s.Kind))
	e.time(spanStartTime, s.StartTime)
	e.int(spanDuration, int64(s.Duration))
	e.int(spanStatus, int64(s.Status))
	e.text(spanErrorMessage, s.ErrorMessage)
	e.text(spanModel, s.Model)
	e.text(spanRequestedModel, s.RequestedModel)
	e.text(spanProvider, s.Provider)
	e.text(spanReasoningEffort, s.ReasoningEffort)
	if s.Usage != nil {
		e.message(spanUsage, func() { e.ints(usageFields(s.Usage)) })
	}
	e.bytes(spanInput, s.Input)
	e.bytes(spanOutput, s.Output)
	e.bytes(spanAttributes, s.Attributes)
	e.text(spanConversationID, s.ConversationID)
	e.text(spanUserID, s.UserID)
	e.text(spanAgentName, s.AgentName)
	e.id(spanAgentID, s.AgentID)
	e.text(spanAgentVersion, s.AgentVersion)
	e.int(spanCapture, int64(packCapture(s.Capture)))
	if s.Provisional {
		e.int(spanProvisional, 1)
	}
}

// usageFields are the counts of a usage; the number of each is its place here,
// from 1. Add new ones at the end.
func usageFields(u *exporter.Usage) []*int64 {
	return []*int64{
		&u.InputTokens, &u.OutputTokens, &u.TotalTokens,
		&u.CacheReadInputTokens, &u.CacheCreationInputTokens,
		&u.CacheWrite5mInputTokens, &u.CacheWrite1hInputTokens,
		&u.ReasoningTokens, &u.AudioInputTokens, &u.AudioOutputTokens,
	}
}

// captureFields are the settings of a policy, two bits each in this order. Add
// new ones at the end.
func captureFields(p *exporter.CapturePolicy) []*exporter.Capture {
	return []*exporter.Capture{&p.Request, &p.SystemPrompt, &p.ToolSchema, &p.ToolArguments, &p.Output}
}

func packCapture(p exporter.CapturePolicy) (bits uint64) {
	for i, c := range captureFields(&p) {
		bits |= uint64(min(*c, 3)) << (2 * i)
	}
	return bits
}

func (e *encoder) annotation(a *exporter.Annotation) {
	e.id(annotationID, a.ID)
	e.id(annotationTraceID, a.TraceID)
	e.id(annotationSpanID, a.SpanID)
	e.text(annotationName, a.Name)
	e.text(annotationDataType, string(a.DataType))
	e.bytes(annotationValue, a.Value)
	e.text(annotationComment, a.Comment)
	e.time(annotationTime, a.Time)
}

func (e *encoder) tag(number, form int) {
	e.buf = binary.AppendUvarint(e.buf, uint64(number<<2|form))
}

func (e *encoder) int(number int, v int64) {
	if v != 0 {
		e.tag(number, formInt)
		e.buf = binary.AppendVarint(e.buf, v)
	}
}

func (e *encoder) ints(values []*int64) {
	for i, v := range values {
		e.int(i+1, *v)
	}
}

func (e *encoder) bytes(number int, v []byte) {
	if len(v) > 0 {
		e.tag(number, formBytes)
		e.buf = append(binary.AppendUvarint(e.buf, uint64(len(v))), v...)
	}
}

func (e *encoder) text(number int, v string) {
	if v != "" {
		e.tag(number, formBytes)
		e.buf = append(binary.AppendUvarint(e.buf, uint64(len(v))), v...)
	}
}

func (e *encoder) id(number int, v uuid.UUID) {
	if v != uuid.Nil {
		e.bytes(number, v[:])
	}
}

func (e *encoder) time(number int, v time.Time) {
	if v.IsZero() {
		return
	}
	e.message(number, func() {
		e.int(timeSeconds, v.Unix())
		e.int(timeNanos, int64(v.Nanosecond()))
	})
}

// message writes a field that body fills, and its length when that is known.
func (e *encoder) message(number int, body func()) {
	e.tag(number, formMessage)
	start := len(e.buf) + 4
	e.buf = append(e.buf, 0, 0, 0, 0)
	body()
	binary.LittleEndian.PutUint32(e.buf[start-4:], uint32(len(e.buf)-start))
}
