package prompt

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// tagged looks at a run of the tag characters of Unicode, which are shown as nothing
// and read as ASCII. A flag made of them has five or six.
func tagged(r *reader, at, _ int) {
	if at >= 4 && strings.HasPrefix(r.text[at-4:], "\xf3\xa0") {
		return // within one
	}
	end, letters := at, 0
	for end+4 <= len(r.text) && strings.HasPrefix(r.text[end:], "\xf3\xa0") && r.text[end+2] <= 0x81 {
		letters++
		end += 4
	}
	if letters >= 9 {
		r.add(hiddenText, 1.5, at, end)
	}
}

const (
	fewInvisible  = 8  // characters without width in a row that do nothing
	manyInvisible = 16 // and as many as carry a message
)

// invisible looks at a run of characters without width.
func invisible(r *reader, at, _ int) {
	if at > 0 && invisibleBefore(r.text, at) {
		return
	}
	end, n := at, 0
	for end < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.text[end:])
		if !isInvisible(c) {
			break
		}
		end += size
		n++
	}
	switch {
	case n >= manyInvisible:
		r.add(hiddenText, 1.2, at, end)
	case n >= fewInvisible:
		r.add(hiddenText, 0.6, at, end)
	}
}

func invisibleBefore(text string, at int) bool {
	c, _ := utf8.DecodeLastRuneInString(text[:at])
	return isInvisible(c)
}

func isInvisible(c rune) bool {
	return c >= 0x200B && c <= 0x200D || c >= 0x2060 && c <= 0x2064 || c == 0xFEFF || c >= 0xFE00 && c <= 0xFE0F || c >= 0xE0100 && c <= 0xE01EF
}

// turned looks at a sign that turns the direction of writing against what stands
// there.
func turned(r *reader, at, n int) { r.add(hiddenText, 0.5, at, at+n) }

// rotated looks at words that make sense in rot13, or backwards.
func rotated(r *reader, at, n int) {
	if at < r.until.rotated {
		return
	}
	r.until.rotated = at + 100
	beside := r.text[max(0, at-200):min(len(r.text), at+200)]
	found := 0
	for _, word := range [...]string{"vafgehpgvba", "vtaber", "qvfertneq", "cerivbhf", "flfgrz", "cebzcg", "snoitcurtsni", "erongi", "suoiverp", "tpmorp", "drageri"} {
		if containsFold(beside, word) {
			found++
		}
	}
	if found >= 2 {
		r.add(encoded, 1.1, at, at+n)
	}
}

func containsFold(text, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if scan.Lower(text[i]) == word[0] && scan.HasPrefixFold(text[i:], word) {
			return true
		}
	}
	return false
}

// longestCode is how many bytes of base64 are decoded.
const longestCode = 512

// baseEncoded looks at base64 that begins like an order: decoded, it is one if it
// would be one by itself.
func baseEncoded(r *reader, at, _ int) {
	if at > 0 && scan.Alnum.Is(r.text[at-1]) {
		return
	}
	end := scan.Alnum.Run(r.text[:min(len(r.text), at+longestCode)], at)
	word := r.text[at:end]
	plain, err := base64.RawStdEncoding.DecodeString(word[:len(word)&^3])
	if err != nil || len(plain) < 12 || !utf8.Valid(plain) {
		return
	}
	inner := reader{detector: r.detector, budget: r.budget, text: string(plain), output: r.output, depth: r.depth + 1}
	if r.depth > 0 || !inner.read() {
		return
	}
	if _, total := inner.weigh(); total > 0 {
		r.add(encoded, total+0.2, at, end)
	}
}

const (
	floodStep   = 128 // how often a text is looked at for repetition
	floodPeriod = 64  // bytes of the longest phrase that is repeated
	floodLeast  = 160 // bytes that are nothing but a phrase repeated
	floodMuch   = 2048
)

// floods looks for a phrase that is said over and over.
func (r *reader) floods() {
	for at := 0; at+floodLeast <= len(r.text); at += floodStep {
		piece := r.text[at : at+2*floodPeriod]
		period := 1 + strings.Index(piece[1:], piece[:24])
		if period < 2 || !spoken(piece[:period]) {
			continue
		}
		end := at + period
		for end < len(r.text) && r.text[end] == r.text[end-period] {
			end++
		}
		if end-at >= floodMuch {
			r.add(flood, 1.1, at, end)
			return
		}
		if end-at >= floodLeast && r.marks[flood].peak < mereFlood {
			r.add(flood, mereFlood, at, end)
		}
		at = max(at, end-floodStep)
	}
}

// mereFlood is what a phrase weighs that is repeated, and nobody asked for that.
const mereFlood = 0.8

// spoken says that a phrase is made of words, and is no piece of a program or table.
func spoken(phrase string) bool {
	letters, others := 0, 0
	for i := range len(phrase) {
		switch b := phrase[i]; {
		case (scan.Letter | scan.Wide).Is(b):
			letters++
		case b != ' ' && b != '\'' && b != ',' && b != '.' && b != '!' && b != '?' && b != '\n':
			others++
		}
	}
	return letters >= 2 && letters*2 >= len(phrase) && others == 0 && strings.Contains(phrase, " ")
}
