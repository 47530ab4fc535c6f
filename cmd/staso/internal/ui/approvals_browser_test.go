//go:build browser

package ui_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui"
)

// A person opens the link that the server printed, and approves with one press.
func TestBrowserApproves(t *testing.T) {
	s := newStore(t)
	g := guardapi.New(s, guardapi.Options{})
	t.Cleanup(g.End)
	pages, err := ui.New(s, ui.Options{Guard: g})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle(guardapi.SignInPath, httpapi.Handler(g.GetSession))
	mux.Handle("/", pages)
	ctx, base := newBrowserOn(t, mux)

	do(t, ctx, chromedp.Navigate(base+g.SignInLink()), chromedp.WaitVisible(".nothing"))
	e := waiting(t, s, 1) // it comes by itself
	do(t, ctx, chromedp.WaitVisible(".ask form"), chromedp.SendKeys(".comment", "go on"), chromedp.Click("button[value=approve]"), chromedp.WaitVisible(".decided .approved"))
	require.Eventually(t, func() bool {
		got, err := s.Escalation(t.Context(), store.DefaultWorkspace, e.ID)
		return err == nil && got.Status == store.EscalationApproved
	}, 5*time.Second, 20*time.Millisecond)
	got, err := s.Escalation(t.Context(), store.DefaultWorkspace, e.ID)
	require.NoError(t, err)
	assert.Equal(t, "go on", got.Comment)
}
