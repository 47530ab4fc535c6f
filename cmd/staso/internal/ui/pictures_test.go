//go:build browser

package ui_test

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var (
	shots = flag.String("shots", "", "folder to put pictures of the pages into")
	only  = flag.String("only", "", "the one page to take pictures of")
)

type screen struct {
	name          string
	width, height int64
	dark          bool
}

// TestPictures takes pictures of the pages for somebody to look at.
func TestPictures(t *testing.T) {
	if *shots == "" {
		t.Skip("no folder was given with -shots")
	}
	empty, nothing := newBrowser(t, newStore(t))
	shoot(t, empty, nothing, "", "first-light", screen{"light", 1440, 900, false})
	s := newStore(t)
	traces := replayed(t, s)
	ctx, base := newBrowser(t, s)
	rich := "/traces/" + richTrace(t, s).String()
	record(t, s, decision(9, nil), decision(4, allowed), decision(2, audited), decision(1, allowed))
	targets := map[string]string{
		"decisions": "/decisions", "decision": "/decisions/" + decision(9, nil).ID.String(),
		"list": "/traces", "turn": "/traces/" + traces[2].String(), "rich": rich, "model": rich + "?span=" + spanID(15).String(),
		"tree": rich + "?view=tree&span=" + spanID(7).String(), "alone": rich + "?span=none", "guard": rich + "?span=" + spanID(13).String(),
		"running": "/traces/" + runningTrace(t, s).String(), "broken": "/traces/" + brokenTrace(t, s).String(),
		"conversations": "/conversations", "conversation": "/conversations/" + escape(agentRuns(t, "tau-bench", 1)[0].ID),
		"filtered": "/traces?status=error&agent_name=airline-desk", "nothing": "/traces?q=zzzz", "missing": "/nowhere",
		"filter": "/traces?status=error f", "help": "/traces ?",
	}
	if *only != "" {
		targets = map[string]string{*only: targets[*only]}
	}
	for _, view := range []screen{{"light", 1440, 900, false}, {"dark", 1440, 900, true}, {"phone", 390, 844, false}, {"wide", 2560, 1300, false}} {
		for name, target := range targets {
			target, keys, _ := strings.Cut(target, " ")
			shoot(t, ctx, base+target, keys, name+"-"+view.name, view)
		}
	}
}

func shoot(t *testing.T, ctx context.Context, target, keys, name string, view screen) {
	t.Helper()
	scheme := "light"
	if view.dark {
		scheme = "dark"
	}
	do(t, ctx, chromedp.EmulateViewport(view.width, view.height), prefer(scheme), chromedp.Navigate(target), chromedp.KeyEvent(keys), chromedp.Sleep(150*time.Millisecond))
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(*shots, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(*shots, name+".png"), picture, 0o644))
}

// TestGuardPictures takes pictures of what a person who may approve is shown.
func TestGuardPictures(t *testing.T) {
	if *shots == "" {
		t.Skip("no folder was given with -shots")
	}
	s := newStore(t)
	e := waiting(t, s, 1)
	waiting(t, s, 2)
	savePolicy(t, s, 0, refunds, "first")
	savePolicy(t, s, 1, moreRefund, "lamps cost more")
	pages, cookie := withGuard(t, s)
	ctx, base := newBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.AddCookie(cookie)
		pages.ServeHTTP(w, r)
	}))
	targets := map[string]string{"approvals": "/approvals", "approval": "/approvals/" + e.ID.String(), "policies": "/policies", "try": "/policies/try", "policy": "/policies/history?name=support"}
	for _, view := range []screen{{"light", 1440, 900, false}, {"dark", 1440, 900, true}, {"phone", 390, 844, false}} {
		for name, target := range targets {
			shoot(t, ctx, base+target, "", name+"-"+view.name, view)
		}
	}
}

// prefer sets the colour scheme that the system is said to have.
func prefer(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}
