package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/agent"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/guard/guardtest"
	"github.com/staso-go/staso/testutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// model answers with these messages, one after another.
func model(t *testing.T, messages ...chat.Message) *httptest.Server {
	t.Helper()
	var asked int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		m := messages[min(asked, len(messages)-1)]
		asked++
		m.Role = chat.RoleAssistant
		_ = json.NewEncoder(w).Encode(chat.Response{Model: "m", Choices: []chat.Choice{{Message: &m}}})
	}))
	t.Cleanup(s.Close)
	return s
}

func calls(calls ...chat.FunctionCall) chat.Message {
	var m chat.Message
	for i, f := range calls {
		m.ToolCalls = append(m.ToolCalls, chat.ToolCall{ID: strconv.Itoa(i), Type: "function", Function: f})
	}
	return m
}

type sum struct{ A, B int }

func newAgent(t *testing.T, s *httptest.Server, turns int) (*agent.Agent, *testutil.Recorder) {
	t.Helper()
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, tracer.Shutdown(context.Background())) })
	add := agent.NewTool(tracer, "add", "Add.", `{"type":"object"}`, func(_ context.Context, in sum) (int, error) {
		if in.A < 0 {
			return 0, errors.New("a is negative")
		}
		return in.A + in.B, nil
	})
	client := chat.NewClient(tracer, chat.Config{BaseURL: s.URL, Model: "m", Provider: "test", HTTP: s.Client()})
	return agent.New(tracer, client, agent.Config{Name: "adder", Instructions: "Add.", Tools: []agent.Tool{add}, Turns: turns}), rec
}

func TestAnAgentUsesTools(t *testing.T) {
	s := model(t,
		calls(chat.FunctionCall{Name: "add", Arguments: `{"A":1,"B":2}`}, chat.FunctionCall{Name: "add", Arguments: `{"A":-1}`}),
		calls(chat.FunctionCall{Name: "divide", Arguments: `{}`}, chat.FunctionCall{Name: "add", Arguments: `one`}),
		chat.Message{Content: "3, see `sum.txt`"})
	a, rec := newAgent(t, s, 5)
	answer, err := a.Ask(t.Context(), agent.Question{Text: "1 and 2?"})
	require.NoError(t, err)
	assert.Equal(t, "3, see `sum.txt`", answer.Text)
	assert.Equal(t, [4]int{3, 4, 3, 2}, [4]int{answer.ModelCalls, answer.ToolCalls, answer.Failures, answer.Parallel})
	require.Len(t, answer.History, 9, "system, user, and all that was said since")
	assert.Equal(t, "3", answer.History[3].Content)
	assert.JSONEq(t, `{"error":"a is negative"}`, answer.History[4].Content)
	assert.JSONEq(t, `{"error":"there is no tool \"divide\""}`, answer.History[6].Content)
	assert.Contains(t, answer.History[7].Content, "arguments of add")

	spans := rec.Spans()
	assert.Len(t, spans.OfKind(staso.KindLLM), 3)
	assert.Len(t, spans.OfKind(staso.KindTool), 2)
	assert.Equal(t, answer.TraceID, spans[0].TraceID.String())
	judged := map[string]string{}
	for _, a := range rec.Annotations() {
		judged[a.Name] = string(a.Value) + a.Comment
	}
	assert.Equal(t, map[string]string{"outcome": `"answered"`, "sources": "0", "grounded": "falseno tool showed sum.txt"}, judged)
}

func TestAnAgentGivesUp(t *testing.T) {
	a, rec := newAgent(t, model(t, calls(chat.FunctionCall{Name: "add", Arguments: `{}`})), 3)
	_, err := a.Ask(t.Context(), agent.Question{Text: "for ever?"})
	var gaveUp *agent.GaveUpError
	require.ErrorAs(t, err, &gaveUp)
	assert.Equal(t, 3, gaveUp.Turns)
	rec.AssertTree(t, `
		agent adder error
		  llm chat
		  tool add
		  llm chat
		  tool add
		  llm chat
		  tool add
	`)
	assert.Equal(t, `"gave_up"`, string(rec.Annotations()[0].Value))
}

func TestAModelIsToldWhatItMayNot(t *testing.T) {
	s := model(t, calls(chat.FunctionCall{Name: "remove", Arguments: `{}`}), chat.Message{Content: "then not"})
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false))
	require.NoError(t, err)
	remove := agent.NewGuardedTool(tracer, guardtest.Block("remove", "it is needed"), "remove", "Remove.", `{"type":"object"}`,
		func(context.Context, sum) (int, error) { t.Error("it ran"); return 0, nil })
	client := chat.NewClient(tracer, chat.Config{BaseURL: s.URL, Model: "m", Provider: "test", HTTP: s.Client()})
	a := agent.New(tracer, client, agent.Config{Name: "remover", Tools: []agent.Tool{remove}, Turns: 3})
	answer, err := a.Ask(t.Context(), agent.Question{Text: "remove it"})
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, 1, 0}, [3]int{answer.ToolCalls, answer.Blocked, answer.Failures}, "a block is no failure")
	assert.JSONEq(t, `{"error":"guard blocked remove: it is needed"}`, answer.History[3].Content)
	rec.AssertTree(t, `
		agent remover
		  llm chat
		  tool remove error
		    tool guard:blocked:remove
		  llm chat
	`)
	require.NoError(t, tracer.Shutdown(t.Context()))
}

func TestCallsAtOnceAreBounded(t *testing.T) {
	many := make([]chat.FunctionCall, 20)
	for i := range many {
		many[i] = chat.FunctionCall{Name: "add", Arguments: `{}`}
	}
	a, rec := newAgent(t, model(t, calls(many...), chat.Message{Content: "done"}), 3)
	answer, err := a.Ask(t.Context(), agent.Question{Text: "much?"})
	require.NoError(t, err)
	assert.Equal(t, 12, answer.Failures)
	assert.Len(t, rec.Spans().OfKind(staso.KindTool), 8)
}
