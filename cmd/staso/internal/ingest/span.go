package ingest

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	kindCustom = "custom"
	statusOK   = "ok"
)

// readSpan reads one span. like is the span before it: what is the same in both
// shares its memory.
func (r *reader) readSpan(sp, like *store.Span, now time.Time) {
	if r.Kind() != jsonscan.Object {
		r.refuse("span", "an object")
		return
	}
	sp.Kind, sp.Status = kindCustom, statusOK
	faults := r.total
	var foreignKind string
	for r.BeginObject(); r.Field(); {
		key := r.Key()
		if r.readIdentity(key, sp) || r.readLabel(key, sp, like) || r.readMeasure(key, sp, now) {
			continue
		}
		switch string(key) {
		case "kind":
			sp.Kind, foreignKind = r.kind()
		case "status":
			sp.Status = r.status()
		case "error_message":
			sp.ErrorMessage, sp.HasError = r.errorMessage()
		case "input":
			sp.Input = r.payload()
		case "output":
			sp.Output = r.payload()
		case "attributes":
			sp.Attributes = r.payload()
		case "capture":
			sp.Capture = r.capture()
		default:
			r.Skip()
		}
	}
	if r.Err() != nil {
		return
	}
	if sp.SpanID == uuid.Nil && r.total == faults {
		r.fail("span_id", "missing or all zeros", "64 random bits in UUID form, 00000000-0000-0000-hhhh-hhhhhhhhhhhh")
	}
	r.derive(sp)
	if foreignKind != "" {
		sp.Attributes = withKind(sp.Attributes, foreignKind)
	}
}

func (r *reader) readIdentity(key []byte, sp *store.Span) bool {
	switch string(key) {
	case "span_id":
		sp.SpanID = r.uuid("span_id")
	case "parent_span_id":
		sp.ParentSpanID = r.uuid("parent_span_id")
	default:
		return false
	}
	return true
}

func (r *reader) readLabel(key []byte, sp, like *store.Span) bool {
	switch string(key) {
	case "name":
		sp.Name = r.label("name", like.Name)
	case "model":
		sp.Model = r.label("model", like.Model)
	case "requested_model":
		sp.RequestedModel = r.label("requested_model", like.RequestedModel)
	case "provider":
		sp.Provider = r.label("provider", like.Provider)
	case "reasoning_effort":
		sp.ReasoningEffort = r.label("reasoning_effort", like.ReasoningEffort)
	case "session_id":
		sp.ConversationID = r.id("session_id", like.ConversationID)
	case "user_id":
		sp.UserID = r.id("user_id", like.UserID)
	case "agent_name":
		sp.AgentName = r.id("agent_name", like.AgentName)
	case "agent_id":
		sp.AgentID = r.id("agent_id", like.AgentID)
	case "agent_version":
		sp.AgentVersion = r.id("agent_version", like.AgentVersion)
	default:
		return false
	}
	return true
}

func (r *reader) readMeasure(key []byte, sp *store.Span, now time.Time) bool {
	switch string(key) {
	case "timestamp":
		sp.Start = r.time("timestamp", now)
	case "duration_ms":
		sp.Duration = r.milliseconds("duration_ms")
	case "input_tokens":
		sp.InputTokens = r.tokens("input_tokens")
	case "output_tokens":
		sp.OutputTokens = r.tokens("output_tokens")
	case "total_tokens":
		sp.TotalTokens = r.tokens("total_tokens")
	case "usage_available":
		sp.UsageAvailable = r.yesNo("usage_available")
	default:
		return false
	}
	return true
}

// kind returns a kind of ours and, where the client gave another, that as well.
func (r *reader) kind() (kind, foreign string) {
	switch text := r.label("kind", kindCustom); text {
	case "llm", "tool", "chain", "retriever", "agent", kindCustom:
		return text, ""
	case "":
		return kindCustom, ""
	default:
		return kindCustom, text
	}
}

func (r *reader) status() string {
	const want = "ok, error or timeout"
	text := r.label("status", statusOK)
	switch text {
	case statusOK, "error", "timeout":
		return text
	case "":
	default:
		r.fail("status", fmt.Sprintf("a string of %d bytes", len(text)), want)
	}
	return statusOK
}

func (r *reader) errorMessage() (string, bool) {
	if r.null() {
		return "", false
	}
	return r.text("error_message"), true
}

// capture keeps the object as it was sent.
func (r *reader) capture() []byte {
	if r.null() {
		return nil
	}
	if r.Kind() != jsonscan.Object {
		r.refuse("capture", "an object of categories, each captured or suppressed")
		return nil
	}
	raw := r.Raw()
	if len(raw) > maxCaptureBytes {
		r.fail("capture", fmt.Sprintf("an object of %d bytes", len(raw)), fmt.Sprintf("at most %d", maxCaptureBytes))
		return nil
	}
	return raw
}
