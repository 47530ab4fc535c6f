package ui_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui"
)

const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>` + "\u202e"

// evilTrace has the same text in each field that a client fills.
func evilTrace(tb testing.TB, s store.Store) uuid.UUID {
	tb.Helper()
	k := newSketch(66, now().Add(-time.Minute))
	for n, kind := range []string{"agent", "llm", "tool", "custom", "retriever", "chain"} {
		span := k.add(n+1, min(n, 1), kind, evil, n, 100)
		span.Status, span.HasError, span.ErrorMessage = "error", true, evil
		span.Model, span.RequestedModel, span.Provider, span.ReasoningEffort = evil, evil+"2", evil, evil
		span.Environment, span.ConversationID, span.UserID, span.AgentName, span.AgentID, span.AgentVersion = evil, evil, evil, evil, evil, evil
		span.Tags = []string{evil}
		span.Capture = encode(object{evil: "suppressed", "output": "suppressed"})
		span.Attributes = encode(object{evil: evil, "guard_action": evil, "guard_reason": evil, "tags": []string{evil}, "url": "javascript:alert(1)"})
	}
	k.spans[3].Name = "guard:" + evil + ":x"
	k.spans[0].Input = encode(object{"agent_name": evil, "question": evil, "other": object{evil: []string{evil}}})
	k.spans[0].Output = encode(object{"result": evil})
	k.spans[1].Input = encode(object{"messages": []any{
		object{"role": evil, "name": evil, "content": evil},
		object{"role": "user", "content": []any{
			object{"type": "text", "text": evil}, object{"type": "image_url", "image_url": object{"url": "javascript:alert(1)//" + evil}},
		}},
		object{"role": "assistant", "reasoning": evil, "content": evil, "tool_calls": []any{call(evil, evil, string(encode(object{evil: evil})))}},
		object{"role": "tool", "tool_call_id": evil, "content": evil},
		object{"role": "tool", "tool_call_id": "none", "name": evil, "content": evil},
	}})
	k.spans[1].Output = encode(object{"choices": []any{object{"finish_reason": evil, "message": object{"content": evil}}}})
	k.spans[2].Input, k.spans[2].Output = encode([]string{evil}), []byte(evil)
	write(tb, s, k.spans...)
	require.NoError(tb, s.Write(context.Background(), store.DefaultWorkspace, store.Write{Annotations: []store.Annotation{
		{ID: uuid.New(), TraceID: k.trace, Name: evil, DataType: "categorical", Value: encode(evil), Comment: evil, Time: now()},
		{ID: uuid.New(), TraceID: k.trace, SpanID: spanID(1), Name: evil, DataType: "categorical", Value: encode(evil), Comment: evil, Time: now()},
	}}))
	return k.trace
}

func evilPages(trace uuid.UUID) []string {
	targets := []string{
		"/traces", "/traces?q=" + escape(evil), "/conversations", "/agents", "/users", "/" + escape(evil),
		"/conversations/" + escape(evil), "/traces?agent_name=" + escape(evil), "/traces?meta." + escape(evil) + "=" + escape(evil),
		"/traces?status=" + escape(evil), "/traces?cursor=" + escape(evil), "/traces?range=" + escape(evil), "/traces/" + escape(evil), "/traces?conversation_id=" + escape(evil),
	}
	for n := range 6 {
		targets = append(targets, fmt.Sprintf("/traces/%s?span=%s", trace, spanID(n+1)), fmt.Sprintf("/traces/%s?view=tree&span=%s", trace, spanID(n+1)))
	}
	return targets
}

func TestNothingThatWasSentIsMarkup(t *testing.T) {
	s := newStore(t)
	trace := evilTrace(t, s)
	h := newPages(t, s)
	for _, target := range evilPages(trace) {
		w := get(h, target)
		assert.Less(t, w.Code, 500, target)
		page := parse(t, w.Body.String())
		for d := range page.Descendants() {
			assert.False(t, d.Type == html.TextNode && strings.Contains(d.Data, "\u202e"), "%s: %.200q", target, d.Data)
			if d.Type == html.ElementNode {
				harmless(t, &node{d}, target)
			}
		}
	}
}

func harmless(t *testing.T, e *node, target string) {
	t.Helper()
	assert.NotEqual(t, "img", e.Data, target)
	if e.Data == "script" {
		assert.True(t, strings.HasPrefix(e.attr("src"), "/assets/"), target)
		assert.Nil(t, e.FirstChild, target)
	}
	for _, a := range e.Attr {
		assert.False(t, strings.HasPrefix(a.Key, "on"), "%s: %s", target, a.Key)
		if a.Key == "href" || a.Key == "src" || a.Key == "action" {
			assert.Regexp(t, `^(/|\?|#)`, a.Val, target)
			assert.False(t, strings.HasPrefix(a.Val, "//"), target)
		}
	}
}

func TestFragmentsAndFieldsAreHarmlessToo(t *testing.T) {
	s := newStore(t)
	trace := evilTrace(t, s)
	h := newPages(t, s)
	for n := range 6 {
		base := fmt.Sprintf("/traces/%s/spans/%s", trace, spanID(n+1))
		page := parse(t, get(h, base, "X-Fragment", "details").Body.String())
		for d := range page.Descendants() {
			if d.Type == html.ElementNode {
				harmless(t, &node{d}, base)
			}
		}
		for _, field := range []string{"/input", "/output", "/attributes"} {
			w := get(h, base+field)
			assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
			assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		}
	}
}

func TestHugePayloadsMakeNoHugePages(t *testing.T) {
	s := newStore(t)
	k := newSketch(67, now())
	span := k.add(1, 0, "llm", strings.Repeat("n", 1<<20), 0, 5)
	span.Input = encode(object{"messages": []any{object{"role": "user", "content": strings.Repeat("a\u202e<", 2<<20)}}})
	span.Output = []byte(strings.Repeat("[", 5000) + strings.Repeat("x", 4<<20))
	span.Status, span.ErrorMessage, span.HasError = "error", strings.Repeat("e", 1<<20), true
	span.Attributes = encode(object{"a": strings.Repeat("v", 1<<20)})
	write(t, s, k.spans...)
	h := newPages(t, s)
	for _, target := range []string{"/traces", "/traces/" + k.trace.String(), "/traces/" + k.trace.String() + "?view=tree", "/conversations/support-4411"} {
		w := get(h, target)
		assert.Equal(t, http.StatusOK, w.Code, target)
		assert.Less(t, w.Body.Len(), 256<<10, target)
	}
}

// failing is a store whose disk went away.
type failing struct{ store.Store }

func (failing) Traces(context.Context, string, store.TraceQuery) (store.TracePage, error) {
	return store.TracePage{}, errors.New("disk I/O error at /secret/path")
}

func TestErrorsAreToldToTheLogOnly(t *testing.T) {
	var reported error
	h, err := ui.New(failing{}, ui.Options{Now: now, Report: func(_ context.Context, err error) { reported = err }})
	require.NoError(t, err)
	w := get(h, "/traces")
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, "The data could not be read", parse(t, w.Body.String()).one(t, "h1").text())
	assert.NotContains(t, w.Body.String(), "secret")
	assert.ErrorContains(t, reported, "disk I/O error")
}

func TestWorkspacesAreApart(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	h := newPages(t, s)
	assert.Equal(t, http.StatusNotFound, get(h, "/traces/"+id, "X-Workspace-Id", "other").Code)
	assert.Equal(t, http.StatusOK, get(h, "/traces/"+id, "X-Workspace-Id", "default").Code)
}

func TestHeadHasNoBody(t *testing.T) {
	w := httptest.NewRecorder()
	newPages(t, newStore(t)).ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/traces", nil))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Zero(t, w.Body.Len())
}
