// Package httpapi is what all handlers of the backend's JSON API have in
// common: one form of answer, one form of refusal, one way to choose the
// workspace.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// The machine codes of refusals. Clients branch on them.
const (
	CodeForbidden         = "forbidden"
	CodeNotFound          = "not_found"
	CodeMethodNotAllowed  = "method_not_allowed"
	CodePayloadTooLarge   = "payload_too_large"
	CodeMalformedRequest  = "malformed_request"
	CodeRequestTimeout    = "request_timeout"
	CodeCapacityExhausted = "capacity_exhausted"
	CodeUnavailable       = "backend_unavailable"
)

// Error is a refusal: what the client is told, and what only the log is told.
type Error struct {
	// Status is the HTTP status, 400 to 599.
	Status int
	// Code is one of the codes above.
	Code string
	// Detail is one sentence for a person. It says which field, what shape its
	// value has and what would be right; it never quotes a payload.
	Detail string
	// RetryAfter is when to try again; zero says nothing of it.
	RetryAfter time.Duration
	// Cause is for the log; nil where Detail says all.
	Cause error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Detail + ": " + e.Cause.Error()
	}
	return e.Detail
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Malformed is a 400 with the sentence that the arguments make.
func Malformed(format string, args ...any) *Error {
	return &Error{
		Status: http.StatusBadRequest,
		Code:   CodeMalformedRequest,
		Detail: fmt.Sprintf(format, args...),
	}
}

// NotFound is a 404 with the sentence that the arguments make.
func NotFound(format string, args ...any) *Error {
	return &Error{
		Status: http.StatusNotFound,
		Code:   CodeNotFound,
		Detail: fmt.Sprintf(format, args...),
	}
}

// TooLarge is a 413 with the sentence that the arguments make.
func TooLarge(format string, args ...any) *Error {
	return &Error{
		Status: http.StatusRequestEntityTooLarge,
		Code:   CodePayloadTooLarge,
		Detail: fmt.Sprintf(format, args...),
	}
}

// Busy is a 503 that asks the client to come back in a second.
func Busy(format string, args ...any) *Error {
	return &Error{
		Status:     http.StatusServiceUnavailable,
		Code:       CodeCapacityExhausted,
		Detail:     fmt.Sprintf(format, args...),
		RetryAfter: time.Second,
	}
}

// statusClientClosed is for the log alone: nobody is left to read it.
const statusClientClosed = 499

// ErrorOf turns any error into a refusal. A [*Error] stays itself, the store's
// errors get their own statuses, and whatever else happened is a 500 whose
// cause goes to the log and not to the client.
func ErrorOf(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	switch {
	case errors.Is(err, store.ErrBusy):
		busy := Busy("the queue of writes is full: nothing of this request was stored, send it again in a second")
		busy.Cause = err
		return busy
	case errors.Is(err, store.ErrFull):
		return &Error{
			Status: http.StatusInsufficientStorage, Code: CodeUnavailable, Cause: err,
			Detail: "the disk that holds the database is full: nothing of this request was stored; free some space on it",
		}
	case errors.Is(err, store.ErrNotFound):
		return NotFound("there is no such thing in this workspace")
	case errors.Is(err, store.ErrInvalidQuery):
		return Malformed("%v", err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Status: statusClientClosed, Code: CodeRequestTimeout, Detail: "the request ended before its answer", Cause: err}
	}
	return &Error{
		Status: http.StatusInternalServerError, Code: CodeUnavailable, Cause: err,
		Detail: "the backend could not do this: its log says why",
	}
}
