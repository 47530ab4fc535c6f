package shell

import (
	"mvdan.cc/sh/v3/syntax"
)

// statements runs one statement after the other, and returns what they write.
func (f *frame) statements(sc *scope, list []*syntax.Stmt, in stream) stream {
	var out stream
	for _, stmt := range list {
		out = out.then(f.statement(sc, stmt, in))
	}
	return out
}

// statement runs one statement. Its redirections come first.
func (f *frame) statement(sc *scope, stmt *syntax.Stmt, in stream) stream {
	if stmt == nil || stmt.Cmd == nil && len(stmt.Redirs) == 0 || !f.step() {
		return stream{}
	}
	if stmt.Background {
		sc = sc.inner() // a shell of its own
	}
	if len(stmt.Redirs) == 0 {
		return f.command(sc, stmt.Cmd, in)
	}
	io := f.redirect(sc, stmt.Redirs, in)
	if isExec(stmt.Cmd) {
		f.keepsOpen(sc, io)
	}
	if stmt.Cmd == nil {
		return io.finish(f, sc, stream{})
	}
	in = io.in
	in.socket = in.socket || io.out.socket
	outside := sc.used
	sc.used = sc.used || io.out.redirected
	out := f.command(sc, stmt.Cmd, in)
	sc.used = outside
	return io.finish(f, sc, out)
}

// isExec says that cmd is exec by itself, whose redirections stay in force.
func isExec(cmd syntax.Command) bool {
	call, ok := cmd.(*syntax.CallExpr)
	return ok && len(call.Args) == 1 && call.Args[0].Lit() == "exec"
}

// command runs a command of any kind.
func (f *frame) command(sc *scope, cmd syntax.Command, in stream) stream {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		return f.simple(sc, cmd, in)
	case *syntax.BinaryCmd:
		return f.chain(sc, cmd, in)
	case *syntax.Block:
		return f.statements(sc, cmd.Stmts, in)
	case *syntax.Subshell:
		return f.statements(sc.inner(), cmd.Stmts, in)
	case *syntax.IfClause:
		return f.branches(sc, cmd, in)
	case *syntax.WhileClause:
		return f.while(sc, cmd, in)
	case *syntax.ForClause:
		return f.forEach(sc, cmd, in)
	case *syntax.CaseClause:
		return f.choose(sc, cmd, in)
	case *syntax.FuncDecl:
		f.declare(sc, cmd)
	case *syntax.DeclClause:
		f.declaration(sc, cmd)
	case *syntax.TimeClause:
		return f.statement(sc, cmd.Stmt, in)
	case *syntax.CoprocClause:
		return f.statement(sc.inner(), cmd.Stmt, stream{})
	default:
		f.expressions(sc, cmd)
	}
	return stream{}
}

// expressions runs the commands within a command that is but an expression.
func (f *frame) expressions(sc *scope, cmd syntax.Command) {
	switch cmd := cmd.(type) {
	case *syntax.ArithmCmd:
		f.arithmetic(sc, cmd.X)
	case *syntax.LetClause:
		for _, x := range cmd.Exprs {
			f.arithmetic(sc, x)
		}
	case *syntax.TestClause:
		f.test(sc, cmd.X)
	case *syntax.TestDecl:
		f.statement(sc.inner(), cmd.Body, stream{})
	}
}

// test runs the commands within a condition.
func (f *frame) test(sc *scope, x syntax.TestExpr) {
	for x != nil {
		switch e := x.(type) {
		case *syntax.Word:
			f.one(sc, e)
			return
		case *syntax.UnaryTest:
			x = e.X
		case *syntax.ParenTest:
			x = e.X
		case *syntax.BinaryTest:
			f.test(sc, e.X)
			x = e.Y
		default:
			return
		}
	}
}

// chain runs a && b, a || b, and a pipe. The tree leans to the left, and may be
// deep.
func (f *frame) chain(sc *scope, cmd *syntax.BinaryCmd, in stream) stream {
	var links []*syntax.BinaryCmd
	first := cmd.X
	for links = append(links, cmd); ; {
		left, ok := first.Cmd.(*syntax.BinaryCmd)
		if !ok || len(first.Redirs) > 0 || isPipe(left) != isPipe(cmd) {
			break
		}
		links = append(links, left)
		first = left.X
	}
	if isPipe(cmd) {
		return f.pipe(sc, first, links, in)
	}
	out := f.statement(sc, first, in)
	for i := len(links) - 1; i >= 0; i-- {
		branch := sc.inner()
		out = out.then(f.statement(branch, links[i].Y, in))
		branch.join()
	}
	return out
}

func isPipe(cmd *syntax.BinaryCmd) bool { return cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll }

// pipe runs first and the right sides of links, last first, each on what the one
// before it writes.
func (f *frame) pipe(sc *scope, first *syntax.Stmt, links []*syntax.BinaryCmd, in stream) stream {
	out := f.statement(sc.pipe(true), first, in)
	for i := len(links) - 1; i >= 0; i-- {
		out = f.statement(sc.pipe(i > 0 || sc.piped), links[i].Y, out)
	}
	return out
}

// pipe is the scope of one program in a pipe.
func (s *scope) pipe(piped bool) *scope {
	inner := s.inner()
	inner.piped, inner.used = piped, inner.used || piped
	return inner
}

// branches runs an if with all its branches: any of them may be the one.
func (f *frame) branches(sc *scope, clause *syntax.IfClause, in stream) stream {
	var out stream
	var taken []*scope
	for ; clause != nil; clause = clause.Else {
		f.statements(sc, clause.Cond, in)
		branch := sc.inner()
		branch.narrowed = true
		out = out.either(f.statements(branch, clause.Then, in))
		taken = append(taken, branch)
	}
	for _, branch := range taken {
		branch.join()
	}
	return out
}

// either is the output of one of two branches.
func (s stream) either(o stream) stream {
	if s == (stream{}) {
		return o
	}
	if o == (stream{}) {
		return s
	}
	return stream{taint: s.taint.with(o.taint), from: o.from, known: s.known && o.known && s.text == o.text, text: s.text}
}

// while runs the body of a loop once, for all the times.
func (f *frame) while(sc *scope, clause *syntax.WhileClause, in stream) stream {
	body := sc.inner()
	body.repeats = true
	f.statements(body, clause.Cond, in)
	out := f.statements(body, clause.Do, in)
	body.join()
	return out.repeated()
}

// repeated is the output of a loop, written once for all the times.
func (s stream) repeated() stream {
	s.known, s.text = false, ""
	return s
}

// forEach runs the body of a for loop once, with a variable that is everything that
// it goes through.
func (f *frame) forEach(sc *scope, clause *syntax.ForClause, in stream) stream {
	body := sc.inner()
	one := false
	switch loop := clause.Loop.(type) {
	case *syntax.WordIter:
		v := f.items(sc, loop)
		one = len(v.alts) == 1
		body.set(loop.Name.Value, v)
	case *syntax.CStyleLoop:
		f.arithmetic(body, loop.Init)
		f.arithmetic(body, loop.Cond)
		body.vars = nil // what it counts changes
	}
	out := f.statements(body, clause.Do, in)
	body.join()
	if one {
		return out
	}
	return out.repeated()
}

// items is what a for loop goes through.
func (f *frame) items(sc *scope, loop *syntax.WordIter) value {
	if !loop.InPos.IsValid() {
		v, _ := sc.all()
		v.each = true
		return v
	}
	list := f.expand(sc, loop.Items)
	v := value{known: true, each: true, taint: list.taint}
	for _, word := range list.list {
		v.alts = append(v.alts, word.Text)
		v.known = v.known && word.Known
	}
	for _, word := range list.firsts {
		v.alts = append(v.alts, word.Text)
	}
	return v
}

// choose runs a case with all its branches.
func (f *frame) choose(sc *scope, clause *syntax.CaseClause, in stream) stream {
	f.one(sc, clause.Word)
	var out stream
	var taken []*scope
	for _, item := range clause.Items {
		branch := sc.inner()
		out = out.either(f.statements(branch, item.Stmts, in))
		taken = append(taken, branch)
	}
	for _, branch := range taken {
		branch.join()
	}
	return out
}
