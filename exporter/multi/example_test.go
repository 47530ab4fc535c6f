package multi_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
	"github.com/staso-go/staso/exporter/jsonl"
	"github.com/staso-go/staso/exporter/multi"
)

func Example() {
	var lines, terminal bytes.Buffer
	file, err := jsonl.NewWriter(&lines)
	if err != nil {
		fmt.Println(err)
		return
	}
	printer, err := console.New(console.WithWriter(&terminal))
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := multi.New(file, multi.WithSecondary("console", printer))
	if err != nil {
		fmt.Println(err)
		return
	}
	// A Tracer does this: staso.New(staso.WithExporter(both), ...).
	err = both.Export(context.Background(), exporter.Batch{
		ID:    uuid.New(),
		Spans: []*exporter.SpanData{{TraceID: uuid.New(), SpanID: uuid.New(), Name: "support-bot", Kind: exporter.KindAgent}},
	})
	fmt.Println("the primary says:", err)
	fmt.Println("shutdown:", both.Shutdown(context.Background()))
	fmt.Println("lines:", strings.Count(lines.String(), "\n"))
	fmt.Println("printed:", strings.Contains(terminal.String(), "agent support-bot"))
	for _, child := range both.Stats() {
		fmt.Println(child.Name, "exported", child.Exported.Spans)
	}
	// Output:
	// the primary says: <nil>
	// shutdown: <nil>
	// lines: 1
	// printed: true
	// primary exported 1
	// console exported 1
}
