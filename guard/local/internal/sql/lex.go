package sql

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// lexer takes SQL of any dialect apart. Where dialects differ it reads what hides
// least: comments do not nest, and what a comment has MySQL run is run.
type lexer struct {
	source    string
	budget    *detect.Budget
	at        int
	backslash bool // a backslash takes a quote's meaning away
	comments  bool // comments are tokens
	broken    bool // a string or a comment has no end
	open      int  // strings that were looked for in vain
}

// Names in brackets and the like are short, and not many strings have no end: more
// is not looked for, lest each one is looked for through all that is left.
const (
	longestName = 128
	mostOpen    = 16
)

// lex appends the tokens of the source to tokens.
func (l *lexer) lex(tokens []token) []token {
	for l.at < len(l.source) {
		start := l.at
		k := l.next(tokens)
		l.at = max(l.at, start+1)
		if k == end || k == comment && !l.kept(start) {
			continue
		}
		t := token{kind: k, start: int32(start), end: int32(l.at)}
		if len(tokens) == cap(tokens) {
			more := l.expected(len(tokens))
			if !l.budget.Spend(tokenCost * more) {
				break
			}
			tokens = slices.Grow(tokens, more)
		}
		tokens = append(tokens, l.recognise(t))
	}
	return tokens
}

// tokenCost is what a token costs of the budget.
const tokenCost = 24

// expected is how many more tokens there will be, if they go on as those so far.
func (l *lexer) expected(tokens int) int {
	const spare = 64
	left := len(l.source) - l.at
	return min(left, left*tokens/max(1, l.at)*9/8) + spare
}

// kept says that the comment that begins at start is a token: one that parts
// words is none.
func (l *lexer) kept(start int) bool {
	return l.comments && (l.source[start] != '/' || l.at == len(l.source))
}

// recognise adds the keyword to a token. Of names in quotes only those matter
// that are a hazard.
func (l *lexer) recognise(t token) token {
	switch source := l.source[t.start:t.end]; t.kind {
	case word:
		t.keyword = lookup(source)
		if t.keyword == kGo && l.ownLine(int(t.start)) {
			t.kind, t.keyword = semicolon, 0
		}
	case name:
		if k := lookup(strings.Trim(source, "`\"[]")); k.hazard() {
			t.keyword = k
		}
	}
	return t
}

// next goes over one token, and says what it is; end for what is none.
func (l *lexer) next(before []token) kind {
	rest := l.source[l.at:]
	switch b := rest[0]; {
	case b <= ' ' || b == 0xA0:
		l.at++
		return end
	case b == '\'':
		return l.quoted('\'', text)
	case b == '"':
		return l.quoted('"', name)
	case b == '`':
		return l.quoted('`', name)
	case b == ';':
		l.at++
		return semicolon
	case strings.HasPrefix(rest, "--"), l.comments && dash(rest), b == '#' && l.hashComment(before):
		return l.toLineEnd()
	case strings.HasPrefix(rest, "/*"):
		return l.block()
	case strings.HasPrefix(rest, "*/"): // of a comment that MySQL runs
		l.at += 2
		return end
	case digit(b), b == '.' && len(rest) > 1 && digit(rest[1]) && !l.afterName(before):
		return l.number()
	case letter(b):
		return l.word()
	default:
		return l.other(before)
	}
}

// other is what begins with a sign.
func (l *lexer) other(before []token) kind {
	rest := l.source[l.at:]
	switch b := rest[0]; b {
	case '$':
		return l.dollar()
	case '@', ':':
		return l.marked(b)
	case '?':
		l.at++
		return param
	case '{':
		if end := strings.Index(rest[:min(longestName, len(rest))], "}}"); end > 0 && strings.HasPrefix(rest, "{{") {
			l.at += end + 2
			return param
		}
	case '[':
		return l.bracket(before)
	case '\\', '.':
		if k := l.client(); k != end {
			return k
		}
	}
	l.at += symbolLength(rest)
	return symbol
}

// symbolLength is how long the operator at the beginning of text is.
func symbolLength(text string) int {
	if len(text) > 2 && (text[:3] == "<=>" || text[:3] == "->>" || text[:3] == "#>>") {
		return 3
	}
	if len(text) > 1 {
		switch text[:2] {
		case "||", "&&", "<=", ">=", "<>", "!=", "::", "->", "==", ":=", "!<", "!>", "#>", "^=":
			return 2
		}
	}
	return 1
}

// quoted goes over a string or a quoted name. A doubled quote is one in it.
func (l *lexer) quoted(quote byte, k kind) kind {
	for l.at++; l.at < len(l.source); l.at++ {
		switch b := l.source[l.at]; {
		case b == '\\' && l.backslash && quote != '`':
			l.at++
		case b != quote:
		case l.at+1 < len(l.source) && l.source[l.at+1] == quote:
			l.at++
		default:
			l.at++
			return k
		}
	}
	l.at = len(l.source)
	l.broken = true
	return k
}

// hashComment says that a "#" begins a comment, and is not part of a name or of an
// operator of Postgres.
func (l *lexer) hashComment(before []token) bool {
	rest := l.source[l.at+1:]
	if rest == "" {
		return true
	}
	if rest[0] == '>' || rest[0] == '-' && !strings.HasPrefix(rest, "--") {
		return false
	}
	if !letter(rest[0]) && rest[0] != '#' || len(before) == 0 {
		return true
	}
	switch before[len(before)-1].keyword {
	case kFrom, kInto, kTable, kJoin, kUpdate, kExists, kTruncate:
		return false
	}
	return true
}

// dash says that text begins with a long dash: what becomes of "--" where texts
// are set for print.
func dash(text string) bool {
	return strings.HasPrefix(text, "\u2013") || strings.HasPrefix(text, "\u2014")
}

func (l *lexer) toLineEnd() kind {
	if i := strings.IndexByte(l.source[l.at:], '\n'); i >= 0 {
		l.at += i
	} else {
		l.at = len(l.source)
	}
	return comment
}

// block goes over a comment, but only over the front of one that MySQL runs.
func (l *lexer) block() kind {
	rest := l.source[l.at+2:]
	if inner, runs := strings.CutPrefix(strings.TrimPrefix(rest, "M"), "!"); runs {
		inner = strings.TrimLeft(inner, "0123456789")
		l.at = len(l.source) - len(inner)
		return end
	}
	if i := strings.Index(rest, "*/"); i >= 0 {
		l.at += i + 4
		return comment
	}
	l.at = len(l.source)
	l.broken = true
	return comment
}

func (l *lexer) number() kind {
	start := l.at
	if rest := l.source[l.at:]; len(rest) > 2 && rest[0] == '0' && rest[1]|0x20 == 'x' {
		for l.at += 2; l.at < len(l.source) && hexDigit(l.source[l.at]); l.at++ {
		}
		return number
	}
	for l.at < len(l.source) && (digit(l.source[l.at]) || l.source[l.at] == '.') {
		l.at++
	}
	rest := l.source[l.at:]
	if len(rest) > 1 && rest[0]|0x20 == 'e' {
		skip := 1
		if rest[1] == '+' || rest[1] == '-' {
			skip = 2
		}
		if skip < len(rest) && digit(rest[skip]) || rest[1] == '(' {
			l.at += skip
			for l.at < len(l.source) && digit(l.source[l.at]) {
				l.at++
			}
		}
	}
	if l.at > start+1 && l.source[l.at-1] == '.' && l.at < len(l.source) && letter(l.source[l.at]) {
		l.at--
	}
	return number
}

// word goes over a name, or over a string that has letters in front.
func (l *lexer) word() kind {
	start := l.at
	for l.at < len(l.source) && (letter(l.source[l.at]) || digit(l.source[l.at]) || l.source[l.at] == '$' || l.hashInName()) {
		l.at++
	}
	if l.at == len(l.source) || l.source[l.at] != '\'' {
		return word
	}
	switch prefix := l.source[start:l.at]; {
	case strings.EqualFold(prefix, "e"):
		saved := l.backslash
		l.backslash = true
		k := l.quoted('\'', text)
		l.backslash = saved
		return k
	case strings.EqualFold(prefix, "q"), strings.EqualFold(prefix, "nq"):
		return l.alternative()
	case len(prefix) == 1 && strings.ContainsAny(prefix, "nNbBxXrR"), strings.HasPrefix(prefix, "_utf8"), prefix == "_latin1", prefix == "_binary":
		return l.quoted('\'', text)
	}
	return word
}

// hashInName: Oracle has names such as "a#b".
func (l *lexer) hashInName() bool {
	return l.source[l.at] == '#' && l.at+1 < len(l.source) && (letter(l.source[l.at+1]) || digit(l.source[l.at+1]))
}

// alternative goes over a string of Oracle, whose first sign says how it ends.
func (l *lexer) alternative() kind {
	if l.at+1 >= len(l.source) {
		return l.quoted('\'', text)
	}
	closer := l.source[l.at+1]
	if i := strings.IndexByte("([{<", closer); i >= 0 {
		closer = ")]}>"[i]
	}
	if l.open < mostOpen {
		if i := strings.Index(l.source[l.at+2:], string([]byte{closer, '\''})); i >= 0 {
			l.at += 2 + i + 2
			return text
		}
		l.open++
	}
	return l.quoted('\'', text)
}
