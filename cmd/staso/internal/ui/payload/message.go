package payload

import "strconv"

// message is one message of the chat wires.
func message(v *Value, at string) *draft {
	role := roleOf(v)
	if role == "" || !speaks(v) {
		return nil
	}
	d := &draft{role: role, name: v.str("name"), note: v.str("stop_reason")}
	if class(role) == "tool" {
		d.pieces = []*piece{toolMessage(v, at)}
		d.name = ""
		return d
	}
	d.pieces = messageItems(v, at)
	return d
}

// speaks tells a message from a record that has a role too.
func speaks(v *Value) bool {
	for _, name := range []string{"content", "tool_calls", "function_call", "text", "refusal", "reasoning_content"} {
		if v.Get(name) != nil {
			return true
		}
	}
	return false
}

// toolMessage is a message that carries a tool's result.
func toolMessage(v *Value, at string) *piece {
	it := &piece{kind: PartResult, id: v.str("tool_call_id"), name: v.str("name"), value: v.Get("content"), at: at + "/content"}
	if failure := v.Get("error"); failure != nil && !empty(failure) && failure.Text != "false" {
		it.failed = true
	}
	return it
}

func messageItems(v *Value, at string) []*piece {
	var items []*piece
	for _, name := range []string{"reasoning_content", "reasoning", "thinking"} {
		if thought := textItem(PartThinking, v.Get(name), pointer(at, name)); thought != nil {
			items = append(items, thought...)
			break
		}
	}
	items = append(items, content(v.Get("content"), at+"/content")...)
	items = append(items, textItem(PartText, v.Get("text"), at+"/text")...)
	items = append(items, textItem(PartText, v.Get("refusal"), at+"/refusal")...)
	if v.Get("audio").is(Object) {
		items = append(items, media("audio", "", len(v.Get("audio").str("data"))*3/4))
		items = append(items, textItem(PartText, v.Get("audio").Get("transcript"), at+"/audio/transcript")...)
	}
	return append(items, toolCalls(v, at)...)
}

func toolCalls(v *Value, at string) []*piece {
	var items []*piece
	if calls := v.Get("tool_calls"); calls.is(Array) {
		for i, call := range calls.Items {
			items = append(items, toolCall(call, at+"/tool_calls/"+strconv.Itoa(i)))
		}
	}
	if call := v.Get("function_call"); call.is(Object) {
		items = append(items, toolCall(call, at+"/function_call"))
	}
	return items
}

// toolCall is a call as chat completions writes it, or with its name and
// arguments beside the id.
func toolCall(v *Value, at string) *piece {
	inner, innerAt := v, at
	for _, name := range []string{"function", "custom"} {
		if f := v.Get(name); f.is(Object) {
			inner, innerAt = f, pointer(at, name)
		}
	}
	it := &piece{kind: PartCall, id: v.str("id"), name: inner.str("name")}
	for _, name := range []string{"arguments", "args", "input", "arguments_text"} {
		if args := inner.Get(name); args != nil {
			it.value, it.at = args, pointer(innerAt, name)
			break
		}
	}
	return it
}

// content is what a message says: a text or a list of blocks.
func content(v *Value, at string) []*piece {
	switch {
	case v == nil || v.Type == Null:
		return nil
	case v.is(String):
		return textItem(PartText, v, at)
	case v.is(Array) || v.is(Object):
		if items := blocks(v, at); items != nil {
			return items
		}
	}
	return []*piece{{kind: PartOther, value: v, at: at}}
}
