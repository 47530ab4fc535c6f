package scan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

func all(f *scan.Finder, text string) []string {
	var found []string
	for at, word := f.Next(text, 0); at >= 0; at, word = f.Next(text, at+1) {
		found = append(found, f.Word(word))
	}
	return found
}

func TestFinder(t *testing.T) {
	t.Parallel()
	f := scan.NewFinder("pass", "password", "ghp_", "://")
	assert.Equal(t, []string{"password", "://"}, all(f, "PassWord=1 http://x"), "the longest one, in either case")
	assert.Equal(t, []string{"pass", "pass"}, all(f, "bypass pass"))
	assert.Equal(t, []string{"ghp_"}, all(f, "ghp_"), "at the very end")
	assert.Empty(t, all(f, "gh p_ :/ pas"))
	assert.Empty(t, all(f, ""))
}

func TestFinderRefusesShortWords(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { scan.NewFinder("ab") })
}

func FuzzFinderAgreesWithIndex(f *testing.F) {
	f.Add("some PassWord here")
	finder := scan.NewFinder("password")
	f.Fuzz(func(t *testing.T, text string) {
		lower := []byte(text)
		for i, b := range lower {
			lower[i] = scan.Lower(b)
		}
		at, _ := finder.Next(text, 0)
		assert.Equal(t, strings.Index(string(lower), "password"), at)
	})
}

func TestMask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       string
		head, tail int
		want       string
	}{
		{"4111-1111-1111-1234", 0, 4, "****-****-****-1234"},
		{"(415) 555-0132", 0, 3, "(***) ***-*132"},
		{"abc", 2, 2, "***"},
		{"żółw 1234567890", 0, 2, "**** ********90"},
		{"", 1, 1, ""},
	} {
		assert.Equal(t, c.want, scan.Mask(c.text, c.head, c.tail), c.text)
	}
}

func TestClass(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 4, scan.Alnum.Run("ab12-", 0))
	assert.Equal(t, 1, scan.Digit.RunBack("a123", 4, 10))
	assert.Equal(t, 2, scan.Digit.RunBack("a123", 4, 2), "no further than told")
	assert.True(t, scan.Hex.Is('f'))
	assert.False(t, scan.Hex.Is('g'))
	assert.True(t, scan.Wide.Is("é"[0]))
}

func BenchmarkFinder64KB(b *testing.B) {
	f := scan.NewFinder("password", "token", "secret", "akia", "ghp_", "-----begin", "://")
	text := strings.Repeat("the quick brown fox jumps over the lazy dog, and then some more. ", 1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		f.Next(text, 0)
	}
}
