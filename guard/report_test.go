package guard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
)

// ledger is a backend that takes decisions.
type ledger struct {
	mu   sync.Mutex
	took []map[string]any
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Decisions []map[string]any `json:"decisions"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = append(l.took, body.Decisions...)
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, `{"accepted":%d}`, len(body.Decisions))
}

func decisionOn(input string) guard.Decision {
	verdict := escalate
	verdict.Rules = append(verdict.Rules[:0:0], verdict.Rules...)
	verdict.Rules[0].Violations = []guard.Violation{{Code: "refund.amount", Match: "secret", Reason: "secret"}}
	verdict.Reason = "refunds secret"
	verdict.DecisionID, verdict.Source, verdict.Digest = question, "sdk", "sha256:00"
	return guard.Decision{
		Call:   guard.Call{Tool: "refund", Input: json.RawMessage(input), Agent: "bot", Phase: guard.PhaseOutput, History: []guard.Message{{Content: "secret"}}},
		Result: verdict, Time: time.Date(2026, 11, 23, 1, 0, 0, 0, time.FixedZone("", 3600)),
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	client, b := newClient(t, l.ServeHTTP)
	require.NoError(t, client.Report(t.Context(), decisionOn(`{"note": "<secret>"}`)))
	assert.Equal(t, []string{"POST /v1/guard/decisions"}, b.paths())
	require.Len(t, l.took, 1)
	got := l.took[0]
	assert.Equal(t, map[string]any{"note": "<secret>"}, got["tool_input"])
	for key, want := range map[string]any{
		"tool_name": "refund", "phase": "output", "decided_at": "2026-11-23T00:00:00Z", "action": "escalate", "reason": "refunds secret",
		"rules_triggered": []any{"refund_validation"}, "decision_id": question.String(), "decision_source": "sdk", "digest": "sha256:00",
		"context": map[string]any{"agent_name": "bot", "agent_id": staso.AgentID("bot").String(), "environment": "default", "workspace_id": "default"},
	} {
		assert.Equal(t, want, got[key], key)
	}
	var read guard.Result
	raw, err := json.Marshal(got)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &read))
	assert.Equal(t, guard.ActionEscalate, read.Action)
	assert.Equal(t, "secret", read.Rules[0].Violations[0].Match)
}

func TestReportObeysTheCapturePolicy(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	client, _ := newClient(t, l.ServeHTTP, guard.WithCapture(staso.CapturePolicy{ToolArguments: staso.Suppressed}))
	require.NoError(t, client.Report(t.Context(), decisionOn(`{"note":"secret"}`)))
	assert.NotContains(t, fmt.Sprint(l.took), "secret")
	assert.NotContains(t, l.took[0], "tool_input")
	assert.Equal(t, "suppressed", l.took[0]["capture"].(map[string]any)["tool_arguments"])
}

func TestReportGoesInParts(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	client, b := newClient(t, l.ServeHTTP)
	many := make([]guard.Decision, 250)
	for i := range many {
		many[i] = guard.Decision{Call: call("t", fmt.Sprintf(`{"n":%d}`, i))}
	}
	require.NoError(t, client.Report(t.Context(), many...))
	assert.Len(t, b.asked(), 3)
	require.Len(t, l.took, 250)
	assert.Equal(t, map[string]any{"n": 249.0}, l.took[249]["tool_input"], "in order")

	large := guard.Decision{Call: call("t", `{"text":"`+strings.Repeat("x", 200<<10)+`"}`)}
	larger := guard.Decision{Call: call("t", `{"text":"`+strings.Repeat("x", 300<<10)+`"}`)}
	require.NoError(t, client.Report(t.Context(), append(repeat(large, 30), larger)...))
	assert.Len(t, b.asked(), 5)
	assert.NotContains(t, l.took[280], "tool_input", "too large to be told")
	require.NoError(t, client.Report(t.Context()))
}

func repeat(d guard.Decision, n int) (many []guard.Decision) {
	for range n {
		many = append(many, d)
	}
	return many
}

func TestReportFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"refused": {refuses(403, "forbidden"), "0 of 1 were accepted: POST 127.0.0.1:7600/v1/guard/decisions: backend answered 403 forbidden: no"},
		"partly":  {says(`{"accepted":0}`), "the backend took 0 of the last 1"},
		"page":    {says(`<html>`), "the backend took 0 of the last 1"},
	} {
		client, _ := newClient(t, c.answer)
		assert.ErrorContains(t, client.Report(t.Context(), decisionOn(`{}`)), c.want, name)
	}
}

func TestReporter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		client, b := newClient(t, l.ServeHTTP)
		reporter := guard.NewReporter(blocks("rm"), client)
		input := []byte(`{"n":1}`)
		_, err := reporter.Check(t.Context(), guard.Call{Tool: "ls", Input: input})
		require.NoError(t, err)
		copy(input, `{"n":2}`) // what it was given belongs to the caller
		got, err := reporter.Check(t.Context(), call("rm", `{}`))
		require.NoError(t, err)
		assert.Equal(t, "no rm", got.Reason)
		synctest.Wait()
		assert.Empty(t, b.asked(), "it waits for more")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Len(t, b.asked(), 1)
		require.Len(t, l.took, 2)
		assert.Equal(t, map[string]any{"n": 1.0}, l.took[0]["tool_input"])
		assert.Equal(t, "block", l.took[1]["action"])
		assert.NotEqual(t, uuid.Nil.String(), l.took[1]["decision_id"])

		_, _ = reporter.Check(t.Context(), call("ls", `{}`))
		require.NoError(t, reporter.Flush(t.Context()))
		assert.Equal(t, guard.ReporterStats{Reported: 3}, reporter.Stats())
		_, _ = reporter.Check(t.Context(), call("ls", `{}`))
		require.NoError(t, reporter.Shutdown(t.Context()), "what is left is sent")
		assert.Len(t, l.took, 4)
		_, err = reporter.Check(t.Context(), call("ls", `{}`))
		require.NoError(t, err, "it still judges")
		assert.Equal(t, guard.ReporterStats{Reported: 4, Dropped: 1}, reporter.Stats())
		require.NoError(t, reporter.Flush(t.Context()))
		assert.ErrorContains(t, reporter.Shutdown(t.Context()), "1 decisions were not reported")
	})
}

func TestReporterIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(t, hangs, guard.WithTimeout(time.Minute))
		reporter := guard.NewReporter(allow(), client)
		for range 1500 {
			_, err := reporter.Check(t.Context(), call("ls", `{}`))
			require.NoError(t, err)
		}
		stats := reporter.Stats()
		assert.GreaterOrEqual(t, stats.Dropped, int64(300))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, reporter.Flush(ctx), context.DeadlineExceeded)
		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		started := time.Now()
		err := reporter.Shutdown(ctx)
		assert.Equal(t, 5*time.Second, time.Since(started), "it does not wait longer")
		require.ErrorContains(t, err, "1500 decisions were not reported")
		stats = reporter.Stats()
		assert.Equal(t, int64(1500), stats.Dropped+stats.Failed)
	})
}

func TestReporterBoundsItsMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(t, hangs)
		reporter := guard.NewReporter(allow(), client)
		large := `{"text":"` + strings.Repeat("x", 250<<10) + `"}`
		for range 70 {
			_, _ = reporter.Check(t.Context(), call("ls", large))
		}
		assert.Equal(t, int64(5), reporter.Stats().Dropped, "16 MiB wait: 65 of them")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, reporter.Shutdown(ctx))
	})
}

func TestReporterOfNobody(t *testing.T) {
	t.Parallel()
	off, b := newClient(t, says(`{}`), guard.WithEnabled(false))
	for _, client := range []*guard.Client{nil, off} {
		reporter := guard.NewReporter(nil, client)
		got, err := reporter.Check(t.Context(), call("ls", `{}`))
		require.NoError(t, err)
		assert.Equal(t, guard.ActionBlock, got.Action, "a nil Checker blocks")
		require.NoError(t, reporter.Shutdown(t.Context()))
		assert.Zero(t, reporter.Stats())
	}
	assert.Empty(t, b.asked())
}

func TestReporterConcurrentSafe(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	client, _ := newClient(t, l.ServeHTTP)
	reporter := guard.NewReporter(allow(), client)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				_, _ = reporter.Check(t.Context(), call("ls", `{}`))
			}
			_ = reporter.Flush(t.Context())
		})
	}
	wg.Go(func() { _ = reporter.Shutdown(t.Context()) })
	wg.Wait()
	_ = reporter.Shutdown(t.Context())
	stats := reporter.Stats()
	assert.Equal(t, int64(400), stats.Reported+stats.Dropped)
	assert.Len(t, l.took, int(stats.Reported))
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	client, b := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v2"`)
		if r.Header.Get("If-None-Match") == `"v2"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, `{"version":"v2","policies":[{"name":"default","version":"sha256:1","yaml":"rules: []\n"}],"more":1}`)
	})
	set, err := client.Policies(t.Context(), "")
	require.NoError(t, err)
	want := guard.PolicySet{Version: "v2", ETag: `"v2"`, Policies: []guard.Policy{{Name: "default", Version: "sha256:1", YAML: "rules: []\n"}}}
	assert.Equal(t, want, set)
	assert.Equal(t, "default", b.asked()[0].header.Get("X-Workspace-Id"))
	set, err = client.Policies(t.Context(), set.ETag)
	require.NoError(t, err)
	assert.Equal(t, guard.PolicySet{ETag: `"v2"`, NotModified: true}, set)
}

func TestPoliciesFail(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"page":        says(`<html>`),
		"empty":       says(`{}`),
		"half":        says(`{"version":"v1"}`),
		"wrong type":  says(`{"version":"v1","policies":[{"yaml":7}]}`),
		"refused":     refuses(401, "invalid_key"),
		"unasked 304": refuses(304, ""),
	} {
		client, _ := newClient(t, answer)
		_, err := client.Policies(t.Context(), "")
		assert.ErrorContains(t, err, "policies: ", name)
	}
}
