package scripted_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/cmd/staso/internal/demo/scripted"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// talk asks the model with what was said, and gives each of its calls the result
// that results has for the tool.
func talk(t *testing.T, question string, results map[string]string) (said []chat.Message) {
	t.Helper()
	s := httptest.NewServer(scripted.New())
	defer s.Close()
	client := chat.NewClient(nil, chat.Config{BaseURL: s.URL, Model: scripted.Quick, HTTP: s.Client()})
	said = []chat.Message{{Role: chat.RoleUser, Content: question}}
	for range 6 {
		reply, err := client.Complete(t.Context(), said, nil)
		require.NoError(t, err)
		said = append(said, reply.Message)
		if len(reply.Message.ToolCalls) == 0 {
			return said
		}
		for _, call := range reply.Message.ToolCalls {
			result, ok := results[call.Function.Name]
			if !ok {
				result = `{"error":"it does not work"}`
			}
			said = append(said, chat.Message{Role: chat.RoleTool, ToolCallID: call.ID, Content: result})
		}
	}
	return said
}

func last(said []chat.Message) string { return said[len(said)-1].Content }

func TestItReactsToWhatToolsFind(t *testing.T) {
	listing := `{"entries":[{"path":"readme.txt","size":3},{"path":"logo.png","size":9},{"path":"src","folder":true}]}`
	said := talk(t, "What is this project?", map[string]string{
		"list_files": listing,
		"git_log":    `{"commits":[{"id":"a1","date":"2026-01-02","subject":"lid: close it"}]}`,
		"read_file":  `{"path":"readme.txt","size":3,"text":"Kettle\n\nIt boils water very fast. Mind the lid."}`,
	})
	assert.Contains(t, said[4].ToolCalls[0].Function.Arguments, "readme.txt", "it reads what was listed")
	assert.Contains(t, last(said), "- `readme.txt`: It boils water very fast")
	assert.Contains(t, last(said), "lid: close it")
	assert.Contains(t, last(said), "src/")
}

func TestItAnswersAlsoWhereNothingWorks(t *testing.T) {
	for _, question := range []string{
		"Tidy up!", "Publish release 1.0.0.", "What is this?", "Which are the largest?", "What changed last?", "What is left to do?", "A note for a new colleague", "Passages:\n", "",
	} {
		said := talk(t, question, nil)
		assert.Empty(t, said[len(said)-1].ToolCalls, question)
	}
}

func TestItTakesNoForAnAnswer(t *testing.T) {
	said := talk(t, "Tidy up before the release.", map[string]string{"run_command": `{"error":"guard blocked run_command: Too much."}`})
	require.Len(t, said, 8)
	assert.Equal(t, "I was not allowed to: guard blocked run_command: Too much. I write it down for the next one.", said[5].Content)
	assert.Contains(t, last(said), "I was not allowed to free space")

	said = talk(t, "Publish release 1.2.3.", map[string]string{"publish_release": `{"error":"guard blocked publish_release: denied"}`})
	assert.JSONEq(t, `{"version":"1.2.3"}`, said[1].ToolCalls[0].Function.Arguments)
	assert.Equal(t, "Nothing was released: guard blocked publish_release: denied", last(said))
	said = talk(t, "Publish release 1.2.3.", map[string]string{"publish_release": `{"version":"1.2.3","note":"only a test"}`})
	assert.Equal(t, "Release 1.2.3 was approved: only a test.", last(said))
}

func TestWithoutAHistoryItGoesByAge(t *testing.T) {
	said := talk(t, "What changed last?", map[string]string{
		"git_log": `{"commits":[],"note":"git is not installed here"}`, "list_files": `{"entries":[{"path":"new.md","size":1}]}`,
		"read_file": `{"path":"new.md","text":"# New\n\nThis is the newest of all."}`,
	})
	assert.Contains(t, last(said), "There is no history to read: git is not installed here")
	assert.Contains(t, last(said), "`new.md`: This is the newest of all")
}

func TestItHuntsForEverUnlessItFinds(t *testing.T) {
	said := talk(t, "Who sets k1-timeout?", map[string]string{"search_text": `{"matches":[]}`})
	assert.NotEmpty(t, said[len(said)-3].ToolCalls)
	said = talk(t, "Who sets k1-timeout?", map[string]string{"search_text": `{"matches":[{"path":"a.go","line":3}]}`})
	assert.Equal(t, "`a.go` does, in line 3.", last(said))
}

func TestStreamsSayTheSame(t *testing.T) {
	s := httptest.NewServer(scripted.New())
	defer s.Close()
	client := chat.NewClient(nil, chat.Config{BaseURL: s.URL, Model: scripted.Quick, HTTP: s.Client()})
	ask := []chat.Message{{Role: chat.RoleUser, Content: "Tests?\n\nPassages:\n[1] `a.md`\nmake test\n\n[2] `b.md`\nno"}}
	whole, err := client.Complete(t.Context(), ask, nil)
	require.NoError(t, err)
	streamed, err := client.Stream(t.Context(), ask)
	require.NoError(t, err)
	assert.Equal(t, whole.Message.Content, streamed.Message.Content)
	assert.Contains(t, whole.Message.Content, "make test")
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	for body, status := range map[string]int{
		`{`:                      http.StatusBadRequest,
		`{"model":"gpt"}`:        http.StatusNotFound,
		`{"model":"scripted-1"}`: http.StatusOK,
	} {
		w := httptest.NewRecorder()
		scripted.New().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/chat/completions", strings.NewReader(body)))
		assert.Equal(t, status, w.Code, body)
	}
}
