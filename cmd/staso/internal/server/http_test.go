package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso/cmd/staso/internal/server"
)

func TestUnknownAddressesAndMethods(t *testing.T) {
	b := start(t)
	for _, path := range []string{"/v1/", "/v1/guard", "/v1/guard/nope", "/v1/traces/" + traceID + "/nope"} {
		b.do(http.MethodPost, path, "{}").refused(t, 404, "not_found")
	}
	assert.Contains(t, b.do(http.MethodGet, "/", "").refused(t, 404, "not_found"), "without pages")
	a := b.do(http.MethodGet, "/v1/traces/ingest", "")
	assert.Contains(t, a.refused(t, 405, "method_not_allowed"), "use POST")
	assert.Equal(t, "POST", a.header.Get("Allow"))
	a = b.do(http.MethodPut, base, "{}")
	a.refused(t, 405, "method_not_allowed")
	assert.Equal(t, "DELETE, GET", a.header.Get("Allow"))
	assert.Equal(t, 200, b.do(http.MethodHead, "/v1/traces", "").status)
	b.do(http.MethodGet, "/v1/traces/nope", "").refused(t, 400, "malformed_request")
}

func TestPagesGetWhatIsNotTheAPIs(t *testing.T) {
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "page "+r.URL.Path) })
	b := start(t, func(o *server.Options) { o.Pages = pages })
	for _, path := range []string{"/", "/traces", "/traces/x", "/v2"} {
		assert.Equal(t, "page "+path, string(b.do(http.MethodGet, path, "").body))
	}
	b.do(http.MethodGet, "/v1/nope", "").refused(t, 404, "not_found")
	assert.Equal(t, 200, b.do(http.MethodGet, "/healthz", "").status)
}

func TestOnlyThisMachinesNamesAreAnswered(t *testing.T) {
	b := start(t, func(o *server.Options) { o.Addr = "my-laptop:7600" })
	for _, host := range []string{"localhost", "LOCALHOST:7600", "127.0.0.1:1", "127.8.8.8", "[::1]:7600", "app.localhost", "my-laptop", "my-laptop:80"} {
		assert.Equal(t, 200, b.do(http.MethodGet, "/healthz", "", "Host", host).status, host)
	}
	for _, host := range []string{"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.0.1", "0.0.0.0", "[::]"} {
		detail := b.do(http.MethodGet, "/v1/traces", "", "Host", host).refused(t, 403, "forbidden")
		assert.Contains(t, detail, "header Host", host)
	}
}

func TestPagesFromElsewhereMayNotWrite(t *testing.T) {
	b := start(t)
	body := traceOf(spanOf(1, 0, ""))
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
	} {
		b.do(http.MethodPost, "/v1/traces/ingest", body, headers...).refused(t, 403, "forbidden")
		b.do(http.MethodDelete, base, "", headers...).refused(t, 403, "forbidden")
	}
	for _, headers := range [][]string{nil, {"Sec-Fetch-Site", "same-origin"}, {"Origin", b.url}} {
		assert.Equal(t, 200, b.do(http.MethodPost, "/v1/traces/ingest", body, headers...).status)
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	b := start(t)
	for _, path := range []string{"/", "/v1/traces", "/v1/nope", "/metrics"} {
		h := b.do(http.MethodGet, path, "").header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			assert.Contains(t, policy, part)
		}
		assert.NotContains(t, policy, "unsafe")
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		assert.NotEmpty(t, h.Get("Referrer-Policy"))
	}
}

func TestAPanicIsAnAnswer(t *testing.T) {
	core, logs := observer.New(zap.ErrorLevel)
	b := start(t, func(o *server.Options) {
		o.Logger = zap.New(core)
		o.Pages = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/late" {
				_, _ = w.Write(make([]byte, 100_000))
			}
			panic("the page broke")
		})
	})
	detail := b.do(http.MethodGet, "/early", "").refused(t, 500, "backend_unavailable")
	assert.NotContains(t, detail, "broke")
	assert.Equal(t, 1, logs.FilterMessage("a handler panicked").Len())

	response, err := b.client.Get(b.url + "/late")
	require.NoError(t, err)
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	require.Error(t, err, "half an answer must not pass for a whole one")
	assert.Equal(t, 200, b.do(http.MethodGet, "/healthz", "").status, "the server lives on")
}

func TestTheLogIsQuietUntilAsked(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	b := start(t, func(o *server.Options) { o.Logger = zap.New(core) })
	b.ingest(traceOf(spanOf(1, 0, "")))
	require.Equal(t, 1, logs.Len())
	line := logs.All()[0]
	assert.Equal(t, zap.DebugLevel, line.Level)
	assert.Equal(t, "/v1/traces/ingest", line.ContextMap()["path"])
	assert.EqualValues(t, 200, line.ContextMap()["status"])
}

func TestHealthReadinessAndMetrics(t *testing.T) {
	b := start(t)
	assert.Equal(t, "ok", b.get("/healthz")["status"])
	assert.Equal(t, "ready", b.get("/readyz")["status"])
	b.ingest(traceOf(spanOf(1, 0, ""), spanOf(2, 1, "")))
	b.do(http.MethodPost, "/v1/traces/ingest", `{"traces":[5]}`)
	a := b.do(http.MethodGet, "/metrics", "")
	assert.Equal(t, "text/plain; version=0.0.4; charset=utf-8", a.header.Get("Content-Type"))
	for _, line := range []string{
		"staso_ingest_traces_total 1", "staso_ingest_spans_total 2", "staso_ingest_traces_rejected_total 1", `staso_http_responses_total{class="2xx"} 4`,
		"staso_http_requests_in_flight 1", "staso_request_body_bytes_in_flight 0", "staso_ingest_duration_seconds_count 2",
		`staso_ingest_duration_seconds_bucket{le="+Inf"} 2`, "# TYPE staso_ingest_duration_seconds histogram",
		"# TYPE staso_index_lag_spans gauge",
	} {
		assert.Contains(t, string(a.body), line+"\n")
	}
	require.NoError(t, b.store.Close())
	b.do(http.MethodGet, "/readyz", "").refused(t, 503, "backend_unavailable")
	assert.Equal(t, false, b.get("/v1/setup/validate")["backend_ready"])
	assert.Equal(t, 200, b.do(http.MethodGet, "/healthz", "").status)
}

// dial opens a bare connection and sends the head of an ingest request.
func (b *backend) dial(length int) net.Conn {
	b.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(b.t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = fmt.Fprintf(conn, "POST /v1/traces/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", length)
	require.NoError(b.t, err)
	return conn
}

func TestASlowBodyIsGivenUp(t *testing.T) {
	b := start(t, func(o *server.Options) { o.ReadTimeout = 100 * time.Millisecond })
	conn := b.dial(1000)
	_, err := io.WriteString(conn, `{"traces":`)
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, 408, response.StatusCode)
	assert.Empty(t, b.get("/v1/traces")["traces"])
}

func TestAClientThatReadsNoAnswerBeforeItsBodyIsSentSeesIt(t *testing.T) {
	b := start(t, func(o *server.Options) { o.MaxBody = 1 << 20 })
	const length = 4 << 20
	conn := b.dial(length)
	_, err := conn.Write(make([]byte, length))
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, 413, response.StatusCode)
}

func TestStopDrainsRequestsInWork(t *testing.T) {
	b := start(t)
	body := traceOf(spanOf(1, 0, ""))
	conn := b.dial(len(body))
	_, err := io.WriteString(conn, body[:20])
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return strings.Contains(string(b.do(http.MethodGet, "/metrics", "").body), "staso_http_requests_in_flight 2\n")
	}, 5*time.Second, time.Millisecond)

	b.stop()
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}, 5*time.Second, time.Millisecond, "no new requests are taken")
	_, err = io.WriteString(conn, body[20:])
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, 200, response.StatusCode)
	require.NoError(t, <-b.done)
	b.done <- nil
	_, err = b.store.Trace(t.Context(), "default", uuidOf(traceID))
	require.NoError(t, err)
}

func TestStopCutsOffWhatHangs(t *testing.T) {
	b := start(t, func(o *server.Options) { o.DrainTimeout = 50 * time.Millisecond })
	conn := b.dial(1000)
	_, err := io.WriteString(conn, "{")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return strings.Contains(string(b.do(http.MethodGet, "/metrics", "").body), "staso_http_requests_in_flight 2\n")
	}, 5*time.Second, time.Millisecond)
	b.stop()
	require.NoError(t, <-b.done)
	b.done <- nil
}

func TestStopDoesNotWaitForConnectionsThatWereNeverUsed(t *testing.T) {
	b := start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	assert.Equal(t, 200, b.do(http.MethodGet, "/healthz", "").status, "the one before it was accepted")
	begin := time.Now()
	b.stop()
	require.NoError(t, <-b.done)
	b.done <- nil
	assert.Less(t, time.Since(begin), 3*time.Second, "http.Server alone takes five seconds")
}

func TestServeRefusesAddressesThatOthersReach(t *testing.T) {
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	require.NoError(t, err)
	err = server.New(start(t).store, server.Options{}).Serve(t.Context(), listener)
	require.ErrorIs(t, err, server.ErrNotLoopback)
	_, err = listener.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestServerIsAHandler(t *testing.T) {
	s := server.New(start(t).store, server.Options{})
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://localhost/v1/traces", nil)
	s.ServeHTTP(w, r)
	assert.Equal(t, 200, w.Code)
	assert.JSONEq(t, `{"traces":[],"next_cursor":null}`, w.Body.String())
}
