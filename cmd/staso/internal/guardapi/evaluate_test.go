package guardapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

func TestEachGenerationGetsWhatItUnderstands(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	strict := `{"payload_version":1,"tool_name":"%s","tool_input":{"a":"b"}}`
	first := `{"tool_name":"%s","tool_input":{"a":"b"}}`
	two := `{"payload_version":1,"accept_actions":["allow","block","modify","teleport"],"tool_name":"%s","tool_input":{}}`
	for _, c := range []struct{ form, tool, action, rule string }{
		{first, "modify", "modify", "modify"},
		{first, "escalate", "escalate", "escalate"},
		{first, "block", "block", "block"},
		{first, "audit", "allow", "audit"},
		{strict, "modify", "block", "block"},
		{strict, "escalate", "block", "block"},
		{strict, "block", "block", "block"},
		{strict, "audit", "allow", "audit"},
		{strict, "allow", "allow", ""},
		{two, "modify", "modify", "modify"},
		{two, "escalate", "block", "block"},
	} {
		got := b.evaluate(fmt.Sprintf(c.form, c.tool))
		assert.Equal(t, c.action, got["action"], c)
		results := got["results"].([]any)
		if c.rule != "" {
			assert.Equal(t, c.rule, results[1].(map[string]any)["action"], c)
		}
		changed := c.action == "block" && c.tool != "block"
		assert.Equal(t, changed, strings.Contains(got["reason"].(string), "which this client cannot"), c)
		assert.Equal(t, c.action == "modify", got["modified_input"] != nil, c)
		assert.Equal(t, c.action == "escalate", got["escalation_id"] != nil, c)
	}
	page, err := b.store.Escalations(t.Context(), store.DefaultWorkspace, store.EscalationQuery{})
	require.NoError(t, err)
	assert.Len(t, page.Escalations, 1, "who cannot wait puts nothing before a person")
}

func TestStrictClientsGetNoWordThatTheyDoNotKnow(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	for tool, action := range map[string]string{"refused": "block", "degraded": "allow", "broken": "block", "late": "block"} {
		got := b.evaluate(`{"payload_version":1,"tool_name":"` + tool + `","failure_mode":"fail_open"}`)
		assert.Equal(t, action, got["action"], tool)
		assert.Equal(t, true, got["decision_available"], "else it would let the call run: %s", tool)
		assert.NotContains(t, got, "failure_kind", tool)
	}
	got := b.evaluate(ask("refused", "{}", ""))
	assert.Equal(t, "call_refused", got["failure_kind"])
}

func TestWhatIsAskedReachesTheEngineByteForByte(t *testing.T) {
	var call guard.Call
	b := start(t, guard.CheckerFunc(func(ctx context.Context, c guard.Call) (guard.Result, error) {
		call = c
		call.Input, call.Schema = bytes.Clone(c.Input), bytes.Clone(c.Schema)
		return scripted(ctx, c)
	}))
	input := "{ \"a\" :\t[1.50e3, \"\\u00e9\xff\\ud800\", {\"a\":1,\"a\":2}] }"
	body := `{"tool_name":"run","tool_input":` + input + `,"decision_id":"` + strings.ToUpper("0af76519-16cd-43dd-8448-eb211c80319c") + `",
		"decision_source":"claude-code","context":{"agent_id":"i","agent_name":"bot","environment":"prod","session_id":"c","user_id":"u",
		"trace_id":"0af76519-16cd-43dd-8448-eb211c80319c","span_id":"not-a-uuid","tenant":{"plan":"gold"},"attempt":3,
		"tool_call_evidence":{"schema":{"status":"available","value":{"type":"object"}}},
		"conversation_history":[{"role":"user","content":"hi"},7,{"role":"tool","content":[{"type":"text","text":"hello"}]}],"tools":["run","walk"]}}`
	got := b.evaluate(body)
	assert.Equal(t, input, string(call.Input))
	assert.Equal(t, guard.Digest("run", json.RawMessage(input)), got["digest"])
	assert.Equal(t, "0af76519-16cd-43dd-8448-eb211c80319c", got["decision_id"])
	assert.Equal(t, "claude-code", got["decision_source"])
	assert.Equal(t, []any{"bot", "i", "prod", "c", "u"}, []any{call.Agent, call.AgentID, call.Environment, call.Conversation, call.User})
	assert.Equal(t, map[string]any{"tenant": map[string]any{"plan": "gold"}, "attempt": 3.0}, call.Attributes)
	assert.JSONEq(t, `{"type":"object"}`, string(call.Schema))
	assert.Equal(t, []guard.Message{{Role: "user", Content: "hi"}, {Role: "tool", Content: `[{"type":"text","text":"hello"}]`}}, call.History,
		"an odd turn, or one in parts, hides no other")
	assert.Equal(t, []string{"run", "walk"}, call.Tools)
	assert.Equal(t, got["decision_id"], call.TraceID.String())

	kept := b.decisions()[0]
	assert.Equal(t, input, string(kept.Input))
	assert.Equal(t, []any{"bot", "i", "prod", "c", "u", "claude-code", "run"},
		[]any{kept.AgentName, kept.AgentID, kept.Environment, kept.ConversationID, kept.UserID, kept.Source, kept.Tool})
	assert.Equal(t, b.clock.now(), kept.Time)
	assert.Equal(t, store.OriginBackend, kept.Origin)
}

func TestMalformedRequestsAreRefusedWithWords(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	for body, want := range map[string]string{
		``:                                    "body: missing: want a JSON object",
		`[1]`:                                 "body: an array: want a JSON object",
		`{"tool_name":"a"`:                    "body: not valid JSON at byte 16",
		`{"tool_name":"a"} x`:                 "body: not valid JSON at byte 18",
		`{"tool_name":"a",}`:                  "body: not valid JSON",
		`{tool_name:"a"}`:                     "body: not valid JSON at byte 1",
		`{"tool_name":"a","tool_name":"b"}`:   `"tool_name" comes twice`,
		`{"tool_input":{}}`:                   "tool_name: missing: want the name of the tool",
		`{"tool_name":7}`:                     "tool_name: a value of 1 bytes: want a string",
		`{"tool_name":null}`:                  "tool_name: null: want the name",
		`{"tool_name":"a","context":[]}`:      "context: an array: want a JSON object",
		`{"tool_name":"a","decision_id":"x"}`: "decision_id: a string of 1 bytes: want a UUID",
		`{"tool_name":"a","decision_id":"00000000-0000-0000-0000-000000000000"}`:          "decision_id",
		`{"tool_name":"a","phase":"before"}`:                                              "phase: a string of 6 bytes: want input, output or trace",
		`{"tool_name":"a","deadline_ms":"soon"}`:                                          "deadline_ms: a string of 4 bytes: want a number",
		`{"tool_name":"a","accept_actions":"all"}`:                                        "accept_actions: a string of 3 bytes: want a list",
		`{"tool_name":"a","context":{"x":1,"x":2}}`:                                       `context: the member "x" comes twice`,
		`{"tool_name":"a","context":{"x":nope}}`:                                          "context.x",
		`{"tool_name":"` + strings.Repeat("t", 8193) + `"}`:                               "tool_name: a string of 8193 bytes: want at most 8192",
		`{"tool_name":"a","context":{"workspace_id":"` + strings.Repeat("w", 200) + `"}}`: "workspace: a name of 200 bytes",
	} {
		detail := b.do(http.MethodPost, "/v1/guard/evaluate", body).refused(t, 400, "malformed_request")
		assert.Contains(t, detail, want, "%.80s", body)
	}
	b.do(http.MethodPost, "/v1/guard/evaluate", `{"tool_name":"a","x":"`+strings.Repeat("x", 17<<20)+`"}`).refused(t, 413, "payload_too_large")
	assert.Empty(t, b.decisions())
}

// TestWhateverTheArgumentsAreThereIsAVerdict: to a client that fails open, a refusal
// would let the call run.
func TestWhateverTheArgumentsAreThereIsAVerdict(t *testing.T) {
	b := start(t, nil)
	for name, input := range map[string]string{
		"duplicate keys": `{"command":"ls","command":"rm -rf /"}`, "nested": strings.Repeat(`{"a":[`, 5000) + `1` + strings.Repeat(`]}`, 5000),
		"no JSON": `{"a":}`, "long": `{"a":"` + strings.Repeat("rm -rf / ", 1<<20) + `"}`,
		"a string": `"rm -rf /"`,
	} {
		got := b.evaluate(`{"payload_version":1,"tool_name":"bash","tool_input":` + input + `,"failure_mode":"fail_open"}`)
		assert.Equal(t, "block", got["action"], name)
		assert.Equal(t, true, got["decision_available"], name)
		assert.NotEmpty(t, got["reason"], name)
	}
	for _, input := range []string{`["rm","-rf","/"]`, `{"command":"\u202erm\u202c"}`, "{\"a\":\"\xff\"}", `7`} {
		assert.Equal(t, true, b.evaluate(`{"tool_name":"bash","tool_input":` + input + `}`)["decision_available"], input)
	}
	for _, input := range []string{`null`, `{}`, `{"command":"ls"}`} {
		assert.Equal(t, "allow", b.evaluate(`{"tool_name":"bash","tool_input":` + input + `}`)["action"], input)
	}
	for _, context := range []string{
		`"agent_name":1`, `"user_id":"` + strings.Repeat("u", 5000) + `"`, `"trace_id":[]`, `"conversation_history":{"role":7}`, `"tools":"all"`,
		`"message":"` + strings.Repeat("m", 100_000) + `"`, `"n":1e999`, `"tool_call_evidence":[]`,
	} {
		got := b.evaluate(`{"tool_name":"bash","tool_input":{"command":"rm -rf /"},"context":{` + context + `}}`)
		assert.Equal(t, "block", got["action"], "whatever is said around it: %.40s", context)
	}
	assert.Equal(t, "allow", b.evaluate(`{"tool_name":"bash","deadline_ms":1,"failure_mode":"fail_sideways"}`)["action"], "held to the bounds")
	for _, d := range b.decisions() {
		assert.LessOrEqual(t, len(d.Input), 64<<10)
	}
}

func TestOneIDOneAnswer(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	for _, tool := range []string{"allow", "block", "modify", "escalate"} {
		id := `"decision_id":"` + newID() + `"`
		var mu sync.Mutex
		answers := map[string]bool{}
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				// What a second try may have else: another deadline, and more of the conversation.
				more := fmt.Sprintf(`%s,"deadline_ms":%d,"context":{"session_id":"c","conversation_history":[{"role":"user","content":"%d"}]}`, id, 1000+n, n)
				a := b.do(http.MethodPost, "/v1/guard/evaluate", ask(tool, `{"a":1}`, more))
				mu.Lock()
				defer mu.Unlock()
				answers[string(a.body)] = true
			})
		}
		wg.Wait()
		assert.Len(t, answers, 1, tool)
		for _, other := range []string{
			ask(tool, `{"a":2}`, id), ask("walk", `{"a":1}`, id), ask(tool, `{"a":1}`, id+`,"context":{"session_id":"d"}`),
			ask(tool, `{"a":1}`, id+`,"decision_source":"codex"`), ask("escalate", `{"a":3}`, id),
		} {
			b.do(http.MethodPost, "/v1/guard/evaluate", other).refused(t, 409, "idempotency_conflict")
		}
	}
	assert.Len(t, b.decisions(), 4)
	page, err := b.store.Escalations(t.Context(), store.DefaultWorkspace, store.EscalationQuery{})
	require.NoError(t, err)
	require.Len(t, page.Escalations, 1, "a request that conflicts is put before nobody")
	assert.Equal(t, int64(1), page.Escalations[0].WaiterCount)
}

func TestSuppressedArgumentsAreNotKept(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	echo := guard.CheckerFunc(func(ctx context.Context, c guard.Call) (guard.Result, error) {
		r, err := scripted(ctx, c)
		r.Reason = "says " + secret
		r.Rules[0].Reason, r.Rules[0].Violations = r.Reason, []guard.Violation{{Match: secret}}
		return r, err
	})
	b := start(t, echo)
	for _, tool := range []string{"allow", "block", "modify", "escalate"} {
		body := ask(tool, `{"a":"`+secret+`"}`, `"capture":{"tool_arguments":"suppressed","output":"captured"},"decision_id":"`+newID()+`"`)
		got := b.evaluate(body)
		assert.Contains(t, got["reason"], secret, "the caller is told")
		assert.Equal(t, got["action"], b.evaluate(body)["action"])
		want := tool
		if tool == "escalate" {
			want = "block"
			assert.Contains(t, got["reason"], "suppresses its arguments, so that nobody could see them")
		}
		assert.Equal(t, want, got["action"])
	}
	b.evaluate(ask("allow", `{"a":"`+secret+`"}`, `"capture":{"tool_arguments":"maybe"}`))
	b.stop()
	for _, file := range []string{b.path, b.path + "-wal"} {
		content, err := os.ReadFile(file)
		if err == nil {
			assert.NotContains(t, string(content), secret)
		}
	}
}

func TestDeadline(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	for mode, action := range map[string]string{"fail_open": "allow", "fail_closed": "block"} {
		begin := time.Now()
		got := b.evaluate(`{"payload_version":1,"tool_name":"slow","deadline_ms":100,"failure_mode":"` + mode + `","decision_source":"sdk","decision_id":"` + newID() + `"}`)
		assert.Less(t, time.Since(begin), 5*time.Second)
		assert.Equal(t, []any{action, false, "unavailable", "deadline_exceeded", mode, true, "sdk"}, []any{
			got["action"], got["decision_available"], got["evaluation_status"], got["failure_kind"], got["failure_mode"], got["retryable"], got["decision_source"],
		})
	}
	assert.Empty(t, b.decisions(), "what was not decided is no decision")
}

// full is a store whose queue is full.
type full struct{ store.Store }

func (full) RecordDecisions(context.Context, string, []store.Decision) ([]store.Recorded, error) {
	return nil, store.ErrBusy
}

func TestABlockIsAnsweredAlsoWhereItCannotBeKept(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted), func(b *backend) { b.wrap = func(s store.Store) store.Store { return full{s} } })
	assert.Equal(t, "block", b.evaluate(ask("block", "{}", ""))["action"])
	assert.Equal(t, "escalate", b.evaluate(ask("escalate", "{}", ""))["action"])
	for _, tool := range []string{"allow", "modify"} {
		a := b.do(http.MethodPost, "/v1/guard/evaluate", ask(tool, "{}", ""))
		a.refused(t, 503, "capacity_exhausted")
		assert.NotEmpty(t, a.header.Get("Retry-After"))
	}
	assert.Equal(t, int64(2), b.guard.Counts().Unrecorded.Load())
}

func TestWorkspaces(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	b.evaluate(ask("allow", "{}", `"context":{"workspace_id":"here"}`))
	b.evaluate(ask("allow", "{}", `"context":{"workspace_id":"default"}`), "X-Workspace-Id", "there")
	for _, workspace := range []string{"here", "there"} {
		page, err := b.store.Decisions(t.Context(), workspace, store.DecisionQuery{})
		require.NoError(t, err)
		assert.Len(t, page.Decisions, 1, workspace)
		assert.Len(t, b.get("/v1/guard/decisions", "X-Workspace-Id", workspace)["decisions"], 1)
	}
	assert.Empty(t, b.decisions())
}

func TestWhatIsFoundIsCounted(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted))
	for _, tool := range []string{"allow", "block", "block", "audit", "degraded"} {
		b.evaluate(ask(tool, "{}", ""))
	}
	got := b.get("/v1/guard/rules")
	assert.Equal(t, []any{5.0, 2.0, 1.0}, []any{got["calls"], got["stopped"], got["would_stop"]})
	rules := got["rules"].([]any)
	require.Len(t, rules, 2)
	assert.Equal(t, []any{"judge", 1.0}, []any{rules[0].(map[string]any)["rule_name"], rules[0].(map[string]any)["failed"]})
	assert.Equal(t, []any{"test_rule", 2.0, 1.0}, []any{
		rules[1].(map[string]any)["rule_name"], rules[1].(map[string]any)["enforced"], rules[1].(map[string]any)["would_block"],
	})
	assert.Len(t, b.get("/v1/guard/decisions?rule_name=test_rule&would_block=true")["decisions"], 1)
	assert.Len(t, b.get("/v1/guard/decisions?action=block&limit=1")["decisions"], 1)
	b.do(http.MethodGet, "/v1/guard/decisions?action=explode", "").refused(t, 400, "malformed_request")
	b.do(http.MethodGet, "/v1/guard/decisions?from=yesterday", "").refused(t, 400, "malformed_request")
	first := b.get("/v1/guard/decisions")["decisions"].([]any)[0].(map[string]any)
	assert.Equal(t, first["hash"], b.get("/v1/guard/decisions/" + first["decision_id"].(string))["hash"])
	b.do(http.MethodGet, "/v1/guard/decisions/"+newID(), "").refused(t, 404, "not_found")
	text := string(b.do(http.MethodGet, "/metrics", "").body)
	for _, line := range []string{
		`staso_guard_decisions_total{action="block"} 2`, `staso_guard_evaluation_duration_seconds_count 5`, "staso_guard_conflicts_total 0",
	} {
		assert.Contains(t, text, line+"\n")
	}
}
