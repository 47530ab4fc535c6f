package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func TestErrorOf(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
		detail string
	}{
		{fmt.Errorf("read: %w", httpapi.TooLarge("body: %d", 5)), 413, "payload_too_large", "body: 5"},
		{fmt.Errorf("x: %w", store.ErrBusy), 503, "capacity_exhausted", "send it again in a second"},
		{fmt.Errorf("x: %w", store.ErrFull), 507, "backend_unavailable", "the disk that holds the database is full"},
		{store.ErrNotFound, 404, "not_found", "in this workspace"},
		{fmt.Errorf("cursor: %w", store.ErrInvalidQuery), 400, "malformed_request", "cursor: invalid query"},
		{context.Canceled, 499, "request_timeout", "ended before its answer"},
		{errors.New("secret path"), 500, "backend_unavailable", "its log says why"},
	} {
		got := httpapi.ErrorOf(c.err)
		assert.Equal(t, c.status, got.Status)
		assert.Equal(t, c.code, got.Code)
		assert.Contains(t, got.Detail, c.detail)
		assert.NotContains(t, got.Detail, "secret")
	}
}

func TestHandlerAnswersItsError(t *testing.T) {
	w := httptest.NewRecorder()
	busy := httpapi.Busy("full")
	busy.RetryAfter = 1100 * time.Millisecond
	httpapi.Handler(func(http.ResponseWriter, *http.Request) error { return busy }).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, 503, w.Code)
	assert.Equal(t, "2", w.Header().Get("Retry-After"))
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	assert.JSONEq(t, `{"detail":"full","code":"capacity_exhausted"}`, w.Body.String())
}

func TestChooseWorkspace(t *testing.T) {
	for _, c := range [][3]string{ // slug, header, chosen
		{"", "", "default"},
		{"default", "", "default"},
		{"", "default", "default"},
		{"a", "", "a"},
		{"", "b", "b"},
		{"default", "b", "b"},
		{"a", "b", "a"},
	} {
		got, err := httpapi.ChooseWorkspace(c[0], c[1])
		require.NoError(t, err)
		assert.Equal(t, c[2], got)
	}
	for _, bad := range []string{strings.Repeat("w", 129), "a\nb", "\xff"} {
		_, err := httpapi.ChooseWorkspace(bad, "")
		require.ErrorContains(t, err, "workspace: a name")
		_, err = httpapi.ChooseWorkspace("", bad)
		require.Error(t, err)
	}
}

func TestPathID(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, bad := range []string{"", "x", "0af7651916cd43dd8448eb211c80319c", "00000000-0000-0000-0000-000000000000"} {
		r.SetPathValue("trace_id", bad)
		_, err := httpapi.PathID(r, "trace_id")
		require.ErrorContains(t, err, "path: trace_id: a text of")
	}
	r.SetPathValue("trace_id", "0af76519-16cd-43dd-8448-eb211c80319c")
	id, err := httpapi.PathID(r, "trace_id")
	require.NoError(t, err)
	assert.Equal(t, "0af76519-16cd-43dd-8448-eb211c80319c", id.String())
}
