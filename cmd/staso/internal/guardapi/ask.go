package guardapi

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

const (
	maxShown   = 256 << 10 // bytes of arguments that a person is shown
	maxHistory = 64 << 10  // bytes of the conversation so far, its newest messages
)

// askPerson puts a call before a person. Where that cannot be done it is blocked:
// the verdict is that it must not run without.
func (g *Guard) askPerson(ctx context.Context, q *question, result guard.Result) guard.Result {
	if why := cannotShow(q); why != "" {
		return notAsked(result, why)
	}
	verdict, err := result.MarshalJSON()
	if err != nil {
		g.log.Error("a verdict has no JSON form", zap.Error(err))
		return notAsked(result, "the request for it could not be made")
	}
	e, err := g.escalate(ctx, q, &escalationAsked{result: result, verdict: verdict, origin: store.OriginBackend})
	switch {
	case err == nil:
		result.EscalationID = e.ID.String()
		return result
	case errors.Is(err, store.ErrInboxFull):
		return notAsked(result, "too many calls wait already")
	}
	g.log.Error("a call cannot be put before a person", zap.Error(err))
	return notAsked(result, "the request for it could not be stored")
}

// cannotShow says why a person could not see what would run.
func cannotShow(q *question) string {
	switch {
	case q.call.Phase != guard.PhaseInput:
		return "a person is shown a call's arguments, and not what its tool returned"
	case !q.capture.keepsArguments():
		return "the capture policy suppresses its arguments, so that nobody could see them"
	case len(q.call.Input) > maxShown:
		return "its arguments are too long to be read"
	case len(q.call.Input) > 0 && !json.Valid(q.call.Input):
		return "its arguments are not valid JSON"
	}
	return ""
}

func notAsked(result guard.Result, why string) guard.Result {
	result.Action, result.EscalationID = guard.ActionBlock, ""
	result.Reason = join(result.Reason, "A person would have to approve the call, but "+why+".")
	return result
}

// escalationAsked is a request for a person.
type escalationAsked struct {
	result  guard.Result
	verdict []byte // its JSON form
	origin  string
	waits   time.Duration // 0 is the default
}

// escalate stores a request for a person, and tells the webhook of a new one.
func (g *Guard) escalate(ctx context.Context, q *question, asked *escalationAsked) (store.Escalation, error) {
	waits := g.options.EscalationFor
	if asked.waits > 0 {
		waits = min(asked.waits, maxEscalationFor)
	}
	e := store.Escalation{
		ID: uuid.New(), Tool: q.call.Tool, Digest: guard.Digest(q.call.Tool, q.call.Input), Input: orObject(q.call.Input),
		Rule: asked.result.Rule, Reason: asked.result.Reason, Severity: asked.result.Severity.String(),
		PolicyVersion: asked.result.PolicyVersion, Result: asked.verdict,
		AgentName: q.call.Agent, AgentID: q.call.AgentID, Environment: q.call.Environment,
		ExpiresAt: g.options.Now().Add(waits),
	}
	if q.capture.keepsHistory() {
		e.History = historyOf(q.call.History)
	}
	stands, err := g.store.Escalate(ctx, q.workspace, e, store.Waiter{
		DecisionID: q.call.DecisionID, Requester: q.requester, Origin: asked.origin,
		ConversationID: q.call.Conversation, UserID: q.call.User, TraceID: q.call.TraceID, SpanID: q.call.SpanID,
	})
	if err == nil && stands.ID == e.ID {
		g.count.Escalations.Add(1)
		g.tell(eventRequested, q.workspace, &stands)
	}
	if err == nil && asked.origin == store.OriginLocal {
		g.keepAsked(ctx, q, asked, stands.ID)
	}
	return stands, err
}

// keepAsked keeps the decision of a local engine that asks for a person, as it may
// report it later or not at all. Else nothing but our own allow would be kept of a
// call that a person denies. What stands under its id already, stands.
func (g *Guard) keepAsked(ctx context.Context, q *question, asked *escalationAsked, id uuid.UUID) {
	asked.result.EscalationID = id.String()
	d := decisionOf(q, &asked.result, store.OriginLocal, g.options.Now(), asked.verdict)
	if _, err := g.keepAs(ctx, q.workspace, d); err != nil {
		g.count.Unrecorded.Add(1)
		g.log.Error("a decision is not stored", zap.Error(err))
	}
}

func orObject(input []byte) []byte {
	if len(input) == 0 {
		return []byte("{}")
	}
	return input
}

// historyOf is the end of a conversation, as JSON.
func historyOf(history []guard.Message) []byte {
	size := 0
	for i := len(history) - 1; i >= 0; i-- {
		if size += len(history[i].Role) + len(history[i].Content); size > maxHistory {
			history = history[i+1:]
			break
		}
	}
	if len(history) == 0 {
		return nil
	}
	encoded, _ := json.Marshal(history) //nolint:errcheck // texts always encode
	return encoded
}
