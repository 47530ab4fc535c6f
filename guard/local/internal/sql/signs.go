package sql

import "strings"

// anywhere looks for what is no part of any honest value, wherever it stands.
func (p *payload) anywhere() bool {
	for i := range p.tokens {
		if p.tired() {
			return true
		}
		switch t := p.at(i); {
		case t.kind == semicolon && p.stacked(i):
			return true
		case t.keyword == 0 && t.kind != variable && t.kind != word:
		case t.keyword.hazard():
			if p.reaches(i) {
				return true
			}
		case p.keywordSign(i), p.functionSign(i):
			return true
		}
	}
	return false
}

// reaches judges the name of a function that is a hazard.
func (p *payload) reaches(i int) bool {
	switch p.word(i) {
	case hProbe:
		return p.selects()
	case hDelay:
		return p.delays(i) && !p.is(i-1, ".") && (p.is(i+2, "(") || p.at(i+2).kind == number || p.at(i+2).kind == text || p.is(i+1, "."))
	case hError:
		return p.is(i+1, "(") && (p.findInside(i+1, p.closing(i+1, len(p.tokens))) || p.at(i+2).kind == number || p.cut)
	case hRun, hRights:
		return true
	}
	return p.invoked(i)
}

// selects says that there is a query in the payload.
func (p *payload) selects() bool {
	for i := range p.tokens {
		p.steps++
		if k := p.word(i); k == kSelect || k == kFrom && p.quote != 0 {
			return true
		}
	}
	return false
}

// keywordSign judges keywords by those that follow them.
func (p *payload) keywordSign(i int) bool {
	switch p.word(i) {
	case kUnion:
		return p.unites(i)
	case kDeclare:
		return p.at(i+1).kind == variable
	case kWaitfor:
		return p.word(i+1) == kDelay
	case kLoad:
		return p.find(i, min(i+6, len(p.tokens)), kInfile) < min(i+6, len(p.tokens))
	case kInto:
		return (p.word(i+1) == kOutfile || p.word(i+1) == kDumpfile) && p.at(i+2).kind == text
	case kWhen:
		return p.constantCase(i + 1)
	case kIf:
		return p.is(i+1, "(") && p.constantCase(i+2)
	case kWhere, kHaving:
		limit := p.endOfTerm(i + 1)
		return limit-i > 3 && p.at(i+1).kind == number && p.predicate(i+1, limit, 0) != depends
	case kSelect:
		return i == 1 && p.is(0, "(") && p.find(i, len(p.tokens), kFrom) < len(p.tokens)
	case kExec, kExecute:
		return p.word(i+1).hazard() || p.called(i+1, "master") && p.is(i+2, ".") || p.word(i+1) == kImmediate && p.quote != 0
	case kDrop, kDelete, kInsert, kUpdate, kTruncate:
		return i == 0 && p.quote == 0 && p.begins(i) && p.cut
	}
	return false
}

// constantCase says that a comparison of constants stands at i.
func (p *payload) constantCase(i int) bool {
	for p.is(i, "(") {
		i++
	}
	return p.at(i).kind == number && p.compares(i+1) && p.predicate(i, i+3, 0) != depends
}

// unites says that a UNION SELECT stands at i, and no union that selects a
// committee.
func (p *payload) unites(i int) bool {
	i++
	if k := p.word(i); k == kAll || k == kDistinct {
		i++
	}
	for p.is(i, "(") {
		i++
	}
	if p.word(i) != kSelect {
		return false
	}
	i++
	if k := p.word(i); k == kAll || k == kDistinct || k == kTop {
		i++
	}
	switch t := p.at(i); t.kind {
	case number, text, name, variable, param:
		return true
	case end, comment:
		return p.quote != 0 || t.kind == comment
	case symbol:
		return p.is(i, "*") || p.is(i, "(") || p.is(i, "-")
	}
	return p.word(i) == kNull || p.is(i+1, ",") || p.is(i+1, "(") || p.is(i+1, ".") || p.word(i+1) == kFrom || p.is(i+1, "||")
}

// functionSign judges what has no name of its own: casts that fail on purpose,
// strings that are spelled by number, the server's version.
func (p *payload) functionSign(i int) bool {
	t := p.at(i)
	if t.kind == variable {
		return strings.HasPrefix(p.string(i), "@@") && (p.selects() || i > 0 && p.compares(i-1))
	}
	if t.kind != word || !p.is(i+1, "(") {
		return false
	}
	switch strings.ToLower(p.string(i)) {
	case "convert", "cast":
		return p.is(i+2, "(") && (p.word(i+3) == kSelect || p.word(i+3) == kUnion) ||
			p.is(i+3, ",") && p.is(i+4, "(") && (p.word(i+5) == kSelect || p.word(i+5) == kUnion)
	case "char", "chr", "nchar":
		return p.at(i+2).kind == number && p.is(i+3, ")") && (p.is(i+4, "+") || p.is(i+4, "||")) && p.is(i+6, "(") && p.at(i+7).kind == number
	case "rand":
		return p.is(i-1, "(") && p.called(i-2, "floor") && p.selects()
	}
	return false
}
