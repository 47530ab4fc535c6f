package code

import "strings"

// name reads a name and all that is called, taken or looked up on it.
func (p *parser) name() value {
	word := p.token
	p.advance()
	switch word.text {
	case "await", "new", "return", "yield", "const", "let", "var", "my", "our", "local", "not", "and", "or", "async", "typeof", "echo",
		"throw", "raise", "in", "is", "else", "do", "then", "begin", "try", "final", "static", "public", "private", "void", "export",
		"global", "nonlocal", "assert", "del", "lambda", "if", "elif", "unless", "while", "until", "for", "foreach", "with", "except",
		"case", "when", "switch", "using", "use", "match":
		if word.text == "while" {
			p.facts.loop = true
		}
		forks := p.facts.forks
		if p.depth++; p.depth > deepest || p.token.kind == newline || p.token.kind == end {
			p.depth--
			return value{}
		}
		v := p.operand()
		p.depth--
		if word.text == "if" || word.text == "return" || word.text == "unless" {
			p.facts.forks = forks // it is known there which of the two goes on
		}
		return v
	case "function", "def", "fn", "func", "sub", "class":
		return p.definition()
	}
	bare := strings.TrimLeft(word.text, "$@")
	v, ok := p.vars[bare]
	if !ok {
		v = value{chain: bare}
	} else if v.chain == "" && v.text == "" && !v.isList {
		v.chain = bare
	}
	if word.text != bare && !ok {
		v.text = word.text
	}
	v = p.bare(v, word)
	return p.chained(v)
}

// definition skips the name and the parameters of a function.
func (p *parser) definition() value {
	if p.token.kind == name {
		p.set(p.token.text, value{chain: "defined." + p.token.text})
		p.advance()
	}
	if p.token.is("(") {
		p.list(")")
	}
	return value{}
}

// chained reads calls, members and indices behind a value.
func (p *parser) chained(v value) value {
	for {
		switch {
		case p.token.is(".") && p.lang != perl && p.lang != php, p.token.is("::"), p.token.is("->"), p.token.is("?."):
			saved, at := p.lexer, p.token
			p.advance()
			for p.token.kind == newline {
				p.advance()
			}
			switch {
			case p.token.kind == name:
				v = p.member(v, p.token)
				p.advance()
				v = p.bare(v, at)
			case p.token.is("(") || p.token.is("[") || p.token.is("{"):
			default:
				p.lexer, p.token = saved, at
				return v
			}
		case p.token.is("("):
			v = p.call(v, p.list(")"))
		case p.token.is("["):
			v = p.index(v)
		case p.token.kind == literal && p.token.filled && p.lang == javascript && v.chain != "" && p.source[p.token.start] == '`':
			arg := p.filledIn(p.token)
			p.advance()
			v = p.call(v, []value{arg})
		default:
			return v
		}
	}
}

// member is what is called by a name on a value.
func (p *parser) member(v value, member token) value {
	chain := v.chain
	next := value{chain: under(chain, member.text), from: v.from, text: v.text, known: v.known, items: v.items, isList: v.isList}
	switch {
	case chain == "process.env" || chain == "os.environ" || chain == "ENV":
		return value{text: "$" + member.text}
	case next.chain == "process.env" || next.chain == "os.environ":
		next.from |= environment
	}
	if member.text == "__subclasses__" && (strings.Contains(chain, "__base") || strings.Contains(chain, "__mro__")) {
		p.escape(member)
	}
	return next
}

// index is what stands in a value at an index.
func (p *parser) index(v value) value {
	start := p.token.start
	items := p.list("]")
	inside := strings.ReplaceAll(p.source[min(start, len(p.source)):min(p.token.start, len(p.source))], " ", "")
	switch {
	case strings.HasPrefix(inside, "[::-1]"):
		return value{text: reversed(v.text), known: v.known, from: v.from | decoded}
	case len(items) == 1 && items[0].known && (v.chain == "os.environ" || v.chain == "process.env" || v.chain == "ENV"):
		return value{text: "$" + items[0].text}
	case len(items) == 1 && items[0].known && v.chain != "" && !isDigit((items[0].text + " ")[0]):
		return value{chain: under(v.chain, items[0].text), from: v.from}
	}
	return value{from: v.from, chain: v.chain}
}

func reversed(text string) string {
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

// bare reads the arguments of a call without brackets, in languages that have them.
func (p *parser) bare(v value, _ token) value {
	if p.lang != ruby && p.lang != perl && p.lang != lua && p.lang != php || !takesBare(last(v.chain)) {
		return v
	}
	if p.token.kind != literal && p.token.kind != name && (!p.token.is("[") || p.lang != ruby) {
		return v
	}
	var args []value
	for p.token.kind != newline && p.token.kind != end && !p.token.is(";") && !p.token.is("}") {
		at := p.token.start
		args = append(args, p.item())
		if p.token.is(",") {
			p.advance()
			p.skipLines()
		} else if p.token.start == at || p.token.kind == name {
			break
		}
	}
	return p.call(v, args)
}

// takesBare are the functions that matter here and are called without brackets.
func takesBare(function string) bool {
	switch function {
	case "system", "exec", "spawn", "popen", "unlink", "rmdir", "rm_rf", "rm_r", "rm", "remove_dir", "remove_entry_secure", "rmtree",
		"remove_tree", "open", "eval", "execute", "require", "include", "delete", "write", "read",
		"instance_eval", "capture2", "capture2e", "capture3", "popen3", "kill", "chmod", "include_once", "require_once", "passthru":
		return true
	}
	return false
}
