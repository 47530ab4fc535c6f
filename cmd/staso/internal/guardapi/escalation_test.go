package guardapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

const refund = `{"amount": 500, "order": "A-17"}`

// asks puts a call before a person by asking for a verdict on it. It returns the
// escalation's id and the waiter's.
func (b *backend) asks(input string, headers ...string) (id, decision string) {
	b.Helper()
	decision = newID()
	got := b.evaluate(ask("escalate", input, `"decision_id":"`+decision+`","context":{"agent_name":"bot","session_id":"c","trace_id":"`+newID()+`",
		"conversation_history":[{"role":"user","content":"refund me"}]}`), headers...)
	require.Equal(b, "escalate", got["action"], "%v", got)
	id, _ = got["escalation_id"].(string)
	require.NotEmpty(b, id)
	return id, decision
}

func (b *backend) status(id string) string {
	b.Helper()
	status, _ := b.get("/v1/guard/escalations/" + id + "/status")["status"].(string)
	return status
}

func (b *backend) redeem(id, digest, decision string) answer {
	b.Helper()
	return b.do(http.MethodPost, "/v1/guard/escalations/"+id+"/redeem", `{"digest":"`+digest+`","decision_id":"`+decision+`"}`)
}

func refundDigest() string { return guard.Digest("escalate", json.RawMessage(refund)) }

func TestApproval(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, decision := b.asks(refund)
	again, second := b.asks(refund)
	assert.Equal(t, id, again, "identical calls share an entry")
	b.redeem(id, refundDigest(), decision).refused(t, 409, "escalation_pending")

	e := b.get("/v1/guard/escalations/" + id)
	assert.JSONEq(t, refund, mustJSON(t, e["tool_input"]), "the arguments as they will run")
	assert.Equal(t, []any{"pending", "escalate", refundDigest(), "test_rule", "does harm", "high", "bot", 2.0}, []any{
		e["status"], e["tool_name"], e["digest"], e["rule_name"], e["reason"], e["severity"], e["agent_name"], e["waiter_count"],
	})
	assert.Equal(t, []any{map[string]any{"role": "user", "content": "refund me"}}, e["conversation_history"])
	assert.Equal(t, "escalate", e["verdict"].(map[string]any)["action"])
	assert.Len(t, e["waiters"], 2)
	assert.Len(t, b.get("/v1/guard/escalations?status=pending&agent_name=bot")["escalations"], 1)

	decided := b.browser().decide(id, "approve").json(t)
	assert.Equal(t, []any{"approved", "because", "pages"}, []any{decided["status"], decided["comment"], decided["decided_by"]})
	status := b.get("/v1/guard/escalations/" + id + "/status")
	assert.Equal(t, []any{"approved", "because", "pages", refundDigest()}, []any{status["status"], status["comment"], status["decided_by"], status["digest"]})

	changed := guard.Digest("escalate", json.RawMessage(strings.Replace(refund, "500", "5000", 1)))
	b.redeem(id, changed, decision).refused(t, 409, "digest_mismatch")
	taken := b.redeem(id, refundDigest(), decision)
	assert.Equal(t, http.StatusOK, taken.status)
	assert.Equal(t, "approved", taken.json(t)["status"])
	b.redeem(id, refundDigest(), decision).refused(t, 409, "already_redeemed")
	assert.Equal(t, http.StatusOK, b.redeem(id, refundDigest(), second).status, "each waiter has a grant of its own")
	b.redeem(id, refundDigest(), newID()).refused(t, 404, "not_found")
	b.redeem(newID(), refundDigest(), decision).refused(t, 404, "not_found")
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func TestDenial(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, decision := b.asks(refund)
	page := b.browser()
	assert.Equal(t, "denied", page.decide(id, "deny").json(t)["status"])
	page.decide(id, "approve").refused(t, 409, "already_decided")
	assert.Equal(t, "denied", b.status(id))
	b.redeem(id, refundDigest(), decision).refused(t, 409, "escalation_denied")
	page.decide(newID(), "approve").refused(t, 404, "not_found")
	page.decide(id, "perhaps").refused(t, 400, "malformed_request")
}

func TestTheClockJumpsOverAnExpiry(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, decision := b.asks(refund)
	granted, waiting := b.asks(`{"other":1}`)
	page := b.browser()
	require.Equal(t, http.StatusOK, page.decide(granted, "approve").status)
	b.clock.add(24 * time.Hour)
	page.decide(id, "approve").refused(t, 409, "escalation_timeout")
	b.clock.add(-24 * time.Hour)
	assert.Equal(t, "timeout", b.status(id), "a clock that is set back does not bring it to life again")
	b.redeem(id, refundDigest(), decision).refused(t, 409, "escalation_timeout")

	digest := guard.Digest("escalate", json.RawMessage(`{"other":1}`))
	b.clock.add(time.Hour)
	b.redeem(granted, digest, waiting).refused(t, 410, "grant_expired")
	b.clock.add(-time.Hour)
	b.redeem(granted, digest, waiting).refused(t, 410, "grant_expired")
}

func TestARestartKeepsWhatIsPending(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, decision := b.asks(refund)
	before := b.browser()
	b.restart()
	assert.Equal(t, "pending", b.status(id))
	before.decide(id, "approve").refused(t, 403, "forbidden")
	require.Equal(t, http.StatusOK, b.browser().decide(id, "approve").status)
	b.restart()
	assert.Equal(t, http.StatusOK, b.redeem(id, refundDigest(), decision).status)
	b.restart()
	b.redeem(id, refundDigest(), decision).refused(t, 409, "already_redeemed")
}

func TestOnlyAPersonInASignedInBrowserApproves(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, _ := b.asks(refund, "X-API-Key", "sk_agent")
	path, body := "/v1/guard/escalations/"+id+"/decision", `{"decision":"approve"}`
	page := b.browser()
	cookie, csrf := page.headers[1], page.headers[3]
	for name, headers := range map[string][]string{
		"nothing": nil, "the asker's key": {"X-API-Key", "sk_agent"}, "another key": {"X-API-Key", "sk_other"},
		"a form's headers": {"Origin", b.url, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/json"},
		"no csrf":          {"Cookie", cookie}, "another's csrf": {"Cookie", cookie, "X-Staso-Csrf", csrf + "x"},
		"no cookie": {"X-Staso-Csrf", csrf}, "a guessed cookie": {"Cookie", "staso_session=" + strings.Repeat("A", 43), "X-Staso-Csrf", csrf},
		"another site": append([]string{"Origin", "https://evil.example"}, "Cookie", cookie, "X-Staso-Csrf", csrf),
	} {
		b.do(http.MethodPost, path, body, headers...).refused(t, 403, "forbidden")
		assert.Equal(t, "pending", b.status(id), name)
	}
	detail := page.decide(id, "approve", "X-API-Key", "sk_agent").refused(t, 403, "forbidden")
	assert.Contains(t, detail, "who asks for an approval cannot give it")
	assert.Equal(t, "pending", b.status(id))
	assert.Equal(t, http.StatusOK, page.decide(id, "approve").status)
	for _, w := range b.get("/v1/guard/escalations/" + id)["waiters"].([]any) {
		requester := w.(map[string]any)["requester"]
		assert.NotContains(t, requester, "sk_agent")
		assert.Contains(t, requester, "key-")
	}
}

func TestASignInLinkIsGoodOnce(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	link := b.guard.SignInLink()
	assert.Equal(t, http.StatusForbidden, b.do(http.MethodHead, link, "").status)
	b.do(http.MethodGet, link, "", "Sec-Purpose", "prefetch;prerender").refused(t, 403, "forbidden")
	first := b.do(http.MethodGet, link, "")
	require.Equal(t, http.StatusOK, first.status)
	set := first.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		assert.Contains(t, set, want)
	}
	assert.Contains(t, b.do(http.MethodGet, link, "").refused(t, 403, "forbidden"), "each is good once")
	b.do(http.MethodGet, guardapi.SignInPath, "").refused(t, 403, "forbidden")
	old := b.guard.SignInLink()
	b.clock.add(25 * time.Hour)
	b.do(http.MethodGet, old, "").refused(t, 403, "forbidden")
	page := b.browser()
	b.clock.add(29 * 24 * time.Hour)
	id, _ := b.asks(refund)
	require.Equal(t, http.StatusOK, page.decide(id, "approve").status)
	b.clock.add(31 * 24 * time.Hour)
	id, _ = b.asks(`{"later":1}`)
	page.decide(id, "approve").refused(t, 403, "forbidden")
}

func TestMoreCallsWaitThanWereShown(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, _ := b.asks(refund)
	b.asks(refund)
	page := b.browser()
	body := `{"decision":"approve","waiters":1}`
	b.do(http.MethodPost, "/v1/guard/escalations/"+id+"/decision", body, page.headers...).refused(t, 409, "more_waiters")
	assert.Equal(t, "pending", b.status(id))
}

func TestALongPollEndsWithTheDecision(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, _ := b.asks(refund)
	got := make(chan string, 1)
	go func() {
		a := b.do(http.MethodGet, "/v1/guard/escalations/"+id+"/status?wait=40s", "")
		got <- string(a.body)
	}()
	require.Eventually(t, func() bool { return b.guard.Counts().Waiting.Load() == 1 }, 5*time.Second, time.Millisecond)
	b.asks(`{"another":1}`) // no news for who waits
	assert.Empty(t, got)
	begin := time.Now()
	require.Equal(t, http.StatusOK, b.browser().decide(id, "approve").status)
	assert.Contains(t, <-got, `"approved"`)
	assert.Less(t, time.Since(begin), 5*time.Second)
	assert.Contains(t, string(b.do(http.MethodGet, "/v1/guard/escalations/"+id+"/status?wait=40", "").body), "approved", "at once")
	require.Eventually(t, func() bool { return b.guard.Counts().Waiting.Load() == 0 }, 5*time.Second, time.Millisecond)
}

func TestALongPollEndsWithTheTimeOrTheServer(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	id, _ := b.asks(refund)
	begin := time.Now()
	assert.Equal(t, "pending", b.get("/v1/guard/escalations/" + id + "/status?wait=50ms")["status"])
	assert.GreaterOrEqual(t, time.Since(begin), 50*time.Millisecond)
	b.do(http.MethodGet, "/v1/guard/escalations/"+id+"/status?wait=soon", "").refused(t, 400, "malformed_request")
	b.do(http.MethodGet, "/v1/guard/escalations/"+newID()+"/status?wait=1s", "").refused(t, 404, "not_found")
	b.do(http.MethodGet, "/v1/guard/escalations/nope/status", "").refused(t, 400, "malformed_request")

	got := make(chan string, 1)
	go func() {
		got <- string(b.do(http.MethodGet, "/v1/guard/escalations/"+id+"/status?wait=40s", "").body)
	}()
	require.Eventually(t, func() bool { return b.guard.Counts().Waiting.Load() == 1 }, 5*time.Second, time.Millisecond)
	begin = time.Now()
	b.stop()
	assert.Contains(t, <-got, "pending")
	assert.Less(t, time.Since(begin), 5*time.Second, "an end does not wait for a person")
}

func TestALongPollSeesTheTimeRunOut(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted), func(b *backend) { b.opts.EscalationFor = 30 * time.Millisecond })
	id, _ := b.asks(refund)
	got := make(chan string, 1)
	go func() {
		got <- string(b.do(http.MethodGet, "/v1/guard/escalations/"+id+"/status?wait=40s", "").body)
	}()
	require.Eventually(t, func() bool { return b.guard.Counts().Waiting.Load() == 1 }, 5*time.Second, time.Millisecond)
	b.clock.add(time.Minute)
	assert.Contains(t, <-got, "timeout")
}

// escalationOf is the request of a local engine.
func escalationOf(input, decision, more string) string {
	return `{"tool_name":"escalate","tool_input":` + input + `,"digest":"` + guard.Digest("escalate", json.RawMessage(input)) + `","decision_id":"` + decision + `",
		"reason":"pays 500","severity":"critical","rules_triggered":["payment_threshold"],"policy_version":"sha256:abc","expires_in_ms":60000,
		"results":[{"rule_name":"payment_threshold","action":"escalate","evaluation_status":"evaluated","status":"failed"}],
		"context":{"agent_name":"bot"}` + more + `}`
}

func TestALocalEngineAsks(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	decision := newID()
	made := b.do(http.MethodPost, "/v1/guard/escalations", escalationOf(refund, decision, ""))
	require.Equal(t, http.StatusCreated, made.status, "%s", made.body)
	got := made.json(t)
	assert.Equal(t, []any{"pending", refundDigest(), b.clock.now().Add(time.Minute).Format(time.RFC3339)}, []any{got["status"], got["digest"], got["expires_at"]})
	again := b.do(http.MethodPost, "/v1/guard/escalations", escalationOf(refund, decision, "")).json(t)
	assert.Equal(t, got["id"], again["id"])
	id := got["id"].(string)
	e := b.get("/v1/guard/escalations/" + id)
	assert.Equal(t, []any{"pays 500", "critical", "payment_threshold", "sha256:abc", 1.0, "local"}, []any{
		e["reason"], e["severity"], e["rule_name"], e["policy_version"], e["waiter_count"], e["waiters"].([]any)[0].(map[string]any)["origin"],
	})
	shared, _ := b.asks(refund)
	assert.Equal(t, id, shared, "whoever asked")

	for name, c := range map[string]struct{ body, detail string }{
		"another's digest": {strings.Replace(escalationOf(refund, newID(), ""), "500", "501", 1), "digest: is not that of"},
		"no id":            {strings.Replace(escalationOf(refund, newID(), ""), `"decision_id"`, `"x"`, 1), "decision_id: missing"},
		"suppressed":       {escalationOf(refund, newID(), `,"capture":{"tool_arguments":"suppressed"}`), "suppresses its arguments"},
		"too long":         {escalationOf(`{"a":"`+strings.Repeat("x", 300<<10)+`"}`, newID(), ""), "too long"},
		"no JSON":          {escalationOf(`{"a":}`, newID(), ""), "not valid JSON"},
		"not even closed":  {`{"tool_name":"escalate"`, "body: not valid JSON"},
	} {
		assert.Contains(t, b.do(http.MethodPost, "/v1/guard/escalations", c.body).refused(t, 400, "malformed_request"), c.detail, name)
	}
	b.do(http.MethodPost, "/v1/guard/escalations", escalationOf(`{"b":1}`, decision, "")).refused(t, 409, "conflict")
}

func TestAFullInbox(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	for n := range store.MaxPending {
		id := uuid.UUID{0: 1, 1: byte(n >> 8), 2: byte(n)}
		_, err := b.store.Escalate(t.Context(), store.DefaultWorkspace, store.Escalation{ID: id, Digest: id.String(), ExpiresAt: b.clock.now().Add(time.Hour)},
			store.Waiter{DecisionID: id, Origin: store.OriginLocal})
		require.NoError(t, err)
	}
	got := b.evaluate(ask("escalate", refund, ""))
	assert.Equal(t, "block", got["action"])
	assert.Contains(t, got["reason"], "too many calls wait already")
	b.do(http.MethodPost, "/v1/guard/escalations", escalationOf(refund, newID(), "")).refused(t, 503, "capacity_exhausted")
}
