package guardapi

import (
	"encoding/json"
	"maps"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/toolcall"
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
//
// A call must be judged whatever is said around it, and some of that is told by the
// agent or by its users: what has not the type that it should have is left out, and
// what is too long is cut.
func (q *question) readContext(text []byte) (workspace string, err error) {
	if len(text) == 0 || null(text) {
		return "", nil
	}
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
		case "context_availability", "conversation_history_status":
			return nil
		}
		if q.readFact(name, value) || q.readList(name, value) {
			return nil
		}
		return q.readAttribute(name, value)
	})
	return workspace, err
}

// readFact reads what identifies something.
func (q *question) readFact(name string, value []byte) bool {
	call := &q.call
	switch name {
	case "agent_name":
		call.Agent = looseText(value)
	case "agent_id":
		call.AgentID = looseText(value)
	case "environment":
		call.Environment = looseText(value)
	case "session_id":
		call.Conversation = looseText(value)
	case "user_id":
		call.User = looseText(value)
	case "trace_id":
		call.TraceID, _ = uuid.Parse(looseText(value)) //nolint:errcheck // programs have ids of their own
	case "span_id":
		call.SpanID, _ = uuid.Parse(looseText(value)) //nolint:errcheck // likewise
	default:
		return false
	}
	return true
}

// readList reads what has a shape of its own. Of a long conversation it takes the
// newest messages.
func (q *question) readList(name string, value []byte) bool {
	call := &q.call
	switch name {
	case "conversation_history":
		call.History = toolcall.History(value)
		call.History = call.History[max(0, len(call.History)-maxMessages):]
	case "tools":
		if json.Unmarshal(value, &call.Tools) != nil || len(call.Tools) > maxToolNames {
			call.Tools = nil
		}
	case "tool_schema":
		call.Schema = json.RawMessage(value)
	case "tool_call_evidence":
		readEvidence(value, call)
	default:
		return false
	}
	return true
}

func (q *question) readAttribute(name string, value []byte) error {
	if !json.Valid(value) {
		return httpapi.Malformed("context.%.60s: %s that is not valid JSON: send JSON", name, shapeOf(value))
	}
	if len(value) > maxNested || len(name) > maxIDBytes {
		return nil
	}
	var v any
	if err := json.Unmarshal(value, &v); err != nil {
		return nil //nolint:nilerr // what JSON allows and Go does not hold is left out
	}
	if q.call.Attributes == nil {
		q.call.Attributes = make(map[string]any, 4)
	}
	q.call.Attributes[name] = v
	return nil
}

// looseText reads a string, and cuts a long one; what is none is empty.
func looseText(value []byte) string {
	text, err := textOf("", value, len(value))
	if err != nil {
		return ""
	}
	return cut(text, maxIDBytes)
}

// cut returns at most limit bytes of text, not ending within a rune.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
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
