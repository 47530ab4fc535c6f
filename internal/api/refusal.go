package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/staso-go/staso/exporter"
)

const (
	maxErrorBody   = 4 << 10
	maxErrorDetail = 500
	maxRetryAfter  = time.Hour
)

// refusal reads an answer to req outside 2xx.
func (c *Client) refusal(req *http.Request, resp *http.Response) error {
	// What was read before a failure still says more than nothing.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) //nolint:errcheck // see above
	refusal := decodeRefusal(resp.StatusCode, redactKey(body, c.key))
	if location := resp.Header.Get("Location"); isRedirect(resp.StatusCode) && location != "" {
		refusal.Detail = fmt.Sprintf("redirected to %.200q, which is not followed: set the base URL to where the API is", location)
	}
	// A wrong base URL is only seen by the address that answered.
	err := fmt.Errorf("%s %s%s: %w", req.Method, req.URL.Host, req.URL.Path, refusal)
	switch {
	case IsRetryable(resp.StatusCode):
		return &exporter.RetryableError{After: RetryAfter(resp.Header, time.Now()), Err: err}
	case isUnauthorized(resp.StatusCode):
		return &exporter.ReasonError{Reason: exporter.ReasonUnauthorized, Err: err}
	case resp.StatusCode >= 400:
		return &exporter.ReasonError{Reason: exporter.ReasonRejected, Err: err}
	}
	return &exporter.ReasonError{Reason: exporter.ReasonExporterFailed, Err: err}
}

// IsRetryable says whether another try may change the answer: 408, 429 and 5xx.
func IsRetryable(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= 500
}

func isUnauthorized(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusPaymentRequired || status == http.StatusForbidden
}

func isRedirect(status int) bool { return status >= 300 && status < 400 }

// RetryAfter is how long an answer's Retry-After asks to wait, given in seconds or
// as a date, an hour at most; zero where it asks nothing that can be understood.
// A date is read against the answer's own Date, so that a clock that is wrong
// here does no harm.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if math.IsNaN(seconds) || seconds <= 0 {
			return 0
		}
		return time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// decodeRefusal takes what it understands of body: other servers and proxies
// answer in other forms.
func decodeRefusal(status int, body []byte) *exporter.APIError {
	refusal := &exporter.APIError{StatusCode: status, Body: body}
	var known struct {
		Detail json.RawMessage `json:"detail"`
		Code   json.RawMessage `json:"code"`
	}
	if json.Unmarshal(body, &known) != nil {
		refusal.Detail = plainDetail(status, body)
		return refusal
	}
	refusal.Detail, refusal.Code = text(known.Detail), text(known.Code)
	return refusal
}

// plainDetail keeps a line of text, and of a page of HTML nothing.
func plainDetail(status int, body []byte) string {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] == '<' || isRedirect(status) {
		return ""
	}
	line, _, _ := bytes.Cut(body, []byte("\n"))
	return cut(string(line))
}

// text is a JSON string's value, or any other JSON value as it is written.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return cut(s)
	}
	return cut(string(value))
}

func cut(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= maxErrorDetail {
		return s
	}
	end := maxErrorDetail
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "..."
}

// redactKey keeps a server that repeats the key from putting it into our errors.
func redactKey(body []byte, key string) []byte {
	if key == "" {
		return body
	}
	return bytes.ReplaceAll(body, []byte(key), []byte("[api key]"))
}
