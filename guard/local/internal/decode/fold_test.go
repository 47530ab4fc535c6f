package decode_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/staso-go/staso/guard/local/internal/decode"
)

// TestFoldNormalisesAllOfAText holds that what is left out for speed makes no
// difference: of characters that look like no others, NFKC is all there is to do.
func TestFoldNormalisesAllOfAText(t *testing.T) {
	pieces := []string{
		"a", "e", "=", " ", "é", "ß", "漢", "각", "가", "ש", "ا", "か", "カ", // stay
		"\u0301", "\u0308", "\u0338", "\u3099", "\u11a8", "\u0653", "\u05b8", "\u0344", // join what stands before
		"ﬁ", "ﷺ", "Ａ", "，", "\u3000", "²", "ᄀ", "ᅡ", // become something else
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		want := norm.NFKC.String(b.String())
		got, changed := decode.Fold(b.String())
		require.Equal(t, want, got, "%+q", b.String())
		require.Equal(t, got != b.String(), changed)
	}
}

func TestFoldNormalisesALongText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{strings.Repeat("Müller ", 100) + "ｒｍ", strings.Repeat("Müller ", 100) + "rm"},
		{strings.Repeat("漢字，", 100), strings.Repeat("漢字,", 100)},
		{"e" + strings.Repeat("\u0301e", 100), strings.Repeat("é", 100) + "e"},
	} {
		got, changed := decode.Fold(c.text)
		assert.Equal(t, c.want, got)
		assert.True(t, changed)
	}
}
