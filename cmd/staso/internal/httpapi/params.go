package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	maxLimit      = 500
	maxParamBytes = 1024
)

// Params reads the parameters of a query string, one after the other, and keeps the
// first error: a [*Error] with status 400 that names the parameter and says what would
// be right. An empty value is as good as none.
type Params struct {
	values url.Values
	err    error
}

// NewParams returns the parameters in values.
func NewParams(values url.Values) *Params { return &Params{values: values} }

// ParamsOf returns the request's parameters, as [Values] does.
func ParamsOf(r *http.Request) (*Params, error) {
	values, err := Values(r)
	return NewParams(values), err
}

// Values returns the request's parameters. One that cannot be decoded is an error:
// without it, the answer would be another than the one asked for.
func Values(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, Malformed("query string: %v: percent-encode each value, and put & between parameters", err)
	}
	return values, nil
}

// Err is the first error.
func (p *Params) Err() error { return p.err }

// Fail notes an error, unless there is one.
func (p *Params) Fail(format string, args ...any) {
	if p.err == nil {
		p.err = Malformed(format, args...)
	}
}

// Text reads a text.
func (p *Params) Text(name string) string {
	given := p.values[name]
	if len(given) > 1 {
		p.Fail("parameter %s: given %d times: give it once", name, len(given))
	}
	if len(given) != 1 || !p.Sound(name, given[0]) {
		return ""
	}
	return given[0]
}

// Sound says that a value is one that can be looked for, and complains of another.
func (p *Params) Sound(name, value string) bool {
	switch {
	case len(value) > maxParamBytes:
		p.Fail("parameter %s: %d bytes long: at most %d are allowed", name, len(value), maxParamBytes)
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		p.Fail("parameter %s: holds bytes that are not UTF-8, or a NUL: send percent-encoded UTF-8", name)
	default:
		return true
	}
	return false
}

// Page reads limit and cursor. The cursor is the store's to judge.
func (p *Params) Page() store.PageQuery {
	return store.PageQuery{Limit: p.limit(), Cursor: p.Text("cursor")}
}

func (p *Params) limit() int {
	value := p.Text("limit")
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxLimit {
		p.Fail("parameter limit: %.40q is not a whole number from 1 to %d", value, maxLimit)
		return 0
	}
	return n
}

// Count reads a whole number from 0 on.
func (p *Params) Count(name string) int64 {
	value := p.Text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		p.Fail("parameter %s: %.40q is not a whole number from 0 on", name, value)
		return 0
	}
	return n
}

// ID reads a UUID.
func (p *Params) ID(name string) uuid.UUID {
	value := p.Text(name)
	if value == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(value)
	if err != nil || len(value) != 36 {
		p.Fail("parameter %s: %.40q is not a UUID, 32 hexadecimal digits in the form 8-4-4-4-12", name, value)
		return uuid.Nil
	}
	return id
}

// Flag reads true or false.
func (p *Params) Flag(name string) bool {
	value := p.Text(name)
	if value == "" {
		return false
	}
	yes, err := strconv.ParseBool(value)
	if err != nil {
		p.Fail("parameter %s: %.40q is neither true nor false", name, value)
	}
	return yes
}

// Time reads a time: RFC 3339, or without a zone (then UTC) as 2006-01-02T15:04:05,
// 2006-01-02T15:04 or 2006-01-02.
func (p *Params) Time(name string) time.Time {
	value := p.Text(name)
	if value == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil && t.Year() > 1677 && t.Year() < 2262 {
			return t.UTC()
		}
	}
	p.Fail("parameter %s: %.40q is not a time: give RFC 3339, for instance 2026-01-31T09:00:00Z, or a date", name, value)
	return time.Time{}
}
