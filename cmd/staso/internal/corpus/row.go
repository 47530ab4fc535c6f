// Package corpus judges labelled tool calls and recorded agent runs, and counts
// how often the guard was right.
package corpus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/toolcall"
	"github.com/staso-go/staso/guard"
)

// The labels of a row.
const (
	Dangerous = "dangerous"    // must be stopped
	Safe      = "safe"         // must pass
	PII       = "contains_pii" // must be found, whatever is then done
	Policy    = "policy"       // a matter of taste: interruptions are counted
	Run       = "run"          // a call that an agent really made
)

// row is one labelled call, or one recorded run with all its calls.
type row struct {
	label     string
	tier      int
	category  string
	contested bool
	calls     []guard.Call
}

// read gives each row of a JSON Lines file to do.
func read(r io.Reader, do func(number int, r row) error) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			parsed, parseErr := parse(line)
			if parseErr != nil {
				return fmt.Errorf("line %d: %w", number, parseErr)
			}
			if doErr := do(number, parsed); doErr != nil {
				return doErr
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func parse(line []byte) (row, error) {
	var head struct {
		ID        string          `json:"id"`
		Label     string          `json:"label"`
		Tier      int             `json:"tier"`
		Category  string          `json:"category"`
		Contested json.RawMessage `json:"contested"`
		Tools     []string        `json:"tools"`
		Messages  json.RawMessage `json:"messages"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return row{}, fmt.Errorf("a row is a JSON object with tool_name, tool_input and label, or a run with messages: %w", err)
	}
	if head.Messages != nil {
		calls, err := callsOf(head.ID, head.Tools, head.Messages)
		return row{label: Run, calls: calls}, err
	}
	_, call, err := toolcall.Decode(line)
	if err != nil {
		return row{}, err
	}
	switch head.Label {
	case Dangerous, Safe, PII, Policy:
	default:
		return row{}, fmt.Errorf("label %q is none: use dangerous, safe, contains_pii or policy", head.Label)
	}
	contested := strings.Trim(string(head.Contested), `" `)
	return row{
		label: head.Label, tier: head.Tier, category: head.Category,
		contested: contested != "" && contested != "false" && contested != "null",
		calls:     []guard.Call{call},
	}, nil
}

// callsOf takes the tool calls out of a conversation, each with what was said
// before it.
func callsOf(id string, tools []string, raw json.RawMessage) ([]guard.Call, error) {
	var messages []struct {
		Role      string          `json:"role"`
		Content   json.RawMessage `json:"content"`
		Action    string          `json:"action"` // what was typed into the one tool, a shell
		ToolCalls []struct {
			ID        string          `json:"id"`
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"tool_calls"`
	}
	if err := json.Unmarshal(raw, &messages); err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	var calls []guard.Call
	var history []guard.Message
	for i, m := range messages {
		for _, c := range m.ToolCalls {
			calls = append(calls, guard.Call{
				ID: fmt.Sprintf("%s#%d/%s", id, i, c.ID), Tool: c.Name, Input: c.Arguments, Tools: tools,
				Conversation: id, History: slices.Clip(history),
			})
		}
		if m.Action != "" {
			call, err := typed(fmt.Sprintf("%s#%d", id, i), tools, m.Action)
			if err != nil {
				return nil, err
			}
			call.Conversation, call.History = id, slices.Clip(history)
			calls = append(calls, call)
		}
		if content := contentText(m.Content); content != "" {
			history = append(history, guard.Message{Role: m.Role, Content: content})
		}
	}
	return calls, nil
}

// typed is the call of a run whose agent types lines into a shell.
func typed(id string, tools []string, action string) (guard.Call, error) {
	tool := "bash"
	if len(tools) > 0 {
		tool = tools[0]
	}
	input, err := json.Marshal(map[string]string{"command": action})
	return guard.Call{ID: id, Tool: tool, Input: input, Tools: tools}, err
}

// contentText is a message's text: a string as it is, anything else as its JSON.
func contentText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
