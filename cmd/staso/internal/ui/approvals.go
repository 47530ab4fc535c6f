package ui

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// inboxSize is how many calls that wait are shown at once, the newest first.
const inboxSize = 50

// approvalsView is what waits for a person, and what was decided lately.
type approvalsView struct {
	Pending []approval
	Decided []store.Escalation
	More    bool // more wait than are shown
	Older   string
	First   string // the first page of what was decided, where this is another
}

// approval is a call that a person decides on, as it is shown.
type approval struct {
	store.Escalation
	Arguments payload.View
	Said      payload.View // the conversation so far
	HasSaid   bool
	Left      time.Duration // until it times out
	CSRF      string        // empty where this browser may not approve
	Waiting   []waiterRow
}

// waiterRow is one call that waits.
type waiterRow struct{ store.Waiter }

// HasTrace reports whether it is known which trace the call is part of.
func (w waiterRow) HasTrace() bool { return w.TraceID != uuid.Nil }

// Href is the call's place in its trace.
func (w waiterRow) Href() string { return spanOf(w.TraceID, w.SpanID) }

// spanOf is a span's place in its trace, or the trace's where the span is not
// known.
func spanOf(trace, span uuid.UUID) string {
	if span == uuid.Nil {
		return tracePath(trace)
	}
	return tracePath(trace) + "?span=" + span.String()
}

func (u *pages) approvalsPage(w http.ResponseWriter, r *request) error {
	pending, err := u.store.Escalations(r.Context(), r.workspace, store.EscalationQuery{
		PageQuery: store.PageQuery{Limit: inboxSize}, Status: store.EscalationPending,
	})
	if err != nil {
		return fmt.Errorf("list what waits: %w", err)
	}
	data := &approvalsView{More: pending.NextCursor != ""}
	for i := range pending.Escalations {
		data.Pending = append(data.Pending, u.approval(r, &pending.Escalations[i]))
	}
	if err := u.decidedLately(r, data); err != nil {
		return err
	}
	title := "Approvals"
	if n := len(data.Pending); n > 0 {
		title = fmt.Sprintf("(%d) Approvals", n)
	}
	return u.show(w, r, view{Page: "approvals", Title: title, Section: "approvals", Data: data})
}

// decidedLately adds a page of what no longer waits.
func (u *pages) decidedLately(r *request, data *approvalsView) error {
	paging, err := query.ParsePageQuery(r.URL.Query())
	if err != nil {
		return err
	}
	page, err := u.store.Escalations(r.Context(), r.workspace, store.EscalationQuery{PageQuery: paging})
	if err != nil {
		return fmt.Errorf("list what was decided: %w", err)
	}
	for _, e := range page.Escalations {
		if e.Status != store.EscalationPending {
			data.Decided = append(data.Decided, e)
		}
	}
	if page.NextCursor != "" {
		data.Older = "?" + url.Values{"cursor": {page.NextCursor}}.Encode()
	}
	if paging.Cursor != "" {
		data.First = "/approvals"
	}
	return nil
}

func (u *pages) approval(r *request, e *store.Escalation) approval {
	a := approval{
		Escalation: *e,
		Arguments:  payload.Build(e.Input, payload.Options{Source: "/approvals/" + e.ID.String() + "/input?as=text"}),
		Left:       max(0, e.ExpiresAt.Sub(r.now)),
		HasSaid:    len(e.History) > 2,
	}
	if a.HasSaid {
		said := append(append([]byte(`{"messages":`), e.History...), '}')
		a.Said = payload.Build(said, payload.Options{Model: true})
	}
	if u.options.Guard != nil {
		a.CSRF, _ = u.options.Guard.Session(r.Request)
	}
	for _, waiter := range e.Waiters {
		a.Waiting = append(a.Waiting, waiterRow{waiter})
	}
	return a
}

// LeftLine says how long it still waits.
func (a *approval) LeftLine() string {
	if a.Left < time.Minute {
		return "less than a minute"
	}
	return plural(int(a.Left/time.Minute), "minute", "minutes")
}

// Pending reports whether it can still be decided.
func (a *approval) Pending() bool { return a.Status == store.EscalationPending && a.Left > 0 }

func (u *pages) approvalPage(w http.ResponseWriter, r *request) error {
	e, err := u.escalation(r)
	if err != nil {
		return err
	}
	a := u.approval(r, &e)
	return u.show(w, r, view{Page: "approval", Title: "Approve " + e.Tool, Section: "approvals", Data: &a})
}

func (u *pages) approvalInput(w http.ResponseWriter, r *request) error {
	e, err := u.escalation(r)
	if err != nil {
		return err
	}
	return serveText(w, r, e.Input)
}

func (u *pages) escalation(r *request) (store.Escalation, error) {
	id, err := uuid.Parse(r.PathValue("escalation"))
	if err != nil {
		return store.Escalation{}, httpapi.NotFound("the id of a request for approval is a UUID")
	}
	return u.store.Escalation(r.Context(), r.workspace, id)
}

// maxForm bounds the forms of these pages, a policy's text included.
const maxForm = 2 << 20

// decide takes what a person says to a call that waits, and shows the list again.
func (u *pages) decide(w http.ResponseWriter, r *request) error {
	id, err := uuid.Parse(r.PathValue("escalation"))
	if err != nil || u.options.Guard == nil {
		return httpapi.NotFound("there is no such request for approval")
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	ruling, err := rulingOf(r.PostForm)
	if err != nil {
		return err
	}
	if _, err := u.options.Guard.Decide(r.Request, r.workspace, id, ruling); err != nil {
		return &refusedError{what: "This was not decided", back: "/approvals/" + id.String(), err: err}
	}
	http.Redirect(w, r.Request, "/approvals", http.StatusSeeOther)
	return nil
}

func parseForm(w http.ResponseWriter, r *request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	var tooLarge *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &tooLarge) {
		return httpapi.TooLarge("the form is larger than %d bytes", tooLarge.Limit)
	} else if err != nil {
		return httpapi.Malformed("the form cannot be read: %v", err)
	}
	return nil
}

func rulingOf(form url.Values) (guardapi.Ruling, error) {
	ruling := guardapi.Ruling{Approve: form.Get("decision") == "approve", Comment: form.Get("comment")}
	if !ruling.Approve && form.Get("decision") != "deny" {
		return ruling, httpapi.Malformed("decision: want approve or deny")
	}
	var err error
	if ruling.Waiters, err = strconv.ParseInt(form.Get("waiters"), 10, 64); err != nil || ruling.Waiters < 1 {
		return ruling, httpapi.Malformed("waiters: want how many calls were shown to wait")
	}
	return ruling, nil
}

// refusedError is why what a form asked for was not done.
type refusedError struct {
	what string
	back string // where to look at it again
	err  error
}

func (e *refusedError) Error() string { return e.what + ": " + e.err.Error() }
func (e *refusedError) Unwrap() error { return e.err }

// problem is what a page says of it.
func (e *refusedError) problem() problem {
	p := explain(e.err)
	p.Heading, p.Clear = e.what, e.back
	return p
}
