package server

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// buckets are the upper bounds of the histogram of ingest, in seconds.
func buckets() [8]float64 { return [8]float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5} }

// metrics count what the server did. They are safe for concurrent use.
type metrics struct {
	inFlight  atomic.Int64
	responses [6]atomic.Int64 // by the first digit of the status; 0 is an answer that was broken off
	ingest    [9]atomic.Int64 // by bucket; the last is beyond them all
	seconds   atomic.Int64    // of ingest, in nanoseconds
}

func (m *metrics) observe(status int, path string, took time.Duration) {
	m.responses[min(status/100, 5)].Add(1)
	if path != "/v1/traces/ingest" {
		return
	}
	m.seconds.Add(int64(took))
	for i, bound := range buckets() {
		if took.Seconds() <= bound {
			m.ingest[i].Add(1)
			return
		}
	}
	m.ingest[len(buckets())].Add(1)
}

// getMetrics is GET /metrics, in the text format of Prometheus.
func (s *Server) getMetrics(w http.ResponseWriter, r *http.Request) error {
	var t text
	t.head("staso_http_responses_total", "counter", "Answers by class of status.")
	for class := 1; class <= 5; class++ {
		t.line(`staso_http_responses_total{class="`+strconv.Itoa(class)+`xx"}`, s.metrics.responses[class].Load())
	}
	t.one("staso_http_requests_in_flight", "gauge", "Requests being worked on.", s.metrics.inFlight.Load())
	t.one("staso_request_body_bytes_in_flight", "gauge", "Memory held by bodies of requests.", s.bodies.InFlight())
	c := s.ingest.Counts()
	t.one("staso_ingest_traces_total", "counter", "Traces stored.", c.Traces.Load())
	t.one("staso_ingest_traces_rejected_total", "counter", "Traces rejected as malformed.", c.TracesRejected.Load())
	t.one("staso_ingest_spans_total", "counter", "Spans stored.", c.Spans.Load())
	t.one("staso_ingest_spans_rejected_total", "counter", "Spans of rejected traces.", c.SpansRejected.Load())
	t.one("staso_ingest_annotations_total", "counter", "Annotations stored.", c.Annotations.Load())
	t.one("staso_ingest_annotations_rejected_total", "counter", "Annotations rejected as malformed.", c.AnnotationsRejected.Load())
	s.metrics.histogram(&t)
	guardMetrics(&t, s.guard.Counts())
	s.webhookMetrics(&t)
	if indexer, ok := s.store.(store.Indexer); ok {
		lag, err := indexer.IndexLag(r.Context())
		t.one("staso_index_lag_spans", "gauge", "Spans that a search for words does not find yet.", lag)
		s.noteIndex(err)
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write([]byte(t.String())) //nolint:errcheck // the client is gone: nobody is left to tell
	return nil
}

// noteIndex puts into the log why the index does not go on.
func (s *Server) noteIndex(err error) {
	if err != nil {
		s.log.Warn("the index of words does not go on", zap.Error(err))
	}
}

func (m *metrics) histogram(t *text) {
	const name = "staso_ingest_duration_seconds"
	t.head(name, "histogram", "Time of ingest requests, to the commit.")
	var total int64
	for i, bound := range buckets() {
		total += m.ingest[i].Load()
		t.line(name+`_bucket{le="`+strconv.FormatFloat(bound, 'g', -1, 64)+`"}`, total)
	}
	total += m.ingest[len(buckets())].Load()
	t.line(name+`_bucket{le="+Inf"}`, total)
	fmt.Fprintf(t, "%s_sum %g\n", name, time.Duration(m.seconds.Load()).Seconds())
	t.line(name+"_count", total)
}

// text builds the exposition.
type text struct{ strings.Builder }

func (t *text) head(name, kind, help string) {
	fmt.Fprintf(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (t *text) line(name string, value int64) { fmt.Fprintf(t, "%s %d\n", name, value) }

func (t *text) one(name, kind, help string, value int64) {
	t.head(name, kind, help)
	t.line(name, value)
}
