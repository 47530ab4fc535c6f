package shell

import "strings"

// How deep a source may be nested, by brackets and by what nests without them, for
// each of which the parser calls itself; and of how many words it may be.
const (
	maxBrackets = 500
	maxNesters  = 8000
	maxWords    = 60_000
)

// tooDeep says that parsing source could take more of the stack, or of the heap,
// than it should.
// It counts without regard to quotes, so it is wrong at times, but only on the safe
// side and far from what anybody writes.
func tooDeep(source string) bool {
	if len(source) <= maxBrackets {
		return false
	}
	depth, nesters, word, words := 0, 0, 0, 0
	for i := range len(source) {
		c := source[i]
		switch c {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			if depth--; c == ')' && i > 0 && source[i-1] == '(' {
				nesters++ // a function's body may be a function
			}
			depth = max(depth, 0)
		case '!', '?', '=', '-', '+', '~', '`', '*', '"':
			if i > 0 && source[i-1] == c {
				nesters++
			}
		case '&', '|':
			nesters++
		case ' ', '\n', '\t', ';':
			if nests(source[word:i]) {
				nesters++
			}
			words++
			word = i + 1
		}
		if depth > maxBrackets || nesters > maxNesters || words > maxWords {
			return true
		}
	}
	return false
}

// nests says that a word opens a command that holds another.
func nests(word string) bool {
	if len(word) > len("function") {
		return false
	}
	switch strings.TrimLeft(word, "(") {
	case "if", "while", "until", "for", "case", "select", "time", "coproc", "function", "!", "-", "+", "~":
		return true
	}
	return false
}
