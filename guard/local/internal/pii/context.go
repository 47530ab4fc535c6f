package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// set is a set of entities.
type set [3]uint64

func (s *set) add(i int) { s[i>>6] |= 1 << (i & 63) }

func (s *set) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }

func (s *set) join(other set) {
	for i := range s {
		s[i] |= other[i]
	}
}

// otherwise is the bit of the words that say that a number is something else: an
// order, a price, a version.
const otherwise = len(set{})*64 - 1

// vocabulary knows which entities a word speaks of.
type vocabulary struct {
	words map[string]set
	// starts are, by the length of a word, which characters such words start with.
	starts [longestWord + 1]uint32
	// inside are those written without blanks between words, looked for anywhere.
	inside []string
	means  []set
}

func newVocabulary(entities []entity) *vocabulary {
	v := &vocabulary{words: map[string]set{}}
	for i := range entities {
		for word := range strings.FieldsSeq(entities[i].words) {
			v.add(word, i)
		}
	}
	for word := range strings.FieldsSeq(otherWords) {
		v.add(word, otherwise)
	}
	return v
}

// otherWords are those of [otherwise].
const otherWords = "order orders invoice item items product products sku upc ean isbn ticket tickets tracking " +
	"reservation confirmation booking flight version build commit hash revision release timestamp epoch " +
	"price total amount cost quantity qty serial model case issue zip zipcode"

func (v *vocabulary) add(word string, entity int) {
	means := v.words[word]
	means.add(entity)
	v.words[word] = means
	if len(word) <= longestWord {
		v.starts[len(word)] |= startOf(word[0])
	}
	if strings.IndexFunc(word, unspaced) >= 0 {
		v.inside = append(v.inside, word)
		v.means = append(v.means, means)
	}
}

// unspaced says that r is of a script that is written without blanks.
func unspaced(r rune) bool { return r >= 0x0E00 && r < 0x0F00 || r >= 0x1100 }

const (
	longestWord = 32 // bytes of the longest word that is looked up
	before      = 72 // bytes before a number in which a word speaks of it
	after       = 32 // and after it
)

// around returns what the words beside text[start:end] speak of: those before it in
// its paragraph, and those after it in its line.
func (v *vocabulary) around(text string, start, end int) set {
	left, right := text[max(0, start-before):start], text[end:min(len(text), end+after)]
	if i := strings.IndexByte(right, '\n'); i >= 0 {
		right = right[:i]
	}
	means := v.in(left)
	means.join(v.in(right))
	return means
}

// in returns what the words of a text's last paragraph speak of.
func (v *vocabulary) in(text string) set {
	var means set
	const inWord = scan.Letter | scan.Wide
	var seen scan.Class
	for i := 0; i < len(text); {
		if !inWord.Is(text[i]) {
			if text[i] == '\n' && i > 0 && text[i-1] == '\n' {
				means = set{}
			}
			i++
			continue
		}
		end := i
		for ; end < len(text) && inWord.Is(text[end]); end++ {
			seen |= scan.Of(text[end])
		}
		means.join(v.of(text[i:end]))
		i = end
	}
	if seen&scan.Wide != 0 {
		for i, word := range v.inside {
			if strings.Contains(text, word) {
				means.join(v.means[i])
			}
		}
	}
	return means
}

// startOf is a character's bit in a set of those that words start with; all that are
// not ASCII share one.
func startOf(c byte) uint32 {
	if c >= utf8.RuneSelf {
		return 1 << 31
	}
	return 1 << (c & 0x1f)
}

// maybe says that a word, or what it is the plural of, has the length and the start
// of one that is known.
func (v *vocabulary) maybe(word string) bool {
	starts := v.starts[len(word)] | v.starts[len(word)-1]
	return starts&startOf(word[0]) != 0 || word[0] >= utf8.RuneSelf
}

// of returns what one word speaks of, also where it stands in the plural.
func (v *vocabulary) of(word string) set {
	if len(word) > longestWord || len(word) < 2 || !v.maybe(word) {
		return set{}
	}
	var room [longestWord + 1]byte
	lower := room[:0]
	for _, c := range word {
		if c < utf8.RuneSelf {
			lower = append(lower, scan.Lower(byte(c)))
		} else {
			lower = utf8.AppendRune(lower, unicode.ToLower(c))
		}
	}
	means, known := v.words[string(lower)]
	if last := len(lower) - 1; !known && lower[last] == 's' {
		means = v.words[string(lower[:last])]
	}
	return means
}
