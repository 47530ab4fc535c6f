// Package hook speaks with coding agents that ask a command before they run a
// tool: they write a JSON event on its standard input and read a decision from
// its standard output.
package hook

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/staso-go/staso/guard"
)

// Event is what a coding agent asks about.
type Event struct {
	Call  guard.Call
	style style
	name  string
	asks  bool // the agent can put the call before its user
}

// style is how the agent wants to be answered.
type style uint8

const (
	// hookOutput: {"hookSpecificOutput": {"permissionDecision": ...}}, for
	// PreToolUse events.
	hookOutput style = iota
	// permission: {"permission": ...}, for beforeShellExecution and its kin.
	permission
	// decision: {"decision": ...}, for BeforeTool events.
	decision
	// output: {"decision": "block"}, for events after a tool has run.
	output
)

// fields are the members of the events that are known, of all agents.
type fields struct {
	Event        string          `json:"hook_event_name"`
	Tool         string          `json:"tool_name"`
	Input        json.RawMessage `json:"tool_input"`
	Response     json.RawMessage `json:"tool_response"`
	Command      string          `json:"command"`
	FilePath     string          `json:"file_path"`
	Content      string          `json:"content"`
	Cwd          string          `json:"cwd"`
	Session      string          `json:"session_id"`
	Conversation string          `json:"conversation_id"`
}

// Parse reads an event. An error means that the tool must not run: nobody knows
// what it was.
func Parse(data []byte) (Event, error) {
	var f fields
	if err := json.Unmarshal(data, &f); err != nil {
		return Event{}, fmt.Errorf("the event is no JSON object as coding agents send it: %w", err)
	}
	event := Event{name: f.Event, asks: true, Call: guard.Call{
		Tool:         f.Tool,
		Input:        unquoted(f.Input),
		Conversation: cmp.Or(f.Session, f.Conversation),
	}}
	if f.Cwd != "" {
		event.Call.Attributes = map[string]any{"cwd": f.Cwd}
	}
	switch f.Event {
	case "PostToolUse", "AfterTool", "postToolUse":
		event.style = output
		event.Call.Phase, event.Call.Output = guard.PhaseOutput, f.Response
	case "beforeShellExecution":
		event.style = permission
		event.Call.Tool, event.Call.Input = "shell", object("command", f.Command)
	case "beforeReadFile":
		event.style, event.asks = permission, false
		event.Call.Tool, event.Call.Input = "read_file", object("path", f.FilePath)
	case "beforeMCPExecution":
		event.style = permission
	case "BeforeTool":
		event.style, event.asks = decision, false
	default:
		event.style = hookOutput
	}
	if event.Call.Tool == "" {
		return Event{}, errors.New("the event has no tool_name: it should name the tool and hold its tool_input")
	}
	return event, nil
}

// unquoted is the arguments where they come as JSON inside a string.
func unquoted(input json.RawMessage) json.RawMessage {
	var inner string
	if json.Unmarshal(input, &inner) == nil && json.Valid([]byte(inner)) {
		return json.RawMessage(inner)
	}
	return input
}

func object(name, value string) json.RawMessage {
	raw, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		return nil // a string always has a form
	}
	return raw
}

// Answer is what the agent is told: to deny the call, or to ask its user, where it
// can, about one that wants a person or other arguments. Where the guard has nothing against the call
// and grant is false, it is told nothing, so that its own permission rules still
// hold; with grant it is told to go ahead without asking its user.
func (e Event) Answer(verdict guard.Result, grant bool) []byte {
	word := "deny"
	switch {
	case verdict.Action == guard.ActionAllow:
		word = "allow"
	case verdict.Action != guard.ActionBlock && e.asks:
		word = "ask"
	}
	if word == "allow" && (!grant || e.style == output) {
		return e.nothing()
	}
	return e.encode(word, verdict)
}

// nothing leaves it to the agent; some agents take no answer for a refusal.
func (e Event) nothing() []byte {
	if e.style == permission {
		return line(map[string]any{"permission": "allow"})
	}
	return []byte("{}\n")
}

func (e Event) encode(word string, verdict guard.Result) []byte {
	reason := Reason(verdict)
	switch e.style {
	case permission:
		return line(map[string]any{"permission": word, "user_message": reason, "agent_message": reason})
	case decision:
		return line(map[string]any{"decision": word, "reason": reason})
	case output:
		return line(map[string]any{"decision": "block", "reason": reason})
	default:
		specific := map[string]any{
			"hookEventName":            cmp.Or(e.name, "PreToolUse"),
			"permissionDecision":       word,
			"permissionDecisionReason": reason,
		}
		if verdict.Action == guard.ActionModify {
			specific["updatedInput"] = verdict.Input
		}
		return line(map[string]any{"hookSpecificOutput": specific})
	}
}

// Reason is the verdict's, with the rule that gave it.
func Reason(verdict guard.Result) string {
	if verdict.Rule == "" {
		return verdict.Reason
	}
	return fmt.Sprintf("%s (guard rule %s)", verdict.Reason, verdict.Rule)
}

func line(answer map[string]any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		// Only a modified input that is no JSON gets here: it must not run either.
		return []byte(`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"the verdict cannot be written"}}` + "\n")
	}
	return out.Bytes()
}
