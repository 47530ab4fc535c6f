package code

import "strings"

// bracketed reads a group, a list, a block or a sign before an operand.
func (p *parser) bracketed() value {
	switch p.token.text {
	case "(":
		items := p.list(")")
		if len(items) == 1 {
			return p.chained(items[0])
		}
		return p.chained(value{items: items, isList: true})
	case "[":
		return p.chained(value{items: p.list("]"), isList: true})
	case "{":
		return p.block()
	case ")", "]", "}", ",", ";", ":":
		return value{}
	}
	p.advance()
	if p.depth++; p.depth > deepest {
		p.depth--
		return value{}
	}
	v := p.operand()
	p.depth--
	return v
}

// list reads expressions up to the closing bracket.
func (p *parser) list(closing string) []value {
	var items []value
	p.nesting++
	p.advance()
	for p.token.kind != end && !p.token.is(closing) {
		at := p.token.start
		item := p.item()
		if p.token.start == at {
			p.advance()
			continue
		}
		const most = 256
		if len(items) < most {
			items = append(items, item)
		}
		if p.token.is(",") {
			p.advance()
		}
	}
	p.nesting--
	p.advance()
	return items
}

// item reads one item of a list, or one argument, which may have a key.
func (p *parser) item() value {
	key := p.token
	v := p.operandOrKey()
	if p.token.is("=") || p.token.is("=>") || p.token.is(":") {
		p.advance()
		v = p.expression()
		v.key = strings.TrimLeft(key.text, "$@")
	}
	return v
}

// operandOrKey reads an expression, but for a name that is a key.
func (p *parser) operandOrKey() value {
	if p.token.kind != name {
		return p.expression()
	}
	saved, token := p.lexer, p.token
	p.advance()
	if p.token.is("=") && p.nesting > 0 {
		return value{}
	}
	p.lexer, p.token = saved, token
	return p.expression()
}

// block reads what stands between braces: statements, or a list with keys.
func (p *parser) block() value {
	v := value{isList: true}
	p.nesting++
	p.advance()
	for p.token.kind != end && !p.token.is("}") {
		at := p.token.start
		item := p.item()
		v.from |= item.from
		const most = 256
		if len(v.items) < most {
			v.items = append(v.items, item)
		}
		if p.token.start == at || p.token.is(",") || p.token.is(";") {
			p.advance()
		}
	}
	p.nesting--
	p.advance()
	return v
}
