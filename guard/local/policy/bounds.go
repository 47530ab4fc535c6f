package policy

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// What a file may not exceed. The parser's work grows with the square of some of
// them, so they are looked at before it runs.
const (
	maxFile   = 1 << 20 // bytes
	maxTokens = 100_000
	maxDepth  = 48  // mappings and lists inside each other
	maxColumn = 200 // where a line of a mapping or list may begin
	maxKeys   = 500
)

// bounds looks through a file's tokens.
type bounds struct {
	flow int         // open brackets
	line int         // of the token before
	keys map[int]int // keys of the block mapping that is open at each column
}

// check returns the first mistake that must not reach the parser.
func (b *bounds) check(tokens token.Tokens) *Error {
	if len(tokens) > maxTokens {
		return mistake(tokens[maxTokens], fmt.Sprintf("the file has more than %d words", maxTokens), "split it")
	}
	b.keys = map[int]int{}
	for _, t := range tokens {
		if problem, remedy := b.next(t); problem != "" {
			return mistake(t, problem, remedy)
		}
		b.line = t.Position.Line
	}
	return nil
}

func (b *bounds) next(t *token.Token) (problem, remedy string) {
	switch t.Type {
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "anchors, aliases and merges are not read", "write the value out"
	case token.TagType, token.DirectiveType:
		return "tags and directives are not read", "write the value without it"
	case token.MappingKeyType:
		return `"? " before a key is not read`, "write the key alone"
	case token.MappingStartType, token.SequenceStartType:
		b.flow++
	case token.MappingEndType, token.SequenceEndType:
		b.flow = max(0, b.flow-1)
	case token.MappingValueType:
		return b.key(t)
	case token.SequenceEntryType:
		b.forget(t.Position.Column)
	}
	if b.flow > maxDepth || b.flow == 0 && t.Position.Column > maxColumn && b.begins(t) {
		return "the nesting is too deep", fmt.Sprintf("%d levels are enough", maxDepth)
	}
	return "", ""
}

// begins says that t opens a mapping or a list, or is the first of its line.
func (b *bounds) begins(t *token.Token) bool {
	return t.Type == token.SequenceEntryType || t.Position.Line != b.line
}

// key counts the keys of the mapping that t's key stands in.
func (b *bounds) key(t *token.Token) (problem, remedy string) {
	column := 0 // of brackets
	if b.flow == 0 && t.Prev != nil {
		column = t.Prev.Position.Column
		b.forget(column)
	}
	if b.keys[column]++; column > 0 && b.keys[column] > maxKeys {
		return fmt.Sprintf("a mapping has more than %d keys", maxKeys), "split it"
	}
	return "", ""
}

// forget says that what stood further right than column has ended.
func (b *bounds) forget(column int) {
	for other := range b.keys {
		if other > column {
			delete(b.keys, other)
		}
	}
}

func mistake(t *token.Token, problem, remedy string) *Error {
	return &Error{Position: positionOf(t), Problem: problem, Remedy: remedy}
}

func positionOf(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{}
	}
	return Position{Line: t.Position.Line, Column: t.Position.Column}
}
