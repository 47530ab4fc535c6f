package windows

import (
	"strings"
)

// powershell takes a source for PowerShell apart.
func (a *analysis) powershell(source string) {
	a.depth++
	defer func() { a.depth-- }()
	if !a.budget.Spend(len(source)) {
		return
	}
	l := psLexer{a: a, source: fold(source)}
	piped := false
	for l.at < len(l.source) {
		s, more := l.statement()
		s.input = piped
		a.psStatement(&s)
		piped = more == '|' && (s.fetches || piped)
		if !a.budget.Spend(statementCost) {
			return
		}
	}
}

// psLexer cuts a source for PowerShell into statements.
type psLexer struct {
	a      *analysis
	source string
	at     int
	inside []string // what stands in brackets in the statement
}

// statement reads up to the sign that ends a statement, and returns that too.
func (l *psLexer) statement() (statement, byte) {
	s := statement{start: l.at}
	l.inside = l.inside[:0]
	var ending byte
	for l.at < len(l.source) && ending == 0 {
		switch c := l.source[l.at]; c {
		case ';', '\n', '|', '}', ')':
			ending = c
			l.at++
		case '&':
			if l.at++; l.at < len(l.source) && l.source[l.at] == '&' {
				ending = '&'
				l.at++
			}
		case ' ', '\t', '\r', ',':
			l.at++
		case '#':
			l.skipTo("\n")
		case '<':
			l.at++
			if l.at < len(l.source) && l.source[l.at] == '#' {
				l.skipTo("#>")
				l.at = min(len(l.source), l.at+len("#>"))
			}
		case '>':
			s.words = append(s.words, word{text: ">", start: l.at, end: l.at + 1})
			l.at++
		default:
			w := l.word()
			s.words = append(s.words, w)
			if !l.a.affords(w.text) {
				l.at = len(l.source)
			}
		}
	}
	s.end = l.at
	for _, block := range l.inside {
		s.fetches = s.fetches || l.a.affords(block) && fetching(block)
	}
	for _, block := range l.inside {
		l.a.inner(block, powershell, &s)
	}
	return s, ending
}

func (l *psLexer) skipTo(mark string) {
	if i := strings.Index(l.source[l.at:], mark); i >= 0 {
		l.at += i
		return
	}
	l.at = len(l.source)
}

// word reads a word; what stands in brackets belongs to it.
func (l *psLexer) word() word {
	w := word{start: l.at}
	var text strings.Builder
	for l.at < len(l.source) {
		switch c := l.source[l.at]; c {
		case ' ', '\t', '\r', '\n', ';', '|', ')', '}', ',', '>':
			w.text, w.end = l.a.dollar(text.String()), l.at
			return w
		case '\'', '"':
			w.quoted = true
			text.WriteString(l.quoted(c))
		case '(', '{':
			if !w.quoted && isBare(text.String()) { // IEX(New-Object ...): a program's name needs no space behind it
				w.text, w.end = text.String(), l.at
				return w
			}
			block := l.block()
			l.inside = append(l.inside, block)
			text.WriteByte(c)
			text.WriteString(block)
			text.WriteByte(c + 1 + c/'{')
		default:
			text.WriteByte(c)
			l.at++
		}
	}
	w.text, w.end = l.a.dollar(text.String()), l.at
	return w
}

// isBare says that a text is a name as a program or a keyword has one.
func isBare(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return text != ""
}

// quoted reads a string; a quote in it is written twice.
func (l *psLexer) quoted(quote byte) string {
	l.at++
	start := l.at
	for l.at < len(l.source) {
		if l.source[l.at] == quote {
			if l.at+1 < len(l.source) && l.source[l.at+1] == quote {
				l.at += 2
				continue
			}
			l.at++
			return strings.ReplaceAll(l.source[start:l.at-1], string(quote)+string(quote), string(quote))
		}
		l.at++
	}
	return l.source[start:]
}

// block reads what stands between brackets, and returns it without them.
func (l *psLexer) block() string {
	start := l.at + 1
	depth := 0
	for l.at < len(l.source) {
		switch c := l.source[l.at]; c {
		case '\'', '"':
			l.quoted(c)
			continue
		case '(', '{':
			depth++
		case ')', '}':
			if depth--; depth == 0 {
				l.at++
				return l.source[start : l.at-1]
			}
		}
		l.at++
	}
	return l.source[min(start, len(l.source)):]
}

// dollar resolves variables whose value is known.
func (a *analysis) dollar(text string) string {
	if len(a.vars) == 0 || strings.IndexByte(text, '$') < 0 {
		return text
	}
	var out strings.Builder
	for rest := text; ; {
		i := strings.IndexByte(rest, '$')
		if i < 0 || out.Len() > longestValue {
			out.WriteString(rest)
			return out.String()
		}
		out.WriteString(rest[:i])
		name := rest[i+1 : i+1+nameEnd(rest[i+1:])]
		if value, ok := a.vars[strings.ToLower(name)]; ok && name != "" {
			out.WriteString(value)
		} else {
			out.WriteString(rest[i : i+1+len(name)])
		}
		rest = rest[i+1+len(name):]
	}
}

func nameEnd(text string) int {
	for i := range len(text) {
		if c := text[i]; c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return i
		}
	}
	return len(text)
}

// psStatement judges one statement of PowerShell.
func (a *analysis) psStatement(s *statement) {
	s.fetches = s.fetches || a.fetchesIn(s)
	if len(s.words) > 2 && s.words[1].text == "=" && strings.HasPrefix(s.words[0].text, "$") {
		a.psAssign(s)
		return
	}
	for len(s.words) > 0 {
		switch text := s.words[0].text; text {
		case ".", "return", "if", "else", "try", "foreach", "do":
			s.words = s.words[1:]
		default:
			a.program(s, strings.Trim(text, "()&'\""))
			return
		}
	}
}

// psAssign remembers what a variable is set to.
func (a *analysis) psAssign(s *statement) {
	name := strings.TrimPrefix(s.words[0].text, "$")
	if s.fetches {
		a.taint("$" + name)
	}
	if len(s.words) == 3 && s.words[2].quoted && !strings.ContainsAny(s.words[2].text, "(){}") {
		a.setVar(name, s.words[2].text)
		return
	}
	rest := *s
	rest.words = s.words[2:]
	if len(rest.words) > 0 {
		a.program(&rest, strings.Trim(rest.words[0].text, "()"))
	}
}

// fetchesIn says that a statement fetches something from another machine.
func (a *analysis) fetchesIn(s *statement) bool {
	for i := range s.words {
		if s.words[i].quoted && !strings.Contains(s.words[i].text, "(") {
			continue
		}
		if fetching(s.words[i].text) || a.fetched[strings.ToLower(s.words[i].text)] {
			return true
		}
	}
	return false
}

// fetching says that a text of code names something that fetches.
func fetching(text string) bool {
	for _, part := range [...]string{
		"downloadstring", "downloaddata", "downloadfile", "invoke-webrequest", "invoke-restmethod",
		"net.webclient", "openread(", "start-bitstransfer", "msxml2.xmlhttp", "winhttp", "httpclient",
	} {
		if containsFold(text, part) {
			return true
		}
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "iwr", "irm", "wget", "curl":
		return true
	}
	first, _, ok := strings.Cut(strings.TrimSpace(text), " ")
	return ok && fetching(first)
}
