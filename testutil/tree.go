package testutil

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// node is a span with its place in the tree.
type node struct {
	span     *exporter.SpanData
	children []*node
	depth    int
}

// Tree draws the spans, one a line: two spaces for each level, then kind, name
// and, if it is not ok, status. Siblings, and roots, stand by start time, then in
// the list's order; a span whose parent is not in the list is a root. A span that
// has only started is marked as running.
func (s Spans) Tree() string {
	var text strings.Builder
	walk(s.roots(), func(n *node) {
		text.WriteString(strings.Repeat("  ", n.depth))
		text.WriteString(describe(n.span))
		text.WriteByte('\n')
	})
	return text.String()
}

func describe(s *exporter.SpanData) string {
	text := s.Kind.String() + " " + printable(s.Name)
	if s.Status != exporter.StatusOK {
		text += " " + s.Status.String()
	}
	if s.Provisional {
		text += " (running)"
	}
	return text
}

// printable quotes a name that would break its line or could not be seen.
func printable(name string) string {
	if name == "" || name != strings.TrimSpace(name) ||
		strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// roots builds the trees. Spans that are each other's ancestors have no root:
// the earliest of them stands for one.
func (s Spans) roots() []*node {
	nodes := make(map[spanKey]*node, len(s))
	ordered := make([]*node, 0, len(s))
	for _, span := range s {
		n := &node{span: span}
		nodes[spanKey{span.TraceID, span.SpanID}] = n
		ordered = append(ordered, n)
	}
	slices.SortStableFunc(ordered, func(a, b *node) int { return a.span.StartTime.Compare(b.span.StartTime) })
	var roots []*node
	for _, n := range ordered {
		parent := nodes[spanKey{n.span.TraceID, n.span.ParentSpanID}]
		if n.span.ParentSpanID == uuid.Nil || parent == nil {
			roots = append(roots, n)
			continue
		}
		parent.children = append(parent.children, n)
	}
	return append(roots, cycles(roots, ordered)...)
}

// cycles returns a root for each group of spans that no root leads to, and cuts
// the link that leads back to it.
func cycles(roots, all []*node) []*node {
	seen := make(map[*node]bool, len(all))
	mark := func(n *node) { seen[n] = true }
	walk(roots, mark)
	var found []*node
	for _, n := range all {
		if seen[n] {
			continue
		}
		for _, other := range all {
			other.children = slices.DeleteFunc(other.children, func(child *node) bool { return child == n })
		}
		found = append(found, n)
		walk([]*node{n}, mark)
	}
	return found
}

// walk visits parents before children and sets each node's depth.
func walk(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		visit(n)
		for _, child := range n.children {
			child.depth = n.depth + 1
		}
		walk(n.children, visit)
	}
}

// Tree draws what was recorded until now, as [Spans.Tree] does.
func (r *Recorder) Tree() string { return r.Spans().Tree() }

// AssertTree fails the test unless what was recorded until now is this tree, in
// the form that [Spans.Tree] draws. Empty lines, the indentation of the whole, and
// whether it is with tabs or spaces, do not matter:
//
//	rec.AssertTree(t, `
//		agent support-bot error
//		  tool lookup_order
//		  tool refund error
//	`)
func (r *Recorder) AssertTree(t TestingT, want string) {
	t.Helper()
	flushErr := r.flush()
	got := r.recorded().Tree()
	if want := outdent(want); got != want {
		t.Errorf("the recorded tree is another (- wanted, + recorded):\n%s%s", diffLines(want, got), flushNote(flushErr))
	}
}

func flushNote(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("the tracer could not hand over everything: %v\n", err)
}

// outdent removes empty lines and the indentation that all lines share. A tab
// counts as two spaces.
func outdent(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line != "" {
			lines = append(lines, expandIndent(line))
		}
	}
	shared := -1
	for _, line := range lines {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); shared < 0 || indent < shared {
			shared = indent
		}
	}
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(line[max(shared, 0):])
		out.WriteByte('\n')
	}
	return out.String()
}

func expandIndent(line string) string {
	rest := strings.TrimLeft(line, " \t")
	indent := strings.ReplaceAll(line[:len(line)-len(rest)], "\t", "  ")
	return indent + rest
}
