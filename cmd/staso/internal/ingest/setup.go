package ingest

import (
	"net/http"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

// setup is the answer to a client that asks whether it is set up well.
type setup struct {
	Status         string     `json:"status"`
	PlanStatus     string     `json:"plan_status"`
	BackendReady   bool       `json:"backend_ready"`
	GuardAvailable bool       `json:"guard_available"`
	Capabilities   []string   `json:"capabilities"`
	LastIngestion  *time.Time `json:"last_ingestion_at"`
}

// capabilities are what clients may use only where it is listed here.
func capabilities() []string {
	return []string{"annotations_bulk", "gzip", "zstd"}
}

// GetSetup is GET /v1/setup/validate.
func (h *Handlers) GetSetup(w http.ResponseWriter, r *http.Request) error {
	workspace, err := httpapi.ChooseWorkspace(r.URL.Query().Get("workspace_slug"), r.Header.Get(httpapi.WorkspaceHeader))
	if err != nil {
		return err
	}
	// A store in trouble is an answer here, not an error: that is what is asked.
	last, err := h.store.LastIngestion(r.Context(), workspace)
	answer := setup{
		Status:         "ok",
		PlanStatus:     "active",
		BackendReady:   err == nil && h.store.Ready(r.Context()) == nil,
		GuardAvailable: true,
		Capabilities:   capabilities(),
	}
	if err == nil && !last.IsZero() {
		answer.LastIngestion = &last
	}
	return httpapi.WriteJSON(w, http.StatusOK, answer)
}
