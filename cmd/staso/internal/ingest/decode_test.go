package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	traceText = "0af76519-16cd-43dd-8448-eb211c80319c"
	spanText  = "00000000-0000-0000-b7ad-6b7169203331"
)

// oneSpan is a body of one trace with one span that has these fields beside its
// id and its time.
func oneSpan(fields string) string {
	if fields != "" {
		fields = "," + fields
	}
	return `{"traces":[{"trace_id":"` + traceText + `","spans":[{"span_id":"` + spanText +
		`","timestamp":"2026-11-23T10:00:00.123456789Z"` + fields + `}]}]}`
}

func decode(t *testing.T, body string, opts ...func(*ingest.Request)) *ingest.Batch {
	t.Helper()
	request := ingest.Request{Now: now}
	for _, opt := range opts {
		opt(&request)
	}
	batch, err := ingest.DecodeTraces([]byte(body), request)
	require.NoError(t, err)
	return batch
}

// theSpan decodes a body that must hold one sound span.
func theSpan(t *testing.T, body string) store.Span {
	t.Helper()
	batch := decode(t, body)
	require.Empty(t, batch.Errors)
	require.Len(t, batch.Parts, 1)
	require.Len(t, batch.Parts[0].Write.Spans, 1)
	return batch.Parts[0].Write.Spans[0]
}

func TestDecodeKeepsEveryField(t *testing.T) {
	yes := true
	body := `{"unknown":[1,{"a":2}],"traces":[{"trace_id":"` + traceText + `","timestamp":"2026-11-23T10:00:00Z","environment":"staging",
		"workspace_slug":"team-a","future":{"x":[]},"spans":[{"span_id":"` + spanText + `","parent_span_id":"00000000-0000-0000-0000-00000000000a",
		"name":"call","kind":"llm","timestamp":"2026-11-23T11:00:00.123456789+01:00","duration_ms":0.47,"status":"timeout","model":"m","provider":"p",
		"requested_model":"rm","usage_available":true,"reasoning_effort":"high","input_tokens":1,"output_tokens":2,"total_tokens":40,
		"input":"{\"a\": \"\\u2028\"}","output":"not json","attributes":"{\"tags\": [\"vip\", \"x\", \"vip\"], \"provider\":\"other\"}","error_message":"boom",
		"session_id":"s","agent_name":"bot","agent_id":"db9640e0-b131-55a4-a5cd-0ded511b7f92","agent_version":"v7","user_id":"u",
		"capture":{"request":"captured", "output":"suppressed"}}]}]}`
	batch := decode(t, body)
	assert.Equal(t, 1, batch.Accepted)
	require.Len(t, batch.Parts, 1)
	assert.Equal(t, "team-a", batch.Parts[0].Workspace)
	assert.Equal(t, []store.Span{{
		TraceID: uuid.MustParse(traceText), SpanID: uuid.MustParse(spanText), ParentSpanID: uuid.UUID{15: 10},
		Name: "call", Kind: "llm", Status: "timeout",
		Start: time.Date(2026, 11, 23, 10, 0, 0, 123456789, time.UTC), Duration: 470 * time.Microsecond,
		ErrorMessage: "boom", HasError: true, Model: "m", RequestedModel: "rm", Provider: "p", ReasoningEffort: "high",
		UsageAvailable: &yes, InputTokens: 1, OutputTokens: 2, TotalTokens: 40,
		Input: []byte(`{"a": "\u2028"}`), Output: []byte("not json"), Attributes: []byte(`{"tags": ["vip", "x", "vip"], "provider":"other"}`),
		Environment: "staging", ConversationID: "s", UserID: "u", AgentName: "bot", AgentID: "db9640e0-b131-55a4-a5cd-0ded511b7f92",
		AgentVersion: "v7", Tags: []string{"vip", "x"}, Capture: []byte(`{"request":"captured", "output":"suppressed"}`),
	}}, batch.Parts[0].Write.Spans)
}

func TestDecodeGivesWhatIsAbsentItsDefault(t *testing.T) {
	for _, fields := range []string{"", `"parent_span_id":null,"kind":null,"status":null,"duration_ms":null,"input":null,"attributes":null,
		"error_message":null,"usage_available":null,"input_tokens":null,"capture":null,"name":null,"session_id":null`} {
		sp := theSpan(t, oneSpan(fields))
		assert.Equal(t, store.Span{
			TraceID: uuid.MustParse(traceText), SpanID: uuid.MustParse(spanText), Kind: "custom", Status: "ok",
			Start: time.Date(2026, 11, 23, 10, 0, 0, 123456789, time.UTC), Environment: "default",
		}, sp)
	}
}

func TestDecodeTakesFromTheTraceWhatTheSpanLacks(t *testing.T) {
	body := `{"traces":[{"spans":[{"span_id":"` + spanText + `","agent_name":"own"}],"timestamp":"2026-11-23T10:00:00Z","trace_id":"` + traceText + `",
		"session_id":"s","agent_id":"i","agent_name":"common","agent_version":"v","user_id":"u",
		"root_span_name":"x","status":"error","model":"m","duration_ms":5,"input_tokens":1,"output_tokens":1,"total_tokens":2,"attributes":"{}"}]}`
	sp := theSpan(t, body)
	assert.Equal(t, "own", sp.AgentName)
	assert.Equal(t, []string{"s", "i", "v", "u"}, []string{sp.ConversationID, sp.AgentID, sp.AgentVersion, sp.UserID})
	assert.True(t, sp.Start.Equal(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)))
}

func TestDecodeDerivesFromAttributes(t *testing.T) {
	sp := theSpan(t, oneSpan(`"attributes":"{\"provider\":\"anthropic\",\"tags\":[\"a\",1,\"\",\"b\"],\"staso.provisional_root\":true}"`))
	assert.Equal(t, "anthropic", sp.Provider)
	assert.Equal(t, []string{"a", "b"}, sp.Tags)
	assert.True(t, sp.Provisional)

	for _, attributes := range []string{
		`{\"provider\":1,\"tags\":\"a\",\"staso.provisional_root\":\"true\"}`, `[\"provider\"]`, `not json`, `{\"provider\":\"p\"`, ``,
		strings.Repeat(`{\"tags\":`, 200) + `[\"a\"]` + strings.Repeat(`}`, 200),
	} {
		sp := theSpan(t, oneSpan(`"attributes":"`+attributes+`"`))
		assert.Equal(t, strings.ReplaceAll(attributes, `\"`, `"`), string(sp.Attributes))
		assert.Empty(t, sp.Provider)
		assert.Empty(t, sp.Tags)
		assert.False(t, sp.Provisional)
	}
}

func TestDecodeKeepsAForeignKindInAttributes(t *testing.T) {
	for attributes, want := range map[string]string{
		``:            `{"staso.original_kind":"workflow"}`,
		`{}`:          `{"staso.original_kind":"workflow"}`,
		` { } `:       `{"staso.original_kind":"workflow"}`,
		`{"a": 1} `:   `{"a": 1,"staso.original_kind":"workflow"}`,
		`{"a":{}}`:    `{"a":{},"staso.original_kind":"workflow"}`,
		`[1]`:         `{"staso.original_kind":"workflow","staso.original_attributes":"[1]"}`,
		`{"tags":[1}`: `{"staso.original_kind":"workflow","staso.original_attributes":"{\"tags\":[1}"}`,
	} {
		sp := theSpan(t, oneSpan(fmt.Sprintf(`"kind":"workflow","attributes":%q`, attributes)))
		assert.Equal(t, "custom", sp.Kind)
		assert.Equal(t, want, string(sp.Attributes))
	}
}

func TestDecodeMakesTextFitToBeStored(t *testing.T) {
	sp := theSpan(t, oneSpan("\"name\":\"a\\u0000b\xff\\ud800\",\"input\":\"{\\\"k\\\":\\\"\xff\\u0000\\\"}\",\"error_message\":\"\\u0000\",\"capture\":{\"x\":\"\xff\"}"))
	assert.Equal(t, "a\uFFFDb\uFFFD\uFFFD", sp.Name)
	assert.Equal(t, "{\"k\":\"\uFFFD\uFFFD\"}", string(sp.Input))
	assert.Equal(t, "\uFFFD", sp.ErrorMessage)
	assert.Equal(t, "{\"x\":\"\uFFFD\"}", string(sp.Capture))
}

func TestDecodeCutsNamesAtARune(t *testing.T) {
	sp := theSpan(t, oneSpan(`"name":"`+strings.Repeat("é", 600)+`"`))
	assert.LessOrEqual(t, len(sp.Name), 1024)
	assert.Equal(t, strings.Repeat("é", 510)+"…", sp.Name)
}

func TestDecodeTakesTheLastOfDuplicateKeys(t *testing.T) {
	sp := theSpan(t, oneSpan(`"name":"first","name":"last","status":"error","status":"ok"`))
	assert.Equal(t, "last", sp.Name)
	assert.Equal(t, "ok", sp.Status)

	batch := decode(t, `{"traces":[{}],"traces":[{"trace_id":"`+traceText+`","timestamp":"2026-11-23T10:00:00Z",
		"spans":[{"span_id":"`+spanText+`","name":"gone"}],"spans":[{"span_id":"`+spanText+`","name":"kept"}]}]}`)
	assert.Equal(t, 1, batch.Accepted)
	assert.Empty(t, batch.Errors)
	require.Len(t, batch.Parts[0].Write.Spans, 1)
	assert.Equal(t, "kept", batch.Parts[0].Write.Spans[0].Name)
}

func TestDecodeTakesPayloadsThatAreNoStrings(t *testing.T) {
	sp := theSpan(t, oneSpan(`"input":{"a": [1]},"output":12.50,"attributes":{"tags":["t"]}`))
	assert.Equal(t, `{"a": [1]}`, string(sp.Input))
	assert.Equal(t, `12.50`, string(sp.Output))
	assert.Equal(t, []string{"t"}, sp.Tags)
}

func TestDecodeTakesOddButSoundSpans(t *testing.T) {
	assert.Zero(t, theSpan(t, oneSpan(`"duration_ms":-3.5`)).Duration)
	assert.Equal(t, uuid.MustParse(spanText), theSpan(t, oneSpan(`"parent_span_id":"`+spanText+`"`)).ParentSpanID)
	assert.Equal(t, uuid.Nil, theSpan(t, oneSpan(`"parent_span_id":"00000000-0000-0000-0000-000000000000"`)).ParentSpanID)
	assert.EqualValues(t, 12, theSpan(t, oneSpan(`"input_tokens":12.0`)).InputTokens)
	assert.EqualValues(t, 1000, theSpan(t, oneSpan(`"input_tokens":1e3`)).InputTokens)
	assert.EqualValues(t, 7, theSpan(t, oneSpan(`"total_tokens":7,"input_tokens":1,"output_tokens":1`)).TotalTokens)
	long := strings.Repeat("x", 100_000)
	assert.Equal(t, long, theSpan(t, oneSpan(`"error_message":"`+long+`"`)).ErrorMessage)
}

func TestDecodeRejectsATraceWithWords(t *testing.T) {
	for fields, want := range map[string]string{
		`"name":5`:                                            "name: a number of 1 digits: want a string",
		`"span_id":"x"`:                                       "span_id: a string of 1 bytes: want a UUID",
		`"span_id":"urn:uuid:` + spanText + `"`:               "span_id: a string of 45 bytes",
		`"span_id":null`:                                      "span_id: missing or all zeros: want 64 random bits",
		`"parent_span_id":{}`:                                 "parent_span_id: an object: want a UUID in a string",
		`"timestamp":"2026-11-24T12:00:01Z"`:                  "timestamp: a time more than 24 h ahead of this server's clock",
		`"timestamp":"2026-11-23 10:00:00"`:                   "timestamp: a string of 19 bytes that is no such time: want an RFC 3339 time with its zone",
		`"timestamp":"2026-11-23T10:00:00"`:                   "timestamp: a string of 19 bytes",
		`"timestamp":"0001-01-01T00:00:00Z"`:                  "timestamp: a time before 1970",
		`"timestamp":1700000000`:                              "timestamp: a number of 10 digits",
		`"timestamp":null`:                                    "timestamp: missing",
		`"duration_ms":1e999`:                                 "duration_ms: a number with a fraction or an exponent, 5 characters long: want a number of milliseconds",
		`"duration_ms":"5"`:                                   "duration_ms: a string of 1 bytes",
		`"duration_ms":1e12`:                                  "at most ten years",
		`"input_tokens":99999999999999999999`:                 "input_tokens: a number of 20 digits: want a whole number from 0 to 1000000000000",
		`"output_tokens":1e999`:                               "output_tokens: a number with a fraction",
		`"total_tokens":-1`:                                   "total_tokens: a negative number",
		`"total_tokens":1.5`:                                  "total_tokens: a number with a fraction",
		`"total_tokens":true`:                                 "total_tokens: true",
		`"status":"failed"`:                                   "status: a string of 6 bytes: want ok, error or timeout",
		`"kind":[]`:                                           "kind: an array: want a string",
		`"usage_available":"yes"`:                             "usage_available: a string of 3 bytes: want true, false or null",
		`"error_message":["x"]`:                               "error_message: an array: want a string or null",
		`"capture":"captured"`:                                "capture: a string of 8 bytes: want an object",
		`"capture":{"x":"` + strings.Repeat("y", 5000) + `"}`: "capture: an object of 5008 bytes: want at most 4096",
		`"session_id":"` + strings.Repeat("y", 1025) + `"`:    "session_id: a string of 1025 bytes: want at most 1024",
	} {
		batch := decode(t, oneSpan(fields))
		assert.Zero(t, batch.Accepted, fields)
		assert.Equal(t, 1, batch.Rejected)
		assert.Equal(t, 1, batch.SpansRejected)
		assert.Empty(t, batch.Parts)
		require.Len(t, batch.Errors, 1, fields)
		assert.Contains(t, batch.Errors[0].Detail, want)
		require.NotNil(t, batch.Errors[0].Span)
		assert.Zero(t, *batch.Errors[0].Span)
	}
}

func TestDecodeRejectsWhatIsWrongWithTheTraceItself(t *testing.T) {
	span := `"spans":[{"span_id":"` + spanText + `","timestamp":"2026-11-23T10:00:00Z"}]`
	for trace, want := range map[string]string{
		`null`:                             "trace: null: want an object",
		`{"trace_id":"` + traceText + `"}`: "spans: an empty list: want at least one span",
		`{"trace_id":"` + traceText + `","spans":[]}`:                        "spans: an empty list",
		`{"trace_id":"` + traceText + `","spans":"x"}`:                       "spans: a string of 1 bytes: want an array",
		`{"trace_id":"nope",` + span + `}`:                                   "trace_id: a string of 4 bytes: want a UUID",
		`{"trace_id":"00000000-0000-0000-0000-000000000000",` + span + `}`:   "trace_id: all zeros: want 128 random bits, or null",
		`{"environment":5,` + span + `}`:                                     "environment: a number of 1 digits",
		`{"workspace_slug":"a\nb",` + span + `}`:                             "workspace_slug: workspace: a name with control characters",
		`{"workspace_slug":"` + strings.Repeat("w", 129) + `",` + span + `}`: "129 bytes",
	} {
		batch := decode(t, `{"traces":[`+trace+`]}`)
		assert.Equal(t, 1, batch.Rejected, trace)
		require.NotEmpty(t, batch.Errors, trace)
		assert.Contains(t, batch.Errors[0].Detail, want)
		assert.Nil(t, batch.Errors[0].Span)
		assert.Zero(t, *batch.Errors[0].Trace)
	}
}

func TestDecodeKeepsTheSoundTracesOfAMixedRequest(t *testing.T) {
	trace := func(id, span string) string {
		return `{"trace_id":"` + id + `","timestamp":"2026-11-23T10:00:00Z","spans":[` + span + `]}`
	}
	good := `{"span_id":"` + spanText + `"}`
	batch := decode(t, `{"traces":[`+strings.Join([]string{
		trace("0af76519-16cd-43dd-8448-eb211c803191", good+`,`+good),
		trace("0af76519-16cd-43dd-8448-eb211c803192", good+`,{"span_id":7},[],{"span_id":8}`),
		trace("0af76519-16cd-43dd-8448-eb211c803193", good),
	}, ",")+`]}`)
	assert.Equal(t, 2, batch.Accepted)
	assert.Equal(t, 1, batch.Rejected)
	assert.Equal(t, 4, batch.SpansRejected)
	assert.Equal(t, 3, batch.Spans)
	require.Len(t, batch.Parts, 1)
	var ends []byte
	for _, sp := range batch.Parts[0].Write.Spans {
		ends = append(ends, sp.TraceID[15]&0xf)
	}
	assert.Equal(t, []byte{1, 1, 3}, ends)
	require.NotEmpty(t, batch.Errors)
	assert.Equal(t, 1, *batch.Errors[0].Trace)
	assert.Equal(t, 1, *batch.Errors[0].Span)
}

func TestDecodeSortsTracesByWorkspace(t *testing.T) {
	trace := func(n int, slug string) string {
		return fmt.Sprintf(`{"trace_id":"0af76519-16cd-43dd-8448-eb211c80319%d","workspace_slug":%q,"spans":[{"span_id":%q,"timestamp":"2026-11-23T10:00:00Z"}]}`, n, slug, spanText)
	}
	batch := decode(t, `{"traces":[`+strings.Join([]string{trace(1, ""), trace(2, "b"), trace(3, "default"), trace(4, "b")}, ",")+`]}`)
	require.Len(t, batch.Parts, 2)
	assert.Equal(t, "default", batch.Parts[0].Workspace)
	assert.Len(t, batch.Parts[0].Write.Spans, 2)
	assert.Equal(t, "b", batch.Parts[1].Workspace)
	assert.Len(t, batch.Parts[1].Write.Spans, 2)

	batch = decode(t, `{"traces":[`+trace(1, "default")+`,`+trace(2, "b")+`]}`, func(r *ingest.Request) { r.Workspace = "header" })
	assert.Equal(t, "header", batch.Parts[0].Workspace)
	assert.Equal(t, "b", batch.Parts[1].Workspace)

	var many []string
	for n := range 17 {
		many = append(many, trace(n%10, fmt.Sprint("w", n)))
	}
	_, err := ingest.DecodeTraces([]byte(`{"traces":[`+strings.Join(many, ",")+`]}`), ingest.Request{Now: now})
	assert.Equal(t, 413, httpapi.ErrorOf(err).Status)
}

func TestDecodeMakesTheSameTraceIDInEveryRetry(t *testing.T) {
	trace := `{"trace_id":null,"spans":[{"span_id":"` + spanText + `","timestamp":"2026-11-23T10:00:00Z"}]}`
	ids := func(body, key string) []uuid.UUID {
		var ids []uuid.UUID
		for _, sp := range decode(t, body, func(r *ingest.Request) { r.Key = key }).Parts[0].Write.Spans {
			ids = append(ids, sp.TraceID)
		}
		return ids
	}
	two := `{"traces":[` + trace + `, ` + trace + `]}`

	keyed := ids(two, "k1")
	assert.NotEqual(t, keyed[0], keyed[1], "two traces of one request stay two")
	assert.Equal(t, keyed, ids(two, "k1"))
	assert.NotEqual(t, keyed, ids(two, "k2"))
	namespace := uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/staso-go/staso/derived-id"))
	assert.Equal(t, uuid.NewSHA1(namespace, []byte("k1/1")), keyed[1])

	plain := ids(two, "")
	assert.Equal(t, uuid.NewSHA1(namespace, []byte(trace)), plain[0])
	assert.Equal(t, plain[0], plain[1], "the same bytes are the same trace")
	assert.EqualValues(t, 5, plain[0].Version())
}

func TestDecodeRefusesABodyThatIsNone(t *testing.T) {
	for body, want := range map[string]string{
		``:                                "body: not valid JSON at byte 0: want a value",
		`-`:                               "body: not valid JSON at byte 1: want a digit",
		`{"traces":[{"name":-`:            "want a digit",
		`{`:                               "body: not valid JSON at byte 1: want a field's name in quotes",
		`{"traces":[{]}`:                  "want a field's name in quotes",
		`{"traces":[]} x`:                 "want nothing after the first value",
		`[]`:                              `body: an array where a list of traces should be: want {"traces": [...]}`,
		`"x"`:                             "body: a string of 1 bytes",
		`{}`:                              `traces: missing: want {"traces": [...]}`,
		`{"traces":null}`:                 "body: null",
		`{"traces":[{"a":"` + "\x01\"}]}": "no control character within a string",
		strings.Repeat(`{"a":`, 200):      "at most 128 objects and arrays in each other",
		`{"traces":[{"spans":[` + strings.Repeat(`[`, 200): "at most 128",
	} {
		_, err := ingest.DecodeTraces([]byte(body), ingest.Request{Now: now})
		require.Error(t, err, body)
		refusal := httpapi.ErrorOf(err)
		assert.Equal(t, 400, refusal.Status)
		assert.Equal(t, "malformed_request", refusal.Code)
		assert.Contains(t, refusal.Detail, want)
	}
}

func TestDecodeIsBounded(t *testing.T) {
	span := `{"span_id":"` + spanText + `"}`
	for _, body := range []string{
		`{"traces":[` + strings.Repeat(`{},`, ingest.MaxTraces) + `{}]}`,
		`{"traces":[{"spans":[` + strings.Repeat(span+`,`, ingest.MaxSpans) + span + `]}]}`,
	} {
		_, err := ingest.DecodeTraces([]byte(body), ingest.Request{Now: now})
		require.Error(t, err)
		assert.Equal(t, 413, httpapi.ErrorOf(err).Status)
	}
	batch := decode(t, `{"traces":[`+strings.Repeat(`5,`, 500)+`5]}`)
	assert.Equal(t, 501, batch.Rejected)
	assert.Len(t, batch.Errors, 100)
	batch = decode(t, `{"traces":[{"spans":[`+strings.Repeat(`5,`, 500)+`5]},{}]}`)
	assert.Len(t, batch.Errors, 5+1)
	assert.Equal(t, 501, batch.SpansRejected)
}
