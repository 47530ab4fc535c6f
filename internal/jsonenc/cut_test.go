package jsonenc_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/internal/jsonenc"
)

func cut(raw string, limit int) string { return string(jsonenc.AppendCut(nil, []byte(raw), limit)) }

func TestAppendCut(t *testing.T) {
	const limit = 80 // the marker takes 46 of them
	x := strings.Repeat("x", 100)
	for name, c := range map[string]struct{ raw, want string }{
		"fits":            {`{"a":1}`, `{"a":1}`},
		"fits, but space": {`[1]` + strings.Repeat(" ", 100), `[1]`},
		"space in front":  {strings.Repeat("\n", 100) + `"a"`, `"a"`},
		"string":          {`"` + x + `"`, `"` + x[:34] + `…[cut at 80 bytes]"`},
		"in an array":     {`[1,"` + x + `"]`, `[1,"` + x[:30] + `…[cut at 80 bytes]"]`},
		"in an object":    {`{"a":"` + x + `"}`, `{"a":"` + x[:28] + `…[cut at 80 bytes]"}`},
		"elements":        {`[` + strings.Repeat(`1,`, 100) + `2]`, `[` + strings.Repeat(`1,`, 16) + `"…[cut at 80 bytes]"]`},
		"members":         {`{"a":1,"b":2,"c":` + strings.Repeat("3", 100) + `}`, `{"a":1,"b":2,"…":"…[cut at 80 bytes]"}`},
		"a long key":      {`{"a":1,"` + x + `":2}`, `{"a":1,"…":"…[cut at 80 bytes]"}`},
		"the first key":   {`{"` + x + `":2}`, `{"…":"…[cut at 80 bytes]"}`},
		"long number":     {strings.Repeat("1", 100), `"…[cut at 80 bytes]"`},
		"first element":   {`[` + strings.Repeat("1", 100) + `]`, `["…[cut at 80 bytes]"]`},
		"space within":    {`[1` + strings.Repeat(" ", 100) + `,2]`, `["…[cut at 80 bytes]"]`},
		"after nested":    {`[{},[],{"a":[]},` + strings.Repeat("1", 100) + `]`, `[{},[],{"a":[]},"…[cut at 80 bytes]"]`},
		"nested":          {`[{"a":[` + strings.Repeat(`1,`, 100) + `2]}]`, `[{"a":[` + strings.Repeat(`1,`, 12) + `"…[cut at 80 bytes]"]}]`},
		"runes":           {`"` + strings.Repeat("世", 100) + `"`, `"` + strings.Repeat("世", 11) + `…[cut at 80 bytes]"`},
		"escapes":         {`"a` + strings.Repeat(`\n`, 100) + `"`, `"a` + strings.Repeat(`\n`, 16) + `…[cut at 80 bytes]"`},
		"unicode":         {`"` + strings.Repeat(`\u00e9`, 100) + `"`, `"` + strings.Repeat(`\u00e9`, 5) + `…[cut at 80 bytes]"`},
		"surrogates":      {`"` + strings.Repeat(`\uD83D\ude00`, 100) + `"`, `"\uD83D\ude00\uD83D\ude00…[cut at 80 bytes]"`},
		"bad UTF-8":       {`"` + strings.Repeat("\\n\x80\x80\x80\x80", 100) + `"`, `"` + strings.Repeat("\\n\x80\x80\x80\x80", 5) + "\\n\x80\x80…[cut at 80 bytes]\""},
	} {
		t.Run(name, func(t *testing.T) {
			got := cut(c.raw, limit)
			assert.Equal(t, c.want, got)
			assert.True(t, json.Valid([]byte(got)))
			assert.LessOrEqual(t, len(got), limit)
		})
	}
}

func TestAppendCutAtEveryLimit(t *testing.T) {
	raw := `{"a":[1,-2.5e+10,true,null,{"b":"é\n\ud83d\ude00 x"}],"ключ":{"":[[],{}]},"c":"` + strings.Repeat(`世\"\u0001`, 60) + `","d":0}`
	require.True(t, json.Valid([]byte(raw)))
	for limit := range len(raw) + 2 {
		requireGoodCut(t, []byte(raw), limit)
	}
}

// requireGoodCut asserts all that AppendCut promises.
func requireGoodCut(t *testing.T, raw []byte, limit int) {
	t.Helper()
	before := string(raw)
	got := jsonenc.AppendCut([]byte("front"), raw, limit)
	require.Equal(t, before, string(raw), "what is cut is left alone")
	require.Equal(t, "front", string(got[:5]))
	got = got[5:]
	require.True(t, json.Valid(got), "limit %d: %s", limit, got)
	require.Equal(t, utf8.Valid(raw) || utf8.Valid(got), utf8.Valid(got), "%q", got)
	trimmed := strings.Trim(before, " \t\r\n")
	if len(before) <= limit || len(trimmed) <= limit {
		require.Equal(t, trimmed, strings.Trim(string(got), " \t\r\n"))
		return
	}
	if limit >= 60 {
		require.LessOrEqual(t, len(got), limit)
	}
	kept, _, marked := strings.Cut(string(got), "…[cut at ")
	require.True(t, marked)
	kept = strings.TrimSuffix(kept, `"…":"`)
	if !strings.HasPrefix(trimmed, kept) {
		kept = strings.TrimSuffix(strings.TrimSuffix(kept, `"`), ",")
	}
	require.True(t, strings.HasPrefix(trimmed, kept), "limit %d: %s", limit, got)
}

func TestValid(t *testing.T) {
	for raw, want := range map[string]bool{
		`{"a":[1]}`: true, ` 1 `: true, `null`: true, `"[[["`: true, `"\"[["`: true,
		``: false, `{`: false, `1 2`: false, `nope`: false, "\"\xff\"": false,
		strings.Repeat("[", 100) + strings.Repeat("]", 100):           true,
		strings.Repeat("[", 101) + strings.Repeat("]", 101):           false,
		strings.Repeat(`{"a":`, 101) + "1" + strings.Repeat("}", 101): false,
		`[` + strings.Repeat("[],", 1000) + `[]]`:                     true,
	} {
		assert.Equal(t, want, jsonenc.Valid([]byte(raw)), "%.40s", raw)
	}
}

func FuzzAppendCut(f *testing.F) {
	f.Add([]byte(`{"a":"\ud83d\ude00","b":[1,2,{}],"c":"`+strings.Repeat("é", 100)+`"}`), 100)
	f.Add([]byte(`[`+strings.Repeat(" 1 ,", 100)+`{}]  `), 70)
	f.Add([]byte("\""+strings.Repeat("\\n\x80\x80", 50)+"\""), 81)
	f.Fuzz(func(t *testing.T, raw []byte, limit int) {
		if !json.Valid(raw) {
			t.Skip()
		}
		limit %= len(raw) + 2
		requireGoodCut(t, raw, max(limit, -limit))
		requireGoodCut(t, raw, 60+max(limit, -limit))
	})
}

func FuzzRawMessage(f *testing.F) {
	f.Add([]byte(`{"a": [1, "x"]}`), 300)
	f.Add([]byte("\"a\xff\""), 256)
	f.Add([]byte(strings.Repeat("[", 99)), 256)
	f.Fuzz(func(t *testing.T, raw []byte, limit int) {
		limit = 256 + max(limit%1000, 0)
		var e jsonenc.Encoder
		got := e.Append(nil, []any{json.RawMessage(raw), "after"}, limit)
		require.True(t, jsonenc.Valid(got), "%q", got)
		require.LessOrEqual(t, len(got), limit)
	})
}
