package httpexport_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

// A tracer makes an Exporter by itself. Build one for what its options do not
// offer.
func ExampleNew() {
	backend := testutil.NewBackend()
	defer backend.Close()

	exp, err := httpexport.New(
		httpexport.WithBaseURL(backend.URL()),
		httpexport.WithTimeout(10*time.Second),
		httpexport.WithCompression(false),
	)
	if err != nil {
		fmt.Println(err) // every bad option at once
		return
	}
	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(exp))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, span := tracer.Start(context.Background(), "lookup_order", staso.WithKind(staso.KindTool))
	span.End()
	if err := tracer.Shutdown(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println(backend.Spans()[0].Kind, backend.Spans()[0].Name)
	// Output: tool lookup_order
}

// What may be tried again says so, and how long the backend asked to wait.
func ExampleExporter_Export() {
	backend := testutil.NewBackend()
	defer backend.Close()
	exp, err := httpexport.New(httpexport.WithBaseURL(backend.URL()))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = exp.Shutdown(context.Background()) }()

	backend.Fail(testutil.Status(429, 2*time.Second))
	batch := exporter.Batch{ID: uuid.New(), Spans: []*exporter.SpanData{{
		TraceID: uuid.New(), SpanID: uuid.New(), Name: "plan", StartTime: time.Now(),
	}}}
	err = exp.Export(context.Background(), batch)
	var retryable *exporter.RetryableError
	if errors.As(err, &retryable) {
		fmt.Println("wait", retryable.After)
		fmt.Println("then", exp.Export(context.Background(), batch))
	}
	// Output:
	// wait 2s
	// then <nil>
}
