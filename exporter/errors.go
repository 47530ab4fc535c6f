package exporter

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrShutdown is what Export returns after Shutdown.
var ErrShutdown = errors.New("exporter is shut down")

// Reason says why a span or an annotation was not delivered. The list is open:
// an exporter may add its own.
type Reason string

// Why an item never reached an exporter.
const (
	ReasonQueueFull     Reason = "queue_full"     // the queue's bound in items or bytes was reached
	ReasonSampled       Reason = "sampled"        // the sampler left its trace out
	ReasonUserDrop      Reason = "user_drop"      // Span.Drop was called
	ReasonAfterShutdown Reason = "after_shutdown" // it ended after Tracer.Shutdown
	ReasonOversized     Reason = "oversized"      // larger than a whole queue or request may be
)

// Why an exporter did not deliver an item.
const (
	ReasonRetriesExhausted Reason = "retries_exhausted" // the last try failed in a way that another might not
	ReasonRejected         Reason = "rejected"          // the receiver read it and said no
	ReasonUnauthorized     Reason = "unauthorized"      // 401, 402 or 403: a key, a plan or a permission is missing
	ReasonShutdown         Reason = "shutdown"          // the deadline of Shutdown passed first
	ReasonExporterFailed   Reason = "exporter_failed"   // any other final error, a panic included
)

// RetryableError says that nothing is known to be stored and that another try
// may succeed.
type RetryableError struct {
	// After is how long the receiver asked to wait; zero leaves it to the caller.
	After time.Duration
	Err   error
}

func (e *RetryableError) Error() string {
	text := "not accepted for now"
	if e.Err != nil {
		text = e.Err.Error()
	}
	if e.After > 0 {
		text += fmt.Sprintf(" (retry after %s)", e.After)
	}
	return text
}

func (e *RetryableError) Unwrap() error { return e.Err }

// PartialError says that the batch was taken but for the items it counts.
type PartialError struct {
	// Rejected counts spans, RejectedAnnotations annotations, both by reason.
	Rejected            map[Reason]int
	RejectedAnnotations map[Reason]int
	// Err is what the receiver said of them; it may be nil.
	Err error
}

func (e *PartialError) Error() string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(e.Rejected)) {
		parts = append(parts, quantity(e.Rejected[reason], "span")+" "+string(reason))
	}
	for _, reason := range slices.Sorted(maps.Keys(e.RejectedAnnotations)) {
		parts = append(parts, quantity(e.RejectedAnnotations[reason], "annotation")+" "+string(reason))
	}
	text := "not accepted: " + strings.Join(parts, ", ")
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// quantity is "1 span" or "2 spans".
func quantity(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func (e *PartialError) Unwrap() error { return e.Err }

// ReasonError gives a final error the reason under which its batch is counted.
// Without it that is [ReasonExporterFailed].
type ReasonError struct {
	Reason Reason
	Err    error
}

func (e *ReasonError) Error() string {
	if e.Err == nil {
		return string(e.Reason)
	}
	return e.Err.Error()
}

func (e *ReasonError) Unwrap() error { return e.Err }

// APIError is a refusal that a backend answered over HTTP. There is one type
// for all of them.
type APIError struct {
	StatusCode int
	// Code is the machine's word for it, for instance "invalid_key"; empty where
	// the answer had none.
	Code string
	// Detail is a sentence for a person.
	Detail string
	// Body is the answer's first 4 KiB.
	Body []byte
}

func (e *APIError) Error() string {
	text := fmt.Sprintf("backend answered %d", e.StatusCode)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}
