package code

import "strings"

// importPython reads "import os as o" and "from os import system as s".
func (p *parser) importPython() {
	module := ""
	if p.token.text == "from" {
		p.advance()
		module = p.dotted()
	}
	if p.token.text != "import" {
		return
	}
	p.advance()
	for p.token.kind == name || p.token.is("(") || p.token.is("*") {
		if p.token.kind != name {
			p.advance()
			continue
		}
		full := p.dotted()
		called, _, _ := strings.Cut(full, ".")
		chain := called
		if module != "" {
			chain, called = module+"."+full, full
		}
		if p.token.kind == name && p.token.text == "as" {
			p.advance()
			called = p.token.text
			if module == "" {
				chain = full
			}
			p.advance()
		}
		p.set(called, value{chain: chain})
		for p.token.is(",") || p.token.is(")") || p.token.kind == newline && module != "" && p.nesting > 0 {
			p.advance()
		}
	}
}

func (p *parser) dotted() string {
	full := ""
	for p.token.kind == name || p.token.is(".") {
		if p.token.kind == name && full != "" && !strings.HasSuffix(full, ".") {
			break
		}
		full += p.token.text
		p.advance()
	}
	return full
}

// set remembers the value of a variable.
func (p *parser) set(variable string, v value) {
	const most = 1 << 10
	if p.vars == nil {
		p.vars = make(map[string]value)
	}
	if len(p.vars) < most {
		p.vars[strings.TrimLeft(variable, "$@")] = v
	}
}
