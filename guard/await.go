package guard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/staso-go/staso/exporter"
)

const (
	longPoll     = 30 * time.Second // how long the backend may hold a question
	longPollOver = 10 * time.Second // and how much later it is given up
)

// await waits until a person has decided, and redeems what they granted. The time
// is taken here, by a clock that nobody sets: what the backend says about its own
// does not matter.
func (c *Client) await(ctx context.Context, q question, verdict Result) (Result, error) {
	if q.refused != "" {
		return notApproved(verdict, ApprovalFailed, q.refused), nil
	}
	waiting, cancel := context.WithTimeout(ctx, c.escalationTimeout)
	defer cancel()
	for {
		asked := time.Now()
		about, err := c.status(waiting, verdict.EscalationID)
		if err == nil && about.status == string(ApprovalGranted) {
			return c.redeem(ctx, q, verdict, about)
		}
		if result, over := c.decidedAgainst(verdict, about, err); over {
			return result, nil
		}
		if !pause(waiting, c.pollInterval-time.Since(asked), err) {
			break
		}
	}
	if ctx.Err() != nil {
		return stillPending(ctx, verdict)
	}
	return notApproved(verdict, ApprovalTimeout, fmt.Sprintf("nobody decided within %s", c.escalationTimeout)), nil
}

// decidedAgainst says whether it is over without an approval.
func (c *Client) decidedAgainst(verdict Result, about escalation, err error) (Result, bool) {
	if err != nil {
		var transient *exporter.RetryableError
		if errors.As(err, &transient) {
			return verdict, false
		}
		verdict.Failure, verdict.FailureMode = failureOf(err), FailClosed
		return notApproved(verdict, ApprovalFailed, "no approval could be had: "+cutText(err.Error(), maxReason)), true
	}
	switch about.status {
	case string(ApprovalPending), "": // nothing was said: a proxy's answer, perhaps
		return verdict, false
	case string(ApprovalDenied):
		return notApproved(verdict, ApprovalDenied, "denied"+about.signed()), true
	case string(ApprovalTimeout):
		return notApproved(verdict, ApprovalTimeout, "nobody decided in time"), true
	case string(ApprovalExpired):
		return notApproved(verdict, ApprovalExpired, "the approval came, but was no longer good"), true
	}
	return notApproved(verdict, ApprovalFailed, fmt.Sprintf("the request for approval is %q", about.status)), true
}

// status asks once. A backend that knows the long poll answers when there is a
// decision; another one at once.
func (c *Client) status(ctx context.Context, id string) (escalation, error) {
	wait := longPoll
	if at, ok := ctx.Deadline(); ok {
		wait = min(wait, max(time.Until(at), 0))
	}
	ctx, cancel := context.WithTimeout(ctx, wait+longPollOver)
	defer cancel()
	path := fmt.Sprintf("%s/status?wait=%ds", escalationPath(id), int(wait.Seconds()))
	answer, err := c.request(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return escalation{}, err
	}
	about := readEscalation(answer.Body)
	if !about.whole {
		return escalation{}, nil
	}
	return about, nil
}

// pause waits before the next question: d, or what the backend asked for. It says
// no where ctx ends first.
func pause(ctx context.Context, d time.Duration, err error) bool {
	var transient *exporter.RetryableError
	if errors.As(err, &transient) {
		d = max(d, min(transient.After, time.Minute))
	}
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
