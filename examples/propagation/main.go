// Command propagation is two services and one trace: a shop asks a warehouse.
//
//	go run ./examples/propagation
//
// The trace is printed to the terminal. Two processes would have it the same way:
// all that passes between the two are the headers traceparent and baggage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

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

// run has one question answered by both services.
func run(ctx context.Context, spans exporter.Exporter, out io.Writer) (err error) {
	// Each service has a tracer of its own. Here both send to one terminal.
	shopTracer, err := staso.New(staso.WithAgentName("shop"), staso.WithExporter(spans))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shopTracer.Shutdown(ctx)) }()
	warehouseTracer, err := staso.New(
		staso.WithAgentName("warehouse"),
		staso.WithExporter(shared{spans}),
		staso.WithTrustedBaggage(true), // its callers are ours: it may believe them whose question it is
	)
	if err != nil {
		return err
	}
	// Shut down first: a terminal prints a trace when its root has come.
	defer func() { err = errors.Join(err, warehouseTracer.Shutdown(ctx)) }()

	warehouse := httptest.NewServer(warehouseTracer.Middleware(NewWarehouse(warehouseTracer)))
	defer warehouse.Close()
	shop := NewShop(shopTracer, warehouse.URL)

	ctx = staso.ContextWithConversation(ctx, "c-1")
	answer, err := shop.Ask(ctx, "Is there any sencha?")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, answer)
	return err
}

// shared is an exporter that another tracer shuts down.
type shared struct{ exporter.Exporter }

func (shared) Shutdown(context.Context) error { return nil }

// NewShop returns the service that customers ask.
func NewShop(tracer *staso.Tracer, warehouse string) *Shop {
	s := &Shop{
		// The transport sends the trace along. It is for services of your own only.
		client:    &http.Client{Transport: tracer.Transport(nil)},
		warehouse: warehouse,
	}
	s.Ask = staso.Agent(tracer, "shop", s.answer)
	s.stock = staso.Tool(tracer, "check_stock", s.checkStock)
	return s
}

// Shop answers customers.
type Shop struct {
	// Ask answers a question.
	Ask func(context.Context, string) (string, error)

	client    *http.Client
	warehouse string
	stock     func(context.Context, Tea) (string, error)
}

// Tea is what check_stock takes.
type Tea struct {
	Name string `json:"tea"`
}

func (s *Shop) answer(ctx context.Context, _ string) (string, error) {
	left, err := s.stock(ctx, Tea{"sencha"})
	return "There is " + left + ".", err
}

func (s *Shop) checkStock(ctx context.Context, tea Tea) (string, error) {
	// The request's context is what carries the trace.
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.warehouse+"/stock/"+tea.Name, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := s.client.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	left, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	return string(left), err
}

// NewWarehouse returns the service behind: its middleware has put the caller's
// span into the request's context, so that its own become children of that.
func NewWarehouse(tracer *staso.Tracer) http.Handler {
	count := staso.Tool(tracer, "count_bags", func(_ context.Context, tea Tea) (string, error) {
		return "900 g of " + tea.Name, nil
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stock/{tea}", func(w http.ResponseWriter, r *http.Request) {
		left, err := count(r.Context(), Tea{r.PathValue("tea")})
		if err != nil {
			http.Error(w, "it could not be counted", http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, left)
	})
	return mux
}
