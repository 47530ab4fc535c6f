package code

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// parser reads expressions out of source code, of whichever language, as far as is
// needed to know what is called with what.
type parser struct {
	lexer
	token   token
	report  func(detect.Finding)
	derived []detect.Arg
	vars    map[string]value
	facts   facts
	nesting int // open brackets, in which the end of a line ends nothing
	depth   int // how deep expressions stand in each other
	layers  int // how deep code stands in code
}

// deepest is how deep expressions may stand in each other before they are skipped.
const deepest = 100

// mostLayers is how deep code may stand in code: eval of eval.
const mostLayers = 4

// read reads source with the names that are known already.
func (p *parser) read(source string, lang language) {
	outer, token, nesting := p.lexer, p.token, p.nesting
	p.lexer = lexer{source: source, lang: lang, budget: p.budget}
	p.nesting = 0
	p.layers++
	p.advance()
	for p.token.kind != end {
		p.statement()
	}
	p.layers--
	p.lexer, p.token, p.nesting = outer, token, nesting
}

// advance goes to the next token; inside of brackets lines do not end.
func (p *parser) advance() {
	p.token = p.next()
	for p.nesting > 0 && p.token.kind == newline {
		p.token = p.next()
	}
}

// statement reads one statement, or skips what is none.
func (p *parser) statement() {
	at := p.token.start
	switch {
	case p.token.kind == name && p.lang == python && (p.token.text == "import" || p.token.text == "from"):
		p.importPython()
	case p.token.kind == newline || p.token.is(";") || p.token.is(",") || p.token.is(":"):
		p.advance()
		return
	default:
		p.expression()
	}
	if p.token.kind != end && p.token.start == at {
		p.advance()
	}
}

// expression reads operands as long as there is something between them that makes
// them one.
func (p *parser) expression() value {
	if p.depth++; p.depth > deepest {
		p.depth--
		p.advance()
		return value{}
	}
	v := p.operand()
	for p.token.kind == sign {
		switch text := p.token.text; {
		case text == "+", text == "." && (p.lang == php || p.lang == perl), text == "." && p.lang == lua:
			p.advance()
			p.skipLines()
			p.budget.Spend(len(v.text))
			v = v.plus(p.operand(), "")
		case text == "/" && v.text != "" && p.lang == python:
			p.advance()
			v = v.plus(p.operand(), "/")
		case text == "%" && p.lang == python && v.text != "":
			p.advance()
			v = format(v, p.operand())
		case text == "=" || text == ":=" || text == "<-":
			v = p.assign(v)
		case closes(text):
			p.depth--
			return v
		default:
			p.advance()
			p.skipLines()
			v = value{from: v.from | p.operand().from}
		}
	}
	p.depth--
	return v
}

func (p *parser) skipLines() {
	for p.token.kind == newline {
		p.advance()
	}
}

func closes(text string) bool {
	switch text {
	case ")", "]", "}", ",", ";", ":", "=>", "{":
		return true
	}
	return false
}

// assign reads what a variable is set to.
func (p *parser) assign(to value) value {
	p.advance()
	forks := p.facts.forks
	v := p.expression()
	p.facts.forks = forks // whose child is told apart is no bomb
	if to.chain != "" {
		p.set(to.chain, v)
	}
	for i := range to.items {
		if part := to.items[i]; part.chain != "" && v.chain != "" {
			p.set(part.chain, value{chain: under(v.chain, part.chain)})
		}
	}
	return v
}

// operand reads one operand.
func (p *parser) operand() value {
	switch p.token.kind {
	case literal:
		return p.string()
	case number:
		v := value{text: p.token.text, known: true}
		p.advance()
		return p.chained(v)
	case run:
		p.shell(text(p.token.text))
		p.advance()
		return value{}
	case name:
		return p.name()
	case sign:
		return p.bracketed()
	}
	return value{}
}

// string reads a string, and those that stand directly behind it.
func (p *parser) string() value {
	v := p.filledIn(p.token)
	p.advance()
	for p.token.kind == literal && (p.lang == python || p.lang == clike || p.lang == ruby) {
		p.budget.Spend(len(v.text))
		v = v.plus(p.filledIn(p.token), "")
		p.advance()
	}
	return p.chained(v)
}

// filledIn puts the values of variables into a string, where they are known.
func (p *parser) filledIn(t token) value {
	v := value{text: t.text, known: true}
	if !t.filled || !strings.Contains(t.text, "$") {
		return v
	}
	var out strings.Builder
	for i := 0; i < len(t.text); i++ {
		n := 1
		for i+n < len(t.text) && (isWordStart(t.text[i+n]) || isDigit(t.text[i+n])) {
			n++
		}
		variable, ok := p.vars[t.text[min(i+1, i+n):i+n]]
		switch {
		case t.text[i] != '$' || n == 1:
			n = 1
			fallthrough
		default:
			v.known = v.known && (t.text[i] != '$' || n == 1)
			out.WriteString(t.text[i : i+n])
		case ok && variable.text != "":
			v.known, v.from = v.known && variable.known, v.from|variable.from
			out.WriteString(variable.text)
		}
		i += n - 1
	}
	v.text = out.String()
	return v
}
