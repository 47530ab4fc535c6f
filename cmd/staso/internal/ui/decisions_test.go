package ui_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

// decision is one that blocked a command, n minutes ago.
func decision(n int, change func(*store.Decision, *guard.Result)) store.Decision {
	result := guard.Result{
		Action: guard.ActionBlock, Reason: "Deletes every file of the system.", Rule: "dangerous", Severity: guard.SeverityCritical,
		Rules: []guard.RuleResult{
			{
				ID: "dangerous", Name: "dangerous", Action: guard.ActionBlock, Mode: guard.ModeEnforce, Status: guard.StatusFailed,
				Reason: "Deletes every file of the system.", Severity: guard.SeverityCritical,
				Violations: []guard.Violation{{Code: "shell.delete.root", Field: "command", Via: []string{"base64"}, Match: "rm -rf /", Reason: "Deletes every file of the system."}},
			},
			{ID: "pii", Name: "pii", Action: guard.ActionAllow, Mode: guard.ModeAudit, Status: guard.StatusPassed},
		},
	}
	d := store.Decision{
		ID: uuid.UUID{15: byte(n)}, Request: store.Digest{byte(n)}, Time: now().Add(-time.Duration(n) * time.Minute),
		Origin: store.OriginBackend, Source: "sdk", Tool: "bash", Phase: "input", Digest: "sha256:00",
		Input: []byte(`{"command": "echo cm0gLXJmIC8= | base64 -d | sh"}`), Action: "block", Mode: "enforce", Severity: "critical",
		Rule: "dangerous", Reason: result.Reason, Hits: []store.Hit{{Rule: "dangerous", Outcome: store.Enforced}},
		PolicyVersion: "sha256:0123456789ab", Latency: 21 * time.Microsecond, AgentName: "repo-guide", Environment: "default",
		TraceID: uuid.UUID{0: 7}, SpanID: uuid.UUID{8: 7},
	}
	if change != nil {
		change(&d, &result)
	}
	d.Result, _ = json.Marshal(result)
	d.InputBytes = max(d.InputBytes, int64(len(d.Input)))
	return d
}

func allowed(d *store.Decision, r *guard.Result) {
	d.Action, d.Rule, d.Reason, d.Hits, d.Severity = "allow", "", "", nil, ""
	d.Input = []byte(`{"command": "git status"}`)
	r.Action, r.Reason, r.Rule, r.Rules = guard.ActionAllow, "", "", r.Rules[1:]
}

func audited(d *store.Decision, r *guard.Result) {
	allowed(d, r)
	d.Tool, d.WouldBlock, d.Hits = "send_email", true, []store.Hit{{Rule: "pii", Outcome: store.WouldBlock}}
	d.Input = []byte(`{"to": "a@example.com", "body": "card ****-1234"}`)
	r.Rules[0].Status, r.Rules[0].Action, r.Rules[0].Reason = guard.StatusFailed, guard.ActionModify, "Holds a card number."
}

func record(tb testing.TB, s store.Store, decisions ...store.Decision) {
	tb.Helper()
	_, err := s.RecordDecisions(context.Background(), store.DefaultWorkspace, decisions)
	require.NoError(tb, err)
}

func TestDecisionsAreListed(t *testing.T) {
	s := newStore(t)
	record(t, s, decision(3, nil), decision(2, allowed), decision(1, audited))
	h := newPages(t, s)
	page := document(t, h, "/decisions")
	var verdicts []string
	for _, row := range page.all(".row") {
		verdicts = append(verdicts, row.all(".c-verdict")[0].text()+" "+row.all(".c-tool")[0].text())
	}
	assert.Equal(t, []string{"would block send_email", "allowed bash", "blocked bash"}, verdicts)
	counts := page.one(t, ".rulecounts")
	assert.Contains(t, counts.text(), "3 calls judged, 1 stopped , 1 would have been if the rules in audit mode were enforced")
	assert.Contains(t, counts.text(), "pii")

	assert.Len(t, document(t, h, "/decisions?action=block").all(".row"), 1)
	assert.Len(t, document(t, h, "/decisions?rule_name=pii&would_block=true").all(".row"), 1)
	assert.Contains(t, document(t, h, "/decisions?tool_name=none").text(), "No decision fits")
	assert.Equal(t, http.StatusBadRequest, get(h, "/decisions?action=maybe").Code)
	assert.Equal(t, http.StatusBadRequest, get(h, "/decisions?range=-1h").Code)
}

func TestNoDecisionsYet(t *testing.T) {
	assert.Contains(t, document(t, newPages(t, newStore(t)), "/decisions").text(), "Nothing was decided yet")
}

func TestADecisionSaysWhy(t *testing.T) {
	s := newStore(t)
	d := decision(1, nil)
	record(t, s, d)
	h := newPages(t, s)
	page := document(t, h, "/decisions/"+d.ID.String())
	assert.Contains(t, page.one(t, "h1").text(), "blocked bash")
	text := page.one(t, "#main").text()
	for _, part := range []string{
		"Deletes every file of the system.", "shell.delete.root in command through base64", "rm -rf /",
		"1 rule found nothing", "echo cm0gLXJmIC8= | base64 -d | sh", "judged in 21.0 µs by this backend", "1 in the chain",
	} {
		assert.Contains(t, text, part)
	}
	assert.Equal(t, string(d.Input), get(h, "/decisions/"+d.ID.String()+"/input?as=text").Body.String())
	assert.Equal(t, http.StatusNotFound, get(h, "/decisions/"+uuid.NewString()).Code)
	assert.Equal(t, http.StatusNotFound, get(h, "/decisions/x").Code)
}

func TestADecisionWithoutArguments(t *testing.T) {
	s := newStore(t)
	d := decision(1, func(d *store.Decision, _ *guard.Result) { d.Input, d.Result = nil, []byte(`{`) })
	record(t, s, d)
	assert.Contains(t, document(t, newPages(t, s), "/decisions/"+d.ID.String()).text(), "Not captured")
}

func TestAGuardSpanLeadsToItsDecision(t *testing.T) {
	s := newStore(t)
	d := decision(1, nil)
	record(t, s, d)
	k := newSketch(9, now())
	k.add(1, 0, "tool", "guard:blocked:bash", 0, 5)
	k.spans[0].Attributes = encode(object{
		"guard_decision_id": d.ID.String(), "guard_rules": []string{"dangerous"}, "guard_would_block": []string{"pii"},
		"guard_severity": "critical", "guard_policy_version": "sha256:0123456789ab",
	})
	write(t, s, k.spans...)
	page := document(t, newPages(t, s), "/traces/"+k.spans[0].TraceID.String()+"?span="+k.spans[0].SpanID.String())
	alert := page.one(t, ".alert")
	assert.Equal(t, "Guard: blocked dangerous pii, audit critical sha256:0123456789ab the decision", alert.text())
	assert.Equal(t, "/decisions/"+d.ID.String(), alert.one(t, "a").attr("href"))
}
