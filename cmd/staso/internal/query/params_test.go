package query_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func TestParseTraceQueryReadsEveryParameter(t *testing.T) {
	values, err := url.ParseQuery("limit=20&cursor=abc&sort=duration&order=asc&from=2026-01-31T10:00:00%2B01:00&to=2026-02-01" +
		"&environment=staging&agent_name=bot&agent_version=v7&conversation_id=c1&user_id=u1&status=error&kind=tool" +
		"&model=m1&tag=vip&meta.tier=gold&min_duration_ms=0.5&max_duration_ms=250&min_tokens=3&max_tokens=9&q=order+lost&open=1")
	require.NoError(t, err)
	got, err := query.ParseTraceQuery(values)
	require.NoError(t, err)
	assert.Equal(t, store.TraceQuery{
		PageQuery: store.PageQuery{Limit: 20, Cursor: "abc"},
		Sort:      store.SortDuration, Ascending: true,
		From: time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC), To: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		Environment: "staging", AgentName: "bot", AgentVersion: "v7", ConversationID: "c1", UserID: "u1",
		Status: "error", Kind: "tool", Model: "m1", Tag: "vip", Meta: map[string]string{"tier": "gold"},
		MinDuration: 500 * time.Microsecond, MaxDuration: 250 * time.Millisecond, MinTokens: 3, MaxTokens: 9, Text: "order lost",
	}, got)
}

func TestParseTraceQueryOfNothingIsTheZeroQuery(t *testing.T) {
	for _, raw := range []string{"", "status=&limit=&from=&meta.x=&q=", "unknown=1"} {
		values, err := url.ParseQuery(raw)
		require.NoError(t, err)
		got, err := query.ParseTraceQuery(values)
		require.NoError(t, err, raw)
		assert.Equal(t, store.TraceQuery{}, got, raw)
	}
}

func TestParseTraceQueryNamesParameterValueAndRemedy(t *testing.T) {
	many := make([]string, 9)
	for i := range many {
		many[i] = "meta.k" + string(rune('a'+i)) + "=v"
	}
	for raw, want := range map[string]string{
		"limit=0":                                `parameter limit: "0" is not a whole number from 1 to 500`,
		"limit=501":                              `"501"`,
		"limit=x":                                `"x"`,
		"status=failed":                          `parameter status: "failed" is none of its values: give ok, error or timeout`,
		"status=or":                              `parameter status: "or"`,
		"kind=ok":                                `give llm, tool, chain`,
		"sort=cost":                              `give timestamp, duration or tokens`,
		"order=up":                               `give desc or asc`,
		"from=yesterday":                         `parameter from: "yesterday" is not a time: give RFC 3339`,
		"from=9999-01-01":                        `parameter from`,
		"min_duration_ms=-1":                     `parameter min_duration_ms: "-1" is not a number of milliseconds`,
		"min_duration_ms=NaN":                    `"NaN"`,
		"max_duration_ms=1e999":                  `"1e999"`,
		"min_tokens=1.5":                         `parameter min_tokens: "1.5" is not a whole number`,
		"min_tokens=99999999999999999999":        `min_tokens`,
		"status=ok&status=error":                 `parameter status: given 2 times: give it once`,
		"model=%ff":                              `parameter model: holds bytes that are not UTF-8`,
		"model=a%00b":                            `NUL`,
		"q=" + strings.Repeat("a", 1025):         `parameter q: 1025 bytes long: at most 1024`,
		"meta.=x":                                `names no attribute`,
		strings.Join(many, "&"):                  `9 of them: at most 8`,
		"from=2026-01-02&to=2026-01-01":          `parameter to: is not above from`,
		"min_duration_ms=9&max_duration_ms=8":    `parameter max_duration_ms`,
		"max_tokens=0":                           `parameter max_tokens: is 0: give more, or leave it out`,
		"max_duration_ms=0.0":                    `parameter max_duration_ms: is 0`,
		"min_tokens=9&max_tokens=8":              `parameter max_tokens`,
		"limit=" + strings.Repeat("9", 60) + "a": `parameter limit`,
	} {
		values, err := url.ParseQuery(raw)
		require.NoError(t, err)
		_, err = query.ParseTraceQuery(values)
		require.Error(t, err, raw)
		assert.ErrorContains(t, err, want)
		assert.Equal(t, 400, httpapi.ErrorOf(err).Status)
		assert.Equal(t, "malformed_request", httpapi.ErrorOf(err).Code)
	}
}

func FuzzParseTraceQuery(f *testing.F) {
	for _, raw := range []string{"", "limit=5&sort=tokens", "from=2026-01-31&to=2026-01-30", "meta.a=b&meta.a=c", "min_duration_ms=1e300", "q=%00"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, err := query.ParseTraceQuery(values)
		if err != nil {
			assert.Equal(t, 400, httpapi.ErrorOf(err).Status)
			assert.Less(t, len(err.Error()), 2000)
			return
		}
		assert.LessOrEqual(t, q.Limit, 500)
		assert.GreaterOrEqual(t, q.Limit, 0)
		assert.GreaterOrEqual(t, min(q.MinDuration, q.MaxDuration), time.Duration(0))
		assert.GreaterOrEqual(t, min(q.MinTokens, q.MaxTokens), int64(0))
		assert.LessOrEqual(t, len(q.Meta), 8)
	})
}
