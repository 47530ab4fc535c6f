package payload

import (
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

const (
	// maxText is how much text one view holds.
	maxText = 192 << 10
	// cutText is where one text is cut, and slackText how much longer it may be
	// before it is.
	cutText, slackText = 4 << 10, 2 << 10
	// leastText is what a text gets when the view is full.
	leastText = 160

	// maxShown is how many parts, fields and nodes of trees one view holds.
	maxShown        = 3000
	maxTreeDepth    = 24
	openTreeDepth   = 2
	maxChildrenOpen = 30
	maxPeek         = 90
)

// builder fills one view within its bounds.
type builder struct {
	source string
	left   int // bytes of text
	nodes  int // parts, fields and nodes of trees
}

func (b *builder) text(s, at string) Text {
	limit := cutText
	if b.left < cutText {
		limit = max(b.left, leastText)
	}
	head := s
	if len(s) > limit+min(slackText, limit) {
		head = plain.Cut(s, limit)
	}
	b.left -= len(head)
	t := Text{Head: plain.Text(head), More: len(s) - len(head)}
	if t.More > 0 {
		t.Href = b.href(at)
	}
	return t
}

// tree draws a value; one that is alone in its container is unfolded deeper.
func (b *builder) tree(v *Value, at string, depth int, alone bool) *Node {
	b.nodes--
	n := &Node{Type: v.Type.String(), Count: len(v.Items)}
	if v.Type != Object && v.Type != Array {
		n.Text = b.text(scalar(v), at)
		return n
	}
	n.Peek = plain.Line(plain.Cut(peek(v), 4*maxPeek), maxPeek)
	n.Open = depth == 0 || (depth < openTreeDepth && len(v.Items) <= maxChildrenOpen) || (depth < 2*openTreeDepth && alone)
	if depth >= maxTreeDepth {
		return n
	}
	for i, item := range v.Items {
		if b.nodes <= 0 || b.left <= -maxText {
			break
		}
		n.Children = append(n.Children, b.child(v, i, item, at, depth))
	}
	return n
}

func (b *builder) child(v *Value, i int, item *Value, at string, depth int) *Node {
	if v.Type == Array {
		return b.tree(item, index(at, i), depth+1, len(v.Items) == 1)
	}
	child := b.tree(item, pointer(at, v.Names[i]), depth+1, len(v.Items) == 1)
	child.Name, child.Named = label(v.Names[i]), true
	return child
}

func (b *builder) fields(v *Value, at string) []Field {
	fields := make([]Field, 0, min(len(v.Items), maxFields))
	first := mainField(v)
	for i, item := range v.Items {
		if i == maxFields || b.nodes <= 0 {
			break
		}
		b.nodes--
		fields = append(fields, Field{Name: label(v.Names[i]), Main: i == first, Body: b.body(item, pointer(at, v.Names[i]))})
	}
	return fields
}

// body is what a field's value or a call's result reads like.
func (b *builder) body(v *Value, at string) Body {
	if v == nil {
		return Body{}
	}
	if inner := nested(v); inner != nil {
		v = inner
	}
	if v.Type == Object || v.Type == Array {
		if parts := b.parts(blocks(v, at)); len(parts) > 0 {
			return Body{Parts: parts}
		}
		return Body{Tree: b.tree(v, at, 1, false)}
	}
	text := b.text(scalar(v), at)
	return Body{Text: &text, Literal: v.Type != String}
}

// String names the type as JSON does.
func (t Type) String() string {
	switch t {
	case Bool:
		return "bool"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	}
	return "null"
}
