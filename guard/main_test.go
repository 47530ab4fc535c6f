package guard_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/testutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// backend answers in the test's own process, without a network, so that it works
// in a synctest bubble. It keeps what it was asked.
type backend struct {
	t      testing.TB
	answer http.HandlerFunc

	mu       sync.Mutex
	requests []request
}

type request struct {
	method, path, query string
	header              http.Header
	body                map[string]any
	at                  time.Time
}

func (b *backend) RoundTrip(r *http.Request) (*http.Response, error) {
	kept := request{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, header: r.Header.Clone(), at: time.Now()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		require.NoError(b.t, err)
		require.NoError(b.t, json.Unmarshal(body, &kept.body))
		r.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	b.mu.Lock()
	b.requests = append(b.requests, kept)
	b.mu.Unlock()
	w := httptest.NewRecorder()
	b.answer(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, context.Cause(r.Context())
	}
	if w.Code == http.StatusTeapot {
		return nil, io.ErrUnexpectedEOF // the connection breaks
	}
	resp := w.Result()
	if cut := w.Header().Get("X-Cut"); cut != "" {
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(w.Body.String()), brokenReader{}))
	}
	return resp, nil
}

// brokenReader is a connection that breaks within an answer.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (b *backend) asked() []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]request(nil), b.requests...)
}

func (b *backend) paths() (paths []string) {
	for _, r := range b.asked() {
		paths = append(paths, r.method+" "+r.path)
	}
	return paths
}

// newClient returns a client of a backend that answers so.
func newClient(t testing.TB, answer http.HandlerFunc, opts ...guard.Option) (*guard.Client, *backend) {
	t.Helper()
	b := &backend{t: t, answer: answer}
	opts = append([]guard.Option{
		guard.WithLookupEnv(nil), guard.WithHTTPClient(&http.Client{Transport: b}),
	}, opts...)
	client, err := guard.NewClient(opts...)
	require.NoError(t, err)
	return client, b
}

// says answers every request with 200 and this body.
func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// refuses answers every request with an error.
func refuses(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"detail":"no","code":"`+code+`"}`)
	}
}

func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func breaks(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }

// breaksBehind answers this much and then breaks the connection.
func breaksBehind(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Cut", "yes")
		_, _ = io.WriteString(w, body)
	}
}

func call(tool, input string) guard.Call {
	return guard.Call{Tool: tool, Input: json.RawMessage(input)}
}

// fixed is a Checker that always says the same.
func fixed(r guard.Result) guard.Checker {
	return guard.CheckerFunc(func(context.Context, guard.Call) (guard.Result, error) { return r, nil })
}

func allow() guard.Checker { return fixed(guard.Result{Action: guard.ActionAllow}) }

func newTracer(t testing.TB, opts ...staso.Option) (*staso.Tracer, *testutil.Recorder) {
	t.Helper()
	rec := testutil.NewRecorder()
	opts = append([]staso.Option{
		staso.WithAgentName("bot"), staso.WithExporter(rec), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false),
	}, opts...)
	tracer, err := staso.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		require.NoError(t, tracer.Shutdown(ctx))
	})
	return tracer, rec
}
