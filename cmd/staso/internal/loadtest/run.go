package loadtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Load is what is sent, and how.
type Load struct {
	URL      string // of the backend, for instance http://127.0.0.1:7600
	Clients  int    // requests at a time
	Requests int    // in all
	First    uint64 // number of the first request: see [Template.Body]
	Template *Template
	Shape    Shape
}

// Result is what was measured.
type Result struct {
	Spans    int
	Refused  int // answers 503, each sent again
	Took     time.Duration
	P50, P99 time.Duration // of a POST, to its answer
}

// SpansPerSecond is the rate of spans that were acknowledged.
func (r Result) SpansPerSecond() float64 { return float64(r.Spans) / r.Took.Seconds() }

// Run sends the load and returns when all of it is acknowledged, or at the first
// error.
func Run(ctx context.Context, load Load) (Result, error) {
	g := &generator{load: load, client: &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: load.Clients, DisableCompression: true,
	}}}
	defer g.client.CloseIdleConnections()
	begin := time.Now()
	var wg sync.WaitGroup
	for range load.Clients {
		wg.Go(func() { g.send(ctx) })
	}
	wg.Wait()
	return g.result(time.Since(begin)), errors.Join(g.errs...)
}

type generator struct {
	load    Load
	client  *http.Client
	next    atomic.Int64
	refused atomic.Int64

	mu   sync.Mutex
	took []time.Duration
	errs []error
}

func (g *generator) send(ctx context.Context) {
	var took []time.Duration
	var buf []byte
	var err error
	for err == nil {
		n := g.next.Add(1) - 1
		if n >= int64(g.load.Requests) {
			break
		}
		buf = g.load.Template.Body(buf, g.load.First+uint64(n))
		begin := time.Now()
		err = g.post(ctx, buf)
		took = append(took, time.Since(begin))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.took = append(g.took, took...)
	if err != nil {
		g.errs = append(g.errs, err)
	}
}

// post sends one body until it is taken.
func (g *generator) post(ctx context.Context, body []byte) error {
	for {
		status, err := g.try(ctx, body)
		if err != nil || status == http.StatusOK {
			return err
		}
		g.refused.Add(1)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (g *generator) try(ctx context.Context, body []byte) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.load.URL+"/v1/traces/ingest", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := g.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == http.StatusServiceUnavailable {
		return response.StatusCode, err
	}
	return response.StatusCode, g.check(response.StatusCode, answer)
}

func (g *generator) check(status int, answer []byte) error {
	var ack struct{ Accepted int }
	if err := json.Unmarshal(answer, &ack); err != nil || status != http.StatusOK || ack.Accepted != g.load.Shape.Traces {
		return fmt.Errorf("backend answered %d: %.300s", status, answer)
	}
	return nil
}

func (g *generator) result(took time.Duration) Result {
	slices.Sort(g.took)
	r := Result{Spans: len(g.took) * g.load.Shape.Size(), Refused: int(g.refused.Load()), Took: took}
	if n := len(g.took); n > 0 {
		r.P50, r.P99 = g.took[n/2], g.took[min(n*99/100, n-1)]
	}
	return r
}
