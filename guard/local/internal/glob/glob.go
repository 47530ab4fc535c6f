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
	// literal is the whole of it where there is nothing but text.
	literal   string
	isLiteral bool
	any       bool // it is "*"
}

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
	var text strings.Builder
	for _, t := range tokens {
		if t.kind != literal {
			return alternative{tokens: tokens, any: len(tokens) == 1 && t.kind == star}
		}
		text.WriteRune(t.char)
	}
	return alternative{literal: text.String(), isLiteral: true}
}

// match is the usual walk with one point to come back to, the last star: linear
// but for the stars, and never exponential.
func (a *alternative) match(name string) bool {
	switch {
	case a.any:
		return true
	case a.isLiteral:
		return strings.EqualFold(a.literal, name)
	}
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
