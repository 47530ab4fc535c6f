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
// may change content in place. It is called from several goroutines at once, by
// the Tracer's senders: a slow one delays delivery, not the agent.
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
