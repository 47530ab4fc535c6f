package storetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// fullSpan has something in every field.
func fullSpan() store.Span {
	available := false
	return store.Span{
		TraceID: traceID(1), SpanID: spanID(1), ParentSpanID: spanID(9), Name: "chat é 🦊", Kind: "llm", Status: "timeout",
		Start: base(), Duration: 1234567891, ErrorMessage: "deadline", HasError: true, Model: "m-1", RequestedModel: "m", Provider: "p",
		ReasoningEffort: "high", UsageAvailable: &available, InputTokens: 1, OutputTokens: 2, TotalTokens: 4,
		Input: []byte(`{ "b":1,  "a":1.0 , "a":"` + "\u2028" + `"}`), Output: []byte("no JSON at all"), Attributes: []byte(`{"z":1,"a":[1,{}]}`),
		Environment: "production", ConversationID: "c", UserID: "u", AgentName: "bot", AgentID: "id", AgentVersion: "3",
		Tags: []string{"b", "a"}, Capture: []byte(`{"output": "captured"}`), Provisional: true,
	}
}

func testEmpty(t *testing.T, s *suite) {
	assert.Empty(t, s.list("default", store.TraceQuery{}))
	assert.Empty(t, s.groups("default", store.ByUser, 0))
	_, err := s.store.Trace(s.ctx, "default", traceID(1))
	assert.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.store.Spans(s.ctx, "default", traceID(1), store.SpanQuery{})
	assert.ErrorIs(t, err, store.ErrNotFound, "spans of a trace that is not there")
	_, err = s.store.Span(s.ctx, "default", traceID(1), spanID(1))
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.ErrorIs(t, s.store.DeleteTrace(s.ctx, "default", traceID(1)), store.ErrNotFound)
	notes, err := s.store.Annotations(s.ctx, "default", traceID(1))
	assert.NoError(t, err)
	assert.Empty(t, notes)
	assert.NoError(t, s.store.Ready(s.ctx))
	assert.NoError(t, s.store.Write(s.ctx, "default", store.Write{}), "a write of nothing")
}

func testSpanIsKeptExactly(t *testing.T, s *suite) {
	want := fullSpan()
	s.write("default", want)
	got, err := s.store.Span(s.ctx, "default", want.TraceID, want.SpanID)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, []store.Span{want}, s.spans("default", want.TraceID))

	bare := span(2, 2)
	s.write("default", bare)
	assert.Equal(t, []store.Span{bare}, plain(s.spans("default", bare.TraceID)), "absent must stay absent")
	s.write("default", span(2, 3, func(s *store.Span) { s.HasError = true }))
	assert.True(t, s.spans("default", bare.TraceID)[1].HasError, `an error message of ""`)
}

func testPayloadSizes(t *testing.T, s *suite) {
	r := rand.New(rand.NewPCG(3, 3))
	random := make([]byte, 300_000)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	for i, n := range []int{0, 1, 511, 512, 513, 4095, 4096, 4097, 65_536, 262_144, 300_000} {
		text := []byte(strings.Repeat("the quick brown fox é ", n/22+1))[:n]
		want := span(byte(i), 1, func(s *store.Span) { s.Input, s.Output, s.Attributes = text, random[:n], text })
		s.write("default", want)
		got := s.spans("default", want.TraceID)[0]
		assert.True(t, bytes.Equal(want.Input, got.Input), "input of %d bytes", n)
		assert.True(t, bytes.Equal(want.Output, got.Output), "random output of %d bytes", n)
		assert.True(t, bytes.Equal(want.Attributes, got.Attributes), "attributes of %d bytes", n)
	}
}

func testPreviews(t *testing.T, s *suite) {
	for i, n := range []int{0, 3, 511, 512, 514, 5000, 100_000} {
		payload := []byte(strings.Repeat("é", n/2))
		s.write("default", span(byte(i), 1, func(s *store.Span) { s.Input, s.Output, s.Attributes = payload, payload, payload }))
		spans, err := s.store.Spans(s.ctx, "default", traceID(byte(i)), store.SpanQuery{})
		require.NoError(t, err)
		got, size := spans[0], int64(len(payload))
		assert.Empty(t, got.Input)
		assert.Empty(t, got.Output)
		assert.Empty(t, got.Attributes)
		head := strings.Repeat("é", min(n/2, 256))
		assert.Equal(t, store.Preview{Input: head, Output: head, InputBytes: size, OutputBytes: size, AttributesBytes: size}, got.Preview)
		short := strings.Repeat("é", min(n/2, 100))
		assert.Equal(t, short, s.trace("default", traceID(byte(i))).InputPreview)
	}
	s.write("default", span(90, 1, func(s *store.Span) { s.Input = []byte(strings.Repeat("x", 511) + "é") }))
	spans, err := s.store.Spans(s.ctx, "default", traceID(90), store.SpanQuery{})
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("x", 511), spans[0].Preview.Input, "a preview does not end within a rune")
}

func testSpansPaged(t *testing.T, s *suite) {
	var want []store.Span
	for n := range byte(25) {
		want = append(want, span(1, n, func(s *store.Span) { s.Start = base().Add(time.Duration(n/5) * time.Second) }))
	}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(want)) {
		s.write("default", want[i])
	}
	var got []store.Span
	for offset := 0; ; offset += 7 {
		page, err := s.store.Spans(s.ctx, "default", traceID(1), store.SpanQuery{Payloads: true, Offset: offset, Limit: 7})
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
	}
	assert.Equal(t, plain(want), plain(got), "by start, then by id")
	_, err := s.store.Spans(s.ctx, "default", traceID(1), store.SpanQuery{Offset: -1})
	assert.ErrorIs(t, err, store.ErrInvalidQuery)
}

func testTimes(t *testing.T, s *suite) {
	zone := time.FixedZone("", 3600)
	for i, start := range []time.Time{base(), base().In(zone), time.Unix(0, 0), time.Unix(-1, 5), time.Date(1969, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)} {
		s.write("default", span(byte(i), 1, func(s *store.Span) { s.Start = start }))
		got := s.spans("default", traceID(byte(i)))[0].Start
		assert.True(t, start.Equal(got), "%s became %s", start, got)
		assert.Equal(t, time.UTC, got.Location())
	}
	far := span(50, 1, func(s *store.Span) { s.Start, s.Duration = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 1<<63-1 })
	near := span(50, 2, func(s *store.Span) { s.Start = time.Time{} })
	s.write("default", far, near)
	assert.Positive(t, s.trace("default", traceID(50)).Duration, "times beyond the clock's reach are held at its ends")
	s.write("default", span(51, 1, func(s *store.Span) { s.Duration = -5 }))
	assert.Zero(t, s.spans("default", traceID(51))[0].Duration, "a duration is never negative")
}

func testLastFinalStands(t *testing.T, s *suite) {
	s.write("default", span(1, 1, func(s *store.Span) { s.Status, s.Kind, s.TotalTokens = "error", "llm", 10 }))
	s.write("default", span(1, 1, func(s *store.Span) { s.Kind, s.TotalTokens, s.Name = "llm", 4, "second" }))
	got := s.trace("default", traceID(1))
	assert.Equal(t, int64(1), got.SpanCount, "the same span twice is one span")
	assert.Equal(t, []any{"ok", int64(4), int64(0), "second"}, []any{got.Status, got.TotalTokens, got.ErrorCount, got.RootSpanName})

	twice := []store.Span{span(2, 1), span(2, 1, func(s *store.Span) { s.Name = "later in the same write" })}
	s.write("default", twice...)
	assert.Equal(t, "later in the same write", s.trace("default", traceID(2)).RootSpanName)
}

func testProvisional(t *testing.T, s *suite) {
	early := span(1, 1, func(s *store.Span) { s.Provisional, s.Duration, s.Name = true, 0, "running" })
	final := span(1, 1, func(s *store.Span) { s.Duration, s.Name = time.Minute, "done" })
	s.write("default", early)
	assert.True(t, s.trace("default", traceID(1)).Provisional)
	s.write("default", final)
	s.write("default", early)
	got := s.trace("default", traceID(1))
	assert.False(t, got.Provisional)
	assert.Equal(t, []any{"done", time.Minute}, []any{got.RootSpanName, got.Duration})

	final.TraceID, early.TraceID = traceID(2), traceID(2)
	s.write("default", final, early)
	assert.Equal(t, "done", s.trace("default", traceID(2)).RootSpanName, "in one write, too")
}

func testChildBeforeParent(t *testing.T, s *suite) {
	child := func(n, parent byte) store.Span {
		return span(1, n, func(s *store.Span) { s.ParentSpanID, s.Name = spanID(parent), fmt.Sprint("span", n) })
	}
	s.write("default", child(4, 3))
	assert.Equal(t, "span4", s.trace("default", traceID(1)).RootSpanName)
	s.write("default", child(3, 2))
	s.write("default", child(5, 2))
	assert.Equal(t, "span3", s.trace("default", traceID(1)).RootSpanName, "of two without a parent, the earlier")
	s.write("default", child(2, 1))
	assert.Equal(t, "span2", s.trace("default", traceID(1)).RootSpanName)
	s.write("default", span(1, 1, func(s *store.Span) { s.Name, s.Start = "late root", base().Add(time.Hour) }))
	got := s.trace("default", traceID(1))
	assert.Equal(t, []any{"late root", spanID(1), int64(5)}, []any{got.RootSpanName, got.RootSpanID, got.SpanCount})
}

func testCycles(t *testing.T, s *suite) {
	linked := func(t, n, parent byte) store.Span {
		return span(t, n, func(s *store.Span) { s.ParentSpanID, s.Name = spanID(parent), fmt.Sprint("span", n) })
	}
	s.write("default", linked(1, 1, 1))
	assert.Equal(t, "span1", s.trace("default", traceID(1)).RootSpanName, "a span that names itself has no parent")
	s.write("default", linked(2, 3, 2))
	s.write("default", linked(2, 2, 3))
	assert.Equal(t, "span2", s.trace("default", traceID(2)).RootSpanName, "in a circle, the first")
	s.write("default", linked(2, 1, 3))
	assert.Equal(t, "span1", s.trace("default", traceID(2)).RootSpanName)
	s.write("default", linked(2, 5, 0))
	assert.Equal(t, "span5", s.trace("default", traceID(2)).RootSpanName, "one without a parent ends it")
}

func testAllOrNothing(t *testing.T, s *suite) {
	for name, bad := range map[string]store.Span{
		"kind":   span(1, 2, func(s *store.Span) { s.Kind = "wizard" }),
		"status": span(1, 2, func(s *store.Span) { s.Status = "perhaps" }),
	} {
		err := s.store.Write(s.ctx, "default", store.Write{Spans: []store.Span{span(1, 1), bad}})
		require.Error(t, err)
		assert.Contains(t, err.Error(), name)
	}
	assert.Empty(t, s.list("default", store.TraceQuery{}), "nothing of a refused write is stored")
}

func testWriteKeepsNothing(t *testing.T, s *suite) {
	w := store.Write{
		Spans:       []store.Span{span(1, 1, func(s *store.Span) { s.Input, s.Tags = []byte("mine"), []string{"a"} })},
		Annotations: []store.Annotation{{ID: uuid.New(), TraceID: traceID(1), Value: []byte("1"), Time: base()}},
	}
	require.NoError(t, s.store.Write(s.ctx, "default", w))
	copy(w.Spans[0].Input, "xxxx")
	w.Spans[0].Tags[0] = "b"
	w.Annotations[0].Value[0] = '2'
	s.write("default", span(1, 2))
	assert.Equal(t, "mine", string(s.spans("default", traceID(1))[0].Input))
	assert.Equal(t, []string{"a"}, s.trace("default", traceID(1)).Tags)
}

func testHostileText(t *testing.T, s *suite) {
	evil := "'; DROP TABLE spans; -- \" \\ %_* \u202e <script>"
	w := span(1, 1, func(s *store.Span) {
		s.Name, s.Model, s.Environment, s.ConversationID, s.UserID, s.AgentName = evil, evil, evil, evil, evil, evil
		s.Tags, s.ErrorMessage, s.Kind = []string{evil}, evil, "llm"
	})
	s.write(evil, w)
	q := store.TraceQuery{Model: evil, Tag: evil, Environment: evil, ConversationID: evil, UserID: evil, AgentName: evil}
	require.Len(t, s.list(evil, q), 1)
	assert.Equal(t, []string{evil}, s.list(evil, q)[0].Models)
	for _, part := range []string{"script>", `"`, `\`, "x\"\\"} {
		assert.Empty(t, s.list(evil, store.TraceQuery{Model: part}), "a part of a model's name")
		assert.Empty(t, s.list(evil, store.TraceQuery{Tag: part}), "a part of a tag")
	}
	assert.Equal(t, evil, s.groups(evil, store.ByUser, 0)[0].Key)
	s.settle()
	for _, text := range []string{evil, `"`, `a" OR "b`, "NEAR(", "-", "*", "name:", "^x", "AND", "{", "a\x00b", strings.Repeat("x ", 32)} {
		_, err := s.store.Traces(s.ctx, evil, store.TraceQuery{Text: text})
		assert.NoError(t, err, "text %q", text)
	}
}
