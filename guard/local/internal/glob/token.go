package glob

import (
	"fmt"
	"slices"
	"unicode"
)

type tokenKind uint8

const (
	literal tokenKind = iota
	star
	one   // "?"
	open  // "{"
	comma // "," inside braces
	closed
)

type token struct {
	kind tokenKind
	char rune
}

// takes says that the token stands for char.
func (t token) takes(char rune) bool {
	return t.kind == one || t.kind == literal && (t.char == char || fold(t.char) == fold(char))
}

// fold is the smallest of the letters that differ from char in case alone.
func fold(char rune) rune {
	if char < unicode.MaxASCII {
		if 'A' <= char && char <= 'Z' {
			return char + ('a' - 'A')
		}
		return char
	}
	least := char
	for next := unicode.SimpleFold(char); next != char; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return unicode.ToLower(least)
}

// tokenize takes a pattern apart; a comma outside braces is itself.
func tokenize(pattern string) ([]token, error) {
	var tokens []token
	depth, escaped := 0, false
	for _, char := range pattern {
		t := token{literal, char}
		switch {
		case escaped:
			escaped = false
		case char == '\\':
			escaped = true
			continue
		default:
			t.kind = kindOf(char, &depth)
		}
		tokens = append(tokens, t)
	}
	if escaped {
		return nil, fmt.Errorf("pattern %q ends in a backslash; write \\\\ for the character", pattern)
	}
	if depth > 0 {
		return nil, fmt.Errorf("pattern %q does not close its brace; write \\{ for the character", pattern)
	}
	return tokens, nil
}

func kindOf(char rune, depth *int) tokenKind {
	switch char {
	case '*':
		return star
	case '?':
		return one
	case '{':
		*depth++
		return open
	case '}':
		*depth--
		return closed
	case ',':
		if *depth > 0 {
			return comma
		}
	}
	return literal
}

// unfold writes the braces out, and returns what is left after the brace that
// closes this group.
func unfold(tokens []token, inGroup bool) (unfolded [][]token, rest []token, err error) {
	branch := [][]token{nil}
	for len(tokens) > 0 {
		t := tokens[0]
		tokens = tokens[1:]
		switch t.kind {
		case open:
			var group [][]token
			if group, tokens, err = unfold(tokens, true); err != nil {
				return nil, nil, err
			}
			branch = product(branch, group)
		case closed:
			if !inGroup {
				return nil, append([]token{t}, tokens...), nil
			}
			return append(unfolded, branch...), tokens, nil
		case comma:
			unfolded, branch = append(unfolded, branch...), [][]token{nil}
		default:
			for i := range branch {
				branch[i] = append(branch[i], t)
			}
		}
		if len(unfolded)+len(branch) > maxAlternatives {
			return nil, nil, fmt.Errorf("the braces of a pattern unfold to more than %d", maxAlternatives)
		}
	}
	return append(unfolded, branch...), nil, nil
}

func product(heads, tails [][]token) [][]token {
	all := make([][]token, 0, min(len(heads)*len(tails), maxAlternatives+1))
	for _, head := range heads {
		for _, tail := range tails {
			if len(all) > maxAlternatives {
				return all
			}
			all = append(all, slices.Concat(head, tail))
		}
	}
	return all
}
