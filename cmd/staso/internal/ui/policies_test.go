package ui_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	refunds    = "version: 1\nname: support\nrules:\n  - id: refund-limit\n    rule: payment_threshold\n    with: {max: 100}\n    action: escalate\n"
	moreRefund = "version: 1\nname: support\nrules:\n  - id: refund-limit\n    rule: payment_threshold\n    with: {max: 250}\n    action: escalate\n"
)

func savePolicy(tb testing.TB, s store.Store, base int64, content, comment string) {
	tb.Helper()
	_, err := s.SavePolicy(context.Background(), store.DefaultWorkspace, base, store.Policy{
		Name: "support", Version: "sha256:0123456789ab", Content: []byte(content), Author: "dana", Comment: comment, Time: time.Now(),
	})
	require.NoError(tb, err)
}

func TestPoliciesInForce(t *testing.T) {
	s := newStore(t)
	h, _ := withGuard(t, s)
	page := document(t, h, "/policies")
	text := page.one(t, "#main").text()
	assert.Contains(t, text, "The built-in policy is in force")
	assert.Contains(t, text, "dangerous")
	assert.Contains(t, text, "The catalogue")

	s = newStore(t)
	savePolicy(t, s, 0, refunds, "first")
	h, _ = withGuard(t, s)
	text = document(t, h, "/policies").one(t, "#main").text()
	for _, part := range []string{"support", "refund-limit", "payment_threshold", "escalate", "dana"} {
		assert.Contains(t, text, part)
	}
	assert.NotContains(t, text, "built-in policy is in force")
}

func TestRevisionsAreCompared(t *testing.T) {
	s := newStore(t)
	savePolicy(t, s, 0, refunds, "first")
	savePolicy(t, s, 1, moreRefund, "lamps cost more")
	h, _ := withGuard(t, s)
	page := document(t, h, "/policies/history?name=support")
	var marks []string
	for _, line := range page.all(".line") {
		if mark := line.one(t, "i").text(); mark == "+" || mark == "-" {
			marks = append(marks, mark+line.one(t, "code").text())
		}
	}
	assert.Equal(t, []string{"-with: {max: 100}", "+with: {max: 250}"}, marks)
	assert.Contains(t, page.text(), "lamps cost more")

	page = document(t, h, "/policies/history?name=support&revision=2&against=2")
	assert.Contains(t, page.text(), "Nothing was changed")
	page = document(t, h, "/policies/history?name=support&revision=1")
	assert.Empty(t, page.all(".line"), "there was none before")
	for _, target := range []string{"/policies/history", "/policies/history?name=none", "/policies/history?name=support&revision=9"} {
		assert.Equal(t, http.StatusNotFound, get(h, target).Code, target)
	}
	assert.Equal(t, http.StatusBadRequest, get(h, "/policies/history?name=support&revision=x").Code)
}

func TestACallIsTried(t *testing.T) {
	h, _ := withGuard(t, newStore(t))
	assert.Contains(t, document(t, h, "/policies/try").text(), "Nothing runs and nothing is kept")
	try := func(form url.Values) string {
		w := visit(h, http.MethodPost, "/policies/try", nil, form)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		return parse(t, w.Body.String()).one(t, "#main").text()
	}
	assert.Contains(t, try(url.Values{"tool": {"bash"}, "input": {`{"command": "rm -rf /"}`}}), "blocked")
	assert.Contains(t, try(url.Values{"tool": {"bash"}, "input": {`{"command": "ls"}`}}), "allowed")
	assert.Contains(t, try(url.Values{"input": {`{"tool_name": "bash", "tool_input": {"command": "rm -rf /"}}`}}), "blocked", "a whole call")
	assert.Contains(t, try(url.Values{"tool": {"refund"}, "input": {`{"amount": 250}`}, "yaml": {refunds}}), "escalated")
	assert.Contains(t, try(url.Values{"tool": {"refund"}, "input": {`{}`}, "yaml": {"version: 1\nrulez: []\n"}}), "It could not be judged")
	assert.Contains(t, try(url.Values{"input": {`{}`}}), "want the tool's name")
}
