package spool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// backend is what httpexport.New gives in a real program.
type backend struct{ down bool }

func (b *backend) Export(_ context.Context, batch exporter.Batch) error {
	if b.down {
		return &exporter.RetryableError{Err: errors.New("connection refused")}
	}
	fmt.Println("backend got", batch.Spans[0].Name)
	return nil
}

func (b *backend) Shutdown(context.Context) error { return nil }

func Example() {
	dir, err := os.MkdirTemp("", "spool")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	// The backend is down, and the program has to stop.
	spooled, err := spool.New(dir, &backend{down: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A Tracer does this: staso.New(staso.WithExporter(spooled), ...).
	err = spooled.Export(context.Background(), exporter.Batch{
		ID:    uuid.New(),
		Spans: []*exporter.SpanData{{TraceID: uuid.New(), SpanID: uuid.New(), Name: "support-bot"}},
	})
	fmt.Println("accepted:", err == nil)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	fmt.Println("stays on disk:", errors.Is(spooled.Shutdown(ctx), spool.ErrPending))

	// The next start sends it.
	spooled, err = spool.New(dir, &backend{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("drained:", spooled.Drain(context.Background()) == nil)
	fmt.Println("delivered:", spooled.Stats().Delivered.Spans)
	fmt.Println("error:", spooled.Shutdown(context.Background()))
	// Output:
	// accepted: true
	// stays on disk: true
	// backend got support-bot
	// drained: true
	// delivered: 1
	// error: <nil>
}
