package payload

import (
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// Message is one turn of a conversation.
type Message struct {
	Role  string // as sent, made safe
	Class string // system, user, assistant, tool or other
	Name  string
	Note  string // why the model stopped, where that says something
	Parts []Part
	// Hidden is how many parts there was no room for.
	Hidden int
	Folded bool // a long system prompt, or an older turn
}

// PartKind says what a part of a message is.
type PartKind string

// The parts of a message.
const (
	PartText     PartKind = "text"
	PartThinking PartKind = "thinking"
	PartCall     PartKind = "call"
	PartResult   PartKind = "result"
	PartMedia    PartKind = "media"
	PartOther    PartKind = "other"
)

// Part is a piece of a message.
type Part struct {
	Kind   PartKind
	Text   Text    // of text and thinking
	Call   *Call   // of a call
	Result *Result // of a result whose call is not in sight
	Media  string  // what was attached: kind, type, size
	Tree   *Node   // of anything else
}

// Call is a tool call.
type Call struct {
	ID, Name  string
	Brief     string // the call in a line
	Arguments []Field
	Body      Body // where the arguments are not an object
	Result    *Result
}

// Result is what a tool gave back.
type Result struct {
	Name   string
	Failed bool
	Body   Body
}

const (
	maxMessages  = 120
	headMessages = 10
	maxParts     = 200
	// foldSystem is the length from which a system prompt is folded.
	foldSystem = 280
	// keepOpen is how many of the last turns of a long conversation are open.
	keepOpen = 4
)

// messages makes drafts ready, the last ones first, since those are what the
// reader came for and the room is bounded. It returns how many it left out.
func (b *builder) messages(drafts []*draft) ([]Message, int) {
	shown, between := drafts, 0
	if len(drafts) > maxMessages {
		between = len(drafts) - maxMessages
		shown = append(drafts[:headMessages:headMessages], drafts[headMessages+between:]...)
	}
	out := make([]Message, len(shown))
	for i := len(shown) - 1; i >= 0; i-- {
		out[i] = b.message(shown[i])
		old := len(shown) > keepOpen+2 && i < len(shown)-keepOpen
		out[i].Folded = old || (out[i].Class == "system" && shown[i].size() > foldSystem)
	}
	return out, between
}

func (b *builder) message(d *draft) Message {
	m := Message{Role: label(d.role), Class: class(d.role), Name: label(d.name), Note: note(d.note), Parts: b.parts(d.pieces)}
	m.Hidden = len(d.pieces) - len(m.Parts)
	return m
}

func (b *builder) parts(items []*piece) []Part {
	parts := make([]Part, 0, min(len(items), maxParts))
	for i, it := range items {
		if i == maxParts || b.nodes <= 0 {
			break
		}
		b.nodes--
		parts = append(parts, b.part(it))
	}
	return parts
}

func (b *builder) part(it *piece) Part {
	switch it.kind {
	case PartText, PartThinking:
		return Part{Kind: it.kind, Text: b.text(it.text(), it.at)}
	case PartCall:
		return Part{Kind: PartCall, Call: b.call(it)}
	case PartResult:
		return Part{Kind: PartResult, Result: b.result(it)}
	case PartMedia:
		return Part{Kind: PartMedia, Media: label(it.name)}
	}
	return Part{Kind: PartOther, Tree: b.tree(it.value, it.at, 1, false)}
}

func (b *builder) call(it *piece) *Call {
	call := &Call{ID: label(it.id), Name: label(it.name), Brief: plain.Line(plain.Cut(callLine(it), 4*maxLine), maxLine)}
	args := arguments(it.value)
	if args.is(Object) {
		call.Arguments = b.fields(args, it.at)
	} else if args != nil && !empty(args) {
		call.Body = b.body(args, it.at)
	}
	if it.result != nil {
		call.Result = b.result(it.result)
	}
	return call
}

// arguments are what a call was given: JSON in a string as a rule, and null or
// nothing where the tool takes nothing.
func arguments(v *Value) *Value {
	if inner := nested(v); inner != nil {
		return inner
	}
	if v.is(String) && strings.TrimSpace(v.Text) == "null" {
		return nil
	}
	return v
}

func (b *builder) result(it *piece) *Result {
	return &Result{Name: label(it.name), Failed: it.failed, Body: b.resultBody(it.value, it.at)}
}

// resultBody is a result: a table where it has one field that says what it is
// about.
func (b *builder) resultBody(v *Value, at string) Body {
	if inner := nested(v); inner != nil {
		v = inner
	}
	if v.is(Object) && len(v.Items) <= maxFields && mainField(v) >= 0 && blocks(v, at) == nil {
		return Body{Fields: b.fields(v, at)}
	}
	return b.body(v, at)
}

// class is the role as the page knows it.
func class(role string) string {
	switch strings.ToLower(role) {
	case "system", "developer":
		return "system"
	case "user", "human":
		return "user"
	case "assistant", "ai", "model":
		return "assistant"
	case "tool", "function":
		return "tool"
	}
	return "other"
}

// note is a stop reason that is worth saying.
func note(reason string) string {
	switch strings.ToLower(reason) {
	case "", "stop", "end_turn", "tool_calls", "tool_use", "function_call", "completed", "finish_reason_unspecified":
		return ""
	}
	return label(reason)
}
