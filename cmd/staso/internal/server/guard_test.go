package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const evaluatePath = "/v1/guard/evaluate"

// TestRecordedGuardClientsGetTheirVerdicts replays what both generations of the
// official client sent, and reads the answers as they do.
func TestRecordedGuardClientsGetTheirVerdicts(t *testing.T) {
	for name, requests := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			strict := strings.Contains(name, "0.5.25")
			seen := 0
			for _, r := range requests {
				if r.Path != evaluatePath {
					continue
				}
				seen++
				b.checkVerdict(r, strict)
			}
			assert.Equal(t, 3, seen)
			list := b.get("/v1/guard/decisions?bodies=true")["decisions"].([]any)
			require.Len(t, list, 3)
			assert.Equal(t, true, b.get("/v1/guard/decisions/verify")["whole"])
		})
	}
}

func (b *backend) checkVerdict(r recorded, strict bool) {
	t := b.t
	t.Helper()
	var sent map[string]any
	require.NoError(t, json.Unmarshal(r.Body, &sent))
	a := b.replay(r)
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	verdict := a.json(t)
	want := map[string]string{"lookup_order": "allow", "run_shell": "block", "query_db": "block"}[sent["tool_name"].(string)]
	assert.Equal(t, want, verdict["action"], "%s", a.body)
	assert.Equal(t, want == "block", len(verdict["rules_triggered"].([]any)) > 0)
	if want == "block" {
		assert.NotEmpty(t, verdict["reason"])
	}
	assertReadable(t, verdict, strict)
	if !strict {
		return
	}
	assert.Equal(t, sent["decision_id"], verdict["decision_id"])
	assert.Equal(t, sent["decision_source"], verdict["decision_source"])
	assert.Equal(t, string(a.body), string(b.replay(r).body), "the same request gets the same answer")
	other := strings.Replace(string(r.Body), `"tool_input"`, `"tool_input":{"other":1},"was"`, 1)
	b.do(http.MethodPost, evaluatePath, other).refused(t, 409, "idempotency_conflict")
}

// assertReadable holds a verdict to what the clients of a generation take. The
// strict one treats anything else as no answer, and lets the call run.
func assertReadable(t *testing.T, verdict map[string]any, strict bool) {
	t.Helper()
	actions := []any{"allow", "block", "audit"}
	if !strict {
		actions = append(actions, "modify", "escalate")
	}
	assert.Contains(t, actions, verdict["action"])
	for _, text := range []string{"reason", "severity", "decision_source"} {
		assert.IsType(t, "", verdict[text], text)
	}
	_, err := uuid.Parse(verdict["decision_id"].(string))
	assert.NoError(t, err)
	if strict {
		assert.Contains(t, []any{nil, "deadline_exceeded"}, verdict["failure_kind"])
		assert.Equal(t, verdict["decision_available"] == false, verdict["evaluation_status"] == "unavailable")
	}
	for _, item := range verdict["results"].([]any) {
		result := item.(map[string]any)
		assert.Contains(t, actions, result["action"])
		assert.Contains(t, []any{"evaluated", "skipped", "abstained", "unavailable"}, result["evaluation_status"])
		if result["evaluation_status"] != "evaluated" {
			assert.Equal(t, "allow", result["action"])
		}
		for _, text := range []string{"rule_id", "rule_name", "reason", "severity"} {
			assert.IsType(t, "", result[text], text)
		}
		for _, violation := range result["violations"].([]any) {
			assert.IsType(t, map[string]any{}, violation)
		}
		assert.GreaterOrEqual(t, result["latency_ms"], 0.0)
	}
}
