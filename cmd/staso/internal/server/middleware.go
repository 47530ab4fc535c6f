package server

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

// contentPolicy lets pages use what this server serves, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// chain puts around next what every request passes, outermost first.
func (s *Server) chain(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(httpapi.Handler(crossOrigin))
	return s.observe(s.headers(s.knownHost(origins.Handler(next))))
}

// headers sets what every answer carries.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			h.Set("Accept-Encoding", httpapi.AcceptEncoding)
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

func crossOrigin(http.ResponseWriter, *http.Request) error {
	return &httpapi.Error{
		Status: http.StatusForbidden,
		Code:   httpapi.CodeForbidden,
		Detail: "a page from another origin may not write here",
	}
}

// knownHost lets in only requests that name this machine. A page from elsewhere
// that has its own name resolve to 127.0.0.1 names itself, and is stopped here.
func (s *Server) knownHost(next http.Handler) http.Handler {
	listened := hostOf(s.options.Addr)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host := hostOf(r.Host); !isLoopback(host) && (listened == "" || host != listened) {
			httpapi.WriteError(w, &httpapi.Error{
				Status: http.StatusForbidden,
				Code:   httpapi.CodeForbidden,
				Detail: "header Host: names another machine: use localhost or 127.0.0.1",
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf returns the host of HOST, HOST:PORT or [IPV6]:PORT, in lower case.
func hostOf(address string) string {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// observe counts, logs and survives: a handler that panics is a 500.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		rec := &recorder{ResponseWriter: w}
		s.metrics.inFlight.Add(1)
		defer func() {
			s.metrics.inFlight.Add(-1)
			again := s.recovered(rec, r, recover())
			s.metrics.observe(rec.status, r.URL.Path, time.Since(begin))
			s.logRequest(rec, r, time.Since(begin))
			if again != nil {
				panic(again)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// recovered answers for a handler that panicked. It returns what must be panicked
// with again: where an answer was begun, the connection has to be broken off.
func (s *Server) recovered(rec *recorder, r *http.Request, value any) any {
	if value == nil {
		return nil
	}
	if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return http.ErrAbortHandler
	}
	s.log.Error("a handler panicked", zap.String("path", r.URL.Path), zap.Any("panic", value), zap.ByteString("stack", debug.Stack()))
	if rec.status != 0 {
		return http.ErrAbortHandler
	}
	httpapi.WriteError(rec, &httpapi.Error{
		Status: http.StatusInternalServerError,
		Code:   httpapi.CodeUnavailable,
		Detail: "the backend could not do this: its log says why",
	})
	return nil
}

func (s *Server) logRequest(rec *recorder, r *http.Request, took time.Duration) {
	failed := rec.status >= http.StatusInternalServerError && rec.status != http.StatusServiceUnavailable
	if !failed && !s.log.Core().Enabled(zap.DebugLevel) {
		return
	}
	fields := []zap.Field{
		zap.String("method", r.Method), zap.String("path", r.URL.Path),
		zap.Int("status", rec.status), zap.Duration("took", took), zap.Int64("bytes", rec.bytes),
	}
	if rec.err != nil {
		fields = append(fields, zap.Error(rec.err))
	}
	if failed {
		s.log.Error("request failed", fields...)
		return
	}
	s.log.Debug("request", fields...)
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	err    error
}

// NoteError keeps the error behind the answer, for the log.
func (r *recorder) NoteError(err error) { r.err = err }

// Unwrap lets http.ResponseController through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}
