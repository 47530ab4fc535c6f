package sink

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Child is to be the first call of a main. In the process that [Start] runs it
// serves until the parent is done, and returns true: main then returns.
func Child() bool {
	if os.Getenv(childVariable) == "" {
		return false
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sink:", err)
	}
	return true
}

func serve(commands io.Reader, answers io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the process
	if err != nil {
		return err
	}
	h := &handler{}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	defer func() { _ = server.Close() }() //nolint:errcheck // the process ends
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "sink:", err)
		}
	}()
	fmt.Fprintf(answers, "http://%s\n", listener.Addr())
	return h.obey(bufio.NewScanner(commands), answers)
}

// handler answers each protocol as its server would, as fast as it can.
type handler struct {
	spans   atomic.Int64
	keep    atomic.Bool
	kept    atomic.Pointer[string]
	buffers sync.Pool
}

// obey answers the parent until it closes the pipe.
func (h *handler) obey(commands *bufio.Scanner, answers io.Writer) error {
	for commands.Scan() {
		answer := "ok"
		switch commands.Text() {
		case "count":
			answer = strconv.FormatInt(h.spans.Load(), 10)
		case "reset":
			h.spans.Store(0)
			h.kept.Store(nil)
		case "keep":
			h.keep.Store(true)
		case "kept":
			answer = strconv.Quote("")
			if body := h.kept.Load(); body != nil {
				answer = strconv.Quote(*body)
			}
		}
		if _, err := fmt.Fprintln(answers, answer); err != nil {
			return err
		}
	}
	return commands.Err()
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	buf, _ := h.buffers.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	defer h.buffers.Put(buf)
	body, err := readAll(r, *buf)
	*buf = body
	if err != nil {
		return
	}
	switch {
	case r.URL.Path == "/v1/traces/ingest":
		h.count(body, ingestSpans(body))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"accepted":%d,"rejected":0,"spans_dropped":0,"receipt_id":%q}`,
			ingestTraces(body), r.Header.Get("Idempotency-Key"))
	case r.URL.Path == "/v1/traces":
		h.count(body, otlpSpans(body))
		// An empty ExportTraceServiceResponse is no bytes at all.
		w.Header().Set("Content-Type", "application/x-protobuf")
	case strings.HasPrefix(r.URL.Path, "/evp_proxy/"):
		h.count(body, llmobsSpans(body))
		w.WriteHeader(http.StatusAccepted)
	case r.URL.Path == "/info":
		_, _ = io.WriteString(w, `{"endpoints":["/v0.4/traces","/evp_proxy/v2/"]}`)
	case r.URL.Path == "/v1/setup/validate":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"ok","plan_status":"active","backend_ready":true,"guard_available":true,"capabilities":[],"last_ingestion_at":null}`)
	default:
		_, _ = io.WriteString(w, "{}")
	}
}

// count adds n spans, once all of their request has been read.
func (h *handler) count(body []byte, n int) {
	if n == 0 {
		return
	}
	if h.keep.CompareAndSwap(true, false) {
		kept := string(body)
		h.kept.Store(&kept)
	}
	h.spans.Add(int64(n))
}

func readAll(r *http.Request, buf []byte) ([]byte, error) {
	buf = buf[:0]
	if n := int(r.ContentLength); n > cap(buf) {
		buf = make([]byte, 0, n)
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
}
