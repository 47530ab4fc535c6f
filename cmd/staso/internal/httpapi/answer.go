package httpapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Handler answers a request or returns why it did not. It returns an error only
// where it has written nothing yet.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP answers with what h wrote, or with the error that it returned.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		WriteError(w, err)
	}
}

// WriteJSON answers with v as JSON.
func WriteJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	WriteBody(w, status, append(body, '\n'))
	return nil
}

// WriteBody answers with a body that is JSON already.
func WriteBody(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) //nolint:errcheck // the client is gone: nobody is left to tell
}

type errorBody struct {
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

// errorNoter is a ResponseWriter that wants to know the error behind an answer,
// for the log.
type errorNoter interface{ NoteError(error) }

// WriteError answers with the refusal that err is.
func WriteError(w http.ResponseWriter, err error) {
	refusal := ErrorOf(err)
	if noter, ok := w.(errorNoter); ok {
		noter.NoteError(err)
	}
	if refusal.RetryAfter > 0 {
		seconds := int64((refusal.RetryAfter + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	body, _ := json.Marshal(errorBody{refusal.Detail, refusal.Code}) //nolint:errcheck // two strings always encode
	WriteBody(w, refusal.Status, append(body, '\n'))
}
