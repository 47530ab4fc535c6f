package sql

import (
	"slices"
	"strings"
)

// kind is what a token is.
type kind uint8

const (
	end       kind = iota // behind the last token
	word                  // a keyword or a name
	name                  // a quoted name
	text                  // a string
	number                //
	param                 // ?, $1, :x, {{x}}
	variable              // @x, @@x
	symbol                // an operator or a bracket
	semicolon             // or what else ends a statement
	comment               // kept only where it is asked for
	escape                // a client's own command that leaves SQL: \! and .shell
)

// token is a piece of the source.
type token struct {
	kind       kind
	keyword    keyword
	start, end int32
}

// script is source that is taken apart, and where in it one looks.
type script struct {
	source string
	tokens []token
	steps  int // taken in looking ahead
}

// tired says that more was looked ahead than any text needs that somebody wrote.
func (s *script) tired() bool { return s.steps > 16*len(s.tokens)+8<<10 }

// at is the token at i, and an empty one outside of the script.
func (s *script) at(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{}
	}
	return s.tokens[i]
}

func (s *script) word(i int) keyword { return s.at(i).keyword }

func (s *script) string(i int) string {
	t := s.at(i)
	return s.source[t.start:t.end]
}

// is says that the token at i is that symbol.
func (s *script) is(i int, sign string) bool {
	return s.at(i).kind == symbol && s.string(i) == sign
}

// called says that the token at i has that name, in any case.
func (s *script) called(i int, name string) bool {
	t := s.at(i)
	return t.kind == word && strings.EqualFold(s.source[t.start:t.end], name)
}

// named says that the token at i can be a name.
func (s *script) named(i int) bool {
	t := s.at(i)
	return t.kind == word || t.kind == name || t.kind == variable || t.kind == param
}

// closing is where the bracket that opens at i is closed, or limit.
func (s *script) closing(i, limit int) int {
	depth := 0
	for ; i < limit && !s.tired(); i++ {
		s.steps++
		if t := s.tokens[i]; t.kind == symbol {
			switch s.source[t.start] {
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					return i
				}
			}
		}
	}
	return limit
}

// opens says that the token at i is an opening bracket.
func (s *script) opens(i int) bool {
	t := s.at(i)
	return t.kind == symbol && s.source[t.start] == '('
}

// find is where one of the keywords stands in [i, limit) outside of brackets, or
// limit.
func (s *script) find(i, limit int, wanted ...keyword) int {
	for ; i < limit && !s.tired(); i++ {
		s.steps++
		if s.opens(i) {
			i = s.closing(i, limit)
			continue
		}
		if w := s.word(i); w != 0 && slices.Contains(wanted, w) {
			return i
		}
	}
	return limit
}

// value is what the string at i says.
func (s *script) value(i int) string {
	t := s.string(i)
	if strings.HasPrefix(t, "$") {
		tag := t[:strings.IndexByte(t[1:], '$')+2]
		return strings.TrimSuffix(t[len(tag):], tag)
	}
	open := strings.IndexAny(t, `'"`)
	if open < 0 {
		return t
	}
	quote := t[open : open+1]
	body := strings.TrimSuffix(t[open+1:], quote)
	if open > 0 && t[open-1]|0x20 == 'q' && len(body) > 1 {
		return body[1 : len(body)-1]
	}
	if strings.Contains(body, quote+quote) {
		body = strings.ReplaceAll(body, quote+quote, quote)
	}
	if strings.Contains(body, `\`+quote) {
		body = strings.ReplaceAll(body, `\`+quote, quote)
	}
	return body
}
