package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
)

// plumbing is what the redirections of a statement come to.
type plumbing struct {
	in  stream
	out outlet
	// socket is the network connection among them, which stands from start to end.
	socket     string
	start, end int
}

// outlet is where the output of a statement goes.
type outlet struct {
	path       string
	appends    bool
	redirected bool
	socket     bool
	start, end int
}

// redirect works out the redirections of a statement.
func (f *frame) redirect(sc *scope, list []*syntax.Redirect, in stream) plumbing {
	io := plumbing{in: in}
	for _, r := range list {
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			io.in = f.hereDocument(sc, r)
		case syntax.WordHdoc:
			v := f.one(sc, r.Word)
			io.in = stream{taint: v.taint}
			if v.known && len(v.alts) == 1 {
				io.in = io.in.followed(v.text()+"\n", nil)
			}
		case syntax.RdrIn:
			io.in = f.reads(sc, r, &io)
		case syntax.DplIn:
			io.in.socket = io.in.socket || sc.socket
		default:
			f.writesTo(sc, r, &io)
		}
	}
	return io
}

// hereDocument is the text of a here-document.
func (f *frame) hereDocument(sc *scope, r *syntax.Redirect) stream {
	if r.Hdoc == nil {
		return stream{known: true}
	}
	if isQuotedDelimiter(r.Word) {
		return stream{}.followed(r.Hdoc.Lit(), nil)
	}
	b := builder{frame: f, scope: sc, whole: true}
	b.start(r.Hdoc)
	b.parts(r.Hdoc.Parts, true)
	if len(b.open) == 0 {
		return stream{taint: b.taint}
	}
	// What is not known stays as it was written: the rest is what will run.
	out := stream{taint: b.taint}
	return out.followed(b.open[0].text, nil)
}

func isQuotedDelimiter(w *syntax.Word) bool {
	for _, part := range w.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok || strings.IndexByte(lit.Value, '\\') >= 0 {
			return true
		}
	}
	return false
}

// reads is the content of the file that a statement reads.
func (f *frame) reads(sc *scope, r *syntax.Redirect, io *plumbing) stream {
	v := f.one(sc, r.Word)
	if socketPath(v.text()) {
		start, end := f.at(r)
		io.socket, io.start, io.end = v.text(), start, end
		return stream{taint: taint{network: true}, socket: true}
	}
	return f.content(sc, v.text()).tainted(v.taint)
}

func (s stream) tainted(t taint) stream {
	s.taint = s.taint.with(t)
	return s
}

// writesTo works out a redirection of what a statement writes.
func (f *frame) writesTo(sc *scope, r *syntax.Redirect, io *plumbing) {
	v := f.one(sc, r.Word)
	path := v.text()
	descriptor := ""
	if r.N != nil {
		descriptor = r.N.Value
	}
	if r.Op == syntax.DplOut && isDescriptor(path) {
		io.out.socket = io.out.socket || sc.socket && path != "1" && path != "2" && path != "-"
		return
	}
	start, end := f.at(r)
	out := outlet{
		path: path, appends: r.Op == syntax.AppOut || r.Op == syntax.AppAll || r.Op == syntax.RdrInOut,
		redirected: true, start: start, end: end, socket: socketPath(path),
	}
	switch {
	case out.socket:
		io.out, io.socket, io.start, io.end = out, path, start, end
	case descriptor == "" || descriptor == "1":
		io.out = out
	default:
		f.writes(sc, out, stream{known: true, text: "\n"})
	}
}

func isDescriptor(text string) bool {
	return text == "-" || text != "" && strings.Trim(text, "0123456789-") == "" || strings.HasPrefix(text, "$")
}

// finish lets the output of a statement go where it is redirected to, and returns
// what is left of it.
func (io plumbing) finish(f *frame, sc *scope, out stream) stream {
	if !io.out.redirected {
		return out
	}
	if io.out.socket {
		f.leaves(out.taint, io.out.start, io.out.end)
		return stream{}
	}
	f.writes(sc, io.out, out)
	return stream{}
}

// socketPath says that bash would take path for a network connection.
func socketPath(path string) bool {
	return strings.HasPrefix(path, "/dev/tcp/") || strings.HasPrefix(path, "/dev/udp/")
}

func isLoopback(path string) bool {
	host, _, _ := strings.Cut(path[len("/dev/tcp/"):], "/")
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}

// keepsOpen is about exec with nothing to run: its redirections stay in force.
func (f *frame) keepsOpen(sc *scope, io plumbing) {
	if !io.out.socket && !io.in.socket {
		return
	}
	sc.socket = true
	if !isLoopback(io.socket) {
		f.find("shell.raw_network", guard.SeverityHigh, io.start, io.end, "opens a network connection from within the shell")
	}
}
