package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/testutil"
)

// ask sends a request through the whole service, whose spans go to a recorder.
func ask(t *testing.T, question string) (*httptest.ResponseRecorder, *testutil.Recorder) {
	t.Helper()
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, tracer.Shutdown(context.Background())) })

	r := httptest.NewRequest(http.MethodGet, "/ask?q="+question, http.NoBody)
	r.Header.Set("X-Conversation", "c-1")
	r.Header.Set("X-User", "ada")
	w := httptest.NewRecorder()
	tracer.Middleware(NewSupport(tracer, cannedModel)).ServeHTTP(w, r)
	return w, rec
}

func TestAnOrderIsLookedUp(t *testing.T) {
	w, rec := ask(t, "where+is+A-17?")
	assert.Equal(t, "It was shipped on Monday.\n", w.Body.String())
	rec.AssertTree(t, `
		agent support-bot
		  llm chat
		  tool lookup_order
		  llm chat
	`)
	lookup := rec.Spans().Named("lookup_order").Only(t)
	assert.JSONEq(t, `{"order_id":"A-17"}`, string(lookup.Input))
	for _, span := range rec.Spans() {
		assert.Equal(t, "c-1", span.ConversationID)
		assert.Equal(t, "ada", span.UserID)
	}
}

func TestAnUnknownOrderIsAnError(t *testing.T) {
	w, rec := ask(t, "where+is+B-1?")
	assert.Equal(t, http.StatusNotFound, w.Code)
	rec.AssertTree(t, `
		agent support-bot error
		  llm chat
		  tool lookup_order error
	`)
	assert.Equal(t, `look up "B-1": no such order`, rec.Spans().Named("lookup_order").Only(t).ErrorMessage)
}

func TestAQuestionWithoutAnOrder(t *testing.T) {
	w, rec := ask(t, "hello")
	assert.Equal(t, "Which order do you mean?\n", w.Body.String())
	rec.AssertTree(t, `
		agent support-bot
		  llm chat
	`)
}
