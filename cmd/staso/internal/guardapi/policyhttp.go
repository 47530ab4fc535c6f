package guardapi

import (
	"net/http"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// GetPolicies is GET /v1/guard/policies: the policies in force, with an ETag.
func (h *Handlers) GetPolicies(w http.ResponseWriter, r *http.Request) error {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return err
	}
	revision := p.Count("revision")
	if p.Err() != nil {
		return p.Err()
	}
	set, err := h.policySet(r.Context(), workspace, revision)
	if err != nil {
		return err
	}
	version := setVersion(&set)
	w.Header().Set("Etag", etag(version))
	w.Header().Set("Cache-Control", "no-cache")
	if matches(r.Header.Get("If-None-Match"), version) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	list := make([]policyAnswer, len(set.Policies))
	for i := range set.Policies {
		list[i] = policyOf(&set.Policies[i])
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{"version": version, "revision": set.Revision, "policies": list})
}

func etag(version string) string { return `"` + version + `"` }

// matches says if one of the tags of a header is that of the version.
func matches(header, version string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == etag(version) {
			return true
		}
	}
	return false
}

// PutPolicy is PUT /v1/guard/policies/{name}: the body is the policy, as YAML. With
// If-Match, it is saved only if the policies are still those.
func (h *Handlers) PutPolicy(w http.ResponseWriter, r *http.Request) error {
	body, err := h.bodies.Read(r)
	if err != nil {
		return err
	}
	defer body.Release()
	return h.change(w, r, Change{YAML: body.Bytes})
}

// DeletePolicy is DELETE /v1/guard/policies/{name}.
func (h *Handlers) DeletePolicy(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, Change{Delete: true})
}

func (h *Handlers) change(w http.ResponseWriter, r *http.Request, c Change) error {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return err
	}
	c.Name, c.Comment, c.Author, c.Base = r.PathValue("name"), p.Text("comment"), byPages, -1
	if p.Err() != nil {
		return p.Err()
	}
	if header := r.Header.Get("If-Match"); header != "" {
		set, err := h.store.Policies(r.Context(), workspace, 0)
		if err != nil {
			return err
		}
		if !matches(header, setVersion(&set)) {
			return policyError(store.ErrConflict)
		}
		c.Base = set.Revision
	}
	saved, err := h.SavePolicy(r, workspace, c)
	if err != nil {
		return err
	}
	return httpapi.WriteJSON(w, http.StatusOK, policyOf(&saved))
}

// GetPolicyHistory is GET /v1/guard/policies/{name}/revisions.
func (h *Handlers) GetPolicyHistory(w http.ResponseWriter, r *http.Request) error {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return err
	}
	q := store.PolicyQuery{PageQuery: p.Page(), Name: r.PathValue("name"), Version: p.Text("version")}
	if p.Err() != nil {
		return p.Err()
	}
	found, err := h.store.PolicyHistory(r.Context(), workspace, q)
	if err != nil {
		return err
	}
	list := make([]policyAnswer, len(found.Policies))
	for i := range found.Policies {
		list[i] = policyOf(&found.Policies[i])
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{"revisions": list, "next_cursor": cursorOf(found.NextCursor)})
}
