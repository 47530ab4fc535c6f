package scripted

import (
	"encoding/json"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

// turn is what a model sees of the question that it works on.
type turn struct {
	system   string
	question string
	round    int // how often it has answered with tool calls already
	results  []result
}

// result is what one of its tool calls brought.
type result struct {
	tool      string
	arguments string
	content   string
}

func turnOf(messages []chat.Message) turn {
	var t turn
	calls := map[string]chat.FunctionCall{}
	for _, m := range messages {
		switch m.Role {
		case chat.RoleSystem:
			t.system = m.Content
		case chat.RoleUser:
			t = turn{system: t.system, question: m.Content}
			clear(calls)
		case chat.RoleAssistant:
			t.round++
			for _, call := range m.ToolCalls {
				calls[call.ID] = call.Function
			}
		case chat.RoleTool:
			call := calls[m.ToolCallID]
			t.results = append(t.results, result{call.Name, call.Arguments, m.Content})
		}
	}
	return t
}

// found decodes the results of one tool, those that are no errors.
func found[T any](t turn, tool string) []T {
	var all []T
	for _, r := range t.results {
		var v T
		if r.tool == tool && r.failure() == "" && json.Unmarshal([]byte(r.content), &v) == nil {
			all = append(all, v)
		}
	}
	return all
}

// failures are what went wrong in this turn.
func (t turn) failures() []string {
	var all []string
	for _, r := range t.results {
		if why := r.failure(); why != "" {
			all = append(all, why)
		}
	}
	return all
}

func (r result) failure() string {
	var answer struct {
		Error string `json:"error"`
	}
	if json.Unmarshal([]byte(r.content), &answer) != nil {
		return ""
	}
	return answer.Error
}

// The results of the tools, as far as the script reads them.
type (
	listing struct {
		Entries []entry `json:"entries"`
		More    int     `json:"more"`
	}
	entry struct {
		Path   string `json:"path"`
		Folder bool   `json:"folder"`
		Size   int64  `json:"size"`
	}
	file struct {
		Path string `json:"path"`
		Size int64  `json:"size"`
		Text string `json:"text"`
	}
	matches struct {
		Query   string  `json:"query"`
		Matches []match `json:"matches"`
		Files   int     `json:"files"`
		More    bool    `json:"more"`
	}
	match struct {
		Path string `json:"path"`
		Line int    `json:"line"`
		Text string `json:"text"`
	}
	history struct {
		Commits []commit `json:"commits"`
		Note    string   `json:"note"`
	}
	commit struct {
		ID      string `json:"id"`
		Date    string `json:"date"`
		Subject string `json:"subject"`
	}
	ran struct {
		Output string `json:"output"`
		Note   string `json:"note"`
	}
	released struct {
		Version string `json:"version"`
		Note    string `json:"note"`
	}
	told struct {
		Answer string `json:"answer"`
	}
)

// say is an answer in words.
func say(lines ...string) chat.Message { return chat.Message{Content: strings.Join(lines, "\n")} }

// call is an answer that calls tools, with a word on why.
func call(why string, calls ...chat.ToolCall) chat.Message {
	return chat.Message{Content: why, ToolCalls: calls}
}

// use is one call of a tool.
func use(tool string, arguments map[string]any) chat.ToolCall {
	encoded, err := json.Marshal(arguments)
	if err != nil {
		encoded = []byte("{}") // texts, numbers and booleans always encode
	}
	return chat.ToolCall{Type: "function", Function: chat.FunctionCall{Name: tool, Arguments: string(encoded)}}
}
