package httpexport_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

func TestRetryableFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault testutil.Fault
		after time.Duration
		text  string
	}{
		"429 with Retry-After":    {testutil.Status(429, 7*time.Second), 7 * time.Second, "429 rate_limited"},
		"429 without Retry-After": {testutil.Status(429, 0), 0, "429 rate_limited"},
		"408":                     {testutil.Status(408, 0), 0, "408"},
		"503 with Retry-After":    {testutil.Status(503, 2*time.Second), 2 * time.Second, "503 capacity_exhausted"},
		"500":                     {testutil.Status(500, 0), 0, "500"},
		"reset":                   {testutil.Reset(), 0, "post"},
		"hang":                    {testutil.Hang(), 0, "no whole answer within 100ms"},
		"slow body":               {testutil.SlowBody(), 0, "no whole answer within 100ms"},
		"malformed":               {testutil.Malformed(), 0, "acknowledgement"},
		"garbage":                 {testutil.Garbage(), 0, "acknowledgement"},
		"huge answer":             {testutil.Huge(3 << 20), 0, "longer than 1048576 bytes"},
		"empty answer":            {testutil.Answer(204, ""), 0, "acknowledgement"},
		"miscount":                {testutil.Answer(200, `{"accepted":1,"rejected":0,"spans_dropped":0}`), 0, "2 traces were sent, 1 accepted"},
		"no count":                {testutil.Answer(200, `{}`), 0, "how many traces"},
		"negative count":          {testutil.Answer(200, `{"accepted":3,"rejected":-1}`), 0, "negative"},
		"other receipt": {
			testutil.Answer(200, `{"accepted":2,"rejected":0,"receipt_id":"6619c638-9b59-49f9-b402-acfa466859bc"}`),
			0, "receipt is for another request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := newBackend(t)
			e := newExporter(t, httpexport.WithBaseURL(backend.URL()), httpexport.WithTimeout(timeoutFor(name)))
			backend.Fail(c.fault)
			batch := batchOf(4)

			err := e.Export(t.Context(), batch)
			var retryable *exporter.RetryableError
			require.ErrorAs(t, err, &retryable)
			assert.Equal(t, c.after, retryable.After)
			assert.Contains(t, strings.ToLower(err.Error()), c.text)

			require.NoError(t, e.Export(t.Context(), batch), "the same batch after recovery")
			assert.Len(t, backend.Spans(), 4)
		})
	}
}

// timeoutFor is short only where the backend will not answer.
func timeoutFor(fault string) time.Duration {
	if fault == "hang" || fault == "slow body" {
		return 100 * time.Millisecond
	}
	return 30 * time.Second
}

func TestUnauthorizedIsFinalAndPasses(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 402, 403} {
		backend := newBackend(t)
		e := newExporter(t, httpexport.WithBaseURL(backend.URL()), httpexport.WithAPIKey("sk_test_key"))
		backend.Fail(testutil.Status(status, 0))

		err := e.Export(t.Context(), batchOf(2))
		var reason *exporter.ReasonError
		require.ErrorAs(t, err, &reason)
		assert.Equal(t, exporter.ReasonUnauthorized, reason.Reason)
		var refusal *exporter.APIError
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, status, refusal.StatusCode)
		assert.NotErrorAs(t, err, new(*exporter.RetryableError))
		assert.NotContains(t, err.Error(), "sk_test_key")

		require.NoError(t, e.Export(t.Context(), batchOf(2)), "the key is right again")
	}
}

func TestKeyIsNotRepeatedFromAnAnswer(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()), httpexport.WithAPIKey("sk_test_key"))
	backend.Fail(testutil.Answer(401, `{"detail": "sk_test_key is not a key", "code": "invalid_key"}`))
	err := e.Export(t.Context(), batchOf(1))
	var refusal *exporter.APIError
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "[api key] is not a key", refusal.Detail)
	assert.NotContains(t, string(refusal.Body), "sk_test_key")
}

func TestRefusedRequestIsCounted(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	backend.Fail(testutil.Answer(422, `{"detail": [{"loc": ["body"], "msg": "field required"}]}`))
	err := e.Export(t.Context(), batchOf(3))
	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 3}, partial.Rejected)
	assert.ErrorContains(t, err, "field required")
}

func TestBackendDownAtStart(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())

	e := newExporter(t, httpexport.WithBaseURL("http://"+address))
	require.ErrorAs(t, e.Export(t.Context(), batchOf(1)), new(*exporter.RetryableError))
}

func TestNameLookupFails(t *testing.T) {
	t.Parallel()
	e := newExporter(t, httpexport.WithBaseURL("https://staso.invalid"), httpexport.WithAPIKey("sk_test_key"),
		httpexport.WithHTTPClient(&http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{Err: "no such host", Name: "staso.invalid", IsNotFound: true}
			},
		}}))
	err := e.Export(t.Context(), batchOf(1))
	require.ErrorAs(t, err, new(*exporter.RetryableError))
	assert.ErrorAs(t, err, new(*net.DNSError))
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	t.Cleanup(elsewhere.Close)
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()), httpexport.WithAPIKey("sk_test_key"))
	backend.Fail(testutil.Redirect(elsewhere.URL))
	err := e.Export(t.Context(), batchOf(1))
	var refusal *exporter.APIError
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, http.StatusTemporaryRedirect, refusal.StatusCode)
	assert.ErrorContains(t, err, elsewhere.URL)
	assert.NotErrorAs(t, err, new(*exporter.RetryableError))
}

func TestCancelledMidExport(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	backend.FailAlways(testutil.Hang())
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errors.New("enough")) })
	err := e.Export(ctx, batchOf(1))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorAs(t, err, new(*exporter.RetryableError), "nothing is known to be stored")
}

func TestShutdownStopsWhatHangs(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	backend.FailAlways(testutil.Hang())
	e, err := httpexport.New(httpexport.WithBaseURL(backend.URL()))
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- e.Export(context.Background(), batchOf(1)) }()
	require.Eventually(t, func() bool { return len(backend.Requests()) == 1 }, 5*time.Second, time.Millisecond)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, e.Shutdown(ctx), context.DeadlineExceeded)
	require.ErrorIs(t, <-done, context.Canceled)
	require.NoError(t, e.Shutdown(ctx))
	require.ErrorIs(t, e.Export(t.Context(), batchOf(1)), exporter.ErrShutdown)
}

func TestShutdownWaitsForWhatIsBeingSent(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	backend.Fail(testutil.Delay(50 * time.Millisecond))
	begun := make(chan struct{})
	e, err := httpexport.New(httpexport.WithBaseURL(backend.URL()),
		httpexport.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			close(begun)
			return http.DefaultTransport.RoundTrip(r)
		})}))
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- e.Export(context.Background(), batchOf(1)) }()
	<-begun
	require.NoError(t, e.Shutdown(t.Context()))
	require.NoError(t, <-done)
	assert.Len(t, backend.Spans(), 1)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
