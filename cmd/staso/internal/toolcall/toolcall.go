// Package toolcall reads tool calls as they stand in files and on the wire: an
// object with tool_name, tool_input and context.
package toolcall

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/staso-go/staso/guard"
)

// Decode reads one call and its id. The id may be a string or a number and is
// optional; tool_name is required. What the context holds is taken where it has
// the type that it should have: context is told by the agent, and a call must be
// judged whatever it says there.
func Decode(data []byte) (id string, call guard.Call, err error) {
	var line struct {
		ID       json.RawMessage `json:"id"`
		ToolName *string         `json:"tool_name"`
		Input    json.RawMessage `json:"tool_input"`
		Output   json.RawMessage `json:"tool_output"`
		Phase    string          `json:"phase"`
		Context  json.RawMessage `json:"context"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&line); err != nil {
		return "", guard.Call{}, fmt.Errorf("a call is a JSON object with tool_name and tool_input: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", guard.Call{}, errors.New("there is more than one value: give one JSON object")
	}
	id = text(line.ID)
	if line.ToolName == nil || *line.ToolName == "" {
		return id, guard.Call{}, errors.New("tool_name is missing: give the tool's name as a string")
	}
	call = guard.Call{ID: id, Tool: *line.ToolName, Input: line.Input, Output: line.Output}
	switch line.Phase {
	case "", "input":
	case "output":
		call.Phase = guard.PhaseOutput
	case "trace":
		call.Phase = guard.PhaseTrace
	default:
		return id, guard.Call{}, fmt.Errorf("phase %q is none: use input, output or trace", line.Phase)
	}
	applyContext(&call, line.Context)
	return id, call, nil
}

// text is a JSON string's text, and any other value as it is written.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// applyContext fills in what the context object of the wire says about a call.
// What it does not know becomes an attribute. A member of another type than it
// should have is left out.
func applyContext(call *guard.Call, raw json.RawMessage) {
	var members map[string]json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &members) != nil {
		return
	}
	for name, value := range members {
		if !applyMember(call, name, value) {
			addAttribute(call, name, value)
		}
	}
}

func applyMember(call *guard.Call, name string, value json.RawMessage) bool {
	var target any
	switch name {
	case "agent_name":
		target = &call.Agent
	case "agent_id":
		target = &call.AgentID
	case "environment":
		target = &call.Environment
	case "session_id", "conversation_id":
		target = &call.Conversation
	case "user_id":
		target = &call.User
	case "tools":
		target = &call.Tools
	case "trace_id", "span_id":
		applyID(call, name, text(value))
		return true
	case "conversation_history":
		call.History = History(value)
		return true
	case "tool_schema":
		call.Schema = value
		return true
	default:
		return false
	}
	_ = json.Unmarshal(value, target) //nolint:errcheck // one of another type is left out
	return true
}

func applyID(call *guard.Call, name, value string) {
	id, err := uuid.Parse(value)
	if err != nil {
		return
	}
	if name == "trace_id" {
		call.TraceID = id
	} else {
		call.SpanID = id
	}
}

// History reads the turns of a conversation one by one, so that an odd one does not
// hide the others. The content of a turn that is no text, a list of parts for
// instance, is taken as it is written.
func History(raw json.RawMessage) []guard.Message {
	var turns []json.RawMessage
	if json.Unmarshal(raw, &turns) != nil {
		return nil
	}
	messages := make([]guard.Message, 0, len(turns))
	for _, turn := range turns {
		var m struct {
			Role    json.RawMessage `json:"role"`
			Content json.RawMessage `json:"content"`
		}
		if json.Unmarshal(turn, &m) == nil {
			messages = append(messages, guard.Message{Role: text(m.Role), Content: text(m.Content)})
		}
	}
	return messages
}

func addAttribute(call *guard.Call, name string, value json.RawMessage) {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return
	}
	if call.Attributes == nil {
		call.Attributes = map[string]any{}
	}
	call.Attributes[name] = v
}
