package payload

import "strings"

// responseOutput is an answer of the responses wire.
func responseOutput(v *Value, at string) []*draft {
	output := v.Get("output")
	if !output.is(Array) {
		return nil
	}
	drafts := items(output, at+"/output")
	if drafts == nil {
		return nil
	}
	if reason := v.Get("incomplete_details").str("reason"); reason != "" {
		drafts[len(drafts)-1].note = reason
	}
	return drafts
}

// items are those of the responses wire, where new types appear every month: one
// that is not known is shown as it is, once another was.
func items(v *Value, at string) []*draft {
	known := false
	drafts := gather(v, at, func(item *Value, at string) *draft {
		if d := turn(item, at); d != nil {
			known = true
			return d
		}
		if item.str("type") == "" {
			return nil
		}
		return assistant(&piece{kind: PartOther, value: item, at: at})
	})
	if !known {
		return nil
	}
	return drafts
}

// responseItem is one item of the responses wire that is not a plain message.
func responseItem(v *Value, at string) *draft {
	kind := v.str("type")
	switch {
	case kind == "message" && v.str("role") != "":
		return &draft{role: v.str("role"), note: v.str("stop_reason"), pieces: content(v.Get("content"), at+"/content")}
	case kind == "function_call" || kind == "custom_tool_call":
		return assistant(namedCall(v, at, v.str("name")))
	case kind == "mcp_call":
		return mcpCall(v, at)
	case strings.HasSuffix(kind, "_call_output"):
		it := &piece{kind: PartResult, id: v.str("call_id"), value: v.Get("output"), at: at + "/output"}
		return &draft{role: "tool", pieces: []*piece{it}}
	case kind == "reasoning" && v.Get("summary").is(Array):
		return assistant(thinkingBlock(v, at)...)
	case strings.HasSuffix(kind, "_call") && v.Get("status") != nil:
		return assistant(builtInCall(v, at))
	case kind == "compaction" || kind == "item_reference" || kind == "compaction_summary":
		return assistant(&piece{kind: PartOther, value: v, at: at})
	}
	return nil
}

func assistant(items ...*piece) *draft { return &draft{role: "assistant", pieces: items} }

// mergeable tells items of the responses wire that belong to one turn of the
// model, which it writes as several.
func mergeable(v *Value) bool { return v.str("type") != "" && v.str("role") != "user" }

func namedCall(v *Value, at, name string) *piece {
	it := &piece{kind: PartCall, id: first(v.str("call_id"), v.str("id")), name: name}
	for _, key := range []string{"arguments", "input"} {
		if args := v.Get(key); args != nil {
			it.value, it.at = args, pointer(at, key)
		}
	}
	return it
}

func mcpCall(v *Value, at string) *draft {
	call := namedCall(v, at, v.str("name"))
	if output := v.Get("output"); output != nil && output.Type != Null {
		call.result = &piece{kind: PartResult, value: output, at: at + "/output"}
	}
	if failure := v.Get("error"); failure != nil && failure.Type != Null {
		call.result = &piece{kind: PartResult, value: failure, at: at + "/error", failed: true}
	}
	return assistant(call)
}

// builtInCall is a tool that the provider runs itself: what is not bookkeeping
// are its arguments.
func builtInCall(v *Value, at string) *piece {
	args := &Value{Type: Object}
	for i, name := range v.Names {
		switch name {
		case "id", "type", "status", "call_id":
		default:
			args.Names, args.Items = append(args.Names, name), append(args.Items, v.Items[i])
		}
	}
	name := strings.TrimSuffix(v.str("type"), "_call")
	return &piece{kind: PartCall, id: first(v.str("call_id"), v.str("id")), name: name, value: args, at: at}
}
