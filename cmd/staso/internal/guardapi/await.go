package guardapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	// maxWait bounds one long poll, and maxWaiting how many there may be: who comes
	// then is answered at once, and asks again.
	maxWait    = 50 * time.Second
	maxWaiting = 4096
	// answerTime is what is left to answer after a long poll.
	answerTime = 30 * time.Second
)

// GetEscalationStatus is GET /v1/guard/escalations/{escalation_id}/status. With
// ?wait=30s it is answered once there is a decision, or after that time.
func (h *Handlers) GetEscalationStatus(w http.ResponseWriter, r *http.Request) error {
	workspace, id, err := addressed(r)
	if err != nil {
		return err
	}
	wait, err := readWait(r.URL.Query().Get("wait"))
	if err != nil {
		return err
	}
	e, err := h.await(w, r, workspace, id, wait)
	if err != nil {
		return escalationError(err)
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{
		"status": e.Status, "comment": e.Comment, "decided_by": e.DecidedBy, "digest": e.Digest,
	})
}

// readWait reads a time as "30s" or in seconds.
func readWait(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	wait, err := time.ParseDuration(text)
	if seconds, bad := strconv.ParseUint(text, 10, 16); bad == nil {
		wait, err = time.Duration(seconds)*time.Second, nil
	}
	if err != nil || wait < 0 {
		return 0, httpapi.Malformed("parameter wait: %.40q is no time: give for instance 30s", text)
	}
	return min(wait, maxWait), nil
}

// await returns the escalation once it is decided, or as it is after wait.
func (h *Handlers) await(w http.ResponseWriter, r *http.Request, workspace string, id uuid.UUID, wait time.Duration) (store.Escalation, error) {
	if wait > 0 {
		if h.count.Waiting.Add(1) > maxWaiting {
			wait = 0
		}
		defer h.count.Waiting.Add(-1)
		allow(w, wait)
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	for {
		changed, stop := h.store.WatchEscalation(workspace, id)
		e, err := h.store.Escalation(r.Context(), workspace, id)
		if err != nil || e.Status != store.EscalationPending || !h.waitFor(ctx, changed, e.ExpiresAt) {
			stop()
			return e, err
		}
		stop()
	}
}

// waitFor waits until the escalation may have changed. It returns false where there
// is no more time.
func (g *Guard) waitFor(ctx context.Context, changed <-chan struct{}, expires time.Time) bool {
	// Not at once again, should the clock be behind the timer.
	due := time.NewTimer(max(expires.Sub(g.options.Now()), 10*time.Millisecond))
	defer due.Stop()
	select {
	case <-changed:
		return true
	case <-due.C:
		return true
	case <-ctx.Done():
		return false
	case <-g.ending:
		return false
	}
}

// allow gives the connection the time that the answer takes.
func allow(w http.ResponseWriter, wait time.Duration) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{})                        //nolint:errcheck // a recorder has none
	_ = control.SetWriteDeadline(time.Now().Add(wait + answerTime)) //nolint:errcheck // likewise
}
