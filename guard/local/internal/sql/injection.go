package sql

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// injection judges a value that is put into SQL by someone else. It is read three
// times: as it stands, as if it stood in single quotes, and in double quotes. A
// quote in it ends those, and what follows is SQL.
func injection(b *detect.Budget, value string) Verdict {
	if !mayInject(value) || !b.Spend(len(value)) {
		return Verdict{}
	}
	if injects(b, value) || plusForSpace(value) && injects(b, strings.ReplaceAll(value, "+", " ")) {
		return Verdict{
			Code: "sql.injection", Reason: "carries SQL that changes the statement it is put into", Severity: guard.SeverityHigh,
			End: len(value),
		}
	}
	return Verdict{}
}

func injects(b *detect.Budget, value string) bool {
	return inject(b, value, 0) || injectAfter(b, value, '\'') || injectAfter(b, value, '"')
}

// plusForSpace says that a value is written as in a form: "a+b+c".
func plusForSpace(value string) bool {
	return strings.Count(value, "+") > 1 && strings.IndexByte(value, ' ') < 0
}

// mayInject is a quick look: SQL needs a sign, or three words.
func mayInject(value string) bool {
	spaces := 0
	for i := range len(value) {
		switch value[i] {
		case '\'', '"', ';', '(', '=', '#', '*', '@', '&', '|', '/':
			return len(value) > 1
		case ' ', '\t', '\n', '+':
			spaces++
		case '-':
			if i > 0 && value[i-1] == '-' {
				return true
			}
		}
	}
	return spaces > 1
}

func injectAfter(b *detect.Budget, value string, quote byte) bool {
	i := strings.IndexByte(value, quote)
	return i >= 0 && inject(b, value[i+1:], quote)
}

// payload is a value read as SQL, after the quote that it ends, if any.
type payload struct {
	judge
	quote byte
	cut   bool // it makes what follows it a comment
}

func inject(b *detect.Budget, source string, quote byte) bool {
	var room [usualTokens]token
	l := lexer{source: source, budget: b, comments: true}
	p := payload{quote: quote}
	p.source = source
	p.tokens = l.lex(room[:0])
	last := len(p.tokens) - 1
	p.cut = last > 0 && (p.tokens[last].kind == comment && p.empty(last) || p.tokens[last].kind == semicolon && quote != 0)
	start := p.start()
	return p.continues(start) || p.anywhere() || p.tired()
}

// start is where SQL may go on: after the brackets that the value closes, and
// where no quote does so, after the value that is expected.
func (p *payload) start() int {
	i := 0
	if p.quote == 0 {
		switch t := p.at(0); {
		case t.kind == number, t.kind == text, t.kind == word && p.operator(0) == 0 && p.at(0).keyword == 0:
			i = 1
		}
	}
	for p.is(i, ")") || p.is(i, "%") || i == 0 && p.quote == 0 && p.at(i).kind == semicolon {
		i++
	}
	return i
}

// operator is the keyword at i that goes on with a statement, or ends it.
func (p *payload) operator(i int) keyword {
	switch k := p.word(i); k {
	case kOr, kAnd, kXor, kHaving, kWhere, kOrder, kGroup, kUnion, kLimit, kInto, kExec, kExecute, kLike, kIn, kIs, kBetween, kNot:
		return k
	}
	switch {
	case p.is(i, "||"):
		return kOr
	case p.is(i, "&&"):
		return kAnd
	}
	return 0
}

// continues says that what stands at i goes on with a statement.
func (p *payload) continues(i int) bool {
	limit := len(p.tokens)
	switch p.operator(i) {
	case kOr, kAnd, kXor:
		return p.chain(i) || p.quote != 0 && p.at(i).kind == symbol && i+1 < limit || p.bare(i)
	case kHaving, kWhere:
		return p.term(i+1, p.endOfTerm(i+1)) || p.quote != 0 && p.word(i) == kHaving
	case kOrder, kGroup:
		return p.word(i+1) == kBy && (p.quote != 0 || p.at(i+2).kind == number && p.ends(i+3) || p.cut && i == 0)
	case kInto:
		return p.word(i+1) == kOutfile || p.word(i+1) == kDumpfile
	case kLimit:
		return p.quote != 0 && p.at(i+1).kind == number
	case kExec, kExecute:
		return p.quote != 0 && p.named(i+1)
	case kLike, kIn, kIs, kBetween:
		return p.quote != 0 && p.compared(i) || i == 0 && len(p.tokens) == 2 && strings.Trim(p.string(i+1), "'%") == "" && p.at(i+1).kind == text
	}
	switch {
	case p.quote == 0 || i >= limit:
		return false
	case p.at(i).kind == comment:
		return p.empty(i)
	case p.at(i).kind == semicolon:
		return p.ends(i+1) && p.at(i+1).kind == comment || p.stacked(i)
	case p.at(i).kind == symbol && strings.IndexByte("=<>!-+*/&^|%", p.source[p.at(i).start]) >= 0:
		return p.compared(i)
	}
	return false
}

// bare says that a value is nothing but "or x = y", or "or true".
func (p *payload) bare(i int) bool {
	switch len(p.tokens) - i {
	case 2:
		return i == 0 && (p.word(1) == kTrue || p.word(1) == kFalse)
	case 4:
		return i == 0 && p.is(i+2, "=") && p.named(i+1) && p.named(i+3)
	}
	return false
}

// ends says that the payload ends at i, or what follows is made a comment.
func (p *payload) ends(i int) bool {
	k := p.at(i).kind
	return k == end || k == comment || k == semicolon || p.is(i, ",")
}

// empty says that a comment says nothing: it stands there for what follows it.
func (p *payload) empty(i int) bool {
	said := 0
	for _, b := range []byte(p.string(i)) {
		if b < 0x80 && (letter(b) || digit(b)) {
			said++
		}
	}
	return said <= 1
}

// compared: a sign and a string that is left open are all that there is: "'='",
// "' LIKE '%", "'-0--".
func (p *payload) compared(i int) bool {
	next := p.at(i + 1)
	for next.kind == symbol && i+2 < len(p.tokens) && !p.is(i+1, "(") && p.quote != 0 {
		i++
		next = p.at(i + 1)
		if next.kind == number && p.at(i+2).kind == text {
			return true
		}
	}
	switch {
	case next.kind == text || next.kind == name:
		return i+2 >= len(p.tokens) || p.cut || p.operator(i+2) != 0
	case next.kind == number:
		return p.at(i+2).kind == comment && p.empty(i+2)
	case p.word(i) == kIn || p.word(i) == kIs:
		return p.is(i+1, "(") && p.word(i+2) == kSelect || p.word(i+1) == kNull && p.cut
	}
	return false
}

// chain says that one of the terms that are joined from i on is none that people
// write.
func (p *payload) chain(i int) bool {
	for i < len(p.tokens) && !p.tired() {
		switch p.operator(i) {
		case kOr, kAnd, kXor, kHaving, kWhere:
		default:
			return false
		}
		limit := p.endOfTerm(i + 1)
		if p.term(i+1, limit) {
			return true
		}
		i = limit
	}
	return false
}

// longestTerm is how many tokens one term of a payload may have.
const longestTerm = 64

// endOfTerm is where the term that begins at i ends.
func (p *payload) endOfTerm(i int) int {
	limit := min(len(p.tokens), i+longestTerm)
	for ; i < limit; i++ {
		p.steps++
		switch k := p.operator(i); {
		case k == kOr || k == kAnd || k == kXor || k == kWhere || k == kUnion || k == kOrder || k == kGroup || k == kHaving || k == kLimit:
			return i
		case p.at(i).kind == comment, p.at(i).kind == semicolon:
			return i
		case p.opens(i):
			if end := p.closing(i, limit); end < limit {
				i = end
			}
		}
	}
	return i
}

// term judges a term: one of constants only, a query, or a comparison with what
// follows made a comment, or with a string that is left open.
func (p *payload) term(i, limit int) bool {
	for p.word(i) == kNot || p.is(i, "!") {
		i++
	}
	for p.is(i, "(") && p.closing(i, limit) == limit {
		i++
	}
	for limit > i && p.is(limit-1, ")") && p.unopened(i, limit) {
		limit--
	}
	size := limit - i
	switch {
	case size <= 0:
		return false
	case p.is(i, "(") && p.word(i+1) == kSelect, p.word(i) == kExists, p.amongQuery(i, limit):
		return true
	case size == 1:
		return (p.predicate(i, limit, 0) != depends || p.at(i).kind == text) && (p.cut || p.quote != 0 && p.at(limit).kind == end)
	case p.predicate(i, limit, 0) != depends:
		return true
	case p.quote != 0 && p.leftOpen(i, limit):
		return true
	default:
		return p.cut && p.comparesIn(i, limit)
	}
}

// unopened says that the bracket before limit was opened before i.
func (p *payload) unopened(i, limit int) bool {
	depth := 0
	for ; i < limit; i++ {
		switch {
		case p.is(i, "("):
			depth++
		case p.is(i, ")"):
			depth--
		}
	}
	return depth < 0
}

// leftOpen says that a comparison in [i, limit) ends in a string that the
// statement is to close.
func (p *payload) leftOpen(i, limit int) bool {
	if limit < len(p.tokens) || limit-i < 2 {
		return false
	}
	last, before := p.string(limit-1), p.at(limit-2)
	joins := before.kind == symbol && strings.IndexByte("-+*^&|", p.source[before.start]) >= 0 || (before.kind == text || before.kind == name) && before.end-before.start == 2
	return (joins || p.comparesIn(i, limit)) && (p.at(limit-1).kind == text || p.at(limit-1).kind == name) && (len(last) == 1 || last[len(last)-1] != last[0])
}

func (p *payload) comparesIn(i, limit int) bool {
	for ; i < limit; i++ {
		switch w := p.word(i); {
		case w == kIs:
			if p.word(i+1) == kNull || p.word(i+1) == kNot && p.word(i+2) == kNull {
				return true
			}
		case w == kLike:
			if p.at(i+1).kind == text || p.is(i+2, "(") {
				return true
			}
		case p.compares(i) && w == 0:
			return true
		}
	}
	return false
}

// amongQuery says that a term asks whether something is in a query's result.
func (p *payload) amongQuery(i, limit int) bool {
	for ; i < limit; i++ {
		if p.word(i) == kIn && p.is(i+1, "(") && p.word(i+2) == kSelect {
			return true
		}
	}
	return false
}

// stacked says that a statement begins after the semicolon at i.
func (p *payload) stacked(i int) bool {
	switch k := p.word(i + 1); k {
	case kDrop, kDelete, kInsert, kUpdate, kTruncate, kAlter, kCreate:
		return p.begins(i+1) || p.quote != 0 || p.word(i+2).object()
	case kExec, kExecute:
		return p.begins(i+1) || p.quote != 0 || p.cut
	case kSelect, kDeclare, kSet, kCopy, kCall, kGrant, kShutdown, kWith, kIf, kBegin, kMerge, kUse:
		return p.quote != 0 && (p.at(i+2).kind != word || p.cut || p.find(i, len(p.tokens), kFrom) < len(p.tokens)) ||
			p.cut && k == kShutdown
	}
	return false
}
