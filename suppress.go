package staso

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// takesParts says that a policy takes parts out of content.
func takesParts(p CapturePolicy) bool {
	return p.SystemPrompt == Suppressed || p.ToolSchema == Suppressed || p.ToolArguments == Suppressed
}

// suppressParts takes out of a model's messages, or of metadata, what the policy
// suppresses: system prompts, the schemas of tools, and the arguments of tool
// calls, in the forms of the usual providers and in the field names of Go. Where
// it is not sure it takes out more.
func (t *Tracer) suppressParts(field Field, content []byte, p CapturePolicy) []byte {
	if !takesParts(p) {
		return content
	}
	v, err := decodeWhole(string(content))
	if err != nil {
		return suppressedContent(field)
	}
	s := suppressor{policy: p}
	if v = s.value(v); !s.found {
		return content
	}
	return t.encoder.Append(nil, v, rewriteLimit)
}

func decodeWhole(text string) (v any, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// suppressor walks through decoded JSON and changes it in place.
type suppressor struct {
	policy CapturePolicy
	found  bool // something was taken out
}

func (s *suppressor) value(v any) any {
	switch v := v.(type) {
	case string:
		return s.text(v)
	case []any:
		for i := range v {
			v[i] = s.value(v[i])
		}
	case map[string]any:
		s.object(v)
	}
	return v
}

// text looks into a string that is a JSON document itself, as the body of a
// request is that somebody hands over as a string or as bytes.
func (s *suppressor) text(text string) any {
	document, encoded := strings.TrimSpace(text), false
	if decoded, err := base64.StdEncoding.DecodeString(document); err == nil {
		document, encoded = strings.TrimSpace(string(decoded)), true
	}
	if document == "" || document[0] != '{' && document[0] != '[' {
		return text
	}
	v, err := decodeWhole(document)
	if err != nil {
		return text
	}
	inner := suppressor{policy: s.policy}
	v = inner.value(v)
	if !inner.found {
		return text
	}
	s.found = true
	if rewritten, err := json.Marshal(v); err == nil && !encoded {
		return string(rewritten)
	}
	return suppressedText
}

func (s *suppressor) object(members map[string]any) {
	call, prompt := isCall(members), s.policy.SystemPrompt == Suppressed && isPrompt(members)
	for key, value := range members {
		name := plainKey(key)
		if prompt && !isLabel(name) || s.suppresses(name, call) {
			members[key] = suppressedText
			s.found = true
		} else {
			members[key] = s.value(value)
		}
	}
}

// suppresses says that the member of that name is to be taken out of an object,
// which is the call of a tool or not.
func (s *suppressor) suppresses(name string, call bool) bool {
	switch name {
	case "system", "systemprompt", "systeminstruction", "systeminstructions", "systemmessage", "instructions":
		return s.policy.SystemPrompt == Suppressed
	case "tools", "functions", "toolschema", "toolschemas", "functiondeclarations":
		return s.policy.ToolSchema == Suppressed
	case "arguments", "args", "toolinput", "toolarguments", "partialjson":
		return s.policy.ToolArguments == Suppressed
	case "input":
		return call && s.policy.ToolArguments == Suppressed
	}
	return false
}

// plainKey is a key as all spellings of it have it: system_prompt, systemPrompt
// and SystemPrompt.
func plainKey(key string) string {
	return strings.ToLower(strings.ReplaceAll(key, "_", ""))
}

// isLabel is of the members that stay in a system prompt.
func isLabel(name string) bool {
	return name == "role" || name == "type" || name == "id" || name == "name"
}

// isPrompt says that an object is a system prompt.
func isPrompt(members map[string]any) bool {
	for key, value := range members {
		text, _ := value.(string)
		switch plainKey(key) {
		case "role", "type":
			if text = strings.ToLower(text); text == "system" || text == "developer" {
				return true
			}
		}
	}
	return false
}

// isCall says that an object is the call of a tool.
func isCall(members map[string]any) bool {
	for key, value := range members {
		text, _ := value.(string)
		switch plainKey(key) {
		case "toolname", "tooluseid", "toolcallid", "callid":
			return true
		case "type":
			if strings.Contains(text, "tool") && !strings.Contains(text, "result") {
				return true
			}
		}
	}
	return false
}
