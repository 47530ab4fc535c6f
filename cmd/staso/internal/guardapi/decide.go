package guardapi

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	maxComment = 4096
	// byPages is who decides in a browser: there are no names yet.
	byPages = "pages"
)

// Ruling is what a person says to a call that waits.
type Ruling struct {
	Approve bool
	Comment string // at most 4 KiB
	// Waiters is how many calls the person was shown to wait; where more do by
	// then, nothing is decided. 0 does not ask.
	Waiters int64
}

// Decide approves or denies an escalation. r must come from a page of a browser that
// may approve (see [Guard.Session]), or it is refused with 403. The first decision
// stands: a second one gets a 409, and the escalation as it stands.
//
// Its error is a [*httpapi.Error] or one of the store's.
func (g *Guard) Decide(r *http.Request, workspace string, id uuid.UUID, ruling Ruling) (store.Escalation, error) {
	if err := g.permit(r); err != nil {
		return store.Escalation{}, err
	}
	if len(ruling.Comment) > maxComment {
		return store.Escalation{}, httpapi.Malformed("comment: a string of %d bytes: want at most %d", len(ruling.Comment), maxComment)
	}
	e, err := g.store.DecideEscalation(r.Context(), workspace, id, store.Verdict{
		Approve: ruling.Approve, By: byPages, Key: requesterOf(r), Comment: sound(ruling.Comment),
		Waiters: ruling.Waiters, GrantFor: g.options.GrantFor,
	})
	if err != nil {
		return e, escalationError(err)
	}
	if ruling.Approve {
		g.count.Approved.Add(1)
	} else {
		g.count.Denied.Add(1)
	}
	g.tell(eventDecided, workspace, &e)
	return e, nil
}

// PostDecision is POST /v1/guard/escalations/{escalation_id}/decision.
func (h *Handlers) PostDecision(w http.ResponseWriter, r *http.Request) error {
	workspace, id, err := addressed(r)
	if err != nil {
		return err
	}
	if err := h.permit(r); err != nil { // before a word is read of what it asks
		return err
	}
	body, err := h.bodies.Read(r)
	if err != nil {
		return err
	}
	defer body.Release()
	ruling, err := readRuling(body.Bytes)
	if err != nil {
		return err
	}
	e, err := h.Decide(r, workspace, id, ruling)
	if err != nil {
		return err
	}
	return httpapi.WriteJSON(w, http.StatusOK, escalationOf(&e))
}

func readRuling(body []byte) (ruling Ruling, err error) {
	f, err := readFields(body)
	if err != nil {
		return ruling, err
	}
	decision, err := f.text("decision", maxSourceBytes)
	if err != nil {
		return ruling, err
	}
	switch decision {
	case "approve":
		ruling.Approve = true
	case "deny":
	default:
		return ruling, httpapi.Malformed("decision: a string of %d bytes: want approve or deny", len(decision))
	}
	if ruling.Comment, err = f.text("comment", maxComment); err != nil {
		return ruling, err
	}
	ruling.Waiters, err = f.number("waiters")
	return ruling, err
}
