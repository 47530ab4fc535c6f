package plain_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

func TestLineShowsWhatHides(t *testing.T) {
	for in, want := range map[string]string{
		"search":                    "search",
		" a\n\tb ":                  "a b",
		"pay\u202egpj.exe":          "pay‹U+202E›gpj.exe",
		"ad\u200bmin":               "ad‹U+200B›min",
		"x\u2066y\u2069":            "x‹U+2066›y‹U+2069›",
		"\x1b[31mred":               "␛[31mred",
		"del\x7f":                   "del␡",
		"tag\U000e0041":             "tag‹U+E0041›",
		"caf\u00e9 \u4f60\u597d":    "café 你好",
		"\ufeffbom":                 "‹U+FEFF›bom",
		"a\u00adb":                  "a‹U+00AD›b",
		"<script>alert(1)</script>": "<script>alert(1)</script>",
	} {
		assert.Equal(t, want, plain.Line(in, 0), "%q", in)
	}
}

func TestLineCutsAtRunes(t *testing.T) {
	assert.Equal(t, "日本…", plain.Line("日本語", 2))
	assert.Equal(t, "日本語", plain.Line("日本語", 3))
}

func TestTextKeepsLinesAndEmoji(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\td":             "a\nb\nc\td",
		"👩\u200d💻 ok":              "👩\u200d💻 ok",
		"pass\u200dword":           "pass‹U+200D›word",
		"می\u200cخواهم":            "می\u200cخواهم",
		"left\u202eright":          "left‹U+202E›right",
		"\x1b[1mbold":              "␛[1mbold",
		"a\u200b\u200b\u200bb":     "a‹U+200B›‹U+200B›‹U+200B›b",
		"line\u2028sep":            "line‹U+2028›sep",
		"heart \u2764\ufe0f":       "heart \u2764\ufe0f",
		strings.Repeat("plain", 9): strings.Repeat("plain", 9),
	} {
		assert.Equal(t, want, plain.Text(in), "%q", in)
	}
}

func TestCut(t *testing.T) {
	assert.Equal(t, "日", plain.Cut("日本", 5))
	assert.Equal(t, "日本", plain.Cut("日本", 6))
	assert.Empty(t, plain.Cut("日本", 2))
}

func FuzzPlain(f *testing.F) {
	f.Add("a\u202eb\x00\x1b", 3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		for _, out := range []string{plain.Line(s, n%300), plain.Text(s)} {
			if !utf8.ValidString(out) {
				t.Fatalf("%q is not valid UTF-8", out)
			}
			for _, r := range out {
				if unicode.Is(unicode.Bidi_Control, r) || (unicode.IsControl(r) && r != '\n' && r != '\t') {
					t.Fatalf("%U is left in %q", r, out)
				}
			}
		}
		if strings.ContainsAny(plain.Line(s, 0), "\n\t") {
			t.Fatal("a line of several lines")
		}
	})
}
