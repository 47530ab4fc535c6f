package staso_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/testutil"
)

// The faults here meet the whole way: a Tracer with its own exporter, and a
// backend on a real connection.

func newBackend(t *testing.T, opts ...testutil.BackendOption) *testutil.Backend {
	t.Helper()
	backend := testutil.NewBackend(opts...)
	t.Cleanup(backend.Close)
	return backend
}

// wired builds a tracer that sends to url, and ends before its backend does.
func wired(t *testing.T, url string, opts ...staso.Option) *staso.Tracer {
	t.Helper()
	return build(t, append([]staso.Option{
		staso.WithAgentName("a"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false),
		staso.WithBaseURL(url), staso.WithFlushInterval(time.Hour),
	}, opts...)...)
}

func endSpans(tracer *staso.Tracer, n int, input string) {
	for range n {
		_, span := tracer.Start(context.Background(), "op")
		span.SetInput(input)
		span.End()
	}
}

// settled fails unless everything is accounted for and nothing is pending.
func settled(t *testing.T, tracer *staso.Tracer) staso.Stats {
	t.Helper()
	stats := tracer.Stats()
	for _, counts := range []staso.Counts{stats.Spans, stats.Annotations, stats.Provisional} {
		balanced(t, counts)
		assert.Zero(t, counts.Pending)
	}
	assert.Zero(t, stats.PendingBytes)
	return stats
}

func TestFaultsThatPassCostNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		fault   testutil.Fault
		atLeast time.Duration
	}{
		"429":                  {testutil.Status(http.StatusTooManyRequests, 0), 300 * time.Millisecond},
		"429 with Retry-After": {testutil.Status(http.StatusTooManyRequests, time.Second), time.Second},
		"503":                  {testutil.Status(http.StatusServiceUnavailable, 0), 0},
		"dies mid-batch":       {testutil.Reset(), 0},
		"hangs":                {testutil.Hang(), 0},
		"hangs in its answer":  {testutil.SlowBody(), 0},
		"garbage":              {testutil.Garbage(), 0},
		"half an answer":       {testutil.Malformed(), 0},
		"an endless answer":    {testutil.Huge(2 << 20), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := newBackend(t)
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			tracer := wired(t, backend.URL(), staso.WithHTTPClient(&http.Client{Transport: transport, Timeout: time.Second}))
			backend.Fail(tc.fault)
			start := time.Now()
			endSpans(tracer, 10, "x")
			require.NoError(t, tracer.Shutdown(t.Context()))
			assert.GreaterOrEqual(t, time.Since(start), tc.atLeast)
			assert.Len(t, backend.Spans(), 10)
			assert.Equal(t, int64(10), settled(t, tracer).Spans.Exported)
			requests := backend.RequestsTo("/v1/traces/ingest")
			require.Len(t, requests, 2)
			assert.Equal(t, requests[0].Header.Get("Idempotency-Key"), requests[1].Header.Get("Idempotency-Key"))
		})
	}
}

func TestABackendThatStaysAwayIsCounted(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	tracer := wired(t, backend.URL())
	backend.FailAlways(testutil.Status(http.StatusInternalServerError, 0))
	endSpans(tracer, 7, "x")
	var loss *staso.LossError
	require.ErrorAs(t, tracer.Flush(t.Context()), &loss)
	assert.Equal(t, map[staso.Reason]int64{"retries_exhausted": 7}, loss.Spans)
	var refusal *staso.APIError
	require.ErrorAs(t, loss, &refusal)
	assert.Equal(t, http.StatusInternalServerError, refusal.StatusCode)
	assert.Equal(t, loss.Spans, settled(t, tracer).Spans.Failed)
}

func TestABackendThatComesUpLater(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	target, err := url.Parse(backend.URL())
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())

	refused := make(chan struct{})
	var once sync.Once
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		response, err := transport.RoundTrip(r)
		if err != nil {
			once.Do(func() { close(refused) })
		}
		return response, err
	})}
	tracer := wired(t, "http://"+address, staso.WithHTTPClient(client), staso.WithBatchSize(1))
	endSpans(tracer, 1, "x")
	<-refused
	listener, err = net.Listen("tcp", address)
	require.NoError(t, err)
	proxyTransport := &http.Transport{}
	defer proxyTransport.CloseIdleConnections()
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: proxyTransport,
	}}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	require.NoError(t, tracer.Shutdown(t.Context()))
	assert.Len(t, backend.Spans(), 1)
	settled(t, tracer)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestANameThatDoesNotResolve(t *testing.T) {
	t.Parallel()
	dialer := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no name server")
	}}}
	client := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}}
	tracer := wired(t, "https://staso.example", staso.WithAPIKey("sk_secret_1"), staso.WithHTTPClient(client))
	endSpans(tracer, 3, "x")
	err := tracer.Shutdown(t.Context())
	var lookup *net.DNSError
	require.ErrorAs(t, err, &lookup)
	assert.Equal(t, "staso.example", lookup.Name)
	assert.NotContains(t, err.Error(), "sk_secret_1")
	assert.Equal(t, map[staso.Reason]int64{"retries_exhausted": 3}, settled(t, tracer).Spans.Failed)
}

func TestTooLargeARequestIsSplit(t *testing.T) {
	backend := newBackend(t)
	backend.FailAlways(testutil.TooLarge(6 << 10))
	tracer := wired(t, backend.URL())
	endSpans(tracer, 20, strings.Repeat("x", 200))
	endSpans(tracer, 1, strings.Repeat("y", 20<<10))
	var loss *staso.LossError
	require.ErrorAs(t, tracer.Shutdown(t.Context()), &loss)
	assert.Equal(t, map[staso.Reason]int64{"oversized": 1}, loss.Spans)
	assert.Len(t, backend.Spans(), 20)
	assert.Equal(t, int64(20), settled(t, tracer).Spans.Exported)
}

func TestARefusedKeyIsToldOnceAndMayRecover(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	backend := newBackend(t)
	tracer := wired(t, backend.URL(), staso.WithLogger(zap.New(core)), staso.WithAPIKey("sk_secret_1"))
	backend.FailAlways(testutil.Status(http.StatusUnauthorized, 0))
	for range 3 {
		endSpans(tracer, 2, "x")
		var loss *staso.LossError
		require.ErrorAs(t, tracer.Flush(t.Context()), &loss)
		assert.Equal(t, map[staso.Reason]int64{"unauthorized": 2}, loss.Spans)
	}
	assert.Len(t, backend.Requests(), 3, "it is final: there is no other try")
	require.Equal(t, 1, logs.Len())
	assert.Contains(t, logs.All()[0].ContextMap()["error"], "401")

	backend.Recover()
	endSpans(tracer, 5, "x")
	require.NoError(t, tracer.Flush(t.Context()))
	assert.Len(t, backend.Spans(), 5)
	stats := settled(t, tracer)
	assert.Equal(t, map[staso.Reason]int64{"unauthorized": 6}, stats.Spans.Failed)
	assert.Equal(t, int64(5), stats.Spans.Exported)
}

func TestWhatIsRejectedIsCountedAndTheRestIsTaken(t *testing.T) {
	backend := newBackend(t)
	backend.Fail(testutil.PartialRejection(1, 2))
	tracer := wired(t, backend.URL())
	endSpans(tracer, 5, "x")
	var loss *staso.LossError
	require.ErrorAs(t, tracer.Flush(t.Context()), &loss)
	assert.Equal(t, map[staso.Reason]int64{"rejected": 2}, loss.Spans)
	assert.Len(t, backend.Spans(), 3)
	assert.Equal(t, int64(3), settled(t, tracer).Spans.Exported)
}

func TestShutdownLeavesNothingBehindAHungBackend(t *testing.T) {
	others := goleak.IgnoreCurrent()
	backend := testutil.NewBackend()
	backend.FailAlways(testutil.Hang())
	tracer := wired(t, backend.URL(), staso.WithBatchSize(10))
	endSpans(tracer, 250, "x")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := tracer.Shutdown(ctx)
	assert.Less(t, time.Since(start), 1500*time.Millisecond)
	var loss *staso.LossError
	require.ErrorAs(t, err, &loss)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, map[staso.Reason]int64{"shutdown": 250}, loss.Spans)
	settled(t, tracer)
	backend.Close()
	assert.NoError(t, goleak.Find(others))
}

func TestBodiesAreCompressedOnceTheBackendHasSaidSo(t *testing.T) {
	for name, tc := range map[string]struct {
		opts []testutil.BackendOption
		want []string
	}{
		"offered":     {[]testutil.BackendOption{testutil.WithGzip()}, []string{"", "gzip"}},
		"not offered": {nil, []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			backend := newBackend(t, tc.opts...)
			tracer := wired(t, backend.URL())
			for range 2 {
				endSpans(tracer, 10, strings.Repeat("x", 500))
				require.NoError(t, tracer.Flush(t.Context()))
			}
			var got []string
			for _, r := range backend.RequestsTo("/v1/traces/ingest") {
				got = append(got, r.Header.Get("Content-Encoding"))
				assert.Equal(t, "staso-go/"+staso.Version, strings.Fields(r.Header.Get("User-Agent"))[0])
			}
			assert.Equal(t, tc.want, got)
			assert.Len(t, backend.Spans(), 20)
		})
	}
}

func TestEnvironmentAndWorkspaceAreOnTheWire(t *testing.T) {
	backend := newBackend(t)
	tracer := wired(t, backend.URL(), staso.WithEnvironment("staging"), staso.WithWorkspace("team-a"), staso.WithAgentVersion("v7"))
	endSpans(tracer, 1, "x")
	require.NoError(t, tracer.Flush(t.Context()))
	body := string(backend.Requests()[0].Body)
	assert.Contains(t, body, `"environment":"staging"`)
	assert.Contains(t, body, `"workspace_slug":"team-a"`)
	assert.Contains(t, body, `"agent_version":"v7"`)
}

func TestAnnotationsTravelTogetherWhereTheBackendTakesThat(t *testing.T) {
	for name, tc := range map[string]struct {
		opts         []testutil.BackendOption
		bulk, single int
	}{
		"bulk":   {nil, 1, 0},
		"single": {[]testutil.BackendOption{testutil.WithoutBulk()}, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			backend := newBackend(t, tc.opts...)
			tracer := wired(t, backend.URL())
			_, span := tracer.Start(t.Context(), "op")
			span.End()
			for _, name := range []string{"a", "b", "c"} {
				require.NoError(t, span.Annotate(staso.Boolean(name, true)))
			}
			require.NoError(t, tracer.Flush(t.Context()))
			assert.Len(t, backend.Annotations(), 3)
			assert.Len(t, backend.RequestsTo("/v1/annotations"), tc.bulk)
			assert.Len(t, backend.RequestsTo("/v1/traces/"+span.TraceID().String()+"/annotations"), tc.single)
			assert.Equal(t, int64(3), settled(t, tracer).Annotations.Exported)
		})
	}
}

func TestNothingSuppressedIsOnTheWire(t *testing.T) {
	const s = staso.Suppressed
	backend := newBackend(t)
	tracer := wired(t, backend.URL(), staso.WithCapture(staso.CapturePolicy{
		Request: s, SystemPrompt: s, ToolSchema: s, ToolArguments: s, Output: s,
	}))
	for _, kind := range []staso.Kind{staso.KindAgent, staso.KindLLM, staso.KindTool, staso.KindRetriever} {
		_, span := tracer.Start(t.Context(), "op", staso.WithKind(kind),
			staso.WithMetadata("extra_body", map[string]any{"system": "s3cret", "tools": []string{"s3cret"}}),
			staso.WithMetadata("arguments", "s3cret"))
		span.SetInput(map[string]string{"q": "s3cret"})
		require.NoError(t, tracer.Flush(t.Context()))
		span.SetOutput([]string{"s3cret"})
		span.SetMetadata("instructions", "s3cret")
		span.End()
	}
	ask := staso.Agent(tracer, "asked", func(context.Context, string) (string, error) { return "s3cret", nil })
	_, _ = ask(t.Context(), "s3cret")
	require.NoError(t, tracer.Flush(t.Context()))
	assert.Len(t, backend.Spans(), 5)
	for _, r := range backend.Requests() {
		assert.NotContains(t, string(r.Body), "s3cret")
	}
	assert.True(t, bytes.Contains(backend.Requests()[0].Body, []byte("staso.provisional_root")), "provisional roots are among them")
}
