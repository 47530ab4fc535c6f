package staso_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso"
)

func TestASecretIsNotCutInTwoBeforeItIsRedacted(t *testing.T) {
	redact := func(_ staso.Field, content json.RawMessage) json.RawMessage {
		return json.RawMessage(strings.ReplaceAll(string(content), "s3cret-token", "***"))
	}
	tracer, sink := newTracer(t, staso.WithRedactor(redact))
	for at := 200; at < 260; at++ {
		_, span := tracer.Start(t.Context(), "op")
		span.RecordError(fmt.Errorf("call: %w", errors.New(strings.Repeat("x", at)+"s3cret-token")))
		span.End()
	}
	flush(t, tracer)
	for _, span := range sink.spans {
		assert.NotContains(t, string(span.Attributes), "s3c")
	}
}

func TestPartsAreFoundInEveryForm(t *testing.T) {
	type message struct{ Role, Content string } // as Go spells it without tags
	type request struct {
		SystemPrompt string
		Messages     []message
	}
	body := `{"messages":[{"role":"system","content":"s3cret"},{"role":"user","content":"hello"}]}`
	for name, input := range map[string]any{
		"fields without tags": request{"s3cret", []message{{"system", "s3cret"}, {"user", "hello"}}},
		"upper case":          []map[string]any{{"ROLE": "SYSTEM", "CONTENT": "s3cret"}, {"ROLE": "USER", "CONTENT": "hello"}},
		"other member":        []map[string]any{{"role": "system", "value": map[string]string{"v": "s3cret"}}, {"v": "hello"}},
		"type for role":       []map[string]any{{"type": "system", "data": "s3cret"}, {"v": "hello"}},
		"a text of JSON":      " " + body,
		"text in text":        map[string]string{"body": body},
		"raw":                 json.RawMessage(body),
		"bytes":               []byte(body),
	} {
		t.Run(name, func(t *testing.T) {
			tracer, sink := newTracer(t, staso.WithCapture(staso.CapturePolicy{SystemPrompt: staso.Suppressed}))
			_, span := tracer.Start(t.Context(), "chat", staso.WithKind(staso.KindLLM))
			span.SetInput(input)
			span.SetMetadata("request", input)
			span.End()
			flush(t, tracer)
			got := sink.named(t, "chat")
			all := string(got.Input) + string(got.Attributes)
			assert.NotContains(t, all, "s3cret")
			assert.NotContains(t, all, "czNjcmV0") // in base64
			assert.Contains(t, all, "[suppressed]")
			if name != "bytes" {
				assert.Contains(t, all, "hello")
			}
		})
	}
}

func TestWhatHoldsNothingSuppressedIsSentAsItWas(t *testing.T) {
	tracer, sink := newTracer(t, staso.WithCapture(staso.CapturePolicy{SystemPrompt: staso.Suppressed, ToolArguments: staso.Suppressed}))
	for _, raw := range []string{`{"z": 1.50, "a": "{\"k\": 1}"}`, `"no JSON {"`, `["input", {"input": 1}]`} {
		_, span := tracer.Start(t.Context(), raw, staso.WithKind(staso.KindLLM))
		span.SetInput(json.RawMessage(raw))
		span.End()
		flush(t, tracer)
		assert.Equal(t, raw, string(sink.named(t, raw).Input))
	}
}
