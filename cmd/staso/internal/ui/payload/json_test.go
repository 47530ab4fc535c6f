package payload_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

func TestParseKeepsOrderAndNumbers(t *testing.T) {
	v, ok := payload.Parse([]byte(`{"b": 12345678901234567890, "a": [true, null, "é\ud83d\udce6"], "b": 1.50}`))
	require.True(t, ok)
	assert.Equal(t, []string{"b", "a", "b"}, v.Names)
	assert.Equal(t, "12345678901234567890", v.Items[0].Text)
	assert.Equal(t, "é📦", v.Get("a").Items[2].Text)
	assert.Equal(t, "1.50", v.Get("b").Text, "the last of a name stands")
	assert.Nil(t, v.Get("c").Get("d"))
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "{", "[1,]", `{"a" 1}`, `{"a":1,}`, "01", "nul", `"a`, "1 2", `{a:1}`, "\"\n\"", `"\x"`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200), "[" + strings.Repeat("1,", 200_000) + "1]",
	} {
		_, ok := payload.Parse([]byte(s))
		assert.False(t, ok, "%.40q", s)
	}
}

func TestParsePrefix(t *testing.T) {
	for in, want := range map[string]string{
		`{"q": "where is`:            "where is",
		`{"q": "where is my\u00`:     "where is my",
		`{"q": "a\`:                  "a",
		`{"q": "a", "lo`:             "a",
		`{"q": "a", "b": [1, {"c": `: "a",
		`{"q": "a"}`:                 "a",
	} {
		v := payload.ParsePrefix([]byte(in))
		require.NotNil(t, v, in)
		require.NotNil(t, v.Get("q"), in)
		assert.Equal(t, want, v.Get("q").Text)
	}
	assert.Nil(t, payload.ParsePrefix([]byte("hello")))
	assert.Nil(t, payload.ParsePrefix(nil))
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":null}],"c":"\u00e9"}`, `"x"`, "1e9", "[]", `{"a":1} `} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		payload.ParsePrefix(src)
		v, ok := payload.Parse(src)
		if ok != json.Valid(src) && strings.Count(string(src), "[")+strings.Count(string(src), "{") < 100 {
			t.Fatalf("Parse says %v, encoding/json %v", ok, !ok)
		}
		if ok && v == nil {
			t.Fatal("no value")
		}
	})
}
