package ui_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui"
)

// waiting puts a refund before a person.
func waiting(tb testing.TB, s store.Store, waiter byte) store.Escalation {
	tb.Helper()
	e, err := s.Escalate(context.Background(), store.DefaultWorkspace, store.Escalation{
		ID: uuid.New(), Tool: "refund", Digest: "sha256:11", Input: []byte(`{"order": "A-17", "amount": 250, "note": "<b>arrived broken</b>"}`),
		Rule: "payment_threshold", Reason: "250 is over the limit of 100.", Severity: "high", AgentName: "support-bot", Environment: "default",
		History:   []byte(`[{"role": "user", "content": "My lamp arrived broken."}, {"role": "assistant", "content": "I will refund it."}]`),
		ExpiresAt: time.Now().Add(10 * time.Minute),
	}, store.Waiter{DecisionID: uuid.UUID{15: waiter}, Origin: store.OriginLocal, ConversationID: "support-4411", TraceID: uuid.UUID{0: 9}})
	require.NoError(tb, err)
	return e
}

// withGuard is the pages as `staso serve` puts them together, and a browser that
// was signed in.
func withGuard(tb testing.TB, s store.Store) (http.Handler, *http.Cookie) {
	tb.Helper()
	g := guardapi.New(s, guardapi.Options{})
	tb.Cleanup(g.End)
	h, err := ui.New(s, ui.Options{Guard: g, Report: func(_ context.Context, err error) { tb.Logf("reported: %v", err) }})
	require.NoError(tb, err)
	r := httptest.NewRequest(http.MethodGet, g.SignInLink(), nil)
	w := httptest.NewRecorder()
	httpapi.Handler(g.GetSession).ServeHTTP(w, r)
	require.Equal(tb, http.StatusOK, w.Code)
	return h, w.Result().Cookies()[0]
}

func visit(h http.Handler, method, target string, cookie *http.Cookie, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Host = "127.0.0.1:7600"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// field is what a page's form would send under a name.
func field(t *testing.T, page *node, name string) string {
	t.Helper()
	for _, input := range page.all("input") {
		if input.attr("name") == name {
			return input.attr("value")
		}
	}
	t.Fatalf("the form has no field %s", name)
	return ""
}

func TestApprovalsShowWhatWillRun(t *testing.T) {
	s := newStore(t)
	e := waiting(t, s, 1)
	waiting(t, s, 2)
	h, cookie := withGuard(t, s)
	page := parse(t, visit(h, http.MethodGet, "/approvals", cookie, nil).Body.String())
	require.Len(t, page.all(".ask"), 1, "what is alike is asked once")
	text := page.all(".ask")[0].text()
	for _, part := range []string{"refund", "support-bot", "2 calls wait for this", "9 minutes left", "250 is over the limit of 100.", "payment_threshold", "A-17", "<b>arrived broken</b>"} {
		assert.Contains(t, text, part)
	}
	assert.Contains(t, page.one(t, "title").text(), "(1) Approvals")

	page = parse(t, visit(h, http.MethodGet, "/approvals/"+e.ID.String(), cookie, nil).Body.String())
	text = page.one(t, "#main").text()
	for _, part := range []string{"The conversation so far", "My lamp arrived broken.", "2 calls wait", "open the trace", "support-4411", "sha256:11"} {
		assert.Contains(t, text, part)
	}
}

func TestAPersonApprovesInASignedInBrowser(t *testing.T) {
	s := newStore(t)
	e := waiting(t, s, 1)
	h, cookie := withGuard(t, s)
	address := "/approvals/" + e.ID.String()
	page := parse(t, visit(h, http.MethodGet, address, cookie, nil).Body.String())
	form := url.Values{"csrf": {field(t, page, "csrf")}, "waiters": {field(t, page, "waiters")}, "decision": {"approve"}, "comment": {"fine, once"}}

	w := visit(h, http.MethodPost, address, nil, form)
	assert.Equal(t, http.StatusForbidden, w.Code, "the agent can ask the server too")
	assert.Contains(t, w.Body.String(), "This was not decided")
	forged := url.Values{"csrf": {"x"}, "waiters": {"1"}, "decision": {"approve"}}
	assert.Equal(t, http.StatusForbidden, visit(h, http.MethodPost, address, cookie, forged).Code)

	w = visit(h, http.MethodPost, address, cookie, form)
	assert.Equal(t, http.StatusSeeOther, w.Code)
	assert.Equal(t, "/approvals", w.Header().Get("Location"))
	got, err := s.Escalation(t.Context(), store.DefaultWorkspace, e.ID)
	require.NoError(t, err)
	assert.Equal(t, store.EscalationApproved, got.Status)
	assert.Equal(t, "fine, once", got.Comment)

	form.Set("decision", "deny")
	assert.Equal(t, http.StatusConflict, visit(h, http.MethodPost, address, cookie, form).Code, "the first decision stands")
	page = parse(t, visit(h, http.MethodGet, "/approvals", cookie, nil).Body.String())
	assert.Contains(t, page.one(t, "#main").text(), "approved refund fine, once")
}

func TestMoreCallsThanWereShownAreNotApproved(t *testing.T) {
	s := newStore(t)
	e := waiting(t, s, 1)
	h, cookie := withGuard(t, s)
	address := "/approvals/" + e.ID.String()
	page := parse(t, visit(h, http.MethodGet, address, cookie, nil).Body.String())
	waiting(t, s, 2)
	form := url.Values{"csrf": {field(t, page, "csrf")}, "waiters": {field(t, page, "waiters")}, "decision": {"approve"}}
	w := visit(h, http.MethodPost, address, cookie, form)
	assert.Equal(t, http.StatusConflict, w.Code)
	assert.Equal(t, address, parse(t, w.Body.String()).all(".button")[0].attr("href"))
}

func TestApprovalFormsThatAreNone(t *testing.T) {
	s := newStore(t)
	e := waiting(t, s, 1)
	h, cookie := withGuard(t, s)
	for _, form := range []url.Values{{}, {"decision": {"maybe"}}, {"decision": {"approve"}}, {"decision": {"deny"}, "waiters": {"-1"}}} {
		assert.Equal(t, http.StatusBadRequest, visit(h, http.MethodPost, "/approvals/"+e.ID.String(), cookie, form).Code, form)
	}
	huge := url.Values{"comment": {strings.Repeat("x", 3<<20)}}
	assert.Equal(t, http.StatusRequestEntityTooLarge, visit(h, http.MethodPost, "/approvals/"+e.ID.String(), cookie, huge).Code)
	assert.Equal(t, http.StatusNotFound, visit(h, http.MethodPost, "/approvals/x", cookie, url.Values{}).Code)
}

func TestWithoutASessionThePagesOnlyShow(t *testing.T) {
	s := newStore(t)
	waiting(t, s, 1)
	h, _ := withGuard(t, s)
	page := parse(t, visit(h, http.MethodGet, "/approvals", nil, nil).Body.String())
	assert.Empty(t, page.one(t, "#main").all("form"))
	assert.Contains(t, page.text(), "open the link that staso serve printed")
	assert.Contains(t, document(t, newPages(t, newStore(t)), "/approvals").text(), "Nothing waits")
}
