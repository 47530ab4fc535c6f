package payload

import (
	"strconv"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

const (
	maxLine       = 240
	maxLineFields = 4
)

// Line says in one line what a payload is about: the last thing said where it
// is a conversation, else its text, its only field or its first few. raw may be
// cut anywhere.
func Line(raw []byte) string {
	v := ParsePrefix(raw)
	if v == nil {
		return plain.Line(plain.Cut(string(raw), 4*maxLine), maxLine)
	}
	return plain.Line(plain.Cut(summary(v), 8*maxLine), maxLine)
}

func summary(v *Value) string {
	v = nestedPrefix(v)
	v, _ = unwrap(v, "")
	v = nestedPrefix(v)
	if drafts := recognise(v, "", true); len(drafts) > 0 {
		return lastSaid(drafts)
	}
	switch v.Type {
	case Object:
		return fieldsLine(v)
	case Array:
		return listLine(v)
	case Null:
		return ""
	}
	return v.Text
}

func nestedPrefix(v *Value) *Value {
	if v.is(String) && len(v.Text) > 1 && (v.Text[0] == '{' || v.Text[0] == '[') {
		if inner := ParsePrefix([]byte(v.Text)); inner != nil && len(inner.Items) > 0 {
			return inner
		}
	}
	return v
}

// lastSaid is the last text of a conversation, the system's apart, else its
// last call.
func lastSaid(drafts []*draft) string {
	call, calls, instructions := "", 0, ""
	for i := len(drafts) - 1; i >= 0; i-- {
		for _, it := range drafts[i].pieces {
			switch {
			case it.kind == PartText && class(drafts[i].role) == "system":
				instructions = it.text()
			case it.kind == PartText && strings.TrimSpace(it.text()) != "":
				return it.text()
			case it.kind == PartCall:
				if calls++; calls == 1 {
					call = callLine(it)
				}
			}
		}
		if calls > 1 {
			return call + " and " + strconv.Itoa(calls-1) + " more"
		}
		if calls == 1 {
			return call
		}
	}
	return instructions
}

func callLine(it *piece) string {
	if args := nestedPrefix(it.value); args.is(Object) {
		return it.name + "(" + fieldsLine(args) + ")"
	}
	return it.name + "()"
}

func fieldsLine(v *Value) string {
	if i := mainField(v); i >= 0 {
		return v.Items[i].Text
	}
	return peek(v)
}

// mainField is the field that says what the others are about: the only text
// among them, else one by a name that such fields have. It is -1 where there is
// none.
func mainField(v *Value) int {
	found, texts := -1, 0
	for i, item := range v.Items {
		if !item.is(String) {
			continue
		}
		name, blank := strings.ToLower(v.Names[i]), strings.TrimSpace(item.Text) == ""
		switch name {
		case "answer", "output", "result", "response": // an empty one says that there was none
			return i
		}
		if blank {
			continue
		}
		switch name {
		case "question", "query", "text", "content", "message", "prompt", "input":
			return i
		}
		found = i
		texts++
	}
	if texts == 1 {
		return found
	}
	return -1
}

func listLine(v *Value) string {
	if len(v.Items) > 0 && v.Items[0].is(Object) { // the first stands for the others
		line := "{" + joinLine(v.Items[0], func(i int) string { return v.Items[0].Names[i] + ": " + short(v.Items[0].Items[i]) }) + "}"
		if len(v.Items) > 1 {
			line += ", …"
		}
		return line
	}
	return joinLine(v, func(i int) string { return short(v.Items[i]) })
}

// peek is what an object or a list holds, in a few words.
func peek(v *Value) string {
	if v.Type == Object {
		return joinLine(v, func(i int) string { return v.Names[i] + ": " + short(v.Items[i]) })
	}
	return listLine(v)
}

func joinLine(v *Value, each func(int) string) string {
	parts := make([]string, 0, maxLineFields)
	for i := range v.Items {
		if i == maxLineFields {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, each(i))
	}
	return strings.Join(parts, ", ")
}

func short(v *Value) string {
	switch v.Type {
	case Object:
		if len(v.Items) == 0 {
			return "{}"
		}
		return "{…}"
	case Array:
		if len(v.Items) == 0 {
			return "[]"
		}
		return "[…]"
	}
	return plain.Cut(scalar(v), maxLine)
}
