package query_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// oneTrace is a store of one trace. What it does not override must not be called.
type oneTrace struct {
	store.Store
	spans  []store.Span
	fails  int // offset from which reading spans fails: 0 is never, -1 at once
	shifts int // spans that arrive in front while the first piece is read
}

func (s *oneTrace) Trace(context.Context, string, uuid.UUID) (store.TraceSummary, error) {
	return store.TraceSummary{TraceID: s.spans[0].TraceID, Start: s.spans[0].Start, SpanCount: int64(len(s.spans))}, nil
}

func (s *oneTrace) Annotations(context.Context, string, uuid.UUID) ([]store.Annotation, error) {
	return nil, nil
}

func (s *oneTrace) Spans(_ context.Context, _ string, _ uuid.UUID, q store.SpanQuery) ([]store.Span, error) {
	if s.fails != 0 && q.Offset >= s.fails {
		return nil, errors.New("the disk is gone")
	}
	offset := q.Offset
	if offset > 0 {
		offset -= s.shifts
	}
	return s.spans[offset:min(offset+q.Limit, len(s.spans))], nil
}

func get(st store.Store, handler func(*query.Handlers) httpapi.Handler) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	r.SetPathValue("trace_id", "0af76519-16cd-43dd-8448-eb211c80319c")
	w := httptest.NewRecorder()
	handler(query.New(st, 0)).ServeHTTP(w, r)
	return w
}

func getTrace(h *query.Handlers) httpapi.Handler  { return h.GetTrace }
func getExport(h *query.Handlers) httpapi.Handler { return h.GetExport }

func spansOf(n int) []store.Span {
	spans := make([]store.Span, n)
	for i := range spans {
		spans[i] = store.Span{
			TraceID: uuid.UUID{15: 1}, SpanID: uuid.UUID{8: 1, 14: byte(i >> 8), 15: byte(i)}, Kind: "custom", Status: "ok",
			Start: time.Unix(int64(i), 0), Input: bytes.Repeat([]byte("1"), 300),
		}
	}
	return spans
}

func TestATraceThatGrowsWhileItIsReadShowsNoSpanTwice(t *testing.T) {
	w := get(&oneTrace{spans: spansOf(1000), shifts: 5}, getTrace)
	var trace struct{ Spans []json.RawMessage }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &trace))
	assert.Len(t, trace.Spans, 1000)
}

func TestATraceThatCannotBeReadIsNotHalfATrace(t *testing.T) {
	for _, handler := range []func(*query.Handlers) httpapi.Handler{getTrace, getExport} {
		w := get(&oneTrace{spans: spansOf(100), fails: -1}, handler)
		assert.Equal(t, 500, w.Code, "nothing was sent yet")
		assert.Empty(t, w.Header().Get("Content-Disposition"))
		assert.PanicsWithValue(t, http.ErrAbortHandler, func() { get(&oneTrace{spans: spansOf(1000), fails: 100}, handler) },
			"a part was sent: the connection must break")
	}
}

func FuzzReadBack(f *testing.F) {
	f.Add("name", `{"a":1}`)
	f.Add("<script>\x00\xff\u2028\"\\\n\t\x7f", `not json`)
	f.Add("", strings.Repeat("[", 200))
	f.Add("\x1b", "\"\xff\"")
	f.Add("é", ` {"a" : "\u0000"} `)
	f.Fuzz(func(t *testing.T, name, payload string) {
		name = clean(name)
		if len(name) > 1000 {
			return
		}
		sp := store.Span{
			TraceID: uuid.UUID{15: 1}, SpanID: uuid.UUID{15: 2}, Name: name, Kind: "llm", Status: "ok", Start: time.Unix(1, 5).UTC(),
			Input: []byte(clean(payload)), ErrorMessage: name, HasError: true, Environment: "default",
		}
		st := &oneTrace{spans: []store.Span{sp}}
		checkShown(t, &sp, get(st, getTrace).Body.Bytes())

		batch, err := ingest.DecodeTraces(get(st, getExport).Body.Bytes(), ingest.Request{Now: time.Unix(2, 0)})
		require.NoError(t, err)
		require.Empty(t, batch.Errors)
		again := batch.Parts[0].Write.Spans[0]
		require.Equal(t, string(sp.Input), string(again.Input))
		again.Input, again.Output, again.Attributes = sp.Input, nil, nil
		require.Equal(t, sp, again)
	})
}

// checkShown holds what is read back against the span.
func checkShown(t *testing.T, sp *store.Span, body []byte) {
	t.Helper()
	var trace struct {
		Spans []struct {
			Name         string
			ErrorMessage string `json:"error_message"`
			Input        json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(body, &trace), "%s", body)
	require.Equal(t, sp.Name, trace.Spans[0].Name)
	require.Equal(t, sp.Name, trace.Spans[0].ErrorMessage)
	shown := trace.Spans[0].Input
	var text string
	if len(sp.Input) == 0 || bytes.Equal(bytes.TrimSpace(sp.Input), shown) {
		return
	}
	require.NoError(t, json.Unmarshal(shown, &text), "what is not JSON is shown as text")
	require.Equal(t, string(sp.Input), text)
}

// clean is what ingest makes of text.
func clean(text string) string { return strings.ReplaceAll(string([]rune(text)), "\x00", "\uFFFD") }
