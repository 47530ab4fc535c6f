package spool

import (
	"time"

	"github.com/staso-go/staso/exporter"
)

// decodeBatch reads what appendBatch wrote. The payloads in the batch are parts
// of payload itself.
func decodeBatch(payload []byte) (exporter.Batch, error) {
	var b exporter.Batch
	d := newDecoder(payload)
	for d.next() {
		switch d.number {
		case batchID:
			b.ID = d.id()
		case batchEnvironment:
			b.Resource.Environment = d.text()
		case batchWorkspace:
			b.Resource.Workspace = d.text()
		case batchSpan:
			b.Spans = append(b.Spans, decodeSpan(d.message()))
		case batchAnnotation:
			b.Annotations = append(b.Annotations, decodeAnnotation(d.message()))
		}
	}
	if *d.broken {
		return exporter.Batch{}, errShape
	}
	return b, nil
}

func decodeSpan(d decoder) *exporter.SpanData {
	s := new(exporter.SpanData)
	for d.next() {
		switch d.number {
		case spanTraceID:
			s.TraceID = d.id()
		case spanSpanID:
			s.SpanID = d.id()
		case spanParentSpanID:
			s.ParentSpanID = d.id()
		case spanKind:
			s.Kind = exporter.Kind(d.int())
		case spanStartTime:
			s.StartTime = decodeTime(d.message())
		case spanDuration:
			s.Duration = time.Duration(d.int())
		case spanStatus:
			s.Status = exporter.Status(d.int())
		case spanUsage:
			s.Usage = decodeUsage(d.message())
		case spanInput:
			s.Input = d.bytes()
		case spanOutput:
			s.Output = d.bytes()
		case spanAttributes:
			s.Attributes = d.bytes()
		case spanAgentID:
			s.AgentID = d.id()
		case spanCapture:
			s.Capture = unpackCapture(uint64(d.int()))
		case spanProvisional:
			s.Provisional = d.int() != 0
		default:
			if text := spanText(s, d.number); text != nil {
				*text = d.text()
			}
		}
	}
	return s
}

func spanText(s *exporter.SpanData, number int) *string {
	switch number {
	case spanName:
		return &s.Name
	case spanErrorMessage:
		return &s.ErrorMessage
	case spanModel:
		return &s.Model
	case spanRequestedModel:
		return &s.RequestedModel
	case spanProvider:
		return &s.Provider
	case spanReasoningEffort:
		return &s.ReasoningEffort
	case spanConversationID:
		return &s.ConversationID
	case spanUserID:
		return &s.UserID
	case spanAgentName:
		return &s.AgentName
	case spanAgentVersion:
		return &s.AgentVersion
	}
	return nil
}

func decodeAnnotation(d decoder) *exporter.Annotation {
	a := new(exporter.Annotation)
	for d.next() {
		switch d.number {
		case annotationID:
			a.ID = d.id()
		case annotationTraceID:
			a.TraceID = d.id()
		case annotationSpanID:
			a.SpanID = d.id()
		case annotationName:
			a.Name = d.text()
		case annotationDataType:
			a.DataType = exporter.DataType(d.text())
		case annotationValue:
			a.Value = d.bytes()
		case annotationComment:
			a.Comment = d.text()
		case annotationTime:
			a.Time = decodeTime(d.message())
		}
	}
	return a
}

func decodeUsage(d decoder) *exporter.Usage {
	u := new(exporter.Usage)
	fields := usageFields(u)
	for d.next() {
		if d.number >= 1 && d.number <= len(fields) {
			*fields[d.number-1] = d.int()
		}
	}
	return u
}

func unpackCapture(bits uint64) (p exporter.CapturePolicy) {
	for i, c := range captureFields(&p) {
		*c = exporter.Capture(bits >> (2 * i) & 3)
	}
	return p
}

func decodeTime(d decoder) time.Time {
	var seconds, nanos int64
	for d.next() {
		switch d.number {
		case timeSeconds:
			seconds = d.int()
		case timeNanos:
			nanos = d.int()
		}
	}
	return time.Unix(seconds, nanos).UTC()
}
