package sql

import "strings"

// dollar goes over $1, or a string between $tag$ and $tag$.
func (l *lexer) dollar() kind {
	rest := l.source[l.at:]
	i := 1
	for i < len(rest) && (letter(rest[i]) || digit(rest[i])) {
		i++
	}
	if i < len(rest) && rest[i] == '$' && l.open < mostOpen && (i == 1 || !digit(rest[1])) {
		tag := rest[:i+1]
		if length := strings.Index(rest[len(tag):], tag); length >= 0 {
			l.at += length + 2*len(tag)
			return text
		}
		l.open++
	}
	l.at += i
	if i > 1 {
		return param
	}
	return symbol
}

// marked goes over @x, @@x, :x and "::".
func (l *lexer) marked(mark byte) kind {
	rest := l.source[l.at:]
	if strings.HasPrefix(rest, "::") || strings.HasPrefix(rest, ":=") {
		l.at += 2
		return symbol
	}
	i := 1
	if mark == '@' && strings.HasPrefix(rest, "@@") {
		i = 2
	}
	first := i
	for i < len(rest) && (letter(rest[i]) || digit(rest[i]) || mark == '@' && (rest[i] == '$' || rest[i] == '.')) {
		i++
	}
	l.at += i
	switch {
	case i == first:
		return symbol
	case mark == '@':
		return variable
	default:
		return param
	}
}

// bracket goes over a name in brackets, or over the bracket of an index.
func (l *lexer) bracket(before []token) kind {
	rest := l.source[l.at:]
	if end := strings.IndexByte(rest[:min(longestName, len(rest))], ']'); end > 1 && letter(rest[1]) && !l.adjoins(before) && !strings.ContainsAny(rest[:end], "'\"(),=\n") {
		l.at += end + 1
		return name
	}
	l.at++
	return symbol
}

// adjoins says that a name or a closing bracket stands right before.
func (l *lexer) adjoins(before []token) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	if int(last.end) != l.at {
		return false
	}
	return last.kind == name || last.kind == word && last.keyword == 0 || l.source[last.end-1] == ')' || l.source[last.end-1] == ']'
}

// afterName says that a dot here parts two names.
func (l *lexer) afterName(before []token) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	return int(last.end) == l.at && (last.kind == name || last.kind == word || last.kind == number)
}

// client goes over a command of a client program that stands at the beginning of
// a line: \g ends a statement, \! and .shell leave SQL.
func (l *lexer) client() kind {
	rest := l.source[l.at:]
	switch {
	case rest[0] == '\\' && len(rest) > 1 && rest[1] == '!':
		return l.leave()
	case rest[0] == '\\' && len(rest) > 1 && rest[1]|0x20 == 'g' && (len(rest) == 2 || !letter(rest[2])):
		l.at += 2
		return semicolon
	case rest[0] == '.' && l.lineStart() && (hasWord(rest[1:], "shell") || hasWord(rest[1:], "system")):
		return l.leave()
	}
	return end
}

func (l *lexer) leave() kind {
	l.toLineEnd()
	return escape
}

func hasWord(rest, word string) bool {
	return len(rest) > len(word) && strings.EqualFold(rest[:len(word)], word) && rest[len(word)] == ' '
}

func (l *lexer) lineStart() bool {
	before := strings.TrimRight(l.source[:l.at], " \t")
	return before == "" || before[len(before)-1] == '\n'
}

// ownLine says that the word that begins at start is alone on its line.
func (l *lexer) ownLine(start int) bool {
	before := strings.TrimRight(l.source[:start], " \t\r")
	after := strings.TrimLeft(l.source[l.at:], " \t\r")
	return (before == "" || before[len(before)-1] == '\n') && (after == "" || after[0] == '\n')
}

func letter(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || b == '_' || b >= 0x80
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

func hexDigit(b byte) bool { return digit(b) || 'a' <= b|0x20 && b|0x20 <= 'f' }
