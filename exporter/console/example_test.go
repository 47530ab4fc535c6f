package console_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
)

func Example() {
	printer, err := console.New(console.WithWriter(os.Stdout), console.WithColor(false))
	if err != nil {
		fmt.Println(err)
		return
	}
	// A Tracer does this: staso.New(staso.WithExporter(printer), ...).
	trace := uuid.MustParse("5e1f0c3a-8d0e-4b6e-9a51-0d9a4f3f6c11")
	bot, lookup := uuid.UUID{15: 1}, uuid.UUID{15: 2}
	err = printer.Export(context.Background(), exporter.Batch{Spans: []*exporter.SpanData{
		{
			TraceID: trace, SpanID: lookup, ParentSpanID: bot, Name: "lookup_order", Kind: exporter.KindTool,
			Status: exporter.StatusError, ErrorMessage: "order not found", Duration: 12 * time.Millisecond,
		},
		{TraceID: trace, SpanID: bot, Name: "support-bot", Kind: exporter.KindAgent, Duration: 1210 * time.Millisecond},
	}})
	fmt.Println("error:", err)
	// Output:
	// trace 5e1f0c3a-8d0e-4b6e-9a51-0d9a4f3f6c11
	// agent support-bot  ok  1.21s
	// └─ tool lookup_order  error  12ms  order not found
	//
	// error: <nil>
}
