package guard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// escalated is what becomes of a call that the backend itself escalates.
func (c *Client) escalated(ctx context.Context, q question, verdict Result) (Result, error) {
	verdict.Approval = ApprovalPending
	switch {
	case !c.wait:
		return verdict, nil
	case verdict.EscalationID == "":
		return notApproved(verdict, ApprovalFailed, "the backend wants an approval, but made no request for one"), nil
	}
	return c.await(ctx, q, verdict)
}

// Approve puts the call before a person: it makes a request for approval at the
// backend and waits for the decision, unless [WithWaitForEscalation] is off. Then,
// and where the Client is disabled, the Result still has ActionEscalate. Asked again
// later under the same DecisionID, and decided meanwhile, it has what came of it.
//
// Only a call in [PhaseInput] can be approved: a person is shown its arguments, and not
// what a tool returned. An approval is bound to the [Digest] of the call's arguments,
// and is redeemed once, for this run. The Result's Approval tells apart what came of it. Where the backend
// fails the call does not run, whatever the failure mode: there is a verdict, and it
// says that a person is to decide. The error is nil unless ctx ended.
func (c *Client) Approve(ctx context.Context, call Call, verdict Result) (Result, error) {
	verdict.Action = ActionEscalate
	if c == nil || !c.enabled {
		return verdict, nil
	}
	if call.DecisionID == uuid.Nil {
		call.DecisionID = verdict.DecisionID
	}
	q := c.question(ctx, call)
	verdict.DecisionID, verdict.Source, verdict.Digest = q.call.DecisionID, q.call.Source, q.digest
	if verdict.EscalationID == "" {
		asked, err := c.ask(ctx, q, verdict)
		if err != nil || asked.Action != ActionEscalate {
			return asked, err
		}
		verdict = asked
	} else {
		verdict.Approval = ApprovalPending
	}
	if !c.wait && verdict.Approval == ApprovalPending {
		return verdict, nil
	}
	return c.await(ctx, q, verdict)
}

// ask makes a request for approval: of a call. What a tool returned is not what a
// person is shown, and an approval is bound to the arguments alone.
func (c *Client) ask(ctx context.Context, q question, verdict Result) (Result, error) {
	if q.call.Phase != PhaseInput {
		return notApproved(verdict, ApprovalFailed, "a person is asked about calls alone, not about what a tool returned"), nil
	}
	body, err := c.escalationBody(ctx, q, verdict)
	if err != nil {
		verdict.Failure, verdict.FailureMode = FailureCallRefused, FailClosed
		return notApproved(verdict, ApprovalFailed, err.Error()), nil
	}
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answer, err := c.post(bounded, "/v1/guard/escalations", body, nil)
	if err != nil {
		return c.notAsked(ctx, verdict, err)
	}
	about := readEscalation(answer.Body)
	switch {
	case about.id == "":
		return notApproved(verdict, ApprovalFailed, "the backend made no request for approval"), nil
	case about.digest != "" && about.digest != q.digest:
		return notApproved(verdict, ApprovalMismatch, "the request for approval is about other arguments"), nil
	}
	verdict.EscalationID, verdict.Approval = about.id, ApprovalPending
	if about.status != "" {
		verdict.Approval = Approval(about.status) // decided before, where it was asked before
	}
	return verdict, nil
}

func (c *Client) escalationBody(ctx context.Context, q question, verdict Result) ([]byte, error) {
	if q.refused != "" {
		return nil, errors.New(q.refused)
	}
	capture := c.captureIn(ctx)
	return encodeRequest(escalationRequest{
		ToolName: q.call.Tool, ToolInput: q.input, Context: c.wireContext(q.call, capture),
		Reason: verdict.Reason, Severity: verdict.Severity,
		RulesTriggered: orEmpty(verdict.Triggered()), Results: orEmpty(verdict.Rules), PolicyVersion: verdict.PolicyVersion,
		Digest: q.digest, DecisionID: q.call.DecisionID, DecisionSource: q.call.Source,
		ExpiresInMS: c.escalationTimeout.Milliseconds(), Capture: capture,
	})
}

// notAsked is what becomes of a call for which nothing could be asked or redeemed.
func (c *Client) notAsked(ctx context.Context, verdict Result, err error) (Result, error) {
	if ctx.Err() != nil {
		return stillPending(ctx, verdict)
	}
	verdict.Failure, verdict.FailureMode = failureOf(err), FailClosed
	verdict.Retryable = isRetryable(err)
	return notApproved(verdict, ApprovalFailed, "no approval could be had: "+cutText(err.Error(), maxReason)), nil
}

// stillPending is what becomes of a call whose caller no longer waits.
func stillPending(ctx context.Context, verdict Result) (Result, error) {
	verdict.Action, verdict.Approval = ActionEscalate, ApprovalPending
	return verdict, fmt.Errorf("guard: wait for an approval: %w", ctx.Err())
}

// notApproved makes a block of what was escalated.
func notApproved(verdict Result, why Approval, reason string) Result {
	verdict.Action, verdict.Approval = ActionBlock, why
	verdict.Reason = joinReason(reason, verdict.Reason)
	return verdict
}

// redeem takes the grant for this run.
func (c *Client) redeem(ctx context.Context, q question, verdict Result, about escalation) (Result, error) {
	body, err := marshal(redeemRequest{Digest: q.digest, DecisionID: q.call.DecisionID})
	if err != nil {
		return notApproved(verdict, ApprovalFailed, err.Error()), nil
	}
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answer, err := c.post(bounded, escalationPath(verdict.EscalationID)+"/redeem", body, nil)
	if err != nil {
		return c.notRedeemed(ctx, verdict, err)
	}
	granted := readEscalation(answer.Body)
	switch {
	case answer.StatusCode != http.StatusOK || !granted.whole || granted.status != string(ApprovalGranted):
		return notApproved(verdict, ApprovalFailed, "approved, but the backend did not hand out the approval"), nil
	case granted.digest != "" && granted.digest != q.digest:
		return notApproved(verdict, ApprovalMismatch, "what was approved are other arguments"), nil
	}
	verdict.Action, verdict.Approval = ActionAllow, ApprovalGranted
	verdict.Reason = joinReason("approved"+about.signed(), verdict.Reason)
	return verdict, nil
}

func (c *Client) notRedeemed(ctx context.Context, verdict Result, err error) (Result, error) {
	var refusal *exporter.APIError
	if !errors.As(err, &refusal) {
		return c.notAsked(ctx, verdict, err)
	}
	switch refusal.Code {
	case codeRedeemed:
		return notApproved(verdict, ApprovalRedeemed, "the approval has been used already"), nil
	case codeMismatch:
		return notApproved(verdict, ApprovalMismatch, "what was approved are other arguments"), nil
	case codeExpired:
		return notApproved(verdict, ApprovalExpired, "the approval came, but was no longer good"), nil
	case codeDenied:
		return notApproved(verdict, ApprovalDenied, "denied"), nil
	case codeTimeout:
		return notApproved(verdict, ApprovalTimeout, "nobody decided in time"), nil
	}
	return c.notAsked(ctx, verdict, err)
}

func escalationPath(id string) string { return "/v1/guard/escalations/" + url.PathEscape(id) }

// escalation is what an answer says about one.
type escalation struct {
	id, status, digest string
	comment, decidedBy string
	whole              bool
}

func readEscalation(body []byte) escalation {
	e := escalation{whole: wellFormed(body)}
	eachMember(body, func(name string, raw json.RawMessage) {
		switch name {
		case "id":
			e.id = nameOf(raw)
		case "status":
			e.status = oneOf(e.status, strings.ToLower(nameOf(raw)))
		case "digest":
			e.digest = oneOf(e.digest, nameOf(raw))
		case "comment":
			e.comment = cutText(textOf(raw), maxReason)
		case "decided_by":
			e.decidedBy = nameOf(raw)
		}
	})
	return e
}

// oneOf is next, unless something else was said before: then it is both, which is
// neither.
func oneOf(before, next string) string {
	if before != "" && before != next {
		return before + " and " + next
	}
	return next
}

// signed is " by whom: what they said", as far as it is known.
func (e escalation) signed() string {
	text := ""
	if e.decidedBy != "" {
		text = " by " + e.decidedBy
	}
	if e.comment != "" {
		text += fmt.Sprintf(" (%s)", e.comment)
	}
	return text
}
