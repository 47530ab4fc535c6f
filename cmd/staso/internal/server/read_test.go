package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// seed stores n traces of one span, a second apart, the newest last.
func (b *backend) seed(n int) {
	b.t.Helper()
	var traces []string
	for i := range n {
		status := "ok"
		if i%3 == 0 {
			status = "error"
		}
		traces = append(traces, fmt.Sprintf(`{"trace_id":%q,"environment":"env-%d","session_id":"c-%d","user_id":"u","agent_name":"bot","agent_version":"v1","spans":[
			{"span_id":"00000000-0000-0000-0000-000000000001","name":"run %d","kind":"llm","model":"m","status":%q,"timestamp":%q,"duration_ms":%d,
			"total_tokens":%d,"attributes":"{\"tags\":[\"t-%d\"],\"tier\":\"gold\"}"}]}`,
			uuid.NewSHA1(uuid.Nil, []byte{byte(i)}), i%2, i%2, i, status, now.Add(time.Duration(i-n)*time.Second).Format(time.RFC3339Nano), i+1, i*10, i%2))
	}
	b.ingest(`{"traces":[` + strings.Join(traces, ",") + `]}`)
}

func (b *backend) roots(query string) []string {
	b.t.Helper()
	var list []string
	for _, tr := range b.get("/v1/traces?" + query)["traces"].([]any) {
		list = append(list, tr.(map[string]any)["root_span_name"].(string))
	}
	return list
}

func TestListFiltersSortsAndPages(t *testing.T) {
	b := start(t)
	b.seed(6)
	assert.Equal(t, []string{"run 5", "run 4", "run 3", "run 2", "run 1", "run 0"}, b.roots(""))
	assert.Equal(t, []string{"run 0", "run 1"}, b.roots("order=asc&limit=2"))
	assert.Equal(t, []string{"run 5", "run 4"}, b.roots("sort=duration&limit=2"))
	assert.Equal(t, []string{"run 0"}, b.roots("sort=tokens&order=asc&limit=1"))
	for query, want := range map[string]int{
		"status=error": 2, "environment=env-0": 3, "conversation_id=c-1": 3, "user_id=u": 6, "user_id=nobody": 0, "agent_name=bot": 6,
		"agent_version=v2": 0, "kind=llm": 6, "kind=tool": 0, "model=m": 6, "tag=t-1": 3, "meta.tier=gold": 6, "meta.tier=tin": 0,
		"min_duration_ms=5": 2, "max_duration_ms=2": 2, "min_tokens=30": 3, "max_tokens=20": 3,
		"from=" + url.QueryEscape(now.Add(-2*time.Second).Format(time.RFC3339)): 2,
		"to=" + url.QueryEscape(now.Add(-4*time.Second).Format(time.RFC3339)):   2,
	} {
		assert.Len(t, b.roots(query), want, query)
	}
	var all []string
	path := "/v1/traces?limit=4"
	for cursor := any(""); cursor != nil; {
		page := b.get(path + "&cursor=" + url.QueryEscape(cursor.(string)))
		for _, tr := range page["traces"].([]any) {
			all = append(all, tr.(map[string]any)["root_span_name"].(string))
		}
		cursor = page["next_cursor"]
	}
	assert.Equal(t, []string{"run 5", "run 4", "run 3", "run 2", "run 1", "run 0"}, all)
}

func TestACursorIsBoundToItsQuery(t *testing.T) {
	b := start(t)
	b.seed(3)
	cursor := b.get("/v1/traces?limit=1")["next_cursor"].(string)
	for _, query := range []string{"sort=tokens&cursor=" + url.QueryEscape(cursor), "cursor=nonsense"} {
		detail := b.do(http.MethodGet, "/v1/traces?"+query, "").refused(t, 400, "malformed_request")
		assert.Contains(t, detail, "cursor")
	}
	b.do(http.MethodGet, "/v1/traces?limit=x", "").refused(t, 400, "malformed_request")
	b.do(http.MethodGet, "/v1/agents?limit=0", "").refused(t, 400, "malformed_request")
	for _, path := range []string{"/v1/traces?status=ok;limit=1", "/v1/traces?user_id=%zz", "/v1/users?limit=1;cursor=x"} {
		detail := b.do(http.MethodGet, path, "").refused(t, 400, "malformed_request")
		assert.Contains(t, detail, "query string", "a filter that cannot be read is not left out")
	}
}

func TestTextSearchComesToPass(t *testing.T) {
	b := start(t)
	b.seed(3)
	assert.Eventually(t, func() bool { return len(b.roots("q=run+2")) == 1 }, 5*time.Second, 10*time.Millisecond, "the index is filled a moment later")
}

func TestSummary(t *testing.T) {
	b := start(t)
	b.ingest(traceOf(spanOf(1, 0, `"kind":"agent","duration_ms":5,"input":"\"hello\"","user_id":"u"`),
		spanOf(2, 1, `"kind":"llm","model":"m","input_tokens":3,"output_tokens":4,"total_tokens":8,"status":"timeout"`),
		spanOf(3, 1, `"kind":"tool","status":"error","error_message":"boom"`)))
	list := b.get("/v1/traces")["traces"].([]any)
	require.Len(t, list, 1)
	got := list[0].(map[string]any)
	for field, want := range map[string]any{
		"trace_id": traceID, "root_span_name": "span-1", "root_span_id": "00000000-0000-0000-0000-000000000001", "status": "error",
		"duration_ms": 5.0, "span_count": 3.0, "error_count": 1.0, "models": []any{"m"}, "input_tokens": 3.0, "output_tokens": 4.0,
		"total_tokens": 8.0, "cost_usd": nil, "known_cost_usd": 0.0, "environment": "default", "user_id": "u", "tags": []any{},
		"provisional": false, "annotation_count": 0.0,
	} {
		value, ok := got[field]
		assert.True(t, ok, field)
		assert.Equal(t, want, value, field)
	}
	whole := b.get(base)
	delete(whole, "spans")
	delete(whole, "annotations")
	assert.Equal(t, got, whole, "a trace begins with its summary")
}

func TestGroups(t *testing.T) {
	b := start(t)
	b.seed(4)
	conversations := b.get("/v1/conversations?limit=1")
	require.Len(t, conversations["conversations"], 1)
	first := conversations["conversations"].([]any)[0].(map[string]any)
	assert.Equal(t, "c-1", first["conversation_id"], "the last active first")
	assert.Equal(t, []any{2.0, 1.0, 40.0, "bot", "u"}, []any{first["trace_count"], first["error_count"], first["total_tokens"], first["agent_name"], first["user_id"]})
	require.NotNil(t, conversations["next_cursor"])
	rest := b.get("/v1/conversations?cursor=" + url.QueryEscape(conversations["next_cursor"].(string)))
	assert.Equal(t, "c-0", rest["conversations"].([]any)[0].(map[string]any)["conversation_id"])
	assert.Nil(t, rest["next_cursor"])
	assert.Equal(t, "bot", b.get("/v1/agents")["agents"].([]any)[0].(map[string]any)["agent_name"])
	assert.Equal(t, "u", b.get("/v1/users")["users"].([]any)[0].(map[string]any)["user_id"])
}

func TestExportCanBeSentAgain(t *testing.T) {
	b := start(t)
	fields := `"kind":"llm","model":"m","usage_available":true,"input":"{\"a\" : \"\\u0000 <b>\"}","output":"not json","attributes":"{\"tags\":[\"x\"]}",
		"error_message":"","status":"error","duration_ms":0.47,"session_id":"s","capture":{"request":"captured"}`
	b.ingest(traceOf(spanOf(1, 0, fields), spanOf(2, 1, `"kind":"workflow"`)))
	b.ingest(strings.Replace(traceOf(spanOf(3, 1, ""), spanOf(4, 3, "")), `"spans"`, `"environment":"other","spans"`, 1))
	export := b.do(http.MethodGet, base+"/export", "")
	require.Equal(t, 200, export.status)
	assert.Contains(t, export.header.Get("Content-Disposition"), "trace-"+traceID+".json")

	again := start(t)
	assert.EqualValues(t, 2, again.ingest(string(export.body))["accepted"])
	assert.Equal(t, b.get(base), again.get(base))
	assert.Equal(t, string(export.body), string(again.do(http.MethodGet, base+"/export", "").body))
	for n := range 4 {
		sp, err := again.store.Span(t.Context(), store.DefaultWorkspace, uuid.MustParse(traceID), uuid.UUID{15: byte(n + 1)})
		require.NoError(t, err)
		was, err := b.store.Span(t.Context(), store.DefaultWorkspace, uuid.MustParse(traceID), uuid.UUID{15: byte(n + 1)})
		require.NoError(t, err)
		assert.Equal(t, was, sp)
	}
	b.do(http.MethodGet, strings.Replace(base, "0af", "1af", 1)+"/export", "").refused(t, 404, "not_found")
}

func TestALargeTraceIsReadInPieces(t *testing.T) {
	b := start(t)
	const requests, each = 3, 500
	for r := range requests {
		var spans []string
		for s := range each {
			n := r*each + s + 1
			spans = append(spans, spanOf(n, n/2, `"input":"\"`+strings.Repeat("x", n%700)+`\""`))
		}
		b.ingest(traceOf(spans...))
	}
	a := b.do(http.MethodGet, base, "")
	require.Equal(t, 200, a.status)
	assert.Empty(t, a.header.Get("Content-Length"), "its length is not known when it begins")
	var trace struct {
		SpanCount int `json:"span_count"`
		Spans     []struct {
			SpanID string `json:"span_id"`
			Input  string
		}
	}
	require.NoError(t, json.Unmarshal(a.body, &trace))
	assert.Equal(t, requests*each, trace.SpanCount)
	require.Len(t, trace.Spans, requests*each)
	for i, sp := range trace.Spans {
		require.Equal(t, fmt.Sprintf("00000000-0000-0000-0000-%012x", i+1), sp.SpanID)
		require.Len(t, sp.Input, (i+1)%700)
	}
}
