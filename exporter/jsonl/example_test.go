package jsonl_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

func Example() {
	dir, err := os.MkdirTemp("", "jsonl")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "traces.jsonl")

	file, err := jsonl.New(path, jsonl.WithMaxBytes(10<<20), jsonl.WithMaxFiles(3))
	if err != nil {
		fmt.Println(err)
		return
	}
	// A Tracer does this: staso.New(staso.WithExporter(file), ...).
	err = file.Export(context.Background(), exporter.Batch{
		Spans: []*exporter.SpanData{
			{TraceID: uuid.New(), SpanID: uuid.New(), Name: "plan", Kind: exporter.KindLLM},
			{TraceID: uuid.New(), SpanID: uuid.New(), Name: "lookup_order", Kind: exporter.KindTool},
		},
	})
	fmt.Println("written:", err == nil, file.Shutdown(context.Background()) == nil)

	written, err := os.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer written.Close()
	for record, err := range jsonl.Read(written) {
		if err != nil {
			fmt.Println(err) // a line that is no record; the next ones follow
			continue
		}
		fmt.Println(record.Type, record.Span.Kind, record.Span.Name)
	}
	// Output:
	// written: true true
	// span llm plan
	// span tool lookup_order
}
