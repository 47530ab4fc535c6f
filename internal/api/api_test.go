package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answering returns a client whose requests all meet this answer.
func answering(t *testing.T, answer http.HandlerFunc) *api.Client {
	t.Helper()
	base, err := api.ParseBaseURL("https://staso.example/base/")
	require.NoError(t, err)
	return api.NewClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		answer(w, r)
		return w.Result(), nil
	})}, base, "sk_test_key", time.Minute)
}

func do(t *testing.T, c *api.Client) (*api.Answer, error) {
	t.Helper()
	req, err := c.NewRequest(t.Context(), http.MethodPost, "/v1/x?a=b", strings.NewReader("{}"))
	require.NoError(t, err)
	return c.Do(req, 100)
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	answer, err := do(t, answering(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "https://staso.example/base/v1/x?a=b", r.URL.String())
		assert.Equal(t, "sk_test_key", r.Header.Get("X-API-Key"))
		assert.Regexp(t, `^staso-go/\d+\.\d+\.\d+`, r.Header.Get("User-Agent"))
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, strings.Repeat("x", 100))
	}))
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, answer.StatusCode)
	assert.Len(t, answer.Body, 100)
}

func TestAnswerIsBounded(t *testing.T) {
	t.Parallel()
	answer, err := do(t, answering(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 101))
	}))
	require.ErrorAs(t, err, new(*exporter.RetryableError))
	assert.Equal(t, strings.Repeat("x", 100), string(answer.Body), "its beginning is there")
	require.ErrorContains(t, err, "longer than 100 bytes")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status       int
		body         string
		detail, code string
		reason       exporter.Reason // "" is retryable
	}{
		"told":              {401, `{"detail":"no such key","code":"invalid_key"}`, "no such key", "invalid_key", exporter.ReasonUnauthorized},
		"plan":              {402, `{"detail":"expired"}`, "expired", "", exporter.ReasonUnauthorized},
		"list of details":   {422, `{"detail":[{"msg":"x"}]}`, `[{"msg":"x"}]`, "", exporter.ReasonRejected},
		"code is a number":  {409, `{"code":7}`, "", "7", exporter.ReasonRejected},
		"null":              {400, `{"detail":null,"code":null}`, "", "", exporter.ReasonRejected},
		"no object":         {400, `"text"`, `"text"`, "", exporter.ReasonRejected},
		"plain text":        {502, "bad gateway\nsecond line", "bad gateway", "", ""},
		"page":              {503, "<html><h1>down</h1>", "", "", ""},
		"nothing":           {500, "", "", "", ""},
		"repeats the key":   {400, `{"detail":"key sk_test_key"}`, "key [api key]", "", exporter.ReasonRejected},
		"long":              {400, `{"detail":"` + strings.Repeat("é", 300) + `"}`, strings.Repeat("é", 250) + "...", "", exporter.ReasonRejected},
		"no redirect to it": {304, "", "", "", exporter.ReasonExporterFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := do(t, answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			var refusal *exporter.APIError
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, c.status, refusal.StatusCode)
			assert.Equal(t, c.detail, refusal.Detail)
			assert.Equal(t, c.code, refusal.Code)
			assert.NotContains(t, string(refusal.Body), "sk_test_key")
			var reason *exporter.ReasonError
			if c.reason == "" {
				require.ErrorAs(t, err, new(*exporter.RetryableError))
			} else if assert.ErrorAs(t, err, &reason) {
				assert.Equal(t, c.reason, reason.Reason)
			}
		})
	}
}

func TestErrorBodyIsBounded(t *testing.T) {
	t.Parallel()
	_, err := do(t, answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
	}))
	var refusal *exporter.APIError
	require.ErrorAs(t, err, &refusal)
	assert.Len(t, refusal.Body, 4<<10)
}

func TestTimeoutIsNotTheCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base, err := url.Parse("http://127.0.0.1:1")
		require.NoError(t, err)
		c := api.NewClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, context.Cause(r.Context())
		})}, base, "", time.Minute)
		_, err = do(t, c)
		require.ErrorAs(t, err, new(*exporter.RetryableError))
		require.ErrorContains(t, err, "no whole answer within 1m0s")
		require.NotErrorIs(t, err, context.DeadlineExceeded)

		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("enough"))
		req, err := c.NewRequest(ctx, http.MethodGet, "/", nil)
		require.NoError(t, err)
		_, err = c.Do(req, 1)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"-5":                            0,
		"7":                             7 * time.Second,
		" 7 ":                           7 * time.Second,
		"0.5":                           500 * time.Millisecond,
		"1e300":                         time.Hour,
		"99999999999999999999999":       time.Hour,
		"NaN":                           0,
		"Inf":                           time.Hour,
		"soon":                          0,
		"Mon, 23 Nov 2026 12:00:30 GMT": 30 * time.Second,
		"Mon, 23 Nov 2026 11:00:00 GMT": 0,
		"Mon, 23 Nov 2099 11:00:00 GMT": time.Hour,
	} {
		assert.Equal(t, want, api.RetryAfter(http.Header{"Retry-After": {value}}, now), "%q", value)
	}
	ahead := http.Header{"Retry-After": {"Mon, 23 Nov 2026 15:00:30 GMT"}, "Date": {"Mon, 23 Nov 2026 15:00:00 GMT"}}
	assert.Equal(t, 30*time.Second, api.RetryAfter(ahead, now), "by the clock of the one who wrote it")
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		"http://localhost": true, "http://LOCALHOST.:80": true, "http://127.8.9.1": true,
		"http://[::1]:7": true, "http://[::ffff:127.0.0.1]": true,
		"http://10.0.0.1": false, "http://a.localhost": false, "http://localhost.example": false, "http://127.0.0.1.example": false, "http://0.0.0.0": false,
	} {
		u, err := url.Parse(raw)
		require.NoError(t, err)
		assert.Equal(t, want, api.IsLoopback(u), raw)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	base, err := api.ParseBaseURL(server.URL)
	require.NoError(t, err)
	server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	_, err = do(t, api.NewClient(&http.Client{Transport: transport}, base, "", time.Minute))
	var retryable *exporter.RetryableError
	require.ErrorAs(t, err, &retryable)
	if runtime.GOOS != "windows" {
		assert.ErrorContains(t, err, "start one (staso serve)")
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("7", "")
	f.Add("Mon, 23 Nov 2026 12:00:30 GMT", "Mon, 23 Nov 2026 12:00:00 GMT")
	f.Fuzz(func(t *testing.T, value, date string) {
		got := api.RetryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, time.Now())
		if got < 0 || got > time.Hour {
			t.Fatalf("%q gave %s", value, got)
		}
	})
}

func FuzzBaseURL(f *testing.F) {
	f.Add("https://user:secret@example.com")
	f.Add("http://127.0.0.1:7600/")
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := api.ParseBaseURL(raw)
		if err != nil {
			return
		}
		if u.User != nil || u.Host == "" || u.Scheme == "http" && !api.IsLoopback(u) {
			t.Fatalf("%q was taken", raw)
		}
		if _, err := http.NewRequest(http.MethodGet, u.String()+"/v1/x", nil); err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
	})
}
