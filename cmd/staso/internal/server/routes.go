package server

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// methods are what one path answers, by HTTP method.
type methods map[string]httpapi.Handler

// routes dispatches by path first and then, by hand, by method: ServeMux would
// answer the wrong method in plain text, and refuses some of the API's routes
// side by side.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, api := range []map[string]methods{s.api(), s.guardAPI()} {
		for path, m := range api {
			mux.Handle(path, m)
		}
	}
	mux.Handle("/v1/", httpapi.Handler(unknownPath))
	mux.Handle("/", s.pages())
	return mux
}

func (s *Server) api() map[string]methods {
	return map[string]methods{
		"/v1/traces/ingest":                 {http.MethodPost: s.ingest.PostTraces},
		"/v1/annotations":                   {http.MethodPost: s.ingest.PostAnnotations},
		"/v1/setup/validate":                {http.MethodGet: s.ingest.GetSetup},
		"/v1/traces":                        {http.MethodGet: s.query.GetTraces},
		"/v1/traces/{trace_id}":             {http.MethodGet: s.query.GetTrace, http.MethodDelete: s.query.DeleteTrace},
		"/v1/traces/{trace_id}/export":      {http.MethodGet: s.query.GetExport},
		"/v1/traces/{trace_id}/annotations": {http.MethodPost: s.ingest.PostAnnotation},
		"/v1/conversations":                 {http.MethodGet: s.query.GetGroups(store.ByConversation)},
		"/v1/agents":                        {http.MethodGet: s.query.GetGroups(store.ByAgent)},
		"/v1/users":                         {http.MethodGet: s.query.GetGroups(store.ByUser)},
		"/healthz":                          {http.MethodGet: healthz},
		"/readyz":                           {http.MethodGet: s.readyz},
		"/metrics":                          {http.MethodGet: s.getMetrics},
	}
}

func (s *Server) guardAPI() map[string]methods {
	const escalation = "/v1/guard/escalations/{escalation_id}"
	return map[string]methods{
		"/v1/guard/evaluate":                  {http.MethodPost: s.guard.PostEvaluate},
		"/v1/guard/decisions":                 {http.MethodGet: s.guard.GetDecisions, http.MethodPost: s.guard.PostDecisions},
		"/v1/guard/decisions/{decision_id}":   {http.MethodGet: s.guard.GetDecision},
		"/v1/guard/decisions/verify":          {http.MethodGet: s.guard.GetChain},
		"/v1/guard/rules":                     {http.MethodGet: s.guard.GetRules},
		"/v1/guard/escalations":               {http.MethodGet: s.guard.GetEscalations, http.MethodPost: s.guard.PostEscalation},
		escalation:                            {http.MethodGet: s.guard.GetEscalation},
		escalation + "/status":                {http.MethodGet: s.guard.GetEscalationStatus},
		escalation + "/decision":              {http.MethodPost: s.guard.PostDecision},
		escalation + "/redeem":                {http.MethodPost: s.guard.PostRedeem},
		"/v1/guard/policies":                  {http.MethodGet: s.guard.GetPolicies},
		"/v1/guard/policies/{name}":           {http.MethodPut: s.guard.PutPolicy, http.MethodDelete: s.guard.DeletePolicy},
		"/v1/guard/policies/{name}/revisions": {http.MethodGet: s.guard.GetPolicyHistory},
		guardapi.SignInPath:                   {http.MethodGet: s.guard.GetSession},
	}
}

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if h, ok := m[method]; ok {
		h.ServeHTTP(w, r)
		return
	}
	allowed := strings.Join(slices.Sorted(maps.Keys(m)), ", ")
	w.Header().Set("Allow", allowed)
	httpapi.WriteError(w, &httpapi.Error{
		Status: http.StatusMethodNotAllowed,
		Code:   httpapi.CodeMethodNotAllowed,
		Detail: "this address does not take that method: use " + allowed,
	})
}

func unknownPath(http.ResponseWriter, *http.Request) error {
	return httpapi.NotFound("this backend has nothing at this address: see its documentation for the routes it has")
}

func (s *Server) pages() http.Handler {
	if s.options.Pages != nil {
		return s.options.Pages
	}
	return httpapi.Handler(func(http.ResponseWriter, *http.Request) error {
		return httpapi.NotFound("this backend was started without pages: its API is under /v1")
	})
}

type health struct {
	Status string `json:"status"`
}

// healthz says that the process is alive, and nothing of its store.
func healthz(w http.ResponseWriter, _ *http.Request) error {
	return httpapi.WriteJSON(w, http.StatusOK, health{"ok"})
}

// readyz says whether a write would be taken now.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.Ready(r.Context()); err != nil {
		refusal := httpapi.Busy("the store cannot take a write now")
		refusal.Code, refusal.Cause = httpapi.CodeUnavailable, err
		return refusal
	}
	return httpapi.WriteJSON(w, http.StatusOK, health{"ready"})
}
