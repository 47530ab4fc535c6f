package obey

import (
	"strings"
	"unicode/utf8"
)

// The lengths between which an argument tells something by being repeated word
// for word.
const (
	minTelling  = 16
	maxTelling  = 4 << 10
	minSpecific = 6
	maxSpecific = 512
	maxWords    = 256
)

// telling says that a whole argument is too particular to stand in an answer by
// chance: a sentence, an address.
func telling(text string) bool {
	return specific(text) || len(text) >= minTelling && len(text) <= maxTelling && strings.ContainsRune(text, ' ')
}

// specific says that a word names one thing: an e-mail address, a link, an
// account, a long number; not a date, and not a word of a language.
func specific(word string) bool {
	if len(word) < minSpecific || len(word) > maxSpecific || strings.ContainsAny(word, " \n\t") {
		return false
	}
	digits, letters, marks := 0, 0, 0
	for i := range len(word) {
		switch b := word[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b >= utf8.RuneSelf:
			return false
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			letters++
		default:
			marks++
		}
	}
	address := strings.Contains(word, "@") || strings.Contains(word, "://") || strings.HasPrefix(word, "www.")
	number := digits >= 6 && letters+digits >= 10
	return address && letters > 0 || number && !isDate(word)
}

// isDate says that a word of digits and marks begins as a date or a time does.
func isDate(word string) bool {
	if len(word) < len("2006-01-02") {
		return false
	}
	return word[4] == word[7] && strings.ContainsRune("-/.", rune(word[4]))
}

// words gives the places of the words in text, without the marks around them.
func words(text string) func(yield func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		for count, i := 0, 0; i < len(text) && count < maxWords; count++ {
			start := i + len(text[i:]) - len(strings.TrimLeft(text[i:], around))
			length := strings.IndexAny(text[start:], " \n\t\r,;\"'<>()[]")
			if length < 0 {
				length = len(text) - start
			}
			if length == 0 {
				return
			}
			end := start + len(strings.TrimRight(text[start:start+length], around))
			if end > start && !yield(start, end) {
				return
			}
			i = start + length
		}
	}
}

const around = " \n\t\r,;\"'<>()[]{}.:!?"
