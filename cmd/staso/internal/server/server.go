// Package server puts the backend's parts behind one HTTP server: the routes,
// what is checked of every request before it reaches one, and the lifecycle.
//
// It listens on loopback only, as there is no authentication yet, and defends
// itself against what a browser on the same machine could be made to do: a Host
// allow-list against DNS rebinding, an Origin check on writes, and a content
// security policy on every answer.
package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Server is the backend's HTTP server, and a http.Handler for tests. It does
// not own its store: close that after Serve has returned.
type Server struct {
	options Options
	log     *zap.Logger
	store   store.Store
	bodies  *httpapi.Bodies
	ingest  *ingest.Handlers
	query   *query.Handlers
	guard   *guardapi.Handlers
	metrics metrics
	handler http.Handler
}

// New returns a server over st.
func New(st store.Store, options Options) *Server {
	options = options.withDefaults()
	if options.Guard == nil {
		options.Guard = guardapi.New(st, guardapi.Options{Now: options.Now, Logger: options.Logger})
	}
	bodies := httpapi.NewBodies(options.MaxBody, options.MaxInFlight)
	s := &Server{
		options: options,
		log:     options.Logger,
		store:   st,
		bodies:  bodies,
		ingest:  ingest.New(st, bodies, options.Now),
		query:   query.New(st, options.WriteTimeout),
		guard:   options.Guard.Handlers(bodies),
	}
	s.handler = s.chain(s.routes())
	return s
}

// ServeHTTP answers one request as Serve would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// ErrNotLoopback is wrapped by the error of an address that others could reach.
var ErrNotLoopback = errors.New("not a loopback address")

// Serve answers requests from listener until ctx ends. Then it takes no new
// ones, waits for those that are being worked on, at most the drain timeout,
// and returns nil. Whatever else ends it is an error. It closes listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	if err := checkListener(listener); err != nil {
		return errors.Join(err, listener.Close())
	}
	var idle unused
	h := s.httpServer(ctx)
	h.ConnState = idle.track
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	defer time.AfterFunc(unusedGrace, idle.close).Stop()
	s.guard.End()
	err := s.drain(ctx, h)
	if ended := <-failed; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

func (s *Server) httpServer(ctx context.Context) *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       s.options.ReadTimeout,
		WriteTimeout:      s.options.WriteTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          zap.NewStdLog(s.log),
		// A request outlives the end of ctx: it is drained, not cut off.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}

// drain waits for the requests in work, and cuts off those that take too long.
func (s *Server) drain(ctx context.Context, h *http.Server) error {
	begin := time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.DrainTimeout)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		s.log.Warn("requests were cut off", zap.Duration("after", time.Since(begin)))
		return h.Close()
	}
	return nil
}

// checkListener refuses an address that is not this machine's alone: until there
// is authentication, whoever reaches the server may read and write everything.
func checkListener(listener net.Listener) error {
	addr, ok := listener.Addr().(*net.TCPAddr)
	if ok && !addr.IP.IsLoopback() {
		return &net.OpError{Op: "serve", Net: addr.Network(), Addr: addr, Err: ErrNotLoopback}
	}
	return nil
}
