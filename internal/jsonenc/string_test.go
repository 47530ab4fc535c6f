package jsonenc_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/internal/jsonenc"
)

func TestAppendString(t *testing.T) {
	for in, want := range map[string]string{
		"":                  `""`,
		"plain":             `"plain"`,
		"a\"b\\c":           `"a\"b\\c"`,
		"\n\r\t":            `"\n\r\t"`,
		"\x00\x1f\x7f":      "\"\\u0000\\u001f\x7f\"",
		"<a href='x'>&":     `"<a href='x'>&"`,
		"é世😀\u2028":         "\"é世😀\u2028\"",
		"a\xffb":            "\"a\uFFFDb\"",
		"\xe4\xb8":          "\"\uFFFD\uFFFD\"",
		"\xed\xa0\x80":      "\"\uFFFD\uFFFD\uFFFD\"",
		"\uFFFD is allowed": "\"\uFFFD is allowed\"",
	} {
		assert.Equal(t, "front"+want, string(jsonenc.AppendString([]byte("front"), in)))
	}
}

// FuzzAppendString: what is written reads back, and is what encoding/json reads
// back of its own.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "a\"\\\n", "\x00\xff\xe4\xb8", "é世😀\u2028<>&"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := jsonenc.AppendString(nil, in)
		require.Equal(t, got, jsonenc.AppendStringBytes(nil, []byte(in)))
		require.True(t, json.Valid(got), "%q", got)
		require.True(t, utf8.Valid(got))
		reference, err := json.Marshal(in)
		require.NoError(t, err)
		var ours, theirs string
		require.NoError(t, json.Unmarshal(got, &ours))
		require.NoError(t, json.Unmarshal(reference, &theirs))
		require.Equal(t, theirs, ours)
		if utf8.ValidString(in) {
			require.Equal(t, in, ours)
		}
	})
}
