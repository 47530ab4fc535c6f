package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
)

// function is a function of the source.
type function struct {
	name   string
	body   *syntax.Stmt
	frame  *frame
	called bool
	active bool
	// maybe says that it was declared under a condition.
	maybe bool
	// reads are the variables that its body names, and calls the programs and
	// functions.
	reads, calls []string
	// looked says that those are known; opaque that the body may name others.
	looked, opaque bool
	// done is what calls of it came to, by all that they depend on.
	done map[string]outcome
}

// outcome is what a call of a function came to.
type outcome struct {
	out  stream
	vars map[string]value
	dir  string
}

// declare takes down a function. It is judged where it is called, and at the end
// if it is not.
func (f *frame) declare(sc *scope, decl *syntax.FuncDecl) {
	if decl.Name == nil {
		f.statement(sc.inner(), decl.Body, stream{})
		return
	}
	fn := &function{name: decl.Name.Value, body: decl.Body, frame: f}
	f.declared++
	sc.declare(fn.name, fn)
	f.functions = append(f.functions, fn)
	if isBomb(fn) {
		start, end := f.at(decl)
		f.find("shell.fork_bomb", guard.SeverityCritical, start, end, "starts copies of itself until the machine stands still")
	}
}

// isBomb says that a function starts itself twice over, or in the background.
func isBomb(fn *function) bool {
	const most = 200 // nodes; a bomb is small
	calls, background, nodes := 0, false, 0
	syntax.Walk(fn.body, func(node syntax.Node) bool {
		if nodes++; nodes > most {
			return false
		}
		switch node := node.(type) {
		case *syntax.CallExpr:
			if len(node.Args) > 0 && node.Args[0].Lit() == fn.name {
				calls++
			}
		case *syntax.Stmt:
			background = background || node.Background
		case *syntax.IfClause, *syntax.CaseClause: // it may stop
			return false
		}
		return true
	})
	return calls >= 2 && background || calls >= 1 && background && len(fn.name) <= 2
}

// callFunction runs a function with the given parameters. What it came to is kept:
// a script calls the same functions over and over.
func (f *frame) callFunction(sc *scope, fn *function, params []value, in stream) stream {
	if fn.active || fn.frame.depth+f.depth > maxNested*2 {
		return in.unknown(nil)
	}
	key := f.callKey(sc, fn, params, in)
	if old, ok := fn.done[key]; ok && key != "" {
		for name, v := range old.vars {
			sc.set(name, v)
		}
		sc.dir = old.dir
		return old.out
	}
	fn.called, fn.active = true, true
	inner := sc.inner()
	inner.params, inner.hasParams, inner.isFunction = params, true, true
	out := fn.frame.statement(inner, fn.body, in)
	inner.replace()
	fn.active = false
	fn.keep(key, inner, out)
	return out
}

// maxOutcomes is how many different calls of one function are kept in mind.
const maxOutcomes = 32

func (fn *function) keep(key string, inner *scope, out stream) {
	if key == "" || len(fn.done) >= maxOutcomes {
		return
	}
	if fn.done == nil {
		fn.done = make(map[string]outcome)
	}
	vars := make(map[string]value, len(inner.vars))
	for name, v := range inner.vars {
		if !inner.local[name] {
			vars[name] = v
		}
	}
	fn.done[key] = outcome{out: out, vars: vars, dir: inner.dir}
}

// callKey is all that a call depends on, as text; empty where that is too much.
func (f *frame) callKey(sc *scope, fn *function, params []value, in stream) string {
	const most = 4 << 10
	k := callKey{frame: f, scope: sc, seen: make(map[string]bool)}
	for _, p := range params {
		k.value(p)
	}
	k.add(in.text, in.taint.secret, in.taint.process, in.taint.via, sc.dir,
		strconv.FormatBool(in.known), strconv.FormatBool(in.taint.network), strconv.FormatBool(in.taint.decoded),
		strconv.FormatBool(sc.used), strconv.FormatBool(sc.elevated), strconv.FormatBool(sc.narrowed),
		strconv.Itoa(f.changed), strconv.Itoa(f.declared))
	k.function(fn)
	if k.opaque || k.b.Len() > most || !f.budget.Spend(k.b.Len()) {
		return ""
	}
	return k.b.String()
}

type callKey struct {
	*frame
	scope *scope
	b     strings.Builder
	seen  map[string]bool
	// opaque says that it is not all.
	opaque bool
}

func (k *callKey) add(texts ...string) {
	for _, text := range texts {
		k.b.WriteString(text)
		k.b.WriteByte(0)
	}
}

func (k *callKey) value(v value) {
	k.add(v.alts...)
	k.add(v.taint.secret, v.taint.process, v.taint.via, strconv.FormatBool(v.known), strconv.FormatBool(v.taint.network), strconv.FormatBool(v.taint.decoded))
}

// function adds the variables that a function depends on, also by those that it
// calls.
func (k *callKey) function(fn *function) {
	const most = 64
	if k.seen[fn.name] || k.opaque {
		return
	}
	k.opaque = len(k.seen) > most
	k.seen[fn.name] = true
	if !fn.looked {
		fn.look()
	}
	k.opaque = k.opaque || fn.opaque
	for _, name := range fn.reads {
		if v, ok := k.scope.get(name); ok && !k.seen["$"+name] {
			k.seen["$"+name] = true
			k.value(v)
		}
	}
	for _, name := range fn.calls {
		if other := k.scope.function(name); other != nil {
			k.function(other)
		}
	}
}

// look takes down what a function names.
func (fn *function) look() {
	fn.looked = true
	syntax.Walk(fn.body, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.ParamExp:
			if node.Param != nil {
				fn.reads = append(fn.reads, node.Param.Value)
			}
			fn.opaque = fn.opaque || node.Excl || node.Param == nil
		case *syntax.SglQuoted: // it may be run by a shell
			fn.opaque = fn.opaque || strings.IndexByte(node.Value, '$') >= 0
		case *syntax.ArithmExp, *syntax.ArithmCmd, *syntax.LetClause:
			fn.opaque = true
		case *syntax.CallExpr:
			fn.lookAt(node)
		}
		return !fn.opaque
	})
}

func (fn *function) lookAt(call *syntax.CallExpr) {
	if len(call.Args) == 0 {
		return
	}
	switch name := call.Args[0].Lit(); name {
	case "", "eval", "source", ".", "alias", "trap":
		fn.opaque = true
	default:
		fn.calls = append(fn.calls, name)
	}
}

// uncalled judges the functions that nothing in the source calls: what follows may.
func (f *frame) uncalled(sc *scope) {
	for i := 0; i < len(f.functions); i++ { //nolint:intrange // it may grow
		if fn := f.functions[i]; !fn.called {
			fn.called, fn.active = true, true
			inner := sc.inner()
			inner.params, inner.hasParams, inner.isFunction = nil, false, true
			f.statement(inner, fn.body, stream{})
			fn.active = false
		}
	}
}
