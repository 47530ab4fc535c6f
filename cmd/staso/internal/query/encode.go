package query

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// form is which of its two forms a span is written in.
type form int

const (
	readForm   form = iota // payloads are JSON values, the session is a conversation
	ingestForm             // as it was sent, and can be sent again
)

// appendSpan appends a span as a JSON object. It is written by hand, as there may
// be a hundred thousand in an answer.
func appendSpan(b []byte, sp *store.Span, f form) []byte {
	b = append(b, `{"span_id":`...)
	b = appendID(b, sp.SpanID)
	b = append(b, `,"parent_span_id":`...)
	b = appendID(b, sp.ParentSpanID)
	b = appendField(b, "name", sp.Name)
	b = appendField(b, "kind", sp.Kind)
	b = append(b, `,"timestamp":"`...)
	b = sp.Start.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","duration_ms":`...)
	b = strconv.AppendFloat(b, milliseconds(sp.Duration), 'f', -1, 64)
	b = appendField(b, "status", sp.Status)
	b = appendField(b, "model", sp.Model)
	b = appendField(b, "provider", sp.Provider)
	b = appendField(b, "requested_model", sp.RequestedModel)
	b = append(b, `,"usage_available":`...)
	b = appendYesNo(b, sp.UsageAvailable)
	b = appendField(b, "reasoning_effort", sp.ReasoningEffort)
	b = appendCount(b, "input_tokens", sp.InputTokens)
	b = appendCount(b, "output_tokens", sp.OutputTokens)
	b = appendCount(b, "total_tokens", sp.TotalTokens)
	b = appendPayloads(b, sp, f)
	b = append(b, `,"error_message":`...)
	if sp.HasError {
		b = appendString(b, sp.ErrorMessage)
	} else {
		b = append(b, "null"...)
	}
	b = appendField(b, conversationField(f), sp.ConversationID)
	b = appendField(b, "agent_name", sp.AgentName)
	b = appendField(b, "agent_id", sp.AgentID)
	b = appendField(b, "agent_version", sp.AgentVersion)
	b = appendField(b, "user_id", sp.UserID)
	b = append(b, `,"capture":`...)
	b = appendRaw(b, sp.Capture, "null")
	if f == readForm {
		b = append(b, `,"provisional":`...)
		b = strconv.AppendBool(b, sp.Provisional)
	}
	return append(b, '}')
}

func conversationField(f form) string {
	if f == ingestForm {
		return "session_id"
	}
	return "conversation_id"
}

func appendPayloads(b []byte, sp *store.Span, f form) []byte {
	for _, p := range []struct {
		name    string
		payload []byte
		empty   string
	}{{"input", sp.Input, "null"}, {"output", sp.Output, "null"}, {"attributes", sp.Attributes, "{}"}} {
		b = append(b, ',', '"')
		b = append(b, p.name...)
		b = append(b, '"', ':')
		if f == ingestForm {
			b = appendString(b, p.payload)
		} else {
			b = appendValue(b, p.payload, p.empty)
		}
	}
	return b
}

// appendValue appends a payload as the JSON value that it is. One that is not
// JSON, or nested too deep to be read safely, is shown as text.
func appendValue(b, payload []byte, empty string) []byte {
	if len(payload) == 0 {
		return append(b, empty...)
	}
	s := jsonscan.New(payload)
	s.Skip()
	s.End()
	if s.Err() != nil {
		return appendString(b, payload)
	}
	return append(b, payload...)
}

func appendRaw(b, raw []byte, empty string) []byte {
	if len(raw) == 0 {
		return append(b, empty...)
	}
	return append(b, raw...)
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	return appendString(b, value)
}

func appendCount(b []byte, name string, n int64) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	return strconv.AppendInt(b, n, 10)
}

func appendYesNo(b []byte, yes *bool) []byte {
	if yes == nil {
		return append(b, "null"...)
	}
	return strconv.AppendBool(b, *yes)
}

// appendID appends an id in quotes, or null where there is none.
func appendID(b []byte, id uuid.UUID) []byte {
	if id == uuid.Nil {
		return append(b, "null"...)
	}
	b = append(b, '"')
	text, _ := id.MarshalText() //nolint:errcheck // it has no error to return
	b = append(b, text...)
	return append(b, '"')
}

// appendString appends text as a JSON string.
func appendString[T string | []byte](b []byte, text T) []byte {
	b = append(b, '"')
	run := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))])); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		b = append(b, text[run:i]...)
		b = appendEscape(b, c)
		i++
		run = i
	}
	b = append(b, text[run:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\t':
		return append(b, '\\', 't')
	case c >= utf8.RuneSelf:
		return append(b, "\uFFFD"...)
	}
	return append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}

// appendJSON appends what encoding/json makes of v.
func appendJSON(b []byte, v any) ([]byte, error) {
	encoded, err := json.Marshal(v)
	return append(b, encoded...), err
}
