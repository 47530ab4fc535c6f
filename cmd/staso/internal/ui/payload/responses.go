package payload

import "strings"

// responseOutput is an answer of the responses wire.
func responseOutput(v *Value, at string) []*draft {
	output := v.Get("output")
	if !output.is(Array) {
		return nil
	}
	drafts := turns(output, at+"/output")
	if drafts == nil {
		return nil
	}
	if reason := v.Get("incomplete_details").str("reason"); reason != "" {
		drafts[len(drafts)-1].note = reason
	}
	return drafts
}

// responseItem is one item of the responses wire that is not a plain message.
func responseItem(v *Value, at string) *draft {
	kind := v.str("type")
	switch {
	case kind == "message" && v.str("role") != "":
		return &draft{role: v.str("role"), note: v.str("stop_reason"), items: content(v.Get("content"), at+"/content")}
	case kind == "function_call" || kind == "custom_tool_call":
		return assistant(namedCall(v, at, v.str("name")))
	case kind == "mcp_call":
		return mcpCall(v, at)
	case strings.HasSuffix(kind, "_call_output"):
		it := &item{kind: PartResult, id: v.str("call_id"), value: v.Get("output"), at: at + "/output"}
		return &draft{role: "tool", items: []*item{it}}
	case kind == "reasoning" && v.Get("summary").is(Array):
		return assistant(thinkingBlock(v, at)...)
	case strings.HasSuffix(kind, "_call") && v.Get("status") != nil:
		return assistant(builtInCall(v, at))
	case kind == "compaction" || kind == "item_reference" || kind == "compaction_summary":
		return assistant(&item{kind: PartOther, value: v, at: at})
	}
	return nil
}

func assistant(items ...*item) *draft { return &draft{role: "assistant", items: items} }

// mergeable tells items of the responses wire that belong to one turn of the
// model, which it writes as several.
func mergeable(v *Value) bool { return v.str("type") != "" && v.str("role") != "user" }

func namedCall(v *Value, at, name string) *item {
	it := &item{kind: PartCall, id: first(v.str("call_id"), v.str("id")), name: name}
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
		call.result = &item{kind: PartResult, value: output, at: at + "/output"}
	}
	if failure := v.Get("error"); failure != nil && failure.Type != Null {
		call.result = &item{kind: PartResult, value: failure, at: at + "/error", failed: true}
	}
	return assistant(call)
}

// builtInCall is a tool that the provider runs itself: what is not bookkeeping
// are its arguments.
func builtInCall(v *Value, at string) *item {
	args := &Value{Type: Object}
	for i, name := range v.Names {
		switch name {
		case "id", "type", "status", "call_id":
		default:
			args.Names, args.Items = append(args.Names, name), append(args.Items, v.Items[i])
		}
	}
	name := strings.TrimSuffix(v.str("type"), "_call")
	return &item{kind: PartCall, id: first(v.str("call_id"), v.str("id")), name: name, value: args, at: at}
}
