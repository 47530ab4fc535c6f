package guardapi

import (
	"encoding/json"
	"maps"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/guard"
)

const (
	maxIDBytes   = 1024
	maxMessages  = 1000
	maxToolNames = 1000
	maxNested    = 64 << 10 // of an attribute that is no plain value
)

// readContext reads what is said around the call. It returns the workspace that it
// names.
func (q *question) readContext(text []byte) (workspace string, err error) {
	if len(text) == 0 || null(text) {
		return "", nil
	}
	call := &q.call
	err = members("context", text, func(name string, value []byte) error {
		if !volatile(name) {
			q.about = append(q.about, member{name, value})
		}
		switch name {
		case "workspace_id", "workspace_slug":
			slug, err := textOf("context.workspace_id", value, maxIDBytes)
			if slug != "" {
				workspace = slug
			}
			return err
		case "conversation_history":
			return readHistory(value, call)
		case "tool_call_evidence":
			readEvidence(value, call)
			return nil
		case "tool_schema":
			call.Schema = json.RawMessage(value)
			return nil
		case "tools":
			return readTools(value, call)
		case "context_availability", "conversation_history_status":
			return nil
		}
		return readFact(name, value, call)
	})
	return workspace, err
}

// readFact reads a fact that identifies something or, if it is none of those, an
// attribute.
func readFact(name string, value []byte, call *guard.Call) error {
	switch name {
	case "agent_name":
		return readText("context.agent_name", value, &call.Agent)
	case "agent_id":
		return readText("context.agent_id", value, &call.AgentID)
	case "environment":
		return readText("context.environment", value, &call.Environment)
	case "session_id":
		return readText("context.session_id", value, &call.Conversation)
	case "user_id":
		return readText("context.user_id", value, &call.User)
	case "trace_id":
		return readID("context.trace_id", value, &call.TraceID)
	case "span_id":
		return readID("context.span_id", value, &call.SpanID)
	}
	return readAttribute(name, value, call)
}

func readText(field string, value []byte, into *string) (err error) {
	*into, err = textOf(field, value, maxIDBytes)
	return err
}

// readID reads an id. A text that is none is passed over: programs have ids of
// their own, and a call is judged with or without.
func readID(field string, value []byte, into *uuid.UUID) error {
	text, err := textOf(field, value, maxIDBytes)
	if id, bad := uuid.Parse(text); bad == nil {
		*into = id
	}
	return err
}

func readAttribute(name string, value []byte, call *guard.Call) error {
	if len(value) > maxNested {
		return httpapi.Malformed("context.%.60s: a value of %d bytes: want at most %d", name, len(value), maxNested)
	}
	var v any
	if err := json.Unmarshal(value, &v); err != nil {
		return httpapi.Malformed("context.%.60s: %s that is not valid JSON: send JSON", name, shapeOf(value))
	}
	if call.Attributes == nil {
		call.Attributes = make(map[string]any, 4)
	}
	call.Attributes[name] = v
	return nil
}

// readHistory reads the conversation so far: of a longer one, the newest messages.
func readHistory(value []byte, call *guard.Call) error {
	if null(value) {
		return nil
	}
	if err := json.Unmarshal(value, &call.History); err != nil {
		return httpapi.Malformed("context.conversation_history: %s: want a list of {\"role\", \"content\"}, both strings", shapeOf(value))
	}
	call.History = call.History[max(0, len(call.History)-maxMessages):]
	return nil
}

func readTools(value []byte, call *guard.Call) error {
	if null(value) {
		return nil
	}
	if err := json.Unmarshal(value, &call.Tools); err != nil || len(call.Tools) > maxToolNames {
		return httpapi.Malformed("context.tools: %s: want a list of at most %d names", shapeOf(value), maxToolNames)
	}
	return nil
}

// readEvidence takes the schema of the tool's arguments, if there is one in it.
func readEvidence(value []byte, call *guard.Call) {
	var evidence struct {
		Schema struct {
			Status string
			Value  json.RawMessage
		}
	}
	if json.Unmarshal(value, &evidence) == nil && evidence.Schema.Status == "available" && len(call.Schema) == 0 {
		call.Schema = evidence.Schema.Value
	}
}

// volatile are the members of a context that may differ between two tries of one
// request.
func volatile(name string) bool {
	switch name {
	case "conversation_history", "conversation_history_status", "context_availability", "tool_call_evidence":
		return true
	}
	return false
}

// capture says what of a call may be kept.
type capture struct{ hidden map[string]bool }

// readCapture takes whatever is not plainly captured for suppressed.
func readCapture(text []byte) (c capture, err error) {
	if len(text) == 0 || null(text) {
		return c, nil
	}
	err = members("capture", text, func(name string, value []byte) error {
		if string(value) != `"captured"` {
			c.hidden = with(c.hidden, name)
		}
		return nil
	})
	return c, err
}

func with(set map[string]bool, name string) map[string]bool {
	set = maps.Clone(set)
	if set == nil {
		set = make(map[string]bool, 1)
	}
	set[name] = true
	return set
}

func (c capture) keepsArguments() bool { return !c.hidden["tool_arguments"] }

func (c capture) keepsHistory() bool { return !c.hidden["request"] }
