// Package ui is the pages of the backend: server-rendered HTML that reads whole
// without JavaScript, and one small module that makes it quicker to use.
//
// All that it shows was sent by somebody else's program: it goes through
// html/template and through [plain], is never made a link, and is cut to a
// bounded size.
package ui

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Options are what the pages need to know of the server around them. The zero
// value is usable.
type Options struct {
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
	// Report is told of errors that a visitor sees only as "could not be read";
	// nil ignores them. It may be called from several goroutines.
	Report func(ctx context.Context, err error)
	// Guard decides on what waits for a person, and saves policies; nil leaves the
	// pages to show what is there.
	Guard *guardapi.Guard
	// Version is shown in the help.
	Version string
}

// New returns the handler of all pages and their assets. It reads from s and
// changes things through [Options.Guard] alone. It is for concurrent use.
func New(s store.Store, o Options) (http.Handler, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Report == nil {
		o.Report = func(context.Context, error) {}
	}
	u := &pages{store: s, options: o, assets: assets}
	if u.templates, err = u.parseTemplates(); err != nil {
		return nil, err
	}
	return secured(u.routes()), nil
}

type pages struct {
	store     store.Store
	options   Options
	assets    *assets
	templates templates
}

func (u *pages) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", http.RedirectHandler("/traces", http.StatusFound))
	mux.Handle("GET /assets/{name}", u.assets)
	mux.Handle("GET /traces", u.page(u.tracesPage))
	mux.Handle("GET /traces/{trace}", u.page(u.tracePage))
	mux.Handle("GET /traces/{trace}/spans/{span}", u.page(u.spanPage))
	mux.Handle("GET /traces/{trace}/spans/{span}/{field}", u.page(u.fieldPage))
	mux.Handle("GET /conversations", u.page(u.groupsPage(conversationGroups())))
	mux.Handle("GET /conversations/{id...}", u.page(u.conversationPage))
	mux.Handle("GET /agents", u.page(u.groupsPage(agentGroups())))
	mux.Handle("GET /users", u.page(u.groupsPage(userGroups())))
	mux.Handle("GET /decisions", u.page(u.decisionsPage))
	mux.Handle("GET /decisions/{decision}", u.page(u.decisionPage))
	mux.Handle("GET /decisions/{decision}/input", u.page(u.decisionInput))
	mux.Handle("GET /policies", u.page(u.policiesPage))
	mux.Handle("GET /policies/history", u.page(u.policyPage))
	mux.Handle("GET /policies/try", u.page(u.tryPage))
	mux.Handle("POST /policies/try", u.page(u.tryPage))
	mux.Handle("GET /approvals", u.page(u.approvalsPage))
	mux.Handle("GET /approvals/{escalation}", u.page(u.approvalPage))
	mux.Handle("GET /approvals/{escalation}/input", u.page(u.approvalInput))
	mux.Handle("POST /approvals/{escalation}", u.page(u.decide))
	mux.Handle("GET /", u.page(func(http.ResponseWriter, *request) error { return store.ErrNotFound }))
	return mux
}

// request is a request with what every page asks of it.
type request struct {
	*http.Request
	workspace string
	now       time.Time
}

// page makes a handler of a function that renders, and a page of its error.
func (u *pages) page(render func(http.ResponseWriter, *request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		workspace, err := httpapi.Workspace(r)
		req := &request{Request: r, workspace: workspace, now: u.options.Now()}
		if err == nil {
			err = render(w, req)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			u.errorPage(w, req, err)
		}
	})
}

// secured sets what every answer carries.
func secured(next http.Handler) http.Handler {
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
