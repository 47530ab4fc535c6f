package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/staso-go/staso"
)

// Config says which model is spoken to, and where.
type Config struct {
	BaseURL  string // ends before /chat/completions
	Key      string // empty: none is sent
	Provider string
	Model    string
	HTTP     *http.Client
}

// Client speaks to one model. It is safe for concurrent use.
type Client struct {
	tracer *staso.Tracer
	config Config
}

// NewClient returns a client whose requests are spans of tracer.
func NewClient(tracer *staso.Tracer, config Config) *Client {
	return &Client{tracer: tracer, config: config}
}

// Reply is what a model answered.
type Reply struct {
	Message Message
	// Tries counts the requests that it took, also where the last one failed.
	Tries int
}

const (
	maxTries   = 3
	firstPause = 150 * time.Millisecond
	tryTimeout = 60 * time.Second
	maxAnswer  = 4 << 20
	maxOutput  = 1_024 // tokens
)

// Complete asks the model for the next message, with tools that it may call. What
// may pass is tried again, twice at most, as late as the provider asks.
func (c *Client) Complete(ctx context.Context, messages []Message, tools []Tool) (Reply, error) {
	return c.retry(ctx, Request{Messages: messages, Tools: tools}, c.receive)
}

// Stream is Complete for a text that is read while it is written.
func (c *Client) Stream(ctx context.Context, messages []Message) (Reply, error) {
	request := Request{Messages: messages, Stream: true, StreamOptions: &StreamOptions{IncludeUsage: true}}
	return c.retry(ctx, request, c.receiveStream)
}

// receiver reads the answer out of a body, and may say more of it on the span.
type receiver func(body io.Reader, span *staso.Span) (*Response, error)

func (c *Client) retry(ctx context.Context, request Request, receive receiver) (Reply, error) {
	request.Model, request.MaxTokens = c.config.Model, maxOutput
	for try := 1; ; try++ {
		message, err := c.try(ctx, &request, try, receive)
		if err == nil || try == maxTries || !mayPass(err) {
			return Reply{message, try}, err
		}
		if stop := wait(ctx, pause(try, err)); stop != nil {
			return Reply{Tries: try}, fmt.Errorf("%w while waiting after: %w", stop, err)
		}
	}
}

func pause(try int, err error) time.Duration {
	if e, ok := errors.AsType[*RefusalError](err); ok && e.After > 0 {
		return e.After
	}
	return firstPause << (try - 1)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// try is one request, and one span.
func (c *Client) try(ctx context.Context, request *Request, number int, receive receiver) (Message, error) {
	ctx, span := c.tracer.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
	defer span.End()
	span.SetRequestedModel(request.Model)
	span.SetProvider(c.config.Provider)
	span.SetInput(request.Messages)
	span.SetMetadata(staso.KeyMaxTokens, request.MaxTokens)
	span.SetMetadata("try", number)
	if names := toolNames(request.Tools); len(names) > 0 {
		span.SetMetadata("tools", names)
	}
	answer, err := c.send(ctx, request, span, receive)
	if err != nil {
		span.RecordError(err)
		return Message{}, err
	}
	choice := answer.Choices[0]
	span.SetModel(answer.Model)
	span.SetOutput(choice.Message)
	span.SetMetadata(staso.KeyStopReason, choice.FinishReason)
	span.SetMetadata(staso.KeyResponseID, answer.ID)
	if u := answer.Usage; u != nil {
		span.SetUsage(staso.Usage{InputTokens: u.PromptTokens, OutputTokens: u.CompletionTokens, TotalTokens: u.TotalTokens})
	}
	return *choice.Message, nil
}

func toolNames(tools []Tool) []string {
	names := make([]string, len(tools))
	for i := range tools {
		names[i] = tools[i].Function.Name
	}
	return names
}

func (c *Client) send(ctx context.Context, request *Request, span *staso.Span, receive receiver) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	body, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.BaseURL+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if c.config.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.config.Key)
	}
	response, err := c.config.HTTP.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask the model: %w", err)
	}
	defer response.Body.Close()
	limited := io.LimitReader(response.Body, maxAnswer)
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(limited, 64<<10)) //nolint:errcheck // the status says enough
		return nil, refusal(response, said)
	}
	return receive(limited, span)
}

var errNoChoice = errors.New("the model's answer holds no message")

// receive reads an answer that comes in one piece.
func (c *Client) receive(body io.Reader, _ *staso.Span) (*Response, error) {
	var answer Response
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("decode the model's answer: %w", err)
	}
	if len(answer.Choices) == 0 || answer.Choices[0].Message == nil {
		return nil, errNoChoice
	}
	return &answer, nil
}
