package query

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	maxLimit      = 500
	maxParamBytes = 1024
	maxMeta       = 8
	metaPrefix    = "meta."
)

// ParseTraceQuery reads the parameters of a list of traces. Parameters that it
// does not know are left alone, an empty value is as good as none, and the
// first that cannot be understood is a [*httpapi.Error] with status 400 that
// names it and says what would be right.
//
// from and to are RFC 3339 times, or without a zone (then UTC) as
// 2006-01-02T15:04:05, 2006-01-02T15:04 or 2006-01-02. The durations are
// milliseconds and may have a fraction. The cursor is the store's to judge.
func ParseTraceQuery(values url.Values) (store.TraceQuery, error) {
	p := params{values: values}
	q := store.TraceQuery{
		PageQuery:      p.page(),
		Sort:           store.Sort(p.oneOf("sort", sorts)),
		Ascending:      p.oneOf("order", orders) == "asc",
		From:           p.time("from"),
		To:             p.time("to"),
		Environment:    p.text("environment"),
		AgentName:      p.text("agent_name"),
		AgentVersion:   p.text("agent_version"),
		ConversationID: p.text("conversation_id"),
		UserID:         p.text("user_id"),
		Status:         p.oneOf("status", statuses),
		Kind:           p.oneOf("kind", kinds),
		Model:          p.text("model"),
		Tag:            p.text("tag"),
		Meta:           p.meta(),
		MinDuration:    p.milliseconds("min_duration_ms"),
		MaxDuration:    p.milliseconds("max_duration_ms"),
		MinTokens:      p.count("min_tokens"),
		MaxTokens:      p.count("max_tokens"),
		Text:           p.text("q"),
	}
	p.positive("max_duration_ms", int64(q.MaxDuration))
	p.positive("max_tokens", q.MaxTokens)
	p.ordered("to", "from", !q.To.IsZero() && !q.To.After(q.From))
	p.ordered("max_duration_ms", "min_duration_ms", q.MaxDuration > 0 && q.MaxDuration < q.MinDuration)
	p.ordered("max_tokens", "min_tokens", q.MaxTokens > 0 && q.MaxTokens < q.MinTokens)
	return q, p.err
}

// ParsePageQuery reads limit and cursor.
func ParsePageQuery(values url.Values) (store.PageQuery, error) {
	p := params{values: values}
	return p.page(), p.err
}

// valuesOf returns the request's parameters. One that cannot be decoded is an
// error: without it, the list would be another than the one asked for.
func valuesOf(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, httpapi.Malformed("query string: %v: percent-encode each value, and put & between parameters", err)
	}
	return values, nil
}

const (
	sorts    = "timestamp, duration or tokens"
	orders   = "desc or asc"
	statuses = "ok, error or timeout"
	kinds    = "llm, tool, chain, retriever, agent or custom"
)

// params reads one parameter after the other and keeps the first error.
type params struct {
	values url.Values
	err    error
}

func (p *params) fail(format string, args ...any) {
	if p.err == nil {
		p.err = httpapi.Malformed(format, args...)
	}
}

// ordered complains of a range that nothing can fall into.
func (p *params) ordered(upper, lower string, wrong bool) {
	if wrong {
		p.fail("parameter %s: is not above %s: nothing lies between the two", upper, lower)
	}
}

// positive complains of an upper bound of 0, which would count as none.
func (p *params) positive(name string, n int64) {
	if n == 0 && p.text(name) != "" {
		p.fail("parameter %s: is 0: give more, or leave it out for no bound", name)
	}
}

func (p *params) text(name string) string {
	given := p.values[name]
	if len(given) > 1 {
		p.fail("parameter %s: given %d times: give it once", name, len(given))
	}
	if len(given) != 1 || !p.sound(name, given[0]) {
		return ""
	}
	return given[0]
}

func (p *params) sound(name, value string) bool {
	switch {
	case len(value) > maxParamBytes:
		p.fail("parameter %s: %d bytes long: at most %d are allowed", name, len(value), maxParamBytes)
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		p.fail("parameter %s: holds bytes that are not UTF-8, or a NUL: send percent-encoded UTF-8", name)
	default:
		return true
	}
	return false
}

func (p *params) oneOf(name, choices string) string {
	value := p.text(name)
	if value == "" {
		return ""
	}
	listed := strings.FieldsFunc(choices, func(r rune) bool { return r == ',' || r == ' ' })
	for _, choice := range listed {
		if value == choice && choice != "or" {
			return value
		}
	}
	p.fail("parameter %s: %.40q is none of its values: give %s", name, value, choices)
	return ""
}

func (p *params) page() store.PageQuery {
	return store.PageQuery{Limit: p.limit(), Cursor: p.text("cursor")}
}

func (p *params) limit() int {
	value := p.text("limit")
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxLimit {
		p.fail("parameter limit: %.40q is not a whole number from 1 to %d", value, maxLimit)
		return 0
	}
	return n
}

func (p *params) count(name string) int64 {
	value := p.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		p.fail("parameter %s: %.40q is not a whole number from 0 on", name, value)
		return 0
	}
	return n
}

func (p *params) milliseconds(name string) time.Duration {
	value := p.text(name)
	if value == "" {
		return 0
	}
	ms, err := strconv.ParseFloat(value, 64)
	const most = float64(math.MaxInt64/int64(time.Millisecond)) / 2
	if err != nil || !(ms >= 0 && ms <= most) {
		p.fail("parameter %s: %.40q is not a number of milliseconds from 0 on, for instance 250 or 0.5", name, value)
		return 0
	}
	return time.Duration(math.Round(ms * float64(time.Millisecond)))
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

func (p *params) meta() map[string]string {
	var meta map[string]string
	for name := range p.values {
		key, ok := strings.CutPrefix(name, metaPrefix)
		if !ok {
			continue
		}
		if key == "" || !p.sound("meta.KEY", key) {
			p.fail("parameter meta.: names no attribute: give meta.KEY=VALUE")
			continue
		}
		if value := p.text(name); value != "" {
			if meta == nil {
				meta = make(map[string]string)
			}
			meta[key] = value
		}
	}
	if len(meta) > maxMeta {
		p.fail("parameters meta.KEY: %d of them: at most %d are allowed", len(meta), maxMeta)
	}
	return meta
}
