package guardapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	maxReports    = 1000
	maxWorkspaces = 16
	maxErrors     = 100
)

type reportError struct {
	Decision int    `json:"decision"`
	Detail   string `json:"detail"`
}

// reports are what one request brings, by workspace.
type reports struct {
	workspaces []string
	decisions  map[string][]store.Decision
	rejected   int
	errors     []reportError
}

// PostDecisions is POST /v1/guard/decisions: a local engine reports what it decided.
// What is wrong with one report rejects that one alone; one that is known changes
// nothing.
func (h *Handlers) PostDecisions(w http.ResponseWriter, r *http.Request) error {
	body, err := h.bodies.Read(r)
	if err != nil {
		return err
	}
	defer body.Release()
	list, err := h.readReports(r, body.Bytes)
	if err != nil {
		return err
	}
	accepted := 0
	for _, workspace := range list.workspaces {
		if _, err := h.store.RecordDecisions(r.Context(), workspace, list.decisions[workspace]); err != nil {
			return err
		}
		accepted += len(list.decisions[workspace])
	}
	h.count.Reported.Add(int64(accepted))
	h.count.ReportsRejected.Add(int64(list.rejected))
	answer := map[string]any{"accepted": accepted, "rejected": list.rejected}
	if len(list.errors) > 0 {
		answer["errors"] = list.errors
	}
	return httpapi.WriteJSON(w, http.StatusAccepted, answer)
}

func (h *Handlers) readReports(r *http.Request, body []byte) (*reports, error) {
	f, err := readFields(body)
	if err != nil {
		return nil, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(f.get("decisions"), &items); err != nil {
		return nil, httpapi.Malformed(`decisions: %s: want {"decisions": [...]}`, shapeOf(f.get("decisions")))
	}
	if len(items) > maxReports {
		return nil, httpapi.TooLarge("decisions: %d in one request: send at most %d in one", len(items), maxReports)
	}
	list := &reports{decisions: make(map[string][]store.Decision, 1)}
	for i, item := range items {
		if err := h.readReport(r, item, list); err != nil {
			list.reject(i, err)
		}
	}
	if len(list.workspaces) > maxWorkspaces {
		return nil, httpapi.TooLarge("decisions: of %d workspaces: send those of at most %d in one request", len(list.workspaces), maxWorkspaces)
	}
	return list, nil
}

func (l *reports) reject(index int, err error) {
	l.rejected++
	if len(l.errors) < maxErrors {
		l.errors = append(l.errors, reportError{index, httpapi.ErrorOf(err).Detail})
	}
}

func (h *Handlers) readReport(r *http.Request, item []byte, list *reports) error {
	f, err := readFields(item)
	if err != nil {
		return err
	}
	q, err := readQuestion(r, f)
	if err != nil {
		return err
	}
	if !q.named {
		return httpapi.Malformed("decision_id: missing: want the id of the decision, a UUID")
	}
	if f.get("action") == nil {
		return httpapi.Malformed("action: missing: want allow, block, modify or escalate")
	}
	result, verdict, err := readVerdict(q, f)
	if err != nil {
		return err
	}
	at, err := h.decidedAt(f)
	if err != nil {
		return err
	}
	q.request = q.digestOf(f, store.OriginLocal)
	if _, known := list.decisions[q.workspace]; !known {
		list.workspaces = append(list.workspaces, q.workspace)
	}
	list.decisions[q.workspace] = append(list.decisions[q.workspace], decisionOf(q, &result, store.OriginLocal, at, verdict))
	return nil
}

// decidedAt is when the decision was made: not later than now, whatever the
// reporter's clock says.
func (h *Handlers) decidedAt(f fields) (time.Time, error) {
	now := h.options.Now()
	text, err := f.text("decided_at", maxSourceBytes)
	if err != nil || text == "" {
		return now, err
	}
	at, err := time.Parse(time.RFC3339Nano, string(bytes.TrimSpace([]byte(text))))
	if err != nil || at.Year() < 1970 {
		return now, httpapi.Malformed("decided_at: a string of %d bytes: want an RFC 3339 time, for instance 2026-01-31T09:00:00.5Z", len(text))
	}
	if at.After(now) {
		return now, nil
	}
	return at, nil
}
