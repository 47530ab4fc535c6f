package query

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	maxMeta    = 8
	metaPrefix = "meta."
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
	p := params{httpapi.NewParams(values), values}
	q := store.TraceQuery{
		PageQuery:      p.Page(),
		Sort:           store.Sort(p.oneOf("sort", sorts)),
		Ascending:      p.oneOf("order", orders) == "asc",
		From:           p.Time("from"),
		To:             p.Time("to"),
		Environment:    p.Text("environment"),
		AgentName:      p.Text("agent_name"),
		AgentVersion:   p.Text("agent_version"),
		ConversationID: p.Text("conversation_id"),
		UserID:         p.Text("user_id"),
		Status:         p.oneOf("status", statuses),
		Kind:           p.oneOf("kind", kinds),
		Model:          p.Text("model"),
		Tag:            p.Text("tag"),
		Meta:           p.meta(),
		MinDuration:    p.milliseconds("min_duration_ms"),
		MaxDuration:    p.milliseconds("max_duration_ms"),
		MinTokens:      p.Count("min_tokens"),
		MaxTokens:      p.Count("max_tokens"),
		Text:           p.Text("q"),
	}
	p.positive("max_duration_ms", int64(q.MaxDuration))
	p.positive("max_tokens", q.MaxTokens)
	p.ordered("to", "from", !q.To.IsZero() && !q.To.After(q.From))
	p.ordered("max_duration_ms", "min_duration_ms", q.MaxDuration > 0 && q.MaxDuration < q.MinDuration)
	p.ordered("max_tokens", "min_tokens", q.MaxTokens > 0 && q.MaxTokens < q.MinTokens)
	return q, p.Err()
}

// ParsePageQuery reads limit and cursor.
func ParsePageQuery(values url.Values) (store.PageQuery, error) {
	p := httpapi.NewParams(values)
	return p.Page(), p.Err()
}

const (
	sorts    = "timestamp, duration or tokens"
	orders   = "desc or asc"
	statuses = "ok, error or timeout"
	kinds    = "llm, tool, chain, retriever, agent or custom"
)

// params are those of a list of traces.
type params struct {
	*httpapi.Params

	values url.Values
}

// ordered complains of a range that nothing can fall into.
func (p *params) ordered(upper, lower string, wrong bool) {
	if wrong {
		p.Fail("parameter %s: is not above %s: nothing lies between the two", upper, lower)
	}
}

// positive complains of an upper bound of 0, which would count as none.
func (p *params) positive(name string, n int64) {
	if n == 0 && p.Text(name) != "" {
		p.Fail("parameter %s: is 0: give more, or leave it out for no bound", name)
	}
}

func (p *params) oneOf(name, choices string) string {
	value := p.Text(name)
	if value == "" {
		return ""
	}
	listed := strings.FieldsFunc(choices, func(r rune) bool { return r == ',' || r == ' ' })
	for _, choice := range listed {
		if value == choice && choice != "or" {
			return value
		}
	}
	p.Fail("parameter %s: %.40q is none of its values: give %s", name, value, choices)
	return ""
}

func (p *params) milliseconds(name string) time.Duration {
	value := p.Text(name)
	if value == "" {
		return 0
	}
	ms, err := strconv.ParseFloat(value, 64)
	const most = float64(math.MaxInt64/int64(time.Millisecond)) / 2
	if err != nil || !(ms >= 0 && ms <= most) {
		p.Fail("parameter %s: %.40q is not a number of milliseconds from 0 on, for instance 250 or 0.5", name, value)
		return 0
	}
	return time.Duration(math.Round(ms * float64(time.Millisecond)))
}

func (p *params) meta() map[string]string {
	var meta map[string]string
	for name := range p.values {
		key, ok := strings.CutPrefix(name, metaPrefix)
		if !ok {
			continue
		}
		if key == "" || !p.Sound("meta.KEY", key) {
			p.Fail("parameter meta.: names no attribute: give meta.KEY=VALUE")
			continue
		}
		if value := p.Text(name); value != "" {
			if meta == nil {
				meta = make(map[string]string)
			}
			meta[key] = value
		}
	}
	if len(meta) > maxMeta {
		p.Fail("parameters meta.KEY: %d of them: at most %d are allowed", len(meta), maxMeta)
	}
	return meta
}
