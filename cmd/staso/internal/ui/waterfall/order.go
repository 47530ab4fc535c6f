package waterfall

import (
	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// node is a span's place in the tree; span is its index.
type node struct {
	span, level, children int
	odd                   string
}

// order walks the tree depth first, siblings by start. Every span is there
// once: one that no root leads to begins a tree of its own.
func order(spans []store.Span) []node {
	w := walker{spans: spans, seen: make([]bool, len(spans)), children: children(spans)}
	for i, odd := range roots(spans) {
		if odd != notRoot {
			w.walk(i, odd)
		}
	}
	for i := range spans {
		if !w.seen[i] {
			w.walk(i, "cycle")
		}
	}
	return w.nodes
}

const notRoot = "-"

// roots says for each span whether it is a root, and if so what is odd about it.
func roots(spans []store.Span) []string {
	ids := make(map[uuid.UUID]bool, len(spans))
	for i := range spans {
		ids[spans[i].SpanID] = true
	}
	odd := make([]string, len(spans))
	for i := range spans {
		switch parent := spans[i].ParentSpanID; {
		case parent == uuid.Nil:
		case parent == spans[i].SpanID:
			odd[i] = "cycle"
		case ids[parent]:
			odd[i] = notRoot
		default:
			odd[i] = "orphan"
		}
	}
	return odd
}

func children(spans []store.Span) map[uuid.UUID][]int {
	children := make(map[uuid.UUID][]int)
	for i := range spans {
		if parent := spans[i].ParentSpanID; parent != uuid.Nil && parent != spans[i].SpanID {
			children[parent] = append(children[parent], i)
		}
	}
	return children
}

type walker struct {
	spans    []store.Span
	seen     []bool
	children map[uuid.UUID][]int
	nodes    []node
}

// walk adds the tree below a root. It does not recurse: a trace may be one chain
// of many thousand spans.
func (w *walker) walk(root int, odd string) {
	stack := []node{{span: root, level: 1, odd: odd}}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if w.seen[n.span] {
			continue
		}
		w.seen[n.span] = true
		below := w.children[w.spans[n.span].SpanID]
		for i := len(below) - 1; i >= 0; i-- {
			if !w.seen[below[i]] {
				n.children++
				stack = append(stack, node{span: below[i], level: n.level + 1})
			}
		}
		w.nodes = append(w.nodes, n)
	}
}
