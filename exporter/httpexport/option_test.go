package httpexport_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter/httpexport"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]httpexport.Option{
		"none":              nil,
		"nil":               {nil, httpexport.WithHTTPClient(nil), httpexport.WithAPIKey("")},
		"localhost":         {httpexport.WithBaseURL("http://localhost:7600/")},
		"IPv6":              {httpexport.WithBaseURL("http://[::1]:7600")},
		"https with a path": {httpexport.WithBaseURL("https://proxy.example/staso/"), httpexport.WithAPIKey("sk_1")},
		"the last one wins": {httpexport.WithBaseURL("http://localhost"), httpexport.WithHTTPClient(&http.Client{})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := httpexport.New(opts...)
			require.NoError(t, err)
			require.NoError(t, e.Shutdown(t.Context()))
		})
	}
}

func TestEveryBadOptionIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := httpexport.New(
		httpexport.WithBaseURL("ftp://example.com"), httpexport.WithTimeout(0), httpexport.WithAPIKey("change-me"),
	)
	require.ErrorIs(t, err, httpexport.ErrInvalidOption)
	require.ErrorContains(t, err, "ftp://example.com")
	require.ErrorContains(t, err, "WithTimeout(0s)")
	require.ErrorContains(t, err, "placeholder")
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opt  httpexport.Option
		says string
	}{
		"relative":         {httpexport.WithBaseURL("/v1"), "not an absolute"},
		"empty":            {httpexport.WithBaseURL(""), "not an absolute"},
		"no URL":           {httpexport.WithBaseURL("https://user:secret@["), "is not a URL"},
		"credentials":      {httpexport.WithBaseURL("https://user:secret@example.com"), "credentials"},
		"query":            {httpexport.WithBaseURL("https://example.com?key=secret"), "query"},
		"plain http":       {httpexport.WithBaseURL("http://example.com"), "use https"},
		"no key":           {httpexport.WithBaseURL("https://example.com"), "API key is needed for example.com"},
		"key of two lines": {httpexport.WithAPIKey("sk_secret\nX: y"), "position 9"},
		"timeout":          {httpexport.WithTimeout(-time.Second), "at least 1ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := httpexport.New(c.opt)
			require.ErrorIs(t, err, httpexport.ErrInvalidOption)
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestCallersClientIsNotChanged(t *testing.T) {
	t.Parallel()
	client := &http.Client{Timeout: time.Minute}
	e, err := httpexport.New(httpexport.WithHTTPClient(client))
	require.NoError(t, err)
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Nil(t, client.CheckRedirect)
	assert.Nil(t, client.Transport)
}
