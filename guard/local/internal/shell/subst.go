package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// substitute runs a command substitution, and returns what stands in its place.
func (f *frame) substitute(sc *scope, s *syntax.CmdSubst) value {
	out := f.statements(sc.captured(), s.Stmts, stream{})
	if file, ok := readsFile(s); ok {
		path, _ := f.text(sc, file)
		out = f.content(sc, path)
	}
	if !out.known {
		return value{taint: out.taint}
	}
	v := literal(strings.TrimRight(out.text, "\n"))
	v.taint = out.taint
	return v
}

// captured is the scope of what a substitution runs.
func (s *scope) captured() *scope {
	inner := s.inner()
	inner.piped, inner.used = false, true
	return inner
}

// readsFile is about $(< file).
func readsFile(s *syntax.CmdSubst) (*syntax.Word, bool) {
	if len(s.Stmts) != 1 || s.Stmts[0].Cmd != nil || len(s.Stmts[0].Redirs) != 1 || s.Stmts[0].Redirs[0].Op != syntax.RdrIn {
		return nil, false
	}
	return s.Stmts[0].Redirs[0].Word, true
}

// process runs a process substitution, and returns the name of the file that
// stands for it.
func (f *frame) process(sc *scope, p *syntax.ProcSubst) string {
	out := f.statements(sc.captured(), p.Stmts, stream{})
	f.substitutions++
	name := "/dev/fd/" + strconv.Itoa(62+f.substitutions)
	if p.Op != syntax.CmdOut {
		f.store(sc, name, out, false)
	}
	return name
}
