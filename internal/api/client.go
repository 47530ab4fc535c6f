package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/version"
)

// Client calls a backend. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	base    *url.URL
	key     string
	timeout time.Duration
}

// NewClient returns a client of the backend at base. It uses a copy of h that
// follows no redirects: the key is for base alone. timeout bounds one request
// with its answer; zero leaves that to ctx and h.
func NewClient(h *http.Client, base *url.URL, key string, timeout time.Duration) *Client {
	own := *h
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{http: &own, base: base, key: key, timeout: timeout}
}

// NewRequest returns a request with the headers that every call carries. path is
// escaped already and begins with a slash; it may end in a query.
func (c *Client) NewRequest(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, body)
	if err != nil {
		return nil, fmt.Errorf("build request %s %s: %w", method, path, err)
	}
	if c.key != "" {
		req.Header.Set("X-API-Key", c.key)
	}
	req.Header.Set("User-Agent", version.UserAgent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// Answer is a 2xx answer, read whole.
type Answer struct {
	StatusCode int
	Header     http.Header
	Body       []byte
}

// Do sends req and reads its answer, of which it takes at most limit bytes. Its
// errors:
//
//   - a [*exporter.RetryableError] where no answer came, or one that says to try
//     again; where req's context ended, it wraps that context's error.
//   - otherwise a [*exporter.ReasonError] with a [*exporter.APIError].
//
// Of a 2xx answer that broke off, or is longer than limit, the beginning comes
// beside the error.
func (c *Client) Do(req *http.Request, limit int64) (*Answer, error) {
	caller := req.Context()
	if c.timeout > 0 {
		ctx, cancel := context.WithTimeoutCause(caller, c.timeout, timeoutError(c.timeout))
		defer cancel()
		req = req.WithContext(ctx)
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // closeBody closes it
	if err != nil {
		return nil, unanswered(caller, err)
	}
	defer closeBody(resp.Body)
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, c.refusal(req, resp)
	}
	answer := &Answer{StatusCode: resp.StatusCode, Header: resp.Header}
	if answer.Body, err = readBounded(resp.Body, limit); err != nil {
		return answer, unanswered(caller, fmt.Errorf("read answer to %s %s: %w", req.Method, req.URL.Path, err))
	}
	return answer, nil
}

// unanswered makes every error without a full answer retryable: nothing is known
// to be stored, and a name that does not resolve or a certificate that does not
// fit may do so after the next deployment.
func unanswered(caller context.Context, err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = fmt.Errorf("%w: no backend listens there: start one (staso serve), or set another base URL", err)
	}
	// The client reports a context's cause, which need not wrap its error.
	if ctxErr := caller.Err(); ctxErr != nil && !errors.Is(err, ctxErr) {
		err = errors.Join(err, ctxErr)
	}
	return &exporter.RetryableError{Err: err}
}

type timeoutError time.Duration

func (e timeoutError) Error() string {
	return fmt.Sprintf("no whole answer within %s", time.Duration(e))
}

// Timeout makes it a timeout to whoever asks as of a net.Error.
func (timeoutError) Timeout() bool { return true }

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return body, err
	}
	if int64(len(body)) > limit {
		return body[:limit], TooLongError(limit)
	}
	return body, nil
}

// TooLongError is why an answer was not read to its end: the limit in bytes.
type TooLongError int64

func (e TooLongError) Error() string { return fmt.Sprintf("it is longer than %d bytes", int64(e)) }

// closeBody reads a little more, so that the connection can be used again after
// an answer that was almost read.
func closeBody(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4096) //nolint:errcheck // it only saves a connection
	_ = body.Close()
}
