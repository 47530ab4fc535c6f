package guardapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	maxParam = 1024
	maxPage  = 500
)

// params reads one query parameter after the other and keeps the first error.
type params struct {
	values url.Values
	err    error
}

// paramsOf returns the request's workspace and its parameters.
func paramsOf(r *http.Request) (workspace string, p *params, err error) {
	if workspace, err = httpapi.Workspace(r); err != nil {
		return "", nil, err
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", nil, httpapi.Malformed("query string: %v: percent-encode each value, and put & between parameters", err)
	}
	return workspace, &params{values: values}, nil
}

func (p *params) fail(format string, args ...any) {
	if p.err == nil {
		p.err = httpapi.Malformed(format, args...)
	}
}

func (p *params) text(name string) string {
	given := p.values[name]
	switch {
	case len(given) == 0:
		return ""
	case len(given) > 1:
		p.fail("parameter %s: given %d times: give it once", name, len(given))
	case len(given[0]) > maxParam:
		p.fail("parameter %s: %d bytes long: at most %d are allowed", name, len(given[0]), maxParam)
	case !utf8.ValidString(given[0]) || strings.ContainsRune(given[0], 0):
		p.fail("parameter %s: holds bytes that are not UTF-8, or a NUL: send percent-encoded UTF-8", name)
	default:
		return given[0]
	}
	return ""
}

func (p *params) page() store.PageQuery {
	page := store.PageQuery{Cursor: p.text("cursor")}
	value := p.text("limit")
	if value == "" {
		return page
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxPage {
		p.fail("parameter limit: %.40q is not a whole number from 1 to %d", value, maxPage)
	}
	page.Limit = n
	return page
}

func (p *params) id(name string) uuid.UUID {
	value := p.text(name)
	if value == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(value)
	if err != nil || len(value) != 36 {
		p.fail("parameter %s: %.40q is not a UUID, 32 hexadecimal digits in the form 8-4-4-4-12", name, value)
	}
	return id
}

func (p *params) flag(name string) bool {
	value := p.text(name)
	if value == "" {
		return false
	}
	yes, err := strconv.ParseBool(value)
	if err != nil {
		p.fail("parameter %s: %.40q is neither true nor false", name, value)
	}
	return yes
}

func (p *params) number(name string) int64 {
	value := p.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		p.fail("parameter %s: %.40q is not a whole number from 0 on", name, value)
	}
	return n
}

func (p *params) time(name string) time.Time {
	value := p.text(name)
	if value == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil && t.Year() > 1677 && t.Year() < 2262 {
			return t.UTC()
		}
	}
	p.fail("parameter %s: %.40q is not a time: give RFC 3339, for instance 2026-01-31T09:00:00Z, or a date", name, value)
	return time.Time{}
}
