package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	maxNameRunes  = 60
	maxErrorRunes = 120
)

// printTrace prints a trace's head line and its tree.
func printTrace(w io.Writer, t *traceAnswer, p palette) error {
	b := &strings.Builder{}
	head := fmt.Sprintf("%s  %s  %s  %d spans", mark(t.Status, p), p.bold(short(t.RootSpanName, maxNameRunes)), took(t.DurationMS), t.SpanCount)
	if t.ErrorCount > 0 {
		head += p.red(fmt.Sprintf("  %d errors", t.ErrorCount))
	}
	if t.TotalTokens > 0 {
		head += fmt.Sprintf("  %d tokens", t.TotalTokens)
	}
	if t.Provisional {
		head += "  still running"
	}
	fmt.Fprintf(b, "%s\n%s\n", head, p.dim(plain(t.TraceID)+"  "+t.Timestamp.Local().Format(time.DateTime)))
	tree := newTree(t.Spans)
	for i, root := range tree.roots {
		tree.print(b, p, root, "", i == len(tree.roots)-1)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tree is the spans of a trace by parent.
type tree struct {
	spans    []spanAnswer
	children map[string][]int
	roots    []int
}

// newTree puts spans under their parents. A root is a span whose parent is not
// there. Spans that are each other's ancestors hang from none: the first of each
// such circle is made a root, so that every span is shown once.
func newTree(spans []spanAnswer) *tree {
	t := &tree{spans: spans, children: map[string][]int{}}
	at := make(map[string]int, len(spans))
	for i := range spans {
		at[spans[i].SpanID] = i
	}
	for i := range spans {
		if _, ok := at[spans[i].ParentSpanID]; ok {
			t.children[spans[i].ParentSpanID] = append(t.children[spans[i].ParentSpanID], i)
		} else {
			t.roots = append(t.roots, i)
		}
	}
	t.breakCircles()
	return t
}

func (t *tree) breakCircles() {
	seen := make([]bool, len(t.spans))
	for _, root := range t.roots {
		t.reach(root, seen)
	}
	for i := range t.spans {
		if !seen[i] {
			t.roots = append(t.roots, i)
			t.reach(i, seen)
		}
	}
}

// reach marks what hangs from a span, and cuts what would lead back. It does not
// recurse: a trace may be deeper than a stack.
func (t *tree) reach(from int, seen []bool) {
	seen[from] = true
	for todo := []int{from}; len(todo) > 0; {
		id := t.spans[todo[len(todo)-1]].SpanID
		todo = todo[:len(todo)-1]
		kept := t.children[id][:0]
		for _, child := range t.children[id] {
			if !seen[child] {
				seen[child] = true
				kept = append(kept, child)
				todo = append(todo, child)
			}
		}
		t.children[id] = kept
	}
}

// maxIndent is the depth from which the tree goes straight down.
const maxIndent = 40

func (t *tree) print(b *strings.Builder, p palette, root int, _ string, last bool) {
	type line struct {
		span   int
		indent string
		depth  int
		last   bool
	}
	for todo := []line{{span: root, last: last}}; len(todo) > 0; {
		l := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		branch, below := "├─ ", "│  "
		if l.last {
			branch, below = "└─ ", "   "
		}
		b.WriteString(p.dim(l.indent + branch))
		writeSpan(b, p, &t.spans[l.span], l.indent+below)
		indent := l.indent
		if l.depth < maxIndent {
			indent += below
		}
		children := t.children[t.spans[l.span].SpanID]
		for i := len(children) - 1; i >= 0; i-- {
			todo = append(todo, line{children[i], indent, l.depth + 1, i == len(children)-1})
		}
	}
}

func writeSpan(b *strings.Builder, p palette, s *spanAnswer, below string) {
	fmt.Fprintf(b, "%s %s %s", mark(s.Status, p), p.dim(plain(s.Kind)), p.bold(short(s.Name, maxNameRunes)))
	if s.Model != "" && s.Model != s.Name {
		b.WriteString("  " + short(s.Model, maxNameRunes))
	}
	b.WriteString("  " + took(s.DurationMS))
	if s.TotalTokens > 0 {
		fmt.Fprintf(b, "  %d tokens", s.TotalTokens)
	}
	if s.Provisional {
		b.WriteString("  still running")
	}
	b.WriteByte('\n')
	if s.ErrorMessage != "" {
		fmt.Fprintf(b, "%s%s\n", p.dim(below), p.red(short(s.ErrorMessage, maxErrorRunes)))
	}
}

// mark shows a status as a sign and, where it is not ok, as a word.
func mark(status string, p palette) string {
	switch status {
	case "ok":
		return "✓"
	case "error":
		return p.red("✗ error")
	case "timeout":
		return p.red("✗ timeout")
	}
	return plain(status)
}

// took shows milliseconds with a precision that fits their size.
func took(ms float64) string {
	switch {
	case ms < 10:
		return fmt.Sprintf("%.2gms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0fms", ms)
	case ms < 60_000:
		return fmt.Sprintf("%.1fs", ms/1000)
	}
	return (time.Duration(ms) * time.Millisecond).Round(time.Second).String()
}
