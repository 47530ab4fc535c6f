package staso_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/testutil"
)

// support is a service with an agent in it. The Tracer is injected.
type support struct {
	tracer *staso.Tracer
	lookup func(context.Context, orderQuery) (orderStatus, error)
	ask    func(context.Context, string) (string, error)
}

type orderQuery struct {
	ID string `json:"order_id"`
}

type orderStatus struct {
	Status string `json:"status"`
}

// newSupport wraps functions where they are wired, not where they are written.
func newSupport(tracer *staso.Tracer) *support {
	s := &support{tracer: tracer}
	s.lookup = staso.Tool(tracer, "lookup_order", s.lookupOrder)
	s.ask = staso.Agent(tracer, "support-bot", s.answer, staso.WithTags("vip"))
	return s
}

func (s *support) lookupOrder(_ context.Context, q orderQuery) (orderStatus, error) {
	if q.ID != "A-17" {
		return orderStatus{}, errors.New("no such order")
	}
	return orderStatus{"shipped"}, nil
}

// answer makes a span by hand for the call of a model, where a wrapper does not
// fit.
func (s *support) answer(ctx context.Context, question string) (string, error) {
	_, span := s.tracer.Start(ctx, "plan", staso.WithKind(staso.KindLLM))
	span.SetModel("gpt-4o")
	span.SetInput([]map[string]string{{"role": "user", "content": question}})
	span.SetOutput("look up A-17")
	span.SetUsage(staso.Usage{InputTokens: 12, OutputTokens: 5})
	span.End()
	order, err := s.lookup(ctx, orderQuery{"A-17"})
	return order.Status, err
}

// A service gets its Tracer injected; a test swaps the exporter for a recorder.
// Without WithExporter the spans go to the backend on this machine.
func Example() {
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(rec))
	if err != nil {
		log.Fatal(err) // every bad option at once
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := tracer.Shutdown(ctx); err != nil {
			log.Print(err) // what was lost, how many, why
		}
	}()

	ctx := staso.ContextWithConversation(context.Background(), "conv-42")
	answer, err := newSupport(tracer).ask(ctx, "where is my order?")
	fmt.Println(answer, err)
	fmt.Print(rec.Tree())
	// Output:
	// shipped <nil>
	// agent support-bot
	//   llm plan
	//   tool lookup_order
}

func ExampleNew_everyBadOptionAtOnce() {
	_, err := staso.New(
		staso.WithLookupEnv(nil),
		staso.WithBaseURL("http://staso.example.com"),
		staso.WithBatchSize(1000),
	)
	fmt.Println(errors.Is(err, staso.ErrInvalidOption))
	fmt.Println(err)
	// Output:
	// true
	// staso.New: invalid option: WithBaseURL: "http://staso.example.com" is plain http to another machine: use https
	// invalid option: WithBatchSize(1000): must be from 1 to 500
	// invalid option: no agent name: give WithAgentName or set STASO_AGENT_NAME
}

func ExampleTracer_Start() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("writer"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	ctx, span := tracer.Start(context.Background(), "draft", staso.WithKind(staso.KindChain))
	_, call := tracer.Start(ctx, "chat", staso.WithKind(staso.KindLLM))
	call.RecordError(context.DeadlineExceeded) // nil would do nothing
	call.End()
	span.End()

	fmt.Print(rec.Tree())
	// Output:
	// chain draft
	//   llm chat timeout
}

func ExampleAgent() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("service"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	greet := staso.Agent(tracer, "greeter", func(ctx context.Context, name string) (string, error) {
		return "Hello " + name + ", I am " + staso.AgentFromContext(ctx), nil
	})
	fmt.Println(greet(context.Background(), "Ada"))
	span := rec.Spans()[0]
	fmt.Printf("%s %s\n", span.Input, span.Output)
	// Output:
	// Hello Ada, I am greeter <nil>
	// {"agent_name":"greeter","input":"Ada"} {"result":"Hello Ada, I am greeter"}
}

func ExampleTool() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("calculator"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	type division struct{ A, B int }
	divide := staso.Tool(tracer, "divide", func(_ context.Context, d division) (int, error) {
		if d.B == 0 {
			return 0, errors.New("division by zero")
		}
		return d.A / d.B, nil
	})
	_, _ = divide(context.Background(), division{6, 0})
	span := rec.Spans()[0]
	fmt.Printf("%s %s: %s\n", span.Input, span.Status, span.ErrorMessage)
	// Output:
	// {"A":6,"B":0} error: division by zero
}

func ExampleContextWithConversation() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec), staso.WithCaptureVCS(false))
	defer tracer.Shutdown(context.Background())

	ctx := staso.ContextWithConversation(context.Background(), "conv-42") // "" makes a new id
	ctx = staso.ContextWithUser(ctx, "alice")
	ctx = staso.ContextWithTags(ctx, "beta")
	done := make(chan struct{})
	go func() { // a goroutine needs only its ctx
		defer close(done)
		_, span := tracer.Start(ctx, "answer")
		span.End()
	}()
	<-done
	span := rec.Spans()[0]
	fmt.Println(span.ConversationID, span.UserID, string(span.Attributes))
	// Output:
	// conv-42 alice {"tags":["beta"]}
}

func ExampleTracer_Annotate() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	_, span := tracer.Start(context.Background(), "answer")
	span.End()

	// Later, in another handler, the ids are enough.
	liked := staso.Boolean("liked", true)
	liked.TraceID = span.TraceID()
	fmt.Println(tracer.Annotate(context.Background(), liked))
	fmt.Println(span.Annotate(staso.Numeric("accuracy", 0.75)))
	for _, a := range rec.Annotations() {
		fmt.Println(a.Name, string(a.Value))
	}
	// Output:
	// <nil>
	// <nil>
	// liked true
	// accuracy 0.75
}

func ExampleTracer_Shutdown() {
	down := exporterFunc(func(context.Context, exporter.Batch) error { return errors.New("no route to host") })
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(down))
	_, span := tracer.Start(context.Background(), "answer")
	span.End()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	fmt.Println(tracer.Shutdown(ctx))
	fmt.Println(tracer.Stats().Spans.Failed)
	// Output:
	// staso: not delivered: 1 span exporter_failed: no route to host
	// map[exporter_failed:1]
}

func ExampleWithRedactor() {
	rec := testutil.NewRecorder()
	redact := func(_ staso.Field, content json.RawMessage) json.RawMessage {
		return bytes.ReplaceAll(content, []byte("alice@example.com"), []byte("[e-mail]"))
	}
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec), staso.WithRedactor(redact))
	defer tracer.Shutdown(context.Background())

	_, span := tracer.Start(context.Background(), "answer")
	span.SetInput("write to alice@example.com")
	span.End()
	fmt.Printf("%s\n", rec.Spans()[0].Input)
	// Output:
	// "write to [e-mail]"
}

func ExampleWithCapture() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec),
		staso.WithCapture(staso.CapturePolicy{SystemPrompt: staso.Suppressed, Output: staso.Suppressed}))
	defer tracer.Shutdown(context.Background())

	_, span := tracer.Start(context.Background(), "chat", staso.WithKind(staso.KindLLM))
	span.SetInput([]map[string]string{{"role": "system", "content": "our secret recipe"}, {"role": "user", "content": "hi"}})
	span.SetOutput("hello")
	span.End()
	got := rec.Spans()[0]
	fmt.Printf("%s %q %s\n", got.Input, got.Output, got.Capture.Output)
	// Output:
	// [{"content":"[suppressed]","role":"system"},{"content":"hi","role":"user"}] "" suppressed
}

func ExampleTracer_Middleware() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	back := httptest.NewServer(tracer.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, span := tracer.Start(r.Context(), "in the service behind")
		span.End()
	})))
	defer back.Close()

	ctx, span := tracer.Start(context.Background(), "in the service before")
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, back.URL, nil)
	client := &http.Client{Transport: tracer.Transport(nil)}
	if response, err := client.Do(request); err == nil {
		response.Body.Close()
	}
	client.CloseIdleConnections()
	span.End()
	fmt.Print(rec.Tree())
	// Output:
	// custom in the service before
	//   custom in the service behind
}

func ExampleSpanFromContext() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("bot"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	search := staso.Trace(tracer, "search", func(ctx context.Context, words string) ([]string, error) {
		staso.SpanFromContext(ctx).SetMetadata("index", "products-7")
		return []string{"keyboard"}, nil
	}, staso.WithKind(staso.KindRetriever))
	_, _ = search(context.Background(), "clicky")

	var metadata map[string]any
	_ = json.Unmarshal(rec.Spans()[0].Attributes, &metadata)
	fmt.Println(metadata["index"])
	// Output:
	// products-7
}

type exporterFunc func(context.Context, exporter.Batch) error

func (f exporterFunc) Export(ctx context.Context, batch exporter.Batch) error { return f(ctx, batch) }
func (exporterFunc) Shutdown(context.Context) error                           { return nil }
