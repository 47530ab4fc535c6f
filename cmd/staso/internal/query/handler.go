package query

import (
	"net/http"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Handlers are the requests that read, and the one that deletes. They are safe
// for concurrent use.
type Handlers struct {
	store        store.Store
	writeTimeout time.Duration
}

// New returns handlers that read from st. writeTimeout is how long a client may
// take to receive one piece of a long answer; 0 sets no limit.
func New(st store.Store, writeTimeout time.Duration) *Handlers {
	return &Handlers{store: st, writeTimeout: writeTimeout}
}

type tracePage struct {
	Traces     []summary `json:"traces"`
	NextCursor *string   `json:"next_cursor"`
}

// GetTraces is GET /v1/traces.
func (h *Handlers) GetTraces(w http.ResponseWriter, r *http.Request) error {
	workspace, err := httpapi.Workspace(r)
	if err != nil {
		return err
	}
	values, err := httpapi.Values(r)
	if err != nil {
		return err
	}
	q, err := ParseTraceQuery(values)
	if err != nil {
		return err
	}
	found, err := h.store.Traces(r.Context(), workspace, q)
	if err != nil {
		return err
	}
	page := tracePage{Traces: make([]summary, len(found.Traces)), NextCursor: cursorOf(found.NextCursor)}
	for i := range found.Traces {
		page.Traces[i] = summaryOf(&found.Traces[i])
	}
	return httpapi.WriteJSON(w, http.StatusOK, page)
}

// cursorOf is null at the end of a list.
func cursorOf(next string) *string {
	if next == "" {
		return nil
	}
	return &next
}

// GetGroups is GET /v1/conversations, /v1/agents or /v1/users, by what by says.
func (h *Handlers) GetGroups(by store.GroupBy) httpapi.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		workspace, err := httpapi.Workspace(r)
		if err != nil {
			return err
		}
		values, err := httpapi.Values(r)
		if err != nil {
			return err
		}
		q, err := ParsePageQuery(values)
		if err != nil {
			return err
		}
		found, err := h.store.Groups(r.Context(), workspace, by, q)
		if err != nil {
			return err
		}
		groups := make([]group, len(found.Groups))
		for i := range found.Groups {
			groups[i] = groupOf(by, &found.Groups[i])
		}
		page := map[string]any{string(by) + "s": groups, "next_cursor": cursorOf(found.NextCursor)}
		return httpapi.WriteJSON(w, http.StatusOK, page)
	}
}

// DeleteTrace is DELETE /v1/traces/{trace_id}.
func (h *Handlers) DeleteTrace(w http.ResponseWriter, r *http.Request) error {
	workspace, err := httpapi.Workspace(r)
	if err != nil {
		return err
	}
	id, err := httpapi.PathID(r, "trace_id")
	if err != nil {
		return err
	}
	if err := h.store.DeleteTrace(r.Context(), workspace, id); err != nil {
		return traceError(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
