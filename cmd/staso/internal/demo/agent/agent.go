// Package agent is the smallest loop that deserves the name: ask the model, run
// the tools that it calls, tell it what came of them, until it answers in words.
package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/guard"
)

// Config describes an agent.
type Config struct {
	Name         string
	Instructions string
	Tools        []Tool
	// Turns bounds the model's calls for one question.
	Turns int
}

// Agent answers questions. It is safe for concurrent use.
type Agent struct {
	tracer *staso.Tracer
	client *chat.Client
	config Config
	ask    func(context.Context, Question) (Answer, error)
}

// Question is what an agent is asked, and what was said before.
type Question struct {
	Text    string         `json:"question"`
	History []chat.Message `json:"-"`
}

// Answer is what came of a question; where it comes with an error, what there was
// until then.
type Answer struct {
	Text       string `json:"answer,omitempty"`
	ModelCalls int    `json:"model_calls"`
	Retries    int    `json:"retries,omitempty"`
	ToolCalls  int    `json:"tool_calls"`
	Failures   int    `json:"failed_tool_calls,omitempty"`
	Blocked    int    `json:"blocked_tool_calls,omitempty"` // which are no failures
	// Parallel is the most tools that were at work together.
	Parallel int `json:"-"`
	// History goes into the next Question.
	History []chat.Message `json:"-"`
	// TraceID is the id of the trace that shows how it came about.
	TraceID string `json:"-"`
}

// New returns an agent whose questions are spans of tracer.
func New(tracer *staso.Tracer, client *chat.Client, config Config) *Agent {
	a := &Agent{tracer: tracer, client: client, config: config}
	a.ask = staso.Agent(tracer, config.Name, a.answer)
	return a
}

// Name is the agent's name.
func (a *Agent) Name() string { return a.config.Name }

// Ask has the agent answer a question. The error is a [*GaveUpError] where the
// model wanted more turns than it has.
func (a *Agent) Ask(ctx context.Context, q Question) (Answer, error) { return a.ask(ctx, q) }

// GaveUpError says that the model did not come to an answer.
type GaveUpError struct{ Turns int }

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("no answer after %d calls of the model, which is the limit", e.Turns)
}

func (a *Agent) answer(ctx context.Context, q Question) (Answer, error) {
	run := &run{agent: a, messages: append(a.opening(q.History), chat.Message{Role: chat.RoleUser, Content: q.Text})}
	run.answer.TraceID = staso.SpanFromContext(ctx).TraceID().String()
	err := run.loop(ctx)
	run.answer.History = run.messages
	return run.answer, joinErrors(err, run.judge(ctx, err))
}

// opening is what was said before, or else the instructions.
func (a *Agent) opening(history []chat.Message) []chat.Message {
	if len(history) > 0 {
		return slices.Clip(history)
	}
	return []chat.Message{{Role: chat.RoleSystem, Content: a.config.Instructions}}
}

// run is one question under way.
type run struct {
	agent    *Agent
	messages []chat.Message
	answer   Answer
}

func (r *run) loop(ctx context.Context) error {
	specs := make([]chat.Tool, len(r.agent.config.Tools))
	for i, tool := range r.agent.config.Tools {
		specs[i] = tool.spec
	}
	for range r.agent.config.Turns {
		reply, err := r.agent.client.Complete(ctx, r.messages, specs)
		r.answer.ModelCalls += reply.Tries
		r.answer.Retries += max(0, reply.Tries-1)
		if err != nil {
			return err
		}
		r.messages = append(r.messages, reply.Message)
		if len(reply.Message.ToolCalls) == 0 {
			r.answer.Text = reply.Message.Content
			return nil
		}
		r.messages = append(r.messages, r.callAll(ctx, reply.Message.ToolCalls)...)
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
	}
	return &GaveUpError{r.agent.config.Turns}
}

// maxParallel bounds the tools that are at work together, and so the calls that a
// model may make at once.
const maxParallel = 8

// callAll runs the calls of one turn side by side. What fails is told to the
// model, which may find another way.
func (r *run) callAll(ctx context.Context, calls []chat.ToolCall) []chat.Message {
	results := make([]chat.Message, len(calls))
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		results[i] = chat.Message{Role: chat.RoleTool, ToolCallID: call.ID}
		if i >= maxParallel {
			errs[i] = fmt.Errorf("more than %d calls at once: ask again", maxParallel)
			results[i].Content = failure(errs[i])
			continue
		}
		wg.Go(func() {
			if results[i].Content, errs[i] = r.agent.call(ctx, call.Function); errs[i] != nil {
				results[i].Content = failure(errs[i])
			}
		})
	}
	wg.Wait()
	r.count(errs)
	return results
}

func (r *run) count(errs []error) {
	r.answer.ToolCalls += len(errs)
	r.answer.Parallel = max(r.answer.Parallel, min(len(errs), maxParallel))
	for _, err := range errs {
		blocked, ok := errors.AsType[*guard.BlockedError](err)
		switch {
		case ok && blocked != nil:
			r.answer.Blocked++
		case err != nil:
			r.answer.Failures++
		}
	}
}

func (a *Agent) call(ctx context.Context, f chat.FunctionCall) (string, error) {
	for _, tool := range a.config.Tools {
		if tool.spec.Function.Name == f.Name {
			return tool.call(ctx, f.Arguments)
		}
	}
	return "", fmt.Errorf("there is no tool %.40q", f.Name)
}

// failure is an error as a model is told of it.
func failure(err error) string {
	encoded, encodeErr := json.Marshal(map[string]string{"error": err.Error()})
	if encodeErr != nil {
		return `{"error":"unknown"}` // a text always encodes
	}
	return string(encoded)
}
