package decode_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/decode"
)

func TestPercent(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"%2e%2E/": "../", "%252e": ".", "%25252e": ".", "%2525252e": "%2e", "%u002e%U002E": "..", "a%2": "a%2", "%zz": "%zz", "100 %": "100 %", "%": "%", "": "",
		"%c3%a9": "é", "%ff": "\xff",
	} {
		got, changed := decode.Percent(in)
		assert.Equal(t, want, got, in)
		assert.Equal(t, want != in, changed, in)
	}
}

func TestEscapes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`\u002e\x2E`: "..", `\u{2f}\u{00002f}`: "//", `\U0000002e`: ".", `\\u002e`: `\\u002e`, `\u12`: `\u12`, `\x`: `\x`, `\u{110000}`: `\u{110000}`, `\n`: `\n`,
		`C:\users\x`: `C:\users\x`, `\`: `\`, "": "",
	} {
		got, changed := decode.Escapes(in)
		assert.Equal(t, want, got, in)
		assert.Equal(t, want != in, changed, in)
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"&lt;a&gt;": "<a>", "&#60;&#x3e;": "<>", "a & b": "a & b", "a&b": "a&b", "&amp;lt;": "&lt;", "&": "&",
	} {
		got, changed := decode.HTML(in)
		assert.Equal(t, want, got, in)
		assert.Equal(t, want != in, changed, in)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain": "plain", "\uff52\uff4d": "rm", "i\u200bgno\u00adre": "ignore", "\u202eevil": "evil", "\u0440\u0430\u0441\u0435": "pace", "\u0391\u039f": "AO",
		"\U0001d5a2at": "Cat", "\ufb01le": "file", "a\u2010b\u2019s": "a-b's", "caf\u00e9": "caf\u00e9", "\u65e5\u672c": "\u65e5\u672c", "\u2215etc": "/etc",
	} {
		got, changed := decode.Fold(in)
		assert.Equal(t, want, got, in)
		assert.Equal(t, want != in, changed, in)
	}
}

func TestBinary(t *testing.T) {
	t.Parallel()
	const text = "cat /etc/passwd | sort"
	for _, in := range []string{
		base64.StdEncoding.EncodeToString([]byte(text)), base64.RawStdEncoding.EncodeToString([]byte(text)), base64.URLEncoding.EncodeToString([]byte(text)),
		"Y2F0IC9ldGMv\ncGFzc3dkIHwgc29ydA==\n",
	} {
		got, ok := decode.Base64(in)
		assert.True(t, ok, in)
		assert.Equal(t, text, got)
	}
	for _, in := range []string{hex.EncodeToString([]byte(text)), "0x" + strings.ToUpper(hex.EncodeToString([]byte(text)))} {
		got, ok := decode.Hex(in)
		assert.True(t, ok, in)
		assert.Equal(t, text, got)
	}
	for _, in := range []string{
		"", "short", "d41d8cd98f00b204e9800998ecf8427e", "not base64 at all, is it?", strings.Repeat("A", 64), "c2hvcnQ=", strings.Repeat("=", 40), "internationalisation",
	} {
		_, isBase64 := decode.Base64(in)
		_, isHex := decode.Hex(in)
		assert.False(t, isBase64 || isHex, in)
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	const run = "cm0gLXJmIC8gLS1uby1wcmVzZXJ2ZQ=="
	for in, want := range map[string][]string{
		"see " + run + " and " + run + ".": {run, run},
		run:                                {run},
		"words of prose, none of them long enough": nil,
		"x" + strings.Repeat("a", 22):              nil,
		"x" + strings.Repeat("a", 23):              {"x" + strings.Repeat("a", 23)},
		" " + run + "x":                            {run},
	} {
		var got []string
		decode.Runs(in, func(start, end int) bool {
			got = append(got, in[start:end])
			return true
		})
		assert.Equal(t, want, got, in)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"%252e%u002e", `\u002e\x2e\u{2e}`, "&lt;&#60;", "\uff52\u200b\u0440", "Y2F0IC9ldGMvcGFzc3dk", "6361742f6574632f706173737764"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, read := range map[string]func(string) (string, bool){
			"percent": decode.Percent, "escapes": decode.Escapes, "html": decode.HTML, "fold": decode.Fold,
		} {
			got, changed := read(s)
			if changed == (got == s) {
				t.Fatalf("%s: changed is %v, and %q became %q", name, changed, s, got)
			}
			if name != "fold" && name != "html" && len(got) > len(s) {
				t.Fatalf("%s: %q grew to %q", name, s, got)
			}
		}
		if text, ok := decode.Base64(s); ok && (len(text) > len(s) || !utf8.ValidString(text)) {
			t.Fatalf("base64 of %q: %q", s, text)
		}
		last := 0
		decode.Runs(s, func(start, end int) bool {
			if start < last || end <= start || end > len(s) {
				t.Fatalf("a run from %d to %d after %d in %q", start, end, last, s)
			}
			last = end
			return true
		})
	})
}
