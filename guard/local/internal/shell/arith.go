package shell

import (
	"strconv"

	"mvdan.cc/sh/v3/syntax"
)

// arithmetic works out an arithmetic expression, and runs the commands in it.
func (f *frame) arithmetic(sc *scope, x syntax.ArithmExpr) value {
	a := arithmetic{frame: f, scope: sc}
	n, ok := a.eval(x, 0)
	if !ok {
		return value{taint: a.taint}
	}
	v := literal(strconv.FormatInt(n, 10))
	v.taint = a.taint
	return v
}

type arithmetic struct {
	*frame
	scope *scope
	taint taint
}

// maxArithmetic is how deep an expression may be.
const maxArithmetic = 200

func (a *arithmetic) eval(x syntax.ArithmExpr, depth int) (int64, bool) {
	if depth > maxArithmetic {
		return 0, false
	}
	switch x := x.(type) {
	case *syntax.Word:
		return a.word(x, depth)
	case *syntax.ParenArithm:
		return a.eval(x.X, depth+1)
	case *syntax.UnaryArithm:
		n, ok := a.eval(x.X, depth+1)
		return unary(x.Op, n), ok && x.Op != syntax.Inc && x.Op != syntax.Dec
	case *syntax.BinaryArithm:
		return a.binary(x, depth)
	}
	return 0, false
}

// word is a number, a variable, or an expansion.
func (a *arithmetic) word(w *syntax.Word, depth int) (int64, bool) {
	v := a.one(a.scope, w)
	a.taint = a.taint.with(v.taint)
	text := v.text()
	if n, ok := number64(text); ok {
		return n, v.known
	}
	if !v.known || depth > 8 || !syntax.ValidName(text) {
		return 0, false
	}
	inner, set := a.scope.get(text)
	if !set {
		return 0, false
	}
	n, ok := number64(inner.text())
	return n, ok && inner.known && len(inner.alts) == 1
}

func number64(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return n, true
	}
	for i := range len(text) {
		if text[i] != '#' {
			continue
		}
		base, err := strconv.Atoi(text[:i])
		if err != nil || base < 2 || base > 36 {
			return 0, false
		}
		n, err := strconv.ParseInt(text[i+1:], base, 64)
		return n, err == nil
	}
	return 0, false
}

func unary(op syntax.UnAritOperator, n int64) int64 {
	switch op {
	case syntax.Minus:
		return -n
	case syntax.BitNegation:
		return ^n
	case syntax.Not:
		return truth(n == 0)
	}
	return n
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (a *arithmetic) binary(x *syntax.BinaryArithm, depth int) (int64, bool) {
	left, ok1 := a.eval(x.X, depth+1)
	right, ok2 := a.eval(x.Y, depth+1)
	if x.Op == syntax.Assgn {
		if w, isWord := x.X.(*syntax.Word); isWord && ok2 && syntax.ValidName(w.Lit()) {
			a.scope.set(w.Lit(), literal(strconv.FormatInt(right, 10)))
		}
		return right, ok2
	}
	if !ok1 || !ok2 {
		return 0, false
	}
	return compute(x.Op, left, right)
}

func compute(op syntax.BinAritOperator, x, y int64) (int64, bool) {
	switch op {
	case syntax.Add:
		return x + y, true
	case syntax.Sub:
		return x - y, true
	case syntax.Mul:
		return x * y, true
	case syntax.Quo, syntax.Rem:
		return divide(op, x, y)
	case syntax.And:
		return x & y, true
	case syntax.Or:
		return x | y, true
	case syntax.Xor:
		return x ^ y, true
	case syntax.Shl:
		return x << (uint64(y) & 63), true
	case syntax.Shr:
		return x >> (uint64(y) & 63), true
	case syntax.Eql:
		return truth(x == y), true
	case syntax.Neq:
		return truth(x != y), true
	case syntax.Lss:
		return truth(x < y), true
	case syntax.Gtr:
		return truth(x > y), true
	case syntax.Comma:
		return y, true
	}
	return 0, false
}

func divide(op syntax.BinAritOperator, x, y int64) (int64, bool) {
	switch {
	case y == 0:
		return 0, false
	case y == -1:
		return -x * truth(op == syntax.Quo), true
	case op == syntax.Quo:
		return x / y, true
	}
	return x % y, true
}
