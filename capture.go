package staso

import (
	"bytes"
	"encoding/json"

	"github.com/staso-go/staso/internal/jsonenc"
)

// Field names the content that a [Redactor] is shown.
type Field uint8

// The fields.
const (
	FieldInput Field = iota
	FieldOutput
	FieldMetadata
	FieldErrorMessage
	FieldComment // of an annotation
)

// String returns the field's name, for instance "error_message".
func (f Field) String() string {
	switch f {
	case FieldInput:
		return "input"
	case FieldOutput:
		return "output"
	case FieldMetadata:
		return "metadata"
	case FieldErrorMessage:
		return "error_message"
	case FieldComment:
		return "comment"
	}
	return "unknown"
}

// Redactor takes secrets out of content before it leaves the process. It is
// shown each field whole, as JSON (an error message and a comment are JSON
// strings, metadata is an object), and returns the JSON to send in its place; it
// may change content in place. It is called from several goroutines at once.
//
// Where it panics, or returns what is no JSON, the field is suppressed and
// counted in [Stats].RedactorFailures.
type Redactor func(field Field, content json.RawMessage) json.RawMessage

// What stands where content was taken out.
const suppressedText = "[suppressed]"

func suppressedContent(field Field) []byte {
	if field == FieldMetadata {
		return []byte(`{"staso.suppressed":"metadata"}`)
	}
	return []byte(`"` + suppressedText + `"`)
}

func (t *Tracer) redact(field Field, content []byte) (redacted []byte, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			t.trouble.panicked("redactor", r)
			redacted, ok = nil, false
		}
		if !ok {
			t.redactions.Add(1)
		}
	}()
	redacted = t.redactor(field, content)
	ok = jsonenc.Valid(redacted) && (field != FieldMetadata || isObject(redacted))
	return redacted, ok
}

func isObject(raw []byte) bool {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	return len(trimmed) > 0 && trimmed[0] == '{'
}

// rewritesMessages says that a policy takes parts out of messages.
func rewritesMessages(p CapturePolicy) bool {
	return p.SystemPrompt == Suppressed || p.ToolSchema == Suppressed || p.ToolArguments == Suppressed
}

// suppressMessages takes out of a model's messages what the policy suppresses:
// system prompts, the schemas of tools, and the arguments of tool calls, in the
// forms of the usual providers. Where it is not sure it takes out more.
func (t *Tracer) suppressMessages(content []byte, p CapturePolicy) []byte {
	if !rewritesMessages(p) {
		return content
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return []byte(`"` + suppressedText + `"`)
	}
	return t.encoder.Append(nil, suppressValue(v, p), rewriteLimit)
}

func suppressValue(v any, p CapturePolicy) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = suppressValue(v[i], p)
		}
	case map[string]any:
		for key, value := range v {
			if suppressesMember(v, key, p) {
				v[key] = suppressedText
			} else {
				v[key] = suppressValue(value, p)
			}
		}
	}
	return v
}

func suppressesMember(holder map[string]any, key string, p CapturePolicy) bool {
	switch key {
	case "content", "parts", "text":
		role, _ := holder["role"].(string)
		return p.SystemPrompt == Suppressed && (role == "system" || role == "developer")
	case "system", "system_prompt", "systemPrompt", "system_instruction", "systemInstruction", "instructions":
		return p.SystemPrompt == Suppressed
	case "tools", "functions", "tool_schema", "tool_schemas", "function_declarations", "functionDeclarations":
		return p.ToolSchema == Suppressed
	case "arguments", "args", "tool_input", "partial_json":
		return p.ToolArguments == Suppressed
	case "input":
		kind, _ := holder["type"].(string)
		return p.ToolArguments == Suppressed && (kind == "tool_use" || kind == "server_tool_use" || kind == "custom_tool_call")
	}
	return false
}
