// Package scripted is a model for agents that need no key and no network. It
// speaks the chat-completions wire over HTTP, streams included, and plays by a
// script that reads what the tools found: it calls tools, looks at their results,
// calls others, and answers in words that it puts together from them. Tokens are
// counted from lengths, and it takes as long as they make it.
package scripted

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

// The names of the models.
const (
	Quick = "scripted-1"
	// Slow is the same at a tenth of the speed, so that a run can be watched.
	Slow = "scripted-1-slow"
)

// Model answers requests. It is safe for concurrent use.
type Model struct {
	answers atomic.Int64
	calls   atomic.Int64

	mu      sync.Mutex
	refused map[string]bool // skills whose first request was turned away
}

// New returns a model.
func New() *Model { return &Model{refused: map[string]bool{}} }

const maxBody = 8 << 20

// ServeHTTP is POST /chat/completions, whatever is before it in the path.
func (m *Model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request chat.Request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&request); err != nil {
		refuse(w, http.StatusBadRequest, "the request is not one of chat completions")
		return
	}
	if request.Model != Quick && request.Model != Slow {
		refuse(w, http.StatusNotFound, fmt.Sprintf("there is no model %.40q here", request.Model))
		return
	}
	t := turnOf(request.Messages)
	s := skillFor(t.question)
	if m.turnsAway(s, w) {
		return
	}
	message := s.play(t)
	message.Role = chat.RoleAssistant
	for i := range message.ToolCalls {
		message.ToolCalls[i].ID = fmt.Sprintf("call_%d", m.calls.Add(1))
	}
	answer := chat.Response{
		ID: fmt.Sprintf("chatcmpl-%d", m.answers.Add(1)), Object: "chat.completion", Model: request.Model,
		Choices: []chat.Choice{{Message: &message, FinishReason: finish(message)}}, Usage: usage(request, message),
	}
	if request.Stream {
		stream(r.Context(), w, &answer)
		return
	}
	think(r.Context(), request.Model, int(answer.Usage.CompletionTokens))
	writeJSON(w, http.StatusOK, answer)
}

// turnsAway answers the first request for a skill that is so marked as a busy
// provider would: once.
func (m *Model) turnsAway(s skill, w http.ResponseWriter) bool {
	m.mu.Lock()
	again := s.busy == 0 || m.refused[s.word]
	m.refused[s.word] = true
	m.mu.Unlock()
	if again {
		return false
	}
	w.Header().Set("Retry-After-Ms", "250")
	refuse(w, s.busy, "the model is busy: try again in a moment")
	return true
}

func finish(m chat.Message) string {
	if len(m.ToolCalls) > 0 {
		return "tool_calls"
	}
	return "stop"
}

// usage counts four bytes as a token, and a few tokens around each message.
func usage(request chat.Request, message chat.Message) *chat.Usage {
	var in int64
	for _, m := range request.Messages {
		in += tokens(m)
	}
	for _, tool := range request.Tools {
		in += length(len(tool.Function.Name) + len(tool.Function.Description) + len(tool.Function.Parameters))
	}
	out := tokens(message)
	return &chat.Usage{PromptTokens: in, CompletionTokens: out, TotalTokens: in + out}
}

func tokens(m chat.Message) int64 {
	n := len(m.Content)
	for _, call := range m.ToolCalls {
		n += len(call.Function.Name) + len(call.Function.Arguments) + 8
	}
	return 4 + length(n)
}

func length(bytes int) int64 { return int64(bytes+3) / 4 }

const (
	leastThought = 80 * time.Millisecond
	mostThought  = 320 * time.Millisecond
	perToken     = 1500 * time.Microsecond
	slowness     = 10
)

// think takes as long as that many tokens would.
func think(ctx context.Context, model string, tokens int) {
	d := min(leastThought+time.Duration(tokens)*perToken, mostThought)
	if model == Slow {
		d *= slowness
	}
	pause(ctx, d)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	var body chat.Refusal
	body.Error.Message, body.Error.Type = message, http.StatusText(status)
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errcheck // the client went away
}
