package code

import (
	"strconv"
	"strings"
)

// startsString says that a string begins here.
func (l *lexer) startsString() bool {
	switch c := l.source[l.at]; {
	case c == '"' || c == '\'':
		return true
	case l.lang == python && isWordStart(c):
		return l.prefix() > 0
	case c == '%' && (l.lang == ruby):
		return l.percent() > 0
	case c == 'q' && l.lang == perl:
		return l.percent() > 0
	case c == '<':
		return l.heredoc() != ""
	case c == '`':
		return l.lang == javascript || l.lang == golang
	}
	return false
}

// prefix is how many letters stand before the quote of a string of Python: rb"x".
func (l *lexer) prefix() int {
	for n := 0; n < 3 && l.at+n < len(l.source); n++ {
		switch c := l.source[l.at+n]; {
		case c == '"' || c == '\'':
			return n
		case strings.IndexByte("rRbBfFuU", c) < 0:
			return 0
		}
	}
	return 0
}

// text reads a string.
func (l *lexer) text() token {
	start := l.at
	if l.source[start] == '<' {
		return l.document(start)
	}
	if c := l.source[start]; (c == '%' || c == 'q') && l.percent() > 0 {
		return l.delimited(start)
	}
	raw, filled := false, l.lang == ruby || l.lang == perl || l.lang == php
	for n := l.prefix(); n > 0; n-- {
		c := l.source[l.at] | 0x20
		raw, filled = raw || c == 'r', filled || c == 'f'
		l.at++
	}
	quote := l.source[l.at]
	mark := string(quote)
	if l.lang == python && strings.HasPrefix(l.source[l.at:], strings.Repeat(mark, 3)) {
		mark = strings.Repeat(mark, 3)
	}
	l.at += len(mark)
	body := l.until(mark, l.lang != javascript && l.lang != golang && len(mark) == 1 && l.lang != python || len(mark) == 3 || quote == '`')
	if quote == '`' {
		raw, filled = l.lang == golang, l.lang == javascript
	}
	if quote == '\'' && l.lang != python {
		filled = false
	}
	t := l.token(literal, start, unescape(body, raw || quote == '\'' && l.lang.plainSingle(), filled, l.lang))
	t.filled = filled
	return t
}

// until returns what comes before mark, and goes behind it. A string that may not
// run over lines ends at the end of the line too.
func (l *lexer) until(mark string, lines bool) string {
	start := l.at
	for l.at < len(l.source) {
		switch c := l.source[l.at]; {
		case c == '\\':
			l.at++
		case c == '\n' && !lines:
			return l.source[start:l.at]
		case c == mark[0] && strings.HasPrefix(l.source[l.at:], mark):
			body := l.source[start:l.at]
			l.at += len(mark)
			return body
		}
		l.at++
	}
	l.at = len(l.source)
	return l.source[min(start, l.at):]
}

// percent is where the body of %q(x) or qx{x} begins, counted from here; 0 if this
// is none.
func (l *lexer) percent() int {
	rest := l.source[l.at:]
	n := 1
	for n < len(rest) && n < 3 && strings.IndexByte("qQwWxrsi", rest[n]) >= 0 {
		n++
	}
	if n >= len(rest) || rest[0] == '%' && n == 1 || rest[0] == 'q' && n > 2 {
		return 0
	}
	switch rest[n] {
	case '(', '{', '[', '<', '|', '!', '/':
		if l.at > 0 && isWordStart(l.source[l.at-1]) || rest[0] == '%' && l.value {
			return 0
		}
		return n + 1
	}
	return 0
}

// delimited reads %x(ls) and qx/ls/.
func (l *lexer) delimited(start int) token {
	n := l.percent()
	opening := l.source[start+n-1]
	executed := strings.IndexByte(l.source[start:start+n], 'x') >= 0
	closing := opening
	if i := strings.IndexByte("(){}[]<>", opening); i >= 0 {
		closing = "(){}[]<>"[i+1]
	}
	l.at = start + n
	body := l.until(string(closing), true)
	if executed {
		return l.token(run, start, body)
	}
	return l.token(literal, start, body)
}

// backtick reads a command of Perl, Ruby and PHP.
func (l *lexer) backtick() token {
	start := l.at
	l.at++
	body := l.until("`", true)
	if l.lang != perl && l.lang != ruby && l.lang != php {
		return l.token(literal, start, body)
	}
	return l.token(run, start, body)
}

// heredoc returns the mark of a document that begins here: <<~EOS, <<<"EOT".
func (l *lexer) heredoc() string {
	if l.lang != ruby && l.lang != perl && l.lang != php || !strings.HasPrefix(l.source[l.at:], "<<") {
		return ""
	}
	rest := strings.TrimLeft(l.source[l.at:min(len(l.source), l.at+8)], "<~-")
	quoted := rest != "" && (rest[0] == '"' || rest[0] == '\'')
	at := l.at + len(l.source[l.at:min(len(l.source), l.at+8)]) - len(rest)
	if quoted {
		at++
	}
	stop := at
	for stop < len(l.source) && isWordStart(l.source[stop]) {
		stop++
	}
	if word := l.source[at:stop]; len(word) > 1 && (quoted || word == strings.ToUpper(word)) {
		return word
	}
	return ""
}

// document reads a here-document. What stands behind its mark on the same line is
// skipped.
func (l *lexer) document(start int) token {
	mark := l.heredoc()
	l.skip("\n", true)
	body := l.at
	for l.at < len(l.source) {
		line := l.at
		l.skip("\n", true)
		if strings.HasPrefix(strings.TrimLeft(l.source[line:l.at], " \t"), mark) {
			return l.token(literal, start, l.source[body:line])
		}
	}
	return l.token(literal, start, l.source[body:])
}

// unescape resolves escapes; what is filled in becomes a variable as a shell writes
// it.
func unescape(body string, raw, filled bool, lang language) string {
	if !strings.ContainsAny(body, `\{`) || raw && !filled {
		return body
	}
	var out strings.Builder
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\' && !raw && i+1 < len(body):
			i = escape(&out, body, i+1)
		case filled && opensFill(body, i, lang) > 0:
			i = fill(&out, body, i+opensFill(body, i, lang))
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// opensFill is how long the sign is by which a value is filled in at i: "{", "${",
// "#{".
func opensFill(body string, i int, lang language) int {
	rest := body[i:]
	switch {
	case lang == python && rest[0] == '{':
		if strings.HasPrefix(rest, "{{") {
			return 0
		}
		return 1
	case lang == ruby && strings.HasPrefix(rest, "#{"), lang == javascript && strings.HasPrefix(rest, "${"):
		return 2
	}
	return 0
}

// fill writes what stands between braces as a variable, and returns where it ends.
func fill(out *strings.Builder, body string, i int) int {
	stop := strings.IndexByte(body[i:], '}')
	if stop < 0 {
		return len(body)
	}
	out.WriteByte('$')
	written := out.Len()
	for j := range stop {
		c := body[i+j]
		if !isWordStart(c) && !isDigit(c) {
			break
		}
		out.WriteByte(c)
	}
	if out.Len() == written {
		out.WriteByte('_')
	}
	return i + stop
}

// escape writes the character that the escape at i stands for, and returns its last
// byte.
func escape(out *strings.Builder, body string, i int) int {
	var digits int
	base := 16
	switch c := body[i]; {
	case c == 'n':
		out.WriteByte('\n')
		return i
	case c == 't':
		out.WriteByte('\t')
		return i
	case c == 'r' || c == '\n':
		return i
	case c == 'x':
		digits = 2
	case c == 'u':
		digits = 4
	case '0' <= c && c <= '7':
		i, digits, base = i-1, octalLength(body[i:]), 8
	default:
		out.WriteByte(c)
		return i
	}
	if i+digits < len(body) {
		if code, err := strconv.ParseUint(body[i+1:i+1+digits], base, 32); err == nil {
			out.WriteRune(rune(code))
			return i + digits
		}
	}
	return i
}

func octalLength(text string) int {
	n := 0
	for n < 3 && n < len(text) && '0' <= text[n] && text[n] <= '7' {
		n++
	}
	return n
}
