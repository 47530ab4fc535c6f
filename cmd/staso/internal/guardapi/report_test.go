package guardapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const reports = "/v1/guard/decisions"

func report(id, more string) string {
	return `{"tool_name":"bash","tool_input":{"command":"rm -rf /"},"action":"block","reason":"deletes every file","rule_name":"dangerous","severity":"critical",
		"latency_ms":0.25,"policy_version":"sha256:abc","digest":"sha256:d","decision_source":"claude-code","decision_id":"` + id + `",
		"results":[{"rule_name":"dangerous","action":"block","evaluation_status":"evaluated","status":"failed","violations":[]},
			{"rule_name":"pii","action":"audit","audit_action":"modify","evaluation_status":"evaluated","status":"failed"},
			{"rule_name":"judge","action":"allow","evaluation_status":"unavailable","status":"timeout"}],
		"context":{"agent_name":"bot","environment":"dev"},"decided_at":"2026-11-23T11:00:00.5Z"` + more + `}`
}

func TestReports(t *testing.T) {
	b := start(t, nil)
	first, second, third := newID(), newID(), newID()
	body := `{"decisions":[` + report(first, "") + `,` + report(second, `,"capture":{"tool_arguments":"suppressed"}`) + `,` +
		strings.Replace(report(third, ""), "2026-11-23T11", "2036-11-23T11", 1) + `]}`
	for range 2 {
		a := b.do(http.MethodPost, reports, body)
		require.Equal(t, http.StatusAccepted, a.status, "%s", a.body)
		assert.JSONEq(t, `{"accepted":3,"rejected":0}`, string(a.body))
	}
	list := b.decisions()
	require.Len(t, list, 3, "one that is known changes nothing")
	assert.Equal(t, b.clock.now(), list[0].Time, "a clock that is ahead is held to ours")
	d := list[2]
	assert.Equal(t, first, d.ID.String())
	assert.Equal(t, []any{"local", "bash", "block", "critical", "dangerous", "deletes every file", "sha256:abc", "sha256:d", "claude-code", "bot", "dev"},
		[]any{d.Origin, d.Tool, d.Action, d.Severity, d.Rule, d.Reason, d.PolicyVersion, d.Digest, d.Source, d.AgentName, d.Environment})
	assert.Equal(t, time.Date(2026, 11, 23, 11, 0, 0, 500_000_000, time.UTC), d.Time)
	assert.Equal(t, 250*time.Microsecond, d.Latency)
	assert.Equal(t, []store.Hit{{Rule: "dangerous", Outcome: store.Enforced}, {Rule: "pii", Outcome: store.WouldBlock}, {Rule: "judge", Outcome: store.Failed}}, d.Hits)
	assert.True(t, d.WouldBlock)
	assert.JSONEq(t, `{"command":"rm -rf /"}`, string(d.Input))
	assert.NotContains(t, string(d.Result), "tool_input")
	assert.Empty(t, list[1].Input)
	assert.Empty(t, list[1].Reason)
}

func TestAMalformedReportIsRejectedAlone(t *testing.T) {
	b := start(t, nil)
	bad := map[string]string{
		report("x", ""): "decision_id: a string of 1 bytes",
		strings.Replace(report(newID(), ""), `"action":"block",`, "", 1): "action: missing",
		`{"action":"block"}`:                    "tool_name: missing",
		`7`:                                     "a value of 1 bytes: want a JSON object",
		report(newID(), `,"decided_at":"noon"`): `"decided_at" comes twice`,
		strings.Replace(report(newID(), ""), "2026-11-23T11:00:00.5Z", "noon", 1): "decided_at: a string of 4 bytes",
		strings.Replace(report(newID(), ""), `"sha256:d"`, `nope`, 1):             "the verdict: is not valid JSON",
	}
	for item, detail := range bad {
		a := b.do(http.MethodPost, reports, `{"decisions":[`+report(newID(), "")+`,`+item+`]}`)
		if a.status == http.StatusBadRequest { // the request is not JSON at all
			continue
		}
		got := a.json(t)
		assert.Equal(t, []any{1.0, 1.0}, []any{got["accepted"], got["rejected"]}, item)
		first := got["errors"].([]any)[0].(map[string]any)
		assert.EqualValues(t, 1, first["decision"])
		assert.Contains(t, first["detail"], detail)
	}
	// An unknown action is a block, as everywhere.
	b.do(http.MethodPost, reports, `{"decisions":[`+strings.Replace(report(newID(), ""), `"action":"block",`, `"action":"explode",`, 1)+`]}`)
	assert.Equal(t, "block", b.decisions()[0].Action)
	for _, body := range []string{``, `{}`, `{"decisions":{}}`, `[]`} {
		b.do(http.MethodPost, reports, body).refused(t, 400, "malformed_request")
	}
	many := strings.TrimSuffix(strings.Repeat(report(newID(), "")+",", 1001), ",")
	b.do(http.MethodPost, reports, `{"decisions":[`+many+`]}`).refused(t, 413, "payload_too_large")
	var workspaces []string
	for n := range 17 {
		workspaces = append(workspaces, strings.Replace(report(newID(), ""), `"agent_name"`, fmt.Sprintf(`"workspace_id":"w%d","agent_name"`, n), 1))
	}
	b.do(http.MethodPost, reports, `{"decisions":[`+strings.Join(workspaces, ",")+`]}`).refused(t, 413, "payload_too_large")
}
