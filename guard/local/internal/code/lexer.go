package code

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// lexer cuts source code into tokens. It knows no grammar, and takes any text.
type lexer struct {
	source string
	at     int
	lang   language
	budget *detect.Budget
	// value says that a value has just ended, so that "/" divides.
	value bool
}

// next returns the next token; comments are left out.
func (l *lexer) next() token {
	for l.at < len(l.source) {
		start := l.at
		switch c := l.source[l.at]; {
		case c == '\n':
			l.at++
			l.value = false
			return l.token(newline, start, "\n")
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			l.at++
		case c == '\\':
			l.at += min(2, len(l.source)-l.at)
		case l.comment():
		case isDigit(c):
			return l.number()
		case l.startsString():
			return l.text()
		case isWordStart(c) || (c == '$' || c == '@') && l.lang.sigils():
			return l.word()
		case c == '`':
			return l.backtick()
		case c == '/' && l.regexp():
		default:
			return l.sign()
		}
		if l.at == start || !l.budget.Spend(l.at-start) {
			break
		}
	}
	l.at = len(l.source)
	return token{kind: end, start: l.at, end: l.at}
}

func (l *lexer) token(k kind, start int, text string) token {
	l.value = k == name || k == number || k == literal || k == run
	if !l.budget.Spend(l.at - start + 1) {
		l.at = len(l.source)
	}
	return token{kind: k, text: text, start: start, end: l.at}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWordStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// word reads a name, with the sign in front that some languages want.
func (l *lexer) word() token {
	start := l.at
	l.at++
	for l.at < len(l.source) && (isWordStart(l.source[l.at]) || isDigit(l.source[l.at])) {
		l.at++
	}
	if l.at < len(l.source) && (l.source[l.at] == '!' || l.source[l.at] == '?') && l.lang == ruby && l.at-start > 1 {
		l.at++
	}
	return l.token(name, start, l.source[start:l.at])
}

// number reads a number, hexadecimal, octal or decimal.
func (l *lexer) number() token {
	start := l.at
	for l.at < len(l.source) && (isDigit(l.source[l.at]) || isWordStart(l.source[l.at])) {
		l.at++
	}
	return l.token(number, start, l.source[start:l.at])
}

func (l *lexer) sign() token {
	start := l.at
	l.at++
	if l.at < len(l.source) {
		switch l.source[start : l.at+1] {
		case "::", "->", "=>", ":=", "<-", "==", "!=", "<=", ">=", "&&", "||", "?.", "=~", "**":
			l.at++
		}
	}
	t := l.token(sign, start, l.source[start:l.at])
	l.value = t.text == ")" || t.text == "]" || t.text == "}"
	return t
}

// comment skips a comment, and says whether there was one.
func (l *lexer) comment() bool {
	rest := l.source[l.at:]
	switch {
	case rest[0] == '#' && l.lang.hashComments():
		l.skip("\n", false)
	case strings.HasPrefix(rest, "//") && l.lang.slashComments():
		l.skip("\n", false)
	case strings.HasPrefix(rest, "/*") && l.lang.slashComments():
		l.at += len("/*")
		l.skip("*/", true)
	case strings.HasPrefix(rest, "--") && l.lang == lua:
		l.skip("\n", false)
	case rest[0] == '=' && l.lineStart() && (l.lang == ruby || l.lang == perl):
		return l.pod()
	default:
		return false
	}
	return true
}

// skip goes to where mark stands, or behind it.
func (l *lexer) skip(mark string, behind bool) {
	i := strings.Index(l.source[l.at:], mark)
	if i < 0 {
		l.at = len(l.source)
		return
	}
	l.at += i
	if behind {
		l.at += len(mark)
	}
}

func (l *lexer) lineStart() bool { return l.at == 0 || l.source[l.at-1] == '\n' }

// pod skips the documentation of Perl and the long comments of Ruby.
func (l *lexer) pod() bool {
	rest := l.source[l.at:]
	if len(rest) < 2 || !isWordStart(rest[1]) {
		return false
	}
	mark := "\n=cut"
	if l.lang == ruby {
		mark = "\n=end"
	}
	l.skip(mark, true)
	l.skip("\n", false)
	return true
}

// regexp skips a regular expression, and says whether there was one.
func (l *lexer) regexp() bool {
	if l.value || l.lang != javascript && l.lang != perl && l.lang != ruby {
		return false
	}
	const longest = 1 << 8
	class := false
	for i := l.at + 1; i < min(len(l.source), l.at+longest); i++ {
		switch l.source[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '\n':
			return false
		case '/':
			if !class {
				l.at, l.value = i+1, true
				return true
			}
		}
	}
	return false
}
