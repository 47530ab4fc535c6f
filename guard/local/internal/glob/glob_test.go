package glob_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/glob"
)

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern string
		hits    []string
		misses  []string
	}{
		{"refund", []string{"refund", "Refund", "REFUND"}, []string{"", "refunds", "a_refund"}},
		{"refund*", []string{"refund", "refund_order", "RefundOrder"}, []string{"do_refund"}},
		{"*", []string{"", "a", "a/b.c"}, nil},
		{"*_delete_*", []string{"db_delete_row", "_delete_"}, []string{"delete", "_delete"}},
		{"get_?", []string{"get_a", "get_é"}, []string{"get_", "get_ab"}},
		{"{get,list}_*", []string{"get_x", "list_"}, []string{"set_x", "get"}},
		{"a{,b{c,d}}e", []string{"ae", "abce", "ABDE"}, []string{"abe", "abcde"}},
		{`\*`, []string{"*"}, []string{"a"}},
		{`\{x\}`, []string{"{x}"}, []string{"x"}},
		{"a,b", []string{"a,b"}, []string{"a", "b"}},
		{"files[].path", []string{"files[].path"}, []string{"files[0].path"}},
		{"straße-Σ", []string{"STRAßE-ς", "straße-σ"}, []string{"strasse-s"}},
		{"ПЛАТЁЖ*", []string{"платёж-1"}, []string{"платеж"}},
		{"", []string{""}, []string{"a"}},
		{"*status*", []string{"status", "getStatusNow", "STATUS_"}, []string{"statu", "sta_tus"}},
		{"*_x", []string{"_x", "a_X"}, []string{"x", "_xa"}},
		{"é*", []string{"É", "été"}, []string{"e"}},
		{"**", []string{"", "a"}, nil},
		{"*a*b*", []string{"ab", "xxaxxbxx", "aab"}, []string{"ba", "b"}},
	} {
		pattern, err := glob.Compile(test.pattern)
		require.NoError(t, err, test.pattern)
		assert.Equal(t, test.pattern, pattern.String())
		for _, name := range test.hits {
			assert.True(t, pattern.Match(name), "%q should match %q", test.pattern, name)
		}
		for _, name := range test.misses {
			assert.False(t, pattern.Match(name), "%q should not match %q", test.pattern, name)
		}
	}
}

func TestBadPatternsSayWhatIsWrong(t *testing.T) {
	for pattern, want := range map[string]string{
		"a{b":                        "does not close",
		"a}b":                        "did not open",
		"}{":                         "did not open",
		`a\`:                         "backslash",
		"a\xff":                      "UTF-8",
		strings.Repeat("a", 257):     "at most 256",
		strings.Repeat("{a,b,c}", 9): "more than 64",
	} {
		_, err := glob.Compile(pattern)
		assert.ErrorContains(t, err, want, pattern)
	}
}

func TestSet(t *testing.T) {
	set, err := glob.CompileAll([]string{"a*", "b"})
	require.NoError(t, err)
	assert.True(t, set.Match("b"))
	assert.False(t, set.Match("c"))
	assert.False(t, glob.Set(nil).Match(""))
	_, err = glob.CompileAll([]string{"a", "{"})
	assert.Error(t, err)
}

func TestManyStarsStayQuick(t *testing.T) {
	pattern, err := glob.Compile(strings.Repeat("a*", 100) + "b")
	require.NoError(t, err)
	start := time.Now()
	assert.False(t, pattern.Match(strings.Repeat("a", 10_000)))
	assert.Less(t, time.Since(start), 30*time.Second)
}

func FuzzMatch(f *testing.F) {
	f.Add("a*{b,c}?", "axb1")
	f.Add(`\{`, "{")
	f.Fuzz(func(t *testing.T, source, name string) {
		pattern, err := glob.Compile(source)
		if err != nil {
			return
		}
		if strings.ContainsAny(source, `*?{}\`) {
			pattern.Match(name)
			return
		}
		assert.Equal(t, strings.EqualFold(source, name), pattern.Match(name))
	})
}
