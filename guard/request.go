package guard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso"
)

const (
	maxRequest   = 15 << 20 // bytes; the backend takes 16 MiB
	maxAnswer    = 17 << 20 // changed arguments may be as large as those sent
	maxAttribute = 64 << 10
	maxHistory   = 256 << 10 // bytes of the conversation, the newest of it
	answerMargin = 100 * time.Millisecond
)

// evaluate asks once, with retries, within the timeout.
func (c *Client) evaluate(ctx context.Context, q question) Result {
	body, err := c.evaluateBody(ctx, q)
	if err != nil {
		return unavailableResult(FailureCallRefused, FailClosed, err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var torn *Result
	answer, err := c.post(ctx, "/v1/guard/evaluate", body, func(beginning []byte) {
		// An answer that broke off decides nothing, unless it speaks of a block.
		if read := decodeVerdict(beginning, q.call.DecisionID, q.call.Phase, FailOpen); !read.Allowed() {
			torn = &read
		}
	})
	switch {
	case err == nil:
		return decodeVerdict(answer.Body, q.call.DecisionID, q.call.Phase, c.mode)
	case torn != nil:
		torn.Action = ActionBlock
		return *torn
	}
	return c.failed(err)
}

// evaluateBody is made once: the same question asked again is the same body.
func (c *Client) evaluateBody(ctx context.Context, q question) ([]byte, error) {
	if q.refused != "" {
		return nil, errors.New(q.refused)
	}
	capture := c.captureIn(ctx)
	request := evaluateRequest{
		PayloadVersion: 1,
		AcceptActions:  []Action{ActionAllow, ActionBlock, ActionModify, ActionEscalate},
		ToolName:       q.call.Tool, ToolInput: q.input,
		Context:    c.wireContext(q.call, capture),
		DecisionID: q.call.DecisionID, DecisionSource: q.call.Source,
		FailureMode: c.mode, DeadlineMS: c.deadline(ctx), Capture: capture, DeferEscalation: q.deferred,
	}
	if q.call.Phase != PhaseInput {
		request.Phase = q.call.Phase.String()
		request.ToolOutput = orNull(q.call.Output)
	}
	return encodeRequest(request)
}

func encodeRequest(request any) ([]byte, error) {
	body, err := marshal(request)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the call has no JSON form: %w", err)
	case len(body) > maxRequest:
		return nil, fmt.Errorf("the call is %d bytes long, more than the %d that the backend takes", len(body), maxRequest)
	}
	return body, nil
}

// deadline is how long the backend has: what is left, less the way back.
func (c *Client) deadline(ctx context.Context) int64 {
	left := c.timeout
	if at, ok := ctx.Deadline(); ok {
		left = min(left, time.Until(at))
	}
	return min(max((left-answerMargin).Milliseconds(), 100), 30_000)
}

// captureIn is the strictest of what the Client and the Tracer of ctx say.
func (c *Client) captureIn(ctx context.Context) staso.CapturePolicy {
	if tracer := tracerIn(ctx); tracer != nil {
		return c.capture.Strictest(tracer.Config().Capture)
	}
	return c.capture
}

// wireContext is what is known around a call. What the call says of itself stands
// before its attributes.
func (c *Client) wireContext(call Call, capture staso.CapturePolicy) map[string]any {
	about := map[string]any{}
	for name, value := range call.Attributes {
		about[name] = json.RawMessage(c.encoder.Append(nil, value, maxAttribute))
	}
	text := func(name, value string) {
		if value != "" {
			about[name] = value
		}
	}
	text(contextAgent, call.Agent)
	if call.AgentID == "" && call.Agent != "" {
		call.AgentID = staso.AgentID(call.Agent).String()
	}
	text(contextAgentID, call.AgentID)
	text(contextEnvironment, orDefault(call.Environment))
	text(contextWorkspace, c.workspace)
	text(contextConversation, call.Conversation)
	text(contextUser, call.User)
	if call.TraceID != uuid.Nil {
		about[contextTrace], about[contextSpan] = call.TraceID, call.SpanID
	}
	if json.Valid(call.Schema) && capture.ToolSchema == staso.Captured {
		about[contextSchema] = call.Schema
	}
	if len(call.Tools) > 0 {
		about[contextTools] = call.Tools
	}
	if len(call.History) > 0 && capture.Request == staso.Captured {
		about[contextHistory] = newest(call.History)
	}
	return about
}

func orDefault(environment string) string {
	if environment == "" {
		return "default"
	}
	return environment
}

// newest is as much of a conversation's end as is sent.
func newest(history []Message) []Message {
	size := 0
	for i := len(history) - 1; i >= 0; i-- {
		if size += len(history[i].Role) + len(history[i].Content); size > maxHistory {
			return history[i+1:]
		}
	}
	return history
}

// argumentsObject is a call's arguments as an object.
func argumentsObject(input json.RawMessage) ([]byte, error) {
	input = trimSpace(input)
	switch {
	case len(input) == 0:
		return []byte("{}"), nil
	case !json.Valid(input):
		return nil, errors.New("the arguments are no JSON: give an object, for instance {\"command\": \"ls\"}")
	case input[0] == '{':
		return input, nil
	}
	return append(append([]byte(`{"input":`), input...), '}'), nil
}

func orNull(raw json.RawMessage) json.RawMessage {
	if !json.Valid(raw) {
		return json.RawMessage("null")
	}
	return raw
}
