package sql

import (
	"cmp"
	"strings"
)

// truth is what a condition comes to, for every row alike.
type truth int8

const (
	never   truth = -1
	depends truth = 0
	always  truth = 1
)

// deepestCondition is how many brackets inside one another are looked into.
const deepestCondition = 24

// condition is what the tokens in [i, limit) come to.
func (s *script) condition(i, limit, depth int) truth {
	if depth > deepestCondition || i >= limit {
		return depends
	}
	result := never
	for i < limit {
		next := s.split(i, limit, kOr, "||")
		if t := s.conjunction(i, next, depth); t > result {
			result = t
		}
		i = next + 1
	}
	return result
}

func (s *script) conjunction(i, limit, depth int) truth {
	result := always
	for i < limit {
		next := s.split(i, limit, kAnd, "&&")
		if t := s.predicate(i, next, depth); t < result {
			result = t
		}
		i = next + 1
	}
	return result
}

// split is where the next of the operators stands in [i, limit), outside of
// brackets, of BETWEEN ... AND and of CASE ... END.
func (s *script) split(i, limit int, operator keyword, sign string) int {
	between, cases := false, 0
	for ; i < limit && !s.tired(); i++ {
		s.steps++
		switch k := s.word(i); {
		case s.opens(i):
			i = s.closing(i, limit)
		case k == kCase:
			cases++
		case k == kEnd:
			cases--
		case cases > 0:
		case k == kBetween:
			between = true
		case k == kAnd && between:
			between = false
		case k == operator, s.is(i, sign):
			return i
		}
	}
	return limit
}

// predicate is what a condition without AND and OR comes to.
func (s *script) predicate(i, limit, depth int) truth {
	for s.word(i) == kNot || s.is(i, "!") {
		return -s.predicate(i+1, limit, depth+1)
	}
	switch {
	case i >= limit:
		return depends
	case s.is(i, "(") && s.closing(i, limit) == limit-1:
		if s.word(i+1) == kSelect || s.word(i+1) == kWith {
			return depends
		}
		return s.condition(i+1, limit-1, depth+1)
	case limit-i == 1:
		return s.single(i)
	case s.word(i) == kExists:
		if s.find(i+2, limit-1, kFrom, kWhere) == limit-1 && s.word(i+2) == kSelect {
			return always
		}
		return depends
	default:
		return s.comparison(i, limit)
	}
}

// single is what one token comes to.
func (s *script) single(i int) truth {
	switch t := s.at(i); {
	case t.keyword == kTrue:
		return always
	case t.keyword == kFalse, t.keyword == kNull:
		return never
	case t.kind == number:
		if n, ok := s.amount(i, i+1); ok && n == 0 {
			return never
		}
		return always
	}
	return depends
}

// comparison is what "a = b" and its like come to.
func (s *script) comparison(i, limit int) truth {
	op := i
	for ; op < limit && !s.compares(op); op++ {
		if s.is(op, "(") {
			op = s.closing(op, limit)
		}
	}
	if op >= limit || op == i {
		return depends
	}
	right, negated := op+1, false
	if s.word(op) == kNot {
		right, negated, op = op+2, true, op+1
	}
	t := s.compare(i, op-boolean(negated), op, right, limit)
	if negated {
		return -t
	}
	return t
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *script) compares(i int) bool {
	switch s.word(i) {
	case kLike, kIn, kIs, kBetween, kNot:
		return true
	}
	if s.at(i).kind != symbol {
		return false
	}
	switch s.string(i) {
	case "=", "==", "<>", "!=", "<", ">", "<=", ">=", "<=>", "^=":
		return true
	}
	return false
}

// compare judges [i, leftEnd) against [right, limit) by the operator at op.
func (s *script) compare(i, leftEnd, op, right, limit int) truth {
	switch s.word(op) {
	case kIs:
		return s.nullness(i, leftEnd, right, limit)
	case kIn:
		return s.among(i, leftEnd, right, limit)
	case kBetween:
		return s.between(i, leftEnd, right, limit)
	case kLike:
		if limit-right == 1 && s.at(right).kind == text && strings.Trim(s.value(right), "%") == "" && s.value(right) != "" {
			return always
		}
	}
	sign := s.string(op)
	if s.same(i, leftEnd, right, limit) {
		return orderHolds(sign, 0)
	}
	if order, ok := s.order(i, leftEnd, right, limit); ok {
		return orderHolds(sign, order)
	}
	if leftEnd-i <= 3 && s.rowKey(leftEnd-1) && limit-right <= 2 && everyKey(sign, s.string(right)) {
		return always
	}
	return depends
}

// orderHolds says whether an operator holds for what compares so.
func orderHolds(sign string, order int) truth {
	var holds bool
	switch sign {
	case "=", "==", "<=>":
		holds = order == 0
	case "<>", "!=", "^=":
		holds = order != 0
	case "<":
		holds = order < 0
	case ">":
		holds = order > 0
	case "<=":
		holds = order <= 0
	case ">=":
		holds = order >= 0
	default: // LIKE
		holds = order == 0
	}
	if holds {
		return always
	}
	return never
}

// same says that both sides are written alike. Two parameters need not be equal.
func (s *script) same(i, leftEnd, right, limit int) bool {
	if leftEnd-i != limit-right || leftEnd == i {
		return false
	}
	for k := range leftEnd - i {
		if s.at(i+k).kind == param || !strings.EqualFold(s.string(i+k), s.string(right+k)) {
			return false
		}
	}
	return true
}

// order compares two constants.
func (s *script) order(i, leftEnd, right, limit int) (int, bool) {
	a, ok := s.literal(i, leftEnd)
	if !ok {
		return 0, false
	}
	b, ok := s.literal(right, limit)
	switch {
	case !ok:
		return 0, false
	case !a.numeric || !b.numeric:
		return cmp.Compare(a.text, b.text), true
	default:
		return cmp.Compare(a.amount, b.amount), true
	}
}

// nullness judges "a IS [NOT] NULL" and "a IS [NOT] TRUE".
func (s *script) nullness(i, leftEnd, right, limit int) truth {
	wanted := always
	if s.word(right) == kNot {
		wanted, right = never, right+1
	}
	if limit-right != 1 {
		return depends
	}
	if s.word(right) == kNull {
		_, known := s.literal(i, leftEnd)
		switch {
		case leftEnd-i == 1 && s.word(i) == kNull:
			return wanted
		case known, wanted == never && s.rowKey(leftEnd-1) && leftEnd-i <= 3:
			return -wanted
		}
		return depends
	}
	if leftEnd-i == 1 && (s.word(right) == kTrue || s.word(right) == kFalse) && s.single(i) != depends {
		return wanted * s.single(i) * s.single(right)
	}
	return depends
}

// among judges "1 IN (1, 2)".
func (s *script) among(i, leftEnd, right, limit int) truth {
	if !s.is(right, "(") || s.word(right+1) == kSelect {
		return depends
	}
	for k := right + 1; k < limit; k += 2 {
		if order, ok := s.order(i, leftEnd, k, k+1); ok && order == 0 || s.same(i, leftEnd, k, k+1) {
			return always
		}
	}
	return depends
}

// between judges "1 BETWEEN 0 AND 2".
func (s *script) between(i, leftEnd, right, limit int) truth {
	and := s.find(right, limit, kAnd)
	low, okLow := s.order(i, leftEnd, right, and)
	high, okHigh := s.order(i, leftEnd, and+1, limit)
	switch {
	case !okLow || !okHigh:
		return depends
	case low >= 0 && high <= 0:
		return always
	default:
		return never
	}
}

// rowKey says that the name at i is one that every row has a value of its own for.
func (s *script) rowKey(i int) bool {
	for _, key := range [...]string{"id", "_id", "rowid", "uuid", "guid", "pk"} {
		if strings.EqualFold(strings.Trim(s.string(i), "`\"[]"), key) {
			return true
		}
	}
	return false
}

// everyKey says that all keys compare so: "> 0", "<> ”".
func everyKey(sign, value string) bool {
	switch sign {
	case ">":
		return value == "0" || value == "-"
	case ">=":
		return value == "0" || value == "1" || value == "-"
	case "<>", "!=":
		return value == "0" || value == "''" || value == "-"
	}
	return false
}
