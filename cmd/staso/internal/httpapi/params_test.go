package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

func TestParams(t *testing.T) {
	p := httpapi.NewParams(url.Values{
		"text": {"a b"}, "empty": {""}, "limit": {"7"}, "cursor": {"c"}, "n": {"12"}, "flag": {"true"}, "day": {"2026-01-31"},
		"id": {"0af76519-16cd-43dd-8448-eb211c80319c"},
	})
	assert.Equal(t, "a b", p.Text("text"))
	assert.Empty(t, p.Text("empty"))
	assert.Equal(t, []any{7, "c"}, []any{p.Page().Limit, p.Page().Cursor})
	assert.Equal(t, int64(12), p.Count("n"))
	assert.True(t, p.Flag("flag"))
	assert.Equal(t, "0af76519-16cd-43dd-8448-eb211c80319c", p.ID("id").String())
	assert.Equal(t, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), p.Time("day"))
	assert.Zero(t, p.Count("none"))
	assert.Zero(t, p.ID("none"))
	assert.False(t, p.Flag("none"))
	assert.NoError(t, p.Err())
}

func TestParamsKeepTheFirstMistake(t *testing.T) {
	for name, c := range map[string]struct {
		value string
		read  func(p *httpapi.Params)
		want  string
	}{
		"limit":  {"501", func(p *httpapi.Params) { p.Page() }, `"501" is not a whole number from 1 to 500`},
		"n":      {"-1", func(p *httpapi.Params) { p.Count("n") }, `"-1" is not a whole number from 0 on`},
		"flag":   {"maybe", func(p *httpapi.Params) { p.Flag("flag") }, `"maybe" is neither true nor false`},
		"id":     {"{0af76519-16cd-43dd-8448-eb211c80319c}", func(p *httpapi.Params) { p.ID("id") }, "is not a UUID"},
		"t":      {"yesterday", func(p *httpapi.Params) { p.Time("t") }, "is not a time"},
		"long":   {strings.Repeat("x", 1025), func(p *httpapi.Params) { p.Text("long") }, "1025 bytes long"},
		"binary": {"a\x00b", func(p *httpapi.Params) { p.Text("binary") }, "not UTF-8, or a NUL"},
	} {
		p := httpapi.NewParams(url.Values{name: {c.value}, "twice": {"a", "b"}})
		c.read(p)
		p.Text("twice")
		var refusal *httpapi.Error
		require.ErrorAs(t, p.Err(), &refusal, name)
		assert.Equal(t, http.StatusBadRequest, refusal.Status)
		assert.Contains(t, refusal.Detail, "parameter "+name)
		assert.Contains(t, refusal.Detail, c.want)
	}
	p := httpapi.NewParams(url.Values{"twice": {"a", "b"}})
	assert.Empty(t, p.Text("twice"))
	assert.ErrorContains(t, p.Err(), "given 2 times")
}
