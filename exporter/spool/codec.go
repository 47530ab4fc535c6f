package spool

import (
	"errors"
)

// A payload is a message: a batch. A message is a run of fields, and a field is a
// uvarint tag, number<<2 | form, and a value of that form:
//
//	formInt      varint, zigzag
//	formBytes    uvarint length, bytes
//	formMessage  uint32 length, little endian, message
//
// What is zero is left out, and a number that the reader does not know is passed
// over, so a field that a later version adds needs no new format. Numbers are
// never used again. Payloads and text are kept byte for byte, valid or not: what
// to make of them is the next exporter's business.
const (
	formInt = iota
	formBytes
	formMessage
)

var errShape = errors.New("payload is not a batch")

// The fields of a batch.
const (
	batchID = iota + 1
	batchEnvironment
	batchWorkspace
	batchSpan
	batchAnnotation
)

// The fields of a span.
const (
	spanTraceID = iota + 1
	spanSpanID
	spanParentSpanID
	spanName
	spanKind
	spanStartTime
	spanDuration
	spanStatus
	spanErrorMessage
	spanModel
	spanRequestedModel
	spanProvider
	spanReasoningEffort
	spanUsage
	spanInput
	spanOutput
	spanAttributes
	spanConversationID
	spanUserID
	spanAgentName
	spanAgentID
	spanAgentVersion
	spanCapture
	spanProvisional
)

// The fields of a time, which is in UTC when it is read back.
const (
	timeSeconds = iota + 1
	timeNanos
)

// The fields of an annotation.
const (
	annotationID = iota + 1
	annotationTraceID
	annotationSpanID
	annotationName
	annotationDataType
	annotationValue
	annotationComment
	annotationTime
)
