package server_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func TestIngestKeepsTheRestOfARequest(t *testing.T) {
	b := start(t)
	bad := `{"trace_id":"0af76519-16cd-43dd-8448-eb211c803190","spans":[` + spanOf(1, 0, "") + `,` + spanOf(2, 1, `"input_tokens":99999999999999999999`) + `]}`
	good := strings.TrimSuffix(strings.TrimPrefix(traceOf(spanOf(1, 0, "")), `{"traces":[`), `]}`)
	a := b.do(http.MethodPost, "/v1/traces/ingest", `{"traces":[`+bad+`,`+good+`]}`, "Idempotency-Key", "k-1")
	assert.Equal(t, 200, a.status)
	assert.JSONEq(t, `{"accepted":1,"rejected":1,"spans_dropped":0,"receipt_id":"k-1","errors":[
		{"trace":0,"span":1,"detail":"input_tokens: a number of 20 digits: want a whole number from 0 to 1000000000000"}]}`, string(a.body))
	assert.Equal(t, []string{"span-1"}, names(b.get(base)))
	b.do(http.MethodGet, "/v1/traces/0af76519-16cd-43dd-8448-eb211c803190", "").refused(t, 404, "not_found")
}

func TestIngestTellsWhatItTakes(t *testing.T) {
	b := start(t)
	a := b.do(http.MethodPost, "/v1/traces/ingest", traceOf(spanOf(1, 0, "")))
	assert.Equal(t, "gzip, zstd", a.header.Get("Accept-Encoding"))

	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	_, err := w.Write([]byte(traceOf(spanOf(2, 1, ""))))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	b.ingest(compressed.String(), "Content-Encoding", "gzip", "Content-Type", "text/plain")
	assert.Equal(t, []string{"span-1", "span-2"}, names(b.get(base)))
}

func TestIngestRefusesBadRequests(t *testing.T) {
	b := start(t, func(o *server.Options) { o.MaxBody = 10_000 })
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
		code    string
		detail  string
	}{
		"no body":          {"", nil, 400, "malformed_request", "not valid JSON at byte 0"},
		"not JSON":         {"traces=1", nil, 400, "malformed_request", "not valid JSON"},
		"oversized":        {traceOf(spanOf(1, 0, `"input":"`+strings.Repeat("x", 10_000)+`"`)), nil, 413, "payload_too_large", "larger than 10000 bytes"},
		"too deep":         {`{"traces":` + strings.Repeat("[", 4000), nil, 400, "malformed_request", "at most 128"},
		"unknown encoding": {"{}", []string{"Content-Encoding", "br"}, 415, "malformed_request", "gzip, zstd or none"},
		"a key too long":   {"{}", []string{"Idempotency-Key", strings.Repeat("k", 257)}, 400, "malformed_request", "Idempotency-Key: 257 bytes"},
		"a bad workspace":  {"{}", []string{"X-Workspace-Id", strings.Repeat("w", 200)}, 400, "malformed_request", "workspace"},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.do(http.MethodPost, "/v1/traces/ingest", c.body, c.headers...)
			assert.Contains(t, a.refused(t, c.status, c.code), c.detail)
		})
	}
	assert.Empty(t, b.get("/v1/traces")["traces"])
}

func TestIngestMakesTextFitToBeStored(t *testing.T) {
	b := start(t)
	b.ingest(traceOf(spanOf(1, 0, "\"session_id\":\"a\\u0000b\",\"input\":\"\xff \\\" <script>\",\"attributes\":\"{\\\"a\\\":1,\\\"a\\\":2}\"")))
	sp := b.get(base)["spans"].([]any)[0].(map[string]any)
	assert.Equal(t, "a\uFFFDb", sp["conversation_id"])
	assert.Equal(t, "\uFFFD \" <script>", sp["input"], "what is not JSON is shown as text")
	assert.Equal(t, map[string]any{"a": 2.0}, sp["attributes"])
}

func TestIngestShowsADeepPayloadAsText(t *testing.T) {
	b := start(t)
	deep := strings.Repeat("[", 129) + strings.Repeat("]", 129)
	b.ingest(traceOf(spanOf(1, 0, `"input":"`+deep+`","output":"`+deep[1:len(deep)-1]+`"`)))
	sp := b.get(base)["spans"].([]any)[0].(map[string]any)
	assert.Equal(t, deep, sp["input"])
	assert.IsType(t, []any{}, sp["output"])
}

func TestOneTraceInTenRequestsOutOfOrder(t *testing.T) {
	b := start(t)
	for _, n := range rand.Perm(10) {
		parent := n // span 1 is the root, each other the child of the one before
		b.ingest(traceOf(spanOf(n+1, parent, `"kind":"llm","total_tokens":5`)))
	}
	trace := b.get(base)
	assert.EqualValues(t, 10, trace["span_count"])
	assert.EqualValues(t, 50, trace["total_tokens"])
	assert.Equal(t, "span-1", trace["root_span_name"])
	got := names(trace)
	assert.Len(t, got, 10)
	assert.True(t, slices.IsSortedFunc(got, func(a, b string) int { return len(a) - len(b) }))
}

func TestTheSameSpanAgainIsOneSpan(t *testing.T) {
	b := start(t)
	final := traceOf(spanOf(1, 0, `"kind":"llm","total_tokens":7,"output":"\"first\""`))
	b.ingest(final)
	b.ingest(final)
	assert.EqualValues(t, 7, b.get(base)["total_tokens"])
	b.ingest(traceOf(spanOf(1, 0, `"kind":"llm","total_tokens":9,"output":"\"last\""`)))
	trace := b.get(base)
	assert.EqualValues(t, 1, trace["span_count"])
	assert.EqualValues(t, 9, trace["total_tokens"])
	assert.Equal(t, "last", trace["spans"].([]any)[0].(map[string]any)["output"])
}

func TestAProvisionalRootNeverReplacesItsFinal(t *testing.T) {
	provisional := traceOf(spanOf(1, 0, `"attributes":"{\"staso.provisional_root\": true}","output":"\"started\""`))
	final := traceOf(spanOf(1, 0, `"duration_ms":12,"output":"\"done\""`))
	for _, order := range [][]string{{provisional, final}, {final, provisional}} {
		b := start(t)
		for i, body := range order {
			b.ingest(body)
			if i == 0 {
				assert.Equal(t, body == provisional, b.get(base)["provisional"])
			}
		}
		trace := b.get(base)
		assert.Equal(t, false, trace["provisional"])
		assert.Equal(t, "done", trace["spans"].([]any)[0].(map[string]any)["output"])
	}
}

func TestCyclesAreKept(t *testing.T) {
	b := start(t)
	b.ingest(traceOf(spanOf(1, 1, ""), spanOf(2, 3, ""), spanOf(3, 2, "")))
	assert.Equal(t, []string{"span-1", "span-2", "span-3"}, names(b.get(base)))
}

func TestATraceWithoutIDIsOneTraceInEveryRetry(t *testing.T) {
	b := start(t)
	body := strings.Replace(traceOf(spanOf(1, 0, "")), `"`+traceID+`"`, "null", 1)
	for range 3 {
		b.ingest(body, "Idempotency-Key", "6619c638-9b59-49f9-b402-acfa466859bc")
	}
	assert.Len(t, b.get("/v1/traces")["traces"], 1)
}

// troubled is a store whose writes fail.
type troubled struct {
	store.Store
	err error
}

func (s troubled) Write(context.Context, string, store.Write) error { return s.err }

func TestTroubleOfTheStoreIsTold(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
		detail string
	}{
		{fmt.Errorf("x: %w", store.ErrBusy), 503, "capacity_exhausted", "the queue of writes is full"},
		{fmt.Errorf("x: %w", store.ErrFull), 507, "backend_unavailable", "the disk that holds the database is full"},
		{fmt.Errorf("disk on fire"), 500, "backend_unavailable", "its log says why"},
	} {
		b := startOver(t, troubled{start(t).store, c.err})
		for path, body := range map[string]string{
			"/v1/traces/ingest":   traceOf(spanOf(1, 0, "")),
			base + "/annotations": `{"name":"n","value":1,"data_type":"numeric"}`,
			"/v1/annotations":     `{"annotations":[{"trace_id":"` + traceID + `","name":"n","value":1,"data_type":"numeric"}]}`,
		} {
			a := b.do(http.MethodPost, path, body)
			assert.Contains(t, a.refused(t, c.status, c.code), c.detail)
			assert.Equal(t, c.status == 503, a.header.Get("Retry-After") == "1")
		}
	}
}

func TestAFullDiskIsToldAndKeepsWhatItHas(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "staso.db"), sqlite.WithMaxBytes(2<<20))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	b := startOver(t, db)
	b.ingest(traceOf(spanOf(1, 0, "")))
	noise := make([]byte, 4<<20) // it does not compress to less than there is room for
	random := rand.NewChaCha8([32]byte{})
	for i := range noise {
		noise[i] = 'a' + byte(random.Uint64()%26)
	}
	a := b.do(http.MethodPost, "/v1/traces/ingest", traceOf(spanOf(2, 1, `"input":"`+string(noise)+`"`)))
	assert.Contains(t, a.refused(t, 507, "backend_unavailable"), "the disk that holds the database is full")
	assert.Equal(t, []string{"span-1"}, names(b.get(base)))
	b.ingest(traceOf(spanOf(3, 1, "")))
	assert.Equal(t, []string{"span-1", "span-3"}, names(b.get(base)))
}

func TestAnnotations(t *testing.T) {
	b := start(t)
	id := "11111111-2222-4333-8444-555555555555"
	early := b.do(http.MethodPost, base+"/annotations", `{"id":"`+id+`","name":"accuracy","value":0.5,"data_type":"numeric"}`)
	require.Equal(t, 201, early.status)
	assert.Equal(t, id, early.json(t)["id"])
	b.do(http.MethodGet, base, "").refused(t, 404, "not_found")

	b.ingest(traceOf(spanOf(1, 0, "")))
	b.do(http.MethodPost, base+"/annotations", `{"id":"`+id+`","name":"accuracy","value":0.75,"data_type":"numeric"}`)
	bulk := b.do(http.MethodPost, "/v1/annotations", `{"annotations":[
		{"trace_id":"`+traceID+`","name":"ok","value":true,"data_type":"boolean"},
		{"trace_id":"`+traceID+`","name":"bad","value":"x","data_type":"boolean"}]}`, "Idempotency-Key", "k")
	assert.Equal(t, 200, bulk.status)
	assert.JSONEq(t, `{"accepted":1,"rejected":1,"spans_dropped":0,"receipt_id":"k","errors":[
		{"annotation":1,"detail":"value: a string: want a boolean, as data_type is boolean"}]}`, string(bulk.body))

	list := b.get(base)["annotations"].([]any)
	require.Len(t, list, 2, "the same id again replaces")
	values := map[string]any{}
	for _, a := range list {
		values[a.(map[string]any)["name"].(string)] = a.(map[string]any)["value"]
	}
	assert.Equal(t, map[string]any{"accuracy": 0.75, "ok": true}, values)
	assert.Contains(t, b.do(http.MethodPost, base+"/annotations", `{"name":"n","value":"x","data_type":"numeric"}`).
		refused(t, 400, "malformed_request"), "value: a string: want a number")
	assert.Contains(t, b.do(http.MethodPost, "/v1/traces/nope/annotations", `{}`).refused(t, 400, "malformed_request"), "path: trace_id")
}

func TestSetupCheck(t *testing.T) {
	b := start(t)
	before := b.get("/v1/setup/validate?target=sdk&workspace_slug=default")
	assert.Equal(t, "ok", before["status"])
	assert.Equal(t, "active", before["plan_status"])
	assert.Equal(t, true, before["backend_ready"])
	assert.Equal(t, true, before["guard_available"])
	assert.Nil(t, before["last_ingestion_at"])
	assert.Subset(t, before["capabilities"], []any{"annotations_bulk", "gzip"})
	b.ingest(traceOf(spanOf(1, 0, "")))
	assert.NotNil(t, b.get("/v1/setup/validate")["last_ingestion_at"])
	assert.Nil(t, b.get("/v1/setup/validate?workspace_slug=other")["last_ingestion_at"])
}

func TestWorkspacesAreApart(t *testing.T) {
	b := start(t)
	b.ingest(traceOf(spanOf(1, 0, "")), "X-Workspace-Id", "a")
	b.do(http.MethodGet, base, "").refused(t, 404, "not_found")
	assert.Len(t, b.get("/v1/traces", "X-Workspace-Id", "a")["traces"], 1)
	b.do(http.MethodDelete, base, "").refused(t, 404, "not_found")
	assert.Equal(t, 204, b.do(http.MethodDelete, base, "", "X-Workspace-Id", "a").status)
	assert.Empty(t, b.get("/v1/traces", "X-Workspace-Id", "a")["traces"])
}
