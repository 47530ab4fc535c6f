package guardapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

// PostEscalation is POST /v1/guard/escalations: a local engine puts a call before
// a person.
func (h *Handlers) PostEscalation(w http.ResponseWriter, r *http.Request) error {
	body, err := h.bodies.Read(r)
	if err != nil {
		return err
	}
	defer body.Release()
	q, asked, err := readEscalation(r, body.Bytes)
	if err != nil {
		return err
	}
	e, err := h.escalate(r.Context(), q, asked)
	if err != nil {
		return escalationError(err)
	}
	return httpapi.WriteJSON(w, http.StatusCreated, map[string]any{
		"id": e.ID, "status": e.Status, "expires_at": e.ExpiresAt, "digest": e.Digest,
	})
}

func readEscalation(r *http.Request, body []byte) (*question, *escalationAsked, error) {
	f, err := readFields(body)
	if err != nil {
		return nil, nil, err
	}
	q, err := readQuestion(r, f)
	if err != nil {
		return nil, nil, err
	}
	if !q.named {
		return nil, nil, httpapi.Malformed("decision_id: missing: want the id of the call that waits, a UUID")
	}
	if why := cannotShow(q); why != "" {
		return nil, nil, httpapi.Malformed("tool_input: a person cannot decide on this call: %s", why)
	}
	if err := q.checkDigest(f); err != nil {
		return nil, nil, err
	}
	asked, err := readAsked(q, f)
	return q, asked, err
}

// checkDigest holds the asker to what the backend makes of the arguments: an
// approval is bound to it.
func (q *question) checkDigest(f fields) error {
	digest, err := f.text("digest", maxIDBytes)
	if err != nil {
		return err
	}
	if digest != "" && digest != guard.Digest(q.call.Tool, q.call.Input) {
		return httpapi.Malformed("digest: is not that of tool_name and tool_input: send the arguments byte for byte as they were judged")
	}
	return nil
}

func readAsked(q *question, f fields) (*escalationAsked, error) {
	asked := &escalationAsked{origin: store.OriginLocal}
	ms, err := f.number("expires_in_ms")
	if err != nil {
		return nil, err
	}
	asked.waits = time.Duration(min(max(ms, 0), maxEscalationFor.Milliseconds())) * time.Millisecond
	if asked.result, asked.verdict, err = readVerdict(q, f); err != nil {
		return nil, err
	}
	if asked.result.Rule == "" {
		asked.result.Rule = firstOf(f.get("rules_triggered"))
	}
	return asked, nil
}

func firstOf(list []byte) string {
	var names []string
	if json.Unmarshal(list, &names) != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}

// GetEscalations is GET /v1/guard/escalations.
func (h *Handlers) GetEscalations(w http.ResponseWriter, r *http.Request) error {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return err
	}
	q := store.EscalationQuery{
		PageQuery: p.Page(), Status: store.EscalationStatus(p.Text("status")), Tool: p.Text("tool_name"), AgentName: p.Text("agent_name"),
		Environment: p.Text("environment"), ConversationID: p.Text("conversation_id"), TraceID: p.ID("trace_id"),
	}
	if p.Err() != nil {
		return p.Err()
	}
	found, err := h.store.Escalations(r.Context(), workspace, q)
	if err != nil {
		return err
	}
	list := make([]escalation, len(found.Escalations))
	for i := range found.Escalations {
		list[i] = escalationOf(&found.Escalations[i])
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{"escalations": list, "next_cursor": cursorOf(found.NextCursor)})
}

// GetEscalation is GET /v1/guard/escalations/{escalation_id}.
func (h *Handlers) GetEscalation(w http.ResponseWriter, r *http.Request) error {
	workspace, id, err := addressed(r)
	if err != nil {
		return err
	}
	e, err := h.store.Escalation(r.Context(), workspace, id)
	if err != nil {
		return escalationError(err)
	}
	return httpapi.WriteJSON(w, http.StatusOK, escalationOf(&e))
}

// addressed is the workspace and the escalation that a request is about.
func addressed(r *http.Request) (workspace string, id uuid.UUID, err error) {
	if workspace, err = httpapi.Workspace(r); err != nil {
		return "", id, err
	}
	id, err = httpapi.PathID(r, "escalation_id")
	return workspace, id, err
}

// PostRedeem is POST /v1/guard/escalations/{escalation_id}/redeem: who waited takes
// its grant, once.
func (h *Handlers) PostRedeem(w http.ResponseWriter, r *http.Request) error {
	workspace, id, err := addressed(r)
	if err != nil {
		return err
	}
	body, err := h.bodies.Read(r)
	if err != nil {
		return err
	}
	defer body.Release()
	digest, decision, err := readRedeem(body.Bytes)
	if err != nil {
		return err
	}
	e, err := h.store.Redeem(r.Context(), workspace, id, digest, decision)
	if err != nil {
		h.count.Refused.Add(1)
		return escalationError(err)
	}
	h.count.Redeemed.Add(1)
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{"status": e.Status, "digest": e.Digest})
}

func readRedeem(body []byte) (digest string, decision uuid.UUID, err error) {
	f, err := readFields(body)
	if err != nil {
		return "", decision, err
	}
	if digest, err = f.text("digest", maxIDBytes); err != nil {
		return "", decision, err
	}
	text, err := f.text("decision_id", maxIDBytes)
	if err != nil {
		return "", decision, err
	}
	if decision, err = uuid.Parse(text); err != nil {
		return "", decision, httpapi.Malformed("decision_id: a string of %d bytes: want the id that was asked with, a UUID", len(text))
	}
	return digest, decision, nil
}

// escalationError is a refusal by the names that clients branch on.
func escalationError(err error) error {
	refusal := &httpapi.Error{Status: http.StatusConflict, Code: "conflict", Detail: sentenceOf(err)}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return httpapi.NotFound("there is no such escalation in this workspace, or no such call waits for it")
	case errors.Is(err, store.ErrInboxFull):
		return httpapi.Busy("%s: let somebody decide on those first", err)
	case errors.Is(err, store.ErrOwnRequest):
		refusal.Status, refusal.Code = http.StatusForbidden, httpapi.CodeForbidden
	case errors.Is(err, store.ErrRedeemed):
		refusal.Code = "already_redeemed"
	case errors.Is(err, store.ErrMismatch):
		refusal.Code = "digest_mismatch"
	case errors.Is(err, store.ErrPending):
		refusal.Code = "escalation_pending"
	case errors.Is(err, store.ErrDenied):
		refusal.Code = "escalation_denied"
	case errors.Is(err, store.ErrTimeout):
		refusal.Code = "escalation_timeout"
	case errors.Is(err, store.ErrGrantExpired):
		refusal.Status, refusal.Code = http.StatusGone, "grant_expired"
	case errors.Is(err, store.ErrDecided):
		refusal.Code = "already_decided"
	case errors.Is(err, store.ErrMoreWaiters):
		refusal.Code = "more_waiters"
	case !errors.Is(err, store.ErrConflict):
		return err
	}
	return refusal
}

// sentenceOf is what a conflict says, without its being one.
func sentenceOf(err error) string {
	return strings.TrimPrefix(err.Error(), store.ErrConflict.Error()+": ")
}
