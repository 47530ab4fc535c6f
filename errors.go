package staso

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/pipeline"
)

// ErrInvalidOption is wrapped by every error of [New] that an option or a
// STASO_ variable caused.
var ErrInvalidOption = errors.New("invalid option")

// APIError is a refusal that a backend answered over HTTP.
type APIError = exporter.APIError

// Reason says why a span or an annotation was not delivered; see the constants
// in package exporter.
type Reason = exporter.Reason

// LossError is what [Tracer.Flush] and [Tracer.Shutdown] return when something
// did not arrive. Ask for it with [errors.As]; docs/configuration.md explains each
// reason.
type LossError struct {
	// Spans and Annotations count what was lost, by reason. What a sampler or
	// [Span.Drop] left out is not lost.
	Spans       map[Reason]int64
	Annotations map[Reason]int64
	// Pending counts the spans whose fate was not known when the context ended.
	Pending int64
	// Err is the last cause, or what the exporter's own Shutdown said; nil where
	// items were dropped without one.
	Err error
}

func (e *LossError) Error() string {
	parts := appendCounts(nil, "span", e.Spans)
	parts = appendCounts(parts, "annotation", e.Annotations)
	if e.Pending > 0 {
		parts = append(parts, quantity(e.Pending, "span")+" pending")
	}
	var texts []string
	if len(parts) > 0 {
		texts = append(texts, "not delivered: "+strings.Join(parts, ", "))
	}
	if e.Err != nil {
		texts = append(texts, e.Err.Error())
	}
	return "staso: " + strings.Join(texts, ": ")
}

func (e *LossError) Unwrap() error { return e.Err }

func appendCounts(parts []string, what string, counts map[Reason]int64) []string {
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, quantity(counts[reason], what)+" "+string(reason))
	}
	return parts
}

// quantity is "1 span" or "2 spans".
func quantity(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.FormatInt(n, 10) + " " + what
}

func lossError(loss pipeline.Loss) error {
	if len(loss.Spans) == 0 && len(loss.Annotations) == 0 && loss.Pending == 0 && loss.Err == nil {
		return nil
	}
	return &LossError{Spans: loss.Spans, Annotations: loss.Annotations, Pending: loss.Pending, Err: loss.Err}
}
