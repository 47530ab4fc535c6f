package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// RefusalError is a status other than 200.
type RefusalError struct {
	Status  int
	Message string
	// After is how long the provider asked to wait; zero where it did not.
	After time.Duration
}

func (e *RefusalError) Error() string {
	text := fmt.Sprintf("the model's provider answered %d %s", e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

const (
	maxMessage = 300
	maxAfter   = 10 * time.Second
)

func refusal(response *http.Response, body []byte) error {
	e := &RefusalError{Status: response.StatusCode, After: after(response.Header)}
	var answer Refusal
	if json.Unmarshal(body, &answer) == nil {
		e.Message = answer.Error.Message
	}
	if len(e.Message) > maxMessage {
		e.Message = e.Message[:maxMessage]
	}
	if e.Status == http.StatusUnauthorized {
		e.Message = "it does not accept the key" // its own words may quote the key
	}
	return e
}

// after reads how long to wait: providers say it in seconds, or more finely in
// milliseconds.
func after(h http.Header) time.Duration {
	for _, unit := range []struct {
		header string
		d      time.Duration
	}{{"Retry-After-Ms", time.Millisecond}, {"Retry-After", time.Second}} {
		if n, err := strconv.ParseUint(h.Get(unit.header), 10, 31); err == nil {
			return min(time.Duration(n)*unit.d, maxAfter)
		}
	}
	return 0
}

// mayPass says whether another try may succeed.
func mayPass(err error) bool {
	if e, ok := errors.AsType[*RefusalError](err); ok {
		return e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= http.StatusInternalServerError
	}
	return false
}
