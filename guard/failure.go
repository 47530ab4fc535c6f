package guard

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/staso-go/staso/exporter"
)

// failed is what becomes of a call on which the backend gave no verdict.
func (c *Client) failed(err error) Result {
	kind := failureOf(err)
	r := unavailableResult(kind, c.mode, describeFailure(err))
	r.Retryable = isRetryable(err)
	return r
}

// unavailableResult is what becomes of a call on which there is no verdict. What
// is the call's own fault is never let run: whoever makes up calls must not be able
// to choose the failure mode.
func unavailableResult(kind FailureKind, mode FailureMode, reason string) Result {
	if kind == "" {
		kind = FailureBackend
	}
	r := Result{Action: ActionBlock, Failure: kind, FailureMode: FailClosed, Reason: reason + "; the call does not run"}
	if mode == FailOpen && kind != FailureCallRefused && kind != FailureIdempotencyConflict {
		r.Action, r.FailureMode, r.Reason = ActionAllow, FailOpen, reason+"; the call runs unjudged"
	}
	return r
}

func describeFailure(err error) string {
	return "the backend gave no verdict: " + cutText(err.Error(), maxReason)
}

// failureOf tells why there was no answer that could be read.
func failureOf(err error) FailureKind {
	var refusal *exporter.APIError
	var timeout net.Error
	switch {
	case errors.As(err, &refusal):
		return failureOfStatus(refusal)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return FailureDeadlineExceeded
	case isTooLong(err):
		return FailureMalformedResponse
	}
	return FailureNetwork
}

func failureOfStatus(refusal *exporter.APIError) FailureKind {
	switch refusal.StatusCode {
	case http.StatusUnauthorized:
		return FailureInvalidKey
	case http.StatusPaymentRequired:
		return FailurePlanExpired
	case http.StatusForbidden:
		return FailureForbidden
	case http.StatusConflict:
		return FailureIdempotencyConflict
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return FailureCallRefused
	case http.StatusTooManyRequests:
		return FailureRateLimited
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return FailureDeadlineExceeded
	case http.StatusServiceUnavailable:
		if refusal.Code != string(FailureBackend) {
			return FailureCapacity
		}
	}
	return FailureBackend
}

// isRetryable says whether the same question may be answered in a moment.
func isRetryable(err error) bool {
	var retryable *exporter.RetryableError
	return errors.As(err, &retryable) && !isTooLong(err)
}
