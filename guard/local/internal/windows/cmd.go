package windows

import (
	"strconv"
	"strings"
)

// cmd takes a source for cmd apart.
func (a *analysis) cmd(source string) {
	a.depth++
	defer func() { a.depth-- }()
	l := cmdLexer{a: a, source: source}
	piped := false
	for l.at < len(source) {
		s, more := l.statement()
		if !a.budget.Spend(s.end - s.start + statementCost) {
			return
		}
		s.input = piped
		a.cmdStatement(&s)
		piped = more == '|' && s.fetches
	}
}

// cmdLexer cuts a source for cmd into statements.
type cmdLexer struct {
	a      *analysis
	source string
	at     int
	// words are those of the statement that is read, and text, start, begun and
	// quoted what there is of the next one.
	words         []word
	text          strings.Builder
	start         int
	begun, quoted bool
}

// statement reads up to the sign that ends a statement, and returns that too; zero
// where it was written twice, or is the end of the source.
func (l *cmdLexer) statement() (statement, byte) {
	l.words, l.begun = nil, false
	s := statement{start: l.at}
	inQuotes := false
	var ending byte
	for ending == 0 && l.at < len(l.source) {
		c := l.source[l.at]
		if !l.begun {
			l.start = l.at
		}
		switch {
		case c == '"':
			inQuotes, l.begun, l.quoted = !inQuotes, true, true
		case c == '\n', !inQuotes && (c == '&' || c == '|' || c == ')'):
			ending = c
		case inQuotes:
			l.text.WriteByte(c)
		default:
			l.plain(c)
		}
		l.at++
	}
	l.at = min(l.at, len(l.source))
	s.end = l.at
	if ending != 0 {
		s.end--
	}
	l.flush()
	s.words = l.words
	if (ending == '&' || ending == '|') && l.at < len(l.source) && l.source[l.at] == ending {
		l.at++
		ending = 0
	}
	return s, ending
}

// plain takes a character outside of quotes.
func (l *cmdLexer) plain(c byte) {
	switch {
	case c == '^' && l.at+1 < len(l.source):
		l.at++
		if c = l.source[l.at]; c != '\r' && c != '\n' {
			l.text.WriteByte(c)
			l.begun = true
		}
	case c == '(' && !l.begun:
	case c == '>' || c == '<':
		l.flush()
		l.words = append(l.words, word{text: string(c), start: l.at, end: l.at + 1})
	case c == ' ' || c == '\t' || c == '\r' || (c == ',' || c == ';') && !l.begun:
		l.flush()
	default:
		l.text.WriteByte(c)
		l.begun = true
	}
}

// flush ends a word.
func (l *cmdLexer) flush() {
	if l.begun {
		w := word{text: l.a.percent(l.text.String()), quoted: l.quoted, start: l.start, end: l.at}
		l.words = append(l.words, w)
		if !l.a.affords(w.text) {
			l.at = len(l.source)
		}
	}
	l.text.Reset()
	l.begun, l.quoted = false, false
}

// percent resolves variables whose value is known, whole or in part: %x%, %x:~1,2%.
func (a *analysis) percent(text string) string {
	if !strings.ContainsAny(text, "%!") {
		return text
	}
	var out strings.Builder
	for rest := text; ; {
		i := strings.IndexAny(rest, "%!")
		if i < 0 {
			out.WriteString(rest)
			return out.String()
		}
		out.WriteString(rest[:i])
		stop := strings.IndexByte(rest[i+1:], rest[i])
		if stop < 0 {
			out.WriteString(rest[i:])
			return out.String()
		}
		if out.Len() > longestValue {
			return text
		}
		out.WriteString(a.variable(rest[i : i+stop+2]))
		rest = rest[i+stop+2:]
	}
}

// variable is the value of %x% or of a part of it, or the text itself.
func (a *analysis) variable(text string) string {
	name, part, cut := strings.Cut(text[1:len(text)-1], ":")
	value, ok := a.vars[strings.ToLower(name)]
	if !ok && cut {
		value, ok = usualValue(strings.ToLower(name))
	}
	switch {
	case !ok:
		return text
	case !cut:
		return value
	case strings.HasPrefix(part, "~"):
		return slice(value, part[1:])
	}
	from, to, _ := strings.Cut(part, "=")
	if from == "" {
		return value
	}
	return strings.ReplaceAll(value, from, to)
}

// usualValue is the value that a variable has on nearly every machine.
func usualValue(name string) (string, bool) {
	switch name {
	case "comspec":
		return `C:\Windows\system32\cmd.exe`, true
	case "systemroot", "windir":
		return `C:\Windows`, true
	case "programfiles":
		return `C:\Program Files`, true
	case "programdata", "allusersprofile":
		return `C:\ProgramData`, true
	case "public":
		return `C:\Users\Public`, true
	case "pathext":
		return ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC", true
	case "os":
		return "Windows_NT", true
	}
	return "", false
}

// slice is the part of value that "1,2" or "-3" stands for.
func slice(value, part string) string {
	first, second, ok := strings.Cut(part, ",")
	start, err := strconv.Atoi(first)
	if err != nil {
		return ""
	}
	start = within(start, len(value))
	stop := len(value)
	if length, err := strconv.Atoi(second); ok && err == nil {
		if stop = start + length; length < 0 {
			stop = len(value) + length
		}
	}
	stop = max(start, min(stop, len(value)))
	return value[start:stop]
}

func within(i, length int) int {
	if i < 0 {
		i += length
	}
	return max(0, min(i, length))
}

// cmdStatement strips what only leads to a program, and judges the program.
func (a *analysis) cmdStatement(s *statement) {
	for len(s.words) > 0 {
		first := strings.TrimLeft(s.words[0].text, "@(")
		switch name := baseName(first); {
		case first == "", name == "call", name == "else", name == "do":
			s.words = s.words[1:]
		case name == "if":
			s.words = afterCondition(s.words[1:])
		case name == "for":
			a.loop(s)
			s.words = afterWord(s.words, "do")
		case name == "start":
			s.words = afterStart(s.words[1:])
		case name == "set":
			a.assign(s.words[1:])
			return
		case name == "rem" || strings.HasPrefix(first, "::") || name == "echo" && !s.redirects():
			return
		default:
			a.program(s, first)
			return
		}
	}
}

// afterCondition skips the condition of if.
func afterCondition(words []word) []word {
	for len(words) > 0 {
		switch text := strings.ToLower(words[0].text); {
		case text == "not" || text == "/i":
			words = words[1:]
		case text == "exist" || text == "defined" || text == "errorlevel":
			return words[min(2, len(words)):]
		case strings.Contains(text, "=="):
			return words[1:]
		default:
			return words[min(3, len(words)):]
		}
	}
	return nil
}

func afterWord(words []word, text string) []word {
	for i := range words {
		if strings.EqualFold(words[i].text, text) {
			return words[i+1:]
		}
	}
	return nil
}

// loop judges the command in for /f %i in ('command').
func (a *analysis) loop(s *statement) {
	for i := range s.words {
		text := strings.TrimLeft(s.words[i].text, "(")
		if strings.HasPrefix(text, "'") {
			var line []string
			for _, w := range s.words[i:] {
				if strings.EqualFold(w.text, "do") {
					break
				}
				line = append(line, w.text)
			}
			a.inner(strings.Trim(strings.Join(line, " "), "()' "), cmd, s)
			return
		}
	}
}

// afterStart skips the title and the options of start.
func afterStart(words []word) []word {
	for len(words) > 0 && (words[0].quoted && len(words) > 1 && !strings.Contains(words[0].text, `\`) && !strings.Contains(words[0].text, ".") ||
		strings.HasPrefix(words[0].text, "/")) {
		words = words[1:]
	}
	return words
}

// assign reads set x=y.
func (a *analysis) assign(words []word) {
	var texts []string
	for _, w := range words {
		if !strings.HasPrefix(w.text, "/") {
			texts = append(texts, w.text)
		}
	}
	if name, value, ok := strings.Cut(strings.Join(texts, " "), "="); ok {
		a.setVar(strings.TrimSpace(name), value)
	}
}

// redirects says that a statement writes into a file.
func (s *statement) redirects() bool {
	for i := range s.words {
		if s.words[i].text == ">" && !s.words[i].quoted {
			return true
		}
	}
	return false
}
