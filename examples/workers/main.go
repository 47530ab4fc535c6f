// Command workers is a pool of workers that stay in the trace of whoever asked.
//
//	go run ./examples/workers
//
// A goroutine needs nothing but the context: here it comes with each job through
// the channel. Never keep a context of the worker's own for that.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
)

func main() {
	terminal, err := console.New(console.WithWriter(os.Stdout))
	if err == nil {
		err = run(context.Background(), terminal, os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// run has two documents read by one pool.
func run(ctx context.Context, spans exporter.Exporter, out io.Writer) (err error) {
	tracer, err := staso.New(staso.WithAgentName("reader"), staso.WithExporter(spans))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tracer.Shutdown(ctx)) }()
	pool := NewPool(tracer, 3)
	defer pool.Close()

	for _, document := range []string{"the kettle boils\nthe lid closes\nthe tea is green", "a parcel\na refund"} {
		counts, err := pool.Read(ctx, document)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, counts)
	}
	return nil
}

// Pool reads documents, page by page. It is safe for concurrent use.
type Pool struct {
	// Read counts the words of each page.
	Read func(context.Context, string) ([]int, error)

	count   func(context.Context, string) (int, error)
	jobs    chan job
	workers sync.WaitGroup
}

// job is one page, and the context that it belongs to.
type job struct {
	ctx  context.Context
	page string
	done func(words int, err error)
}

// NewPool starts the workers. Close ends them.
func NewPool(tracer *staso.Tracer, workers int) *Pool {
	p := &Pool{jobs: make(chan job)}
	p.Read = staso.Agent(tracer, "reader", p.read)
	p.count = staso.Tool(tracer, "count_words", countWords)
	for range workers {
		p.workers.Go(func() {
			for j := range p.jobs {
				j.done(p.count(j.ctx, j.page)) // a span of the trace that the job comes from
			}
		})
	}
	return p
}

// Close waits for the workers to end. Read must not be called afterwards.
func (p *Pool) Close() {
	close(p.jobs)
	p.workers.Wait()
}

func (p *Pool) read(ctx context.Context, document string) ([]int, error) {
	pages := strings.Split(document, "\n")
	counts, errs := make([]int, len(pages)), make([]error, len(pages))
	var all sync.WaitGroup
	for i, page := range pages {
		all.Add(1)
		done := func(words int, err error) {
			counts[i], errs[i] = words, err
			all.Done()
		}
		select {
		case p.jobs <- job{ctx, page, done}:
		case <-ctx.Done():
			done(0, ctx.Err())
		}
	}
	all.Wait()
	return counts, errors.Join(errs...)
}

func countWords(_ context.Context, page string) (int, error) {
	return len(strings.Fields(page)), nil
}
