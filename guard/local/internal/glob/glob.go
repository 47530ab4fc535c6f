// Package glob matches names against patterns: tools, agents, environments and
// argument fields.
package glob

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a pattern may not exceed.
const (
	maxLength       = 256 // bytes of a pattern
	maxAlternatives = 64  // what the braces of a pattern unfold to
)

// Pattern is a compiled pattern. The zero Pattern matches the empty name alone. It
// is safe for concurrent use.
type Pattern struct {
	source       string
	alternatives []alternative
}

// alternative is one of a pattern's unfoldings.
type alternative struct {
	tokens []token
	shape  shape
	text   string // of every shape but mixed
}

// shape is the form of an unfolding. All but mixed are common, and quick.
type shape uint8

const (
	mixed    shape = iota
	exact          // text
	prefix         // text*
	suffix         // *text
	infix          // *text*
	anything       // *
)

// Compile reads a pattern: "*" is any run of characters, dots and slashes too,
// "?" is any one, "{a,b}" is a or b, and a backslash takes the meaning from what
// follows it. Case does not count.
func Compile(pattern string) (Pattern, error) {
	if len(pattern) > maxLength {
		return Pattern{}, fmt.Errorf("a pattern of %d bytes: at most %d", len(pattern), maxLength)
	}
	if !utf8.ValidString(pattern) {
		return Pattern{}, fmt.Errorf("pattern %q is not valid UTF-8", pattern)
	}
	tokens, err := tokenize(pattern)
	if err != nil {
		return Pattern{}, err
	}
	unfolded, rest, err := unfold(tokens, false)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("pattern %q closes a brace that it did not open; write \\} for the character", pattern)
	}
	if err != nil {
		return Pattern{}, err
	}
	compiled := Pattern{source: pattern, alternatives: make([]alternative, len(unfolded))}
	for i, tokens := range unfolded {
		compiled.alternatives[i] = newAlternative(tokens)
	}
	return compiled, nil
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.source }

// Match says that name is one that the pattern describes, whole.
func (p Pattern) Match(name string) bool {
	for i := range p.alternatives {
		if p.alternatives[i].match(name) {
			return true
		}
	}
	return len(p.alternatives) == 0 && name == ""
}

// Set is some patterns.
type Set []Pattern

// CompileAll compiles each pattern, and stops at the first bad one.
func CompileAll(patterns []string) (Set, error) {
	set := make(Set, 0, len(patterns))
	for _, pattern := range patterns {
		compiled, err := Compile(pattern)
		if err != nil {
			return nil, err
		}
		set = append(set, compiled)
	}
	return set, nil
}

// Match says that one of the patterns describes name. No pattern describes it in
// an empty Set.
func (s Set) Match(name string) bool {
	for i := range s {
		if s[i].Match(name) {
			return true
		}
	}
	return false
}

func newAlternative(tokens []token) alternative {
	middle := tokens
	head := len(middle) > 0 && middle[0].kind == star
	if head {
		middle = middle[1:]
	}
	tail := len(middle) > 0 && middle[len(middle)-1].kind == star
	if tail {
		middle = middle[:len(middle)-1]
	}
	shape := shapeOf(head, tail, len(middle) == 0)
	var text strings.Builder
	for _, t := range middle {
		if t.kind != literal || t.char >= utf8.RuneSelf && shape != exact {
			return alternative{tokens: tokens}
		}
		text.WriteRune(t.char)
	}
	return alternative{tokens: tokens, shape: shape, text: text.String()}
}

func shapeOf(head, tail, empty bool) shape {
	switch {
	case head && empty:
		return anything
	case head && tail:
		return infix
	case head:
		return suffix
	case tail:
		return prefix
	}
	return exact
}

func (a *alternative) match(name string) bool {
	n := len(a.text)
	switch a.shape {
	case anything:
		return true
	case exact:
		return strings.EqualFold(a.text, name)
	case prefix:
		return len(name) >= n && equalFoldASCII(name[:n], a.text)
	case suffix:
		return len(name) >= n && equalFoldASCII(name[len(name)-n:], a.text)
	case infix:
		for i := 0; i+n <= len(name); i++ {
			if equalFoldASCII(name[i:i+n], a.text) {
				return true
			}
		}
		return false
	default:
		return a.walk(name)
	}
}

// walk is the usual one with one point to come back to, the last star: linear but
// for the stars, and never exponential.
func (a *alternative) walk(name string) bool {
	at, starAt, retry := 0, -1, 0
	for i := 0; i < len(name); {
		char, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case at < len(a.tokens) && a.tokens[at].kind == star:
			starAt, retry = at, i
			at++
		case at < len(a.tokens) && a.tokens[at].takes(char):
			at++
			i += size
		case starAt >= 0:
			_, step := utf8.DecodeRuneInString(name[retry:])
			retry += step
			at, i = starAt+1, retry
		default:
			return false
		}
	}
	for at < len(a.tokens) && a.tokens[at].kind == star {
		at++
	}
	return at == len(a.tokens)
}

// equalFoldASCII compares texts of one length; text is in ASCII.
func equalFoldASCII(name, text string) bool {
	for i := range len(text) {
		if name[i] != text[i] && lower(name[i]) != lower(text[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + ('a' - 'A')
	}
	return b
}
