package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/staso-go/staso"
)

// Support answers questions about orders.
type Support struct {
	tracer *staso.Tracer
	model  Model
	lookup func(context.Context, OrderQuery) (Order, error)
	ask    func(context.Context, string) (string, error)
}

// OrderQuery is what lookup_order takes: its fields are the tool's arguments.
type OrderQuery struct {
	ID string `json:"order_id"`
}

// Order is what it returns.
type Order struct {
	ID     string `json:"order_id"`
	Status string `json:"status"`
}

// NewSupport wraps functions where they are wired, not where they are written:
// lookupOrder and answer know nothing of tracing.
func NewSupport(tracer *staso.Tracer, model Model) *Support {
	s := &Support{tracer: tracer, model: model}
	s.lookup = staso.Tool(tracer, "lookup_order", s.lookupOrder)
	s.ask = staso.Agent(tracer, "support-bot", s.answer, staso.WithTags("support"))
	return s
}

// ServeHTTP says whose question it is; everything below finds that in ctx.
func (s *Support) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := staso.ContextWithConversation(r.Context(), r.Header.Get("X-Conversation")) // an empty one begins a new one
	ctx = staso.ContextWithUser(ctx, r.Header.Get("X-User"))
	answer, err := s.ask(ctx, r.FormValue("q"))
	switch {
	case errors.Is(err, ErrNoOrder):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, "try again later", http.StatusInternalServerError)
	default:
		w.Header().Set("X-Conversation", staso.ConversationFromContext(ctx))
		fmt.Fprintln(w, answer)
	}
}

// answer is the agent: the model may look an order up, and then answers.
func (s *Support) answer(ctx context.Context, question string) (string, error) {
	messages := []Message{{"system", "You answer questions about orders."}, {"user", question}}
	reply, err := s.chat(ctx, messages)
	if err != nil || reply.LookUp == "" {
		return reply.Text, err
	}
	order, err := s.lookup(ctx, OrderQuery{ID: reply.LookUp})
	if err != nil {
		return "", err
	}
	reply, err = s.chat(ctx, append(messages, Message{"tool", order.Status}))
	return reply.Text, err
}

// chat asks the model. A span by hand is for where a wrapper does not fit.
func (s *Support) chat(ctx context.Context, messages []Message) (Reply, error) {
	ctx, span := s.tracer.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
	defer span.End()
	span.SetInput(messages)
	reply, err := s.model(ctx, messages)
	span.RecordError(err) // nil does nothing
	span.SetModel(reply.Model)
	span.SetOutput(reply.Text)
	span.SetUsage(staso.Usage{InputTokens: reply.InputTokens, OutputTokens: reply.OutputTokens})
	return reply, err
}

// ErrNoOrder says that nobody has ordered that.
var ErrNoOrder = errors.New("no such order")

func (s *Support) lookupOrder(_ context.Context, q OrderQuery) (Order, error) {
	if q.ID != "A-17" {
		return Order{}, fmt.Errorf("look up %q: %w", q.ID, ErrNoOrder)
	}
	return Order{ID: q.ID, Status: "shipped on Monday"}, nil
}
