package guard

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/staso-go/staso"
)

// Phase is when in the life of a call it is judged.
type Phase uint8

// The phases.
const (
	// PhaseInput judges the arguments before the tool runs.
	PhaseInput Phase = iota
	// PhaseOutput judges what the tool returned, before the model sees it.
	PhaseOutput
	// PhaseTrace judges the conversation as a whole.
	PhaseTrace
)

// String is the phase's name in policies.
func (p Phase) String() string {
	switch p {
	case PhaseOutput:
		return "output"
	case PhaseTrace:
		return "trace"
	default:
		return "input"
	}
}

// Call is a tool call to be judged. Only Tool is required.
//
// A Checker reads a Call and neither keeps nor changes what it refers to.
type Call struct {
	// ID tells the calls of one model response apart; see [BlockedTool].
	ID string
	// Tool is the tool's name.
	Tool string
	// Input is the tool's arguments, a JSON object. Empty is an object without
	// members. What is no object is judged as one whose member "input" it is.
	Input json.RawMessage
	// Output is what the tool returned, in [PhaseOutput].
	Output json.RawMessage
	// Phase is PhaseInput unless said otherwise.
	Phase Phase

	// Schema is the JSON Schema of the tool's arguments, and Tools the names of
	// the tools that the model was offered, where they are known.
	Schema json.RawMessage
	Tools  []string
	// History is the conversation so far, oldest first, where it is known. Where it
	// is nil, [Call.In] takes it from the context: see [ContextWithHistory].
	History []Message

	// Where each of these is empty, Call.In takes it from the context too.
	Agent        string
	AgentID      string
	Environment  string
	Conversation string
	User         string
	TraceID      uuid.UUID
	SpanID       uuid.UUID
	// Attributes are any other facts that a rule may ask for.
	Attributes map[string]any

	// DecisionID names this question: asked again under the same id, a backend
	// answers the same. uuid.Nil has one made.
	DecisionID uuid.UUID
	// Source says what the call came from: manual, sdk, openai, anthropic or
	// another name of the wire. Empty is manual.
	Source string
}

// Message is one turn of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// ContextWithHistory returns a context in which calls are judged beside this
// conversation, oldest message first, unless they bring their own: those of [Tool],
// which has no other way to know it, and those of [Check] and [CheckAll]. Rules that
// compare a call with what was said and returned before need it.
//
// The slice is kept, not copied: leave the messages that it holds as they are while
// the context is in use. To append to it is no change; put the longer one into a
// context of its own, for the next calls. There is no bound on its length, but only
// its end is looked at: the local engine reads the last 64 messages, and the backend
// is sent the last 256 KiB. An empty history hides that of ctx.
func ContextWithHistory(ctx context.Context, history []Message) context.Context {
	return context.WithValue(ctx, historyKey{}, slices.Clip(history))
}

type historyKey struct{}

func historyIn(ctx context.Context) []Message {
	history, _ := ctx.Value(historyKey{}).([]Message)
	return history
}

// In returns the call with what its context knows of it filled in: agent,
// environment, conversation, user, history, trace and span. What the call says itself
// stands.
func (c Call) In(ctx context.Context) Call {
	if c.History == nil {
		c.History = historyIn(ctx)
	}
	if c.Agent == "" {
		c.Agent = staso.AgentFromContext(ctx)
	}
	if c.Conversation == "" {
		c.Conversation = staso.ConversationFromContext(ctx)
	}
	if c.User == "" {
		c.User = staso.UserFromContext(ctx)
	}
	if tracer := staso.TracerFromContext(ctx); tracer != nil && (c.Agent == "" || c.Environment == "") {
		config := tracer.Config()
		c.Agent = cmp.Or(c.Agent, config.AgentName)
		c.Environment = cmp.Or(c.Environment, config.Environment)
	}
	if span := staso.SpanFromContext(ctx); span != nil && c.TraceID == uuid.Nil {
		c.TraceID, c.SpanID = span.TraceID(), span.ID()
	}
	return c
}
