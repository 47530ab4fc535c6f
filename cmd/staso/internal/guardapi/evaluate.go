package guardapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

const codeIdempotencyConflict = "idempotency_conflict"

// PostEvaluate is POST /v1/guard/evaluate.
func (h *Handlers) PostEvaluate(w http.ResponseWriter, r *http.Request) error {
	begin := time.Now()
	body, err := h.bodies.Read(r)
	if err != nil {
		return err
	}
	defer body.Release()
	q, err := readEvaluation(r, body.Bytes)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), q.deadline)
	defer cancel()
	answer, action, err := h.evaluate(ctx, q)
	if err != nil && r.Context().Err() == nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		h.count.Unavailable.Add(1)
		late := unavailable(q, guard.FailureDeadlineExceeded, "there was no verdict within the deadline")
		action = late.Action
		answer, err = late.MarshalJSON()
	}
	if err != nil {
		return err
	}
	h.count.decided(action, time.Since(begin))
	httpapi.WriteBody(w, http.StatusOK, append(answer, '\n'))
	return nil
}

// evaluate judges a call and keeps the decision. It returns the verdict's JSON form.
func (g *Guard) evaluate(ctx context.Context, q *question) ([]byte, guard.Action, error) {
	result, err := g.judge(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	result = q.accepts.adapt(result)
	if result.Action == guard.ActionEscalate && !q.defers {
		if answer, action, err := g.decidedBefore(ctx, q); answer != nil || err != nil {
			return answer, action, err
		}
		result = g.askPerson(ctx, q, result)
	}
	return g.record(ctx, q, result)
}

// judge asks the engine. What goes wrong there is a block, unless the time is up.
func (g *Guard) judge(ctx context.Context, q *question) (guard.Result, error) {
	checker, err := g.checker(ctx, q.workspace)
	if err != nil {
		return guard.Result{}, err
	}
	result, err := checker.Check(ctx, q.call)
	result.DecisionID = q.call.DecisionID
	if q.call.Source != "" {
		result.Source = q.call.Source
	}
	if err != nil && ctx.Err() != nil {
		return result, err
	}
	if err != nil {
		g.log.Error("a call could not be judged", zap.Error(err))
		result.Action, result.Reason = guard.ActionBlock, join(result.Reason, "The call could not be judged.")
	}
	return result, nil
}

// decidedBefore is the answer to a request that was answered before, or none. What
// is recorded tells as much; this keeps a second request from asking a person first.
func (g *Guard) decidedBefore(ctx context.Context, q *question) ([]byte, guard.Action, error) {
	if !q.named {
		return nil, 0, nil
	}
	known, err := g.store.Decision(ctx, q.workspace, q.call.DecisionID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	case known.Origin == store.OriginLocal:
		return nil, 0, nil
	case known.Request != q.request:
		return nil, 0, g.conflict()
	}
	return known.Result, actionOf(&known), nil
}

func (g *Guard) conflict() error {
	g.count.Conflicts.Add(1)
	return &httpapi.Error{
		Status: http.StatusConflict, Code: codeIdempotencyConflict,
		Detail: "decision_id: was used for another request: give each call an id of its own",
	}
}

// record keeps the decision, and returns the answer that stands under its id.
func (g *Guard) record(ctx context.Context, q *question, result guard.Result) ([]byte, guard.Action, error) {
	answer, err := result.MarshalJSON()
	if err != nil {
		return nil, 0, err
	}
	kept, whole, err := keptAnswer(q, result, answer)
	if err != nil {
		return nil, 0, err
	}
	d := decisionOf(q, &result, store.OriginBackend, g.options.Now(), kept)
	stands, err := g.keep(ctx, q.workspace, d)
	if err != nil {
		return g.unrecorded(answer, result.Action, err)
	}
	switch {
	case stands.Conflict:
		return nil, 0, g.conflict()
	case stands.Known && (whole || actionOf(&stands.Decision) != result.Action):
		return stands.Decision.Result, actionOf(&stands.Decision), nil
	}
	return answer, result.Action, nil
}

// keep keeps a decision of ours. Where a local engine has reported its own on the
// same call under the id, which says nothing of what we decide, ours stands beside it
// under an id that is made of it.
func (g *Guard) keep(ctx context.Context, workspace string, d store.Decision) (store.Recorded, error) {
	kept, err := g.keepAs(ctx, workspace, d)
	if err != nil || !kept.Conflict {
		return kept, err
	}
	first, err := g.store.Decision(ctx, workspace, d.ID)
	if err != nil || first.Origin != store.OriginLocal {
		return kept, err
	}
	d.ID = uuid.NewSHA1(d.ID, []byte(store.OriginBackend))
	return g.keepAs(ctx, workspace, d)
}

func (g *Guard) keepAs(ctx context.Context, workspace string, d store.Decision) (store.Recorded, error) {
	list, err := g.store.RecordDecisions(ctx, workspace, []store.Decision{d})
	if err != nil {
		return store.Recorded{}, err
	}
	return list[0], nil
}

// unrecorded answers where a decision could not be kept. A verdict that does not
// let the call run is given all the same: to be without one might let it.
func (g *Guard) unrecorded(answer []byte, action guard.Action, err error) ([]byte, guard.Action, error) {
	if action == guard.ActionAllow || action == guard.ActionModify {
		return nil, action, err
	}
	g.count.Unrecorded.Add(1)
	g.log.Error("a decision is not stored", zap.Error(err))
	return answer, action, nil
}

func actionOf(d *store.Decision) guard.Action {
	var action guard.Action
	_ = action.UnmarshalText([]byte(d.Action)) //nolint:errcheck // what is no action is a block
	return action
}
