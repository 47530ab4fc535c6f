// Package payload turns what a span carried into a bounded view for a page: a
// model's messages as a conversation, a call's arguments as fields, JSON as a
// tree, the rest as text. The input is hostile; every text in a view has gone
// through [plain], and what a view holds is bounded whatever the size of the
// payload.
package payload

import (
	"net/url"
	"strconv"

	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// Form is how a payload reads best.
type Form string

// The forms of a payload.
const (
	FormEmpty  Form = "empty"
	FormChat   Form = "chat"
	FormFields Form = "fields"
	FormTree   Form = "tree"
	FormText   Form = "text"
)

// Options says how to build a view.
type Options struct {
	// Model says that the payload is a model call's, where {"content": "..."} is
	// a message and not a file.
	Model bool
	// Plain asks for a tree where the payload is JSON, chat or not.
	Plain bool
	// Source is the address that serves the whole payload, with a query; the
	// JSON pointer of a text that was cut is added to it as "at".
	Source string
}

// View is a payload made ready for a page. Only the field of its form is set.
type View struct {
	Form  Form
	JSON  bool // a tree can be asked for
	Bytes int  // the size of the whole
	Whole string

	Messages []Message
	Between  int // messages between the first and the last that are not shown
	Fields   []Field
	Tree     *Node
	Text     Text
}

// Text is a text and, where it was cut, the way to the rest.
type Text struct {
	Head string
	More int    // bytes that are not in Head
	Href string // serves the whole as text; "" where nothing was cut
}

// Field is a name with a value.
type Field struct {
	Name string
	Main bool // the one that says what the others are about
	Body Body
}

// Main is the field that says what the payload is about, or nil.
func (v *View) Main() *Field {
	for i := range v.Fields {
		if v.Fields[i].Main {
			return &v.Fields[i]
		}
	}
	return nil
}

// Body is a value: one of its fields is set, or none where it is empty.
type Body struct {
	Text    *Text
	Literal bool // Text is a number, a bool or null
	Tree    *Node
	Parts   []Part
	Fields  []Field // of a call's result
}

// Node is a value in a tree.
type Node struct {
	Name     string
	Named    bool
	Type     string // null, bool, number, string, array or object
	Text     Text   // of a scalar
	Children []*Node
	Count    int    // of children in the whole
	Open     bool   // unfolded at first
	Peek     string // what is inside, in a few words
}

// Hidden is how many children the tree leaves out.
func (n *Node) Hidden() int { return n.Count - len(n.Children) }

// maxFields is up to how many names an object is a table rather than a tree.
const maxFields = 40

// Build makes the view of a payload.
func Build(raw []byte, o Options) View {
	b := &builder{source: o.Source, left: maxText, nodes: maxShown}
	view := View{Bytes: len(raw), Whole: b.href("")}
	value, ok := decode(raw)
	switch {
	case len(raw) == 0 || (ok && empty(value)):
		view.Form = FormEmpty
	case !ok:
		view.Form, view.Text = FormText, b.text(string(raw), "")
	case o.Plain:
		view.Form, view.JSON = FormTree, true
		view.Tree = b.tree(value, "", 0, false)
	default:
		view.JSON = value.is(Object) || value.is(Array)
		b.fill(&view, value, o.Model)
	}
	return view
}

// fill chooses the form of a decoded value.
func (b *builder) fill(view *View, value *Value, model bool) {
	value, at := unwrap(value, "")
	if drafts := recognise(value, at, model); len(drafts) > 0 {
		view.Form = FormChat
		view.Messages, view.Between = b.messages(pair(drafts))
		return
	}
	switch {
	case value.is(Object) && len(value.Items) > 0 && len(value.Items) <= maxFields:
		view.Form, view.Fields = FormFields, b.fields(value, at)
	case value.is(Object), value.is(Array):
		view.Form, view.Tree = FormTree, b.tree(value, at, 0, false)
	default:
		view.Form, view.Text = FormText, b.text(scalar(value), at)
	}
}

// decode parses raw, and what is in it where it is JSON in a string.
func decode(raw []byte) (*Value, bool) {
	value, ok := Parse(raw)
	if !ok {
		return nil, false
	}
	if inner := nested(value); inner != nil {
		value = inner
	}
	return value, true
}

// nested returns the object or array that a string holds, or nil.
func nested(v *Value) *Value {
	if !v.is(String) || len(v.Text) < 2 || (v.Text[0] != '{' && v.Text[0] != '[') {
		return nil
	}
	inner, ok := Parse([]byte(v.Text))
	if !ok {
		return nil
	}
	return inner
}

// unwrap takes off what the wrappers of the library put around a function's
// arguments and its result.
func unwrap(v *Value, at string) (*Value, string) {
	if !v.is(Object) {
		return v, at
	}
	if len(v.Items) == 1 && v.Names[0] == "result" {
		inner := v.Items[0]
		if deeper := nested(inner); deeper != nil {
			inner = deeper
		}
		return inner, at + "/result"
	}
	if len(v.Items) > 1 && v.Names[0] == "agent_name" {
		return &Value{Type: Object, Names: v.Names[1:], Items: v.Items[1:]}, at
	}
	return v, at
}

func empty(v *Value) bool {
	switch v.Type {
	case Null:
		return true
	case String:
		return v.Text == ""
	case Object, Array:
		return len(v.Items) == 0
	}
	return false
}

func scalar(v *Value) string {
	if v.Type == Null {
		return "null"
	}
	return v.Text
}

// pointer appends a name to an RFC 6901 pointer.
func pointer(at, name string) string {
	escaped := make([]byte, 0, len(name))
	for i := range len(name) {
		switch name[i] {
		case '~':
			escaped = append(escaped, "~0"...)
		case '/':
			escaped = append(escaped, "~1"...)
		default:
			escaped = append(escaped, name[i])
		}
	}
	return at + "/" + string(escaped)
}

func index(at string, i int) string { return at + "/" + strconv.Itoa(i) }

func (b *builder) href(at string) string {
	if b.source == "" {
		return ""
	}
	return b.source + "&at=" + url.QueryEscape(at)
}

func label(s string) string { return plain.Line(s, 200) }
