package console

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// trace is the spans of a trace that are held.
type trace struct {
	id       uuid.UUID
	resource exporter.Resource
	nodes    []*node
	byID     map[uuid.UUID]*node
	notes    []string // annotations of the whole trace, or of spans that are not held
	size     int
	latest   time.Time // when something of it came last
	complete bool      // the root has ended
}

func newTrace(id uuid.UUID, resource exporter.Resource) *trace {
	return &trace{id: id, resource: resource, byID: make(map[uuid.UUID]*node)}
}

// add holds a span. A span that is held already is replaced, unless that would
// make a finished one provisional. It returns how many more are held.
func (t *trace) add(n *node) int {
	old := t.byID[n.id]
	if old == nil {
		t.byID[n.id] = n
		t.nodes = append(t.nodes, n)
		t.size++
	} else if !n.running || old.running {
		n.notes = old.notes
		t.byID[n.id] = n
		t.nodes[slices.Index(t.nodes, old)] = n
	}
	if n.parent == uuid.Nil && !n.running {
		t.complete = true
	}
	if old == nil {
		return 1
	}
	return 0
}

// annotate holds an annotation with the span that it is about.
func (t *trace) annotate(span uuid.UUID, note string) {
	t.size++
	if n := t.byID[span]; n != nil {
		n.notes = append(n.notes, note)
		return
	}
	t.notes = append(t.notes, note)
}

// roots links the nodes to a forest, siblings in the order of their start, and
// returns its roots. Whatever the parents say, each node is in it once: of spans
// that are each other's ancestors, the first is taken for a root.
func (t *trace) roots() []*node {
	slices.SortStableFunc(t.nodes, func(a, b *node) int { return a.start.Compare(b.start) })
	var roots []*node
	for _, n := range t.nodes {
		parent := t.byID[n.parent]
		if parent == nil || parent == n {
			roots = append(roots, n)
			continue
		}
		parent.children = append(parent.children, n)
	}
	reached := make(map[*node]bool, len(t.nodes))
	for _, root := range roots {
		root.reach(reached)
	}
	for _, n := range t.nodes {
		if !reached[n] {
			roots = append(roots, n)
			n.reach(reached)
		}
	}
	return roots
}

// reach marks the nodes below n, and cuts the links that lead back.
func (n *node) reach(reached map[*node]bool) {
	reached[n] = true
	n.children = slices.DeleteFunc(n.children, func(child *node) bool { return reached[child] })
	for _, child := range n.children {
		child.reach(reached)
	}
}
