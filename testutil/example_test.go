package testutil_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/testutil"
)

// printer stands for a *testing.T, which an example does not have.
type printer struct{}

func (printer) Helper() {}

func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func ExampleRecorder() {
	t := printer{} // in a test, its *testing.T
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = tracer.Shutdown(context.Background()) }()

	ctx, agent := tracer.Start(context.Background(), "support-bot", staso.WithKind(staso.KindAgent))
	_, lookup := tracer.Start(ctx, "lookup_order", staso.WithKind(staso.KindTool))
	lookup.SetInput(map[string]string{"order": "A-17"})
	lookup.End()
	_, refund := tracer.Start(ctx, "refund", staso.WithKind(staso.KindTool))
	refund.SetStatus(staso.StatusError, "over the limit")
	refund.End()
	agent.End()

	rec.AssertTree(t, `
		agent support-bot
		  tool lookup_order
		  tool refund error
	`)
	fmt.Print(rec.Tree())
	fmt.Println(string(rec.Spans().Named("lookup_order").Only(t).Input))
	// Output:
	// agent support-bot
	//   tool lookup_order
	//   tool refund error
	// {"order":"A-17"}
}

// A test keeps the file in testdata and writes it with a flag of its own, such as
// -update.
func ExampleRecorder_Golden() {
	t := printer{} // in a test, its *testing.T
	dir, err := os.MkdirTemp("", "golden")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "refund.txt")

	for _, update := range []bool{true, false} {
		rec := testutil.NewRecorder()
		tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec))
		if err != nil {
			fmt.Println(err)
			return
		}
		_, span := tracer.Start(context.Background(), "refund", staso.WithKind(staso.KindTool))
		span.SetInput(map[string]string{"order": "A-17"})
		span.SetMetadata("request_id", span.ID().String()) // another one in each run
		span.End()
		rec.Golden(t, path, update, "request_id")
		_ = tracer.Shutdown(context.Background())
	}
	golden, _ := os.ReadFile(path)
	fmt.Print(string(golden))
	// Output:
	// tool refund
	//     id: span-1 in trace-1
	//     input: {"order":"A-17"}
	//     attributes: {"request_id":"*"}
}

func ExampleBackend() {
	backend := testutil.NewBackend()
	defer backend.Close()
	backend.Fail(testutil.Status(503, 0)) // the tracer tries again by itself

	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithBaseURL(backend.URL()))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, span := tracer.Start(context.Background(), "plan")
	span.End()
	if err := tracer.Shutdown(context.Background()); err != nil {
		fmt.Println(err)
	}
	testutil.VerifyDelivered(printer{}, tracer)
	fmt.Println(backend.Spans()[0].Name, len(backend.Requests()))
	// Output: plan 2
}
