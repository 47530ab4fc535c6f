// Command service is an HTTP service with an agent in it.
//
//	go run ./cmd/staso serve        # the backend, in another terminal
//	go run ./examples/service
//	curl -H 'X-Conversation: c-1' '127.0.0.1:8080/ask?q=where+is+A-17'
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/staso-go/staso"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// run serves until it is interrupted.
func run() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	tracer, err := staso.New(staso.WithAgentName("support-bot")) // talks to the local backend unless told otherwise
	if err != nil {
		return err // every bad option at once
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err = errors.Join(err, tracer.Shutdown(ctx)) // what was lost, how many, why
	}()

	mux := http.NewServeMux()
	mux.Handle("GET /ask", tracer.Middleware(NewSupport(tracer, cannedModel)))
	server := &http.Server{Addr: "127.0.0.1:8080", Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Printf("ask http://%s/ask?q=where+is+A-17", server.Addr)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return server.Shutdown(ctx) // requests under way end first, then the tracer
	}
}
