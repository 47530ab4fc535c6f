package replay_test

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/staso-go/staso"
)

// step is a piece of a run's work: what must be a span in the end.
type step struct {
	name   string
	kind   staso.Kind
	start  time.Time
	took   time.Duration
	input  any
	output any
	failed string // the error's message
	index  int    // of the message that it stands for
}

const (
	modelTime = 800 * time.Millisecond
	toolTime  = 120 * time.Millisecond
	pauseTime = 10 * time.Millisecond
	// maxContext is how many messages a model is shown besides the first.
	maxContext = 40
)

// steps are a run's model and tool calls, in order, from begin on.
func (r *run) steps(begin time.Time) []step {
	var all []step
	clock := begin.Add(pauseTime)
	add := func(s step) {
		s.start = clock
		clock = clock.Add(s.took + pauseTime)
		all = append(all, s)
	}
	for i, m := range r.Messages {
		if m.Role != "assistant" {
			continue
		}
		add(step{name: "chat", kind: staso.KindLLM, took: modelTime, input: r.context(i), output: wire(&m), index: i})
		for _, call := range m.ToolCalls {
			result := r.result(i, call.ID)
			add(step{
				name: call.Name, kind: staso.KindTool, took: toolTime, index: i,
				input: call.arguments(), output: text(result.Content), failed: failure(result),
			})
		}
		if m.Action != "" && i+1 < len(r.Messages) {
			add(step{
				name: "bash", kind: staso.KindTool, took: toolTime, index: i,
				input: map[string]any{"command": m.Action}, output: text(r.Messages[i+1].Content),
			})
		}
	}
	return all
}

// context is what the model was shown for message i: the instructions, and the
// newest messages.
func (r *run) context(i int) []wireMessage {
	first := 1
	if i-first > maxContext {
		first = i - maxContext
	}
	shown := []wireMessage{wire(&r.Messages[0])}
	for j := first; j < i; j++ {
		shown = append(shown, wire(&r.Messages[j]))
	}
	return shown
}

// result is the message with what a call brought.
func (r *run) result(from int, id string) message {
	for _, m := range r.Messages[from+1:] {
		if m.Role == "tool" && m.ToolCallID == id {
			return m
		}
		if m.Role == "assistant" {
			break
		}
	}
	return message{}
}

// failure is why a tool failed: some of the recorded ones say so in words alone.
func failure(m message) string {
	if m.Error != "" {
		return m.Error
	}
	if content := text(m.Content); strings.HasPrefix(content, "Error") {
		return content
	}
	return ""
}

func (c *toolCall) arguments() json.RawMessage {
	if len(c.Arguments) > 0 {
		return c.Arguments
	}
	encoded, _ := json.Marshal(c.ArgumentsText)
	return encoded
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// wireMessage is a message as chat completions has it.
type wireMessage struct {
	Role       string     `json:"role"`
	Content    *string    `json:"content"`
	ToolCalls  []wireCall `json:"tool_calls,omitempty"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
}

type wireCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function wireFunction `json:"function"`
}

type wireFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

func wire(m *message) wireMessage {
	w := wireMessage{Role: m.Role, Content: m.Content, ToolCallID: m.ToolCallID}
	for _, call := range m.ToolCalls {
		w.ToolCalls = append(w.ToolCalls, wireCall{call.ID, "function", wireFunction{call.Name, string(call.arguments())}})
	}
	return w
}
