package payload

import (
	"strconv"
	"strings"
)

// recognise finds a conversation in a payload: a request or an answer on the
// wire of OpenAI (chat and responses), Anthropic or Gemini, or a bare list of
// messages. It returns nil where there is none.
func recognise(v *Value, at string, model bool) []*draft {
	if v.is(Array) {
		return list(v, at)
	}
	if !v.is(Object) {
		return nil
	}
	for _, shape := range []func(*Value, string) []*draft{
		requestMessages, requestContents, requestInput, choices, candidates, responseOutput, single, wrappedMessage,
	} {
		if drafts := shape(v, at); len(drafts) > 0 {
			return drafts
		}
	}
	if model {
		return loose(v, at)
	}
	return nil
}

// list is a bare list: of messages, of content blocks, or of Gemini's chunks.
func list(v *Value, at string) []*draft {
	if drafts := turns(v, at); drafts != nil {
		return drafts
	}
	if drafts := chunks(v, at); drafts != nil {
		return drafts
	}
	if items := blocks(v, at); items != nil {
		return []*draft{{role: "assistant", pieces: items}}
	}
	return nil
}

func requestMessages(v *Value, at string) []*draft {
	messages := turns(v.Get("messages"), at+"/messages")
	if messages == nil {
		return nil
	}
	return append(system(v, at, "system"), messages...)
}

// requestInput is a request of the responses wire.
func requestInput(v *Value, at string) []*draft {
	input := v.Get("input")
	head := system(v, at, "instructions")
	if drafts := items(input, at+"/input"); drafts != nil {
		return append(head, drafts...)
	}
	if input.is(String) && (head != nil || v.str("model") != "") {
		return append(head, &draft{role: "user", pieces: textItem(PartText, input, at+"/input")})
	}
	return nil
}

func system(v *Value, at, name string) []*draft {
	items := content(v.Get(name), pointer(at, name))
	if len(items) == 0 {
		return nil
	}
	return []*draft{{role: "system", pieces: items}}
}

// turns are the messages of a list, and nil where one item is no message.
func turns(v *Value, at string) []*draft { return gather(v, at, turn) }

// gather makes a draft of each item of a list, and joins what the responses
// wire writes as several items. It returns nil where one item is nothing.
func gather(v *Value, at string, each func(*Value, string) *draft) []*draft {
	if !v.is(Array) || len(v.Items) == 0 {
		return nil
	}
	var drafts []*draft
	for i, item := range v.Items {
		d := each(item, index(at, i))
		if d == nil {
			return nil
		}
		if last := len(drafts) - 1; last >= 0 && mergeable(item) && drafts[last].role == d.role && mergeable(v.Items[i-1]) {
			drafts[last].pieces = append(drafts[last].pieces, d.pieces...)
			continue
		}
		drafts = append(drafts, d)
	}
	return drafts
}

func turn(v *Value, at string) *draft {
	if d := responseItem(v, at); d != nil {
		return d
	}
	if d := geminiContent(v, at); d != nil {
		return d
	}
	return message(v, at)
}

// single is one message.
func single(v *Value, at string) []*draft {
	if d := turn(v, at); d != nil {
		return []*draft{d}
	}
	return nil
}

// wrappedMessage is an answer that holds one message under that name.
func wrappedMessage(v *Value, at string) []*draft {
	if inner := v.Get("message"); inner.is(Object) && inner.str("role") != "" {
		return single(inner, at+"/message")
	}
	return nil
}

// choices is an answer of the chat or completions wire.
func choices(v *Value, at string) []*draft {
	all := v.Get("choices")
	if !all.is(Array) {
		return nil
	}
	var drafts []*draft
	for i, choice := range all.Items {
		d := oneChoice(choice, index(at+"/choices", i))
		if d == nil {
			return nil
		}
		d.note = choice.str("finish_reason")
		if len(all.Items) > 1 {
			d.name = "choice " + strconv.Itoa(i+1)
		}
		drafts = append(drafts, d)
	}
	return drafts
}

func oneChoice(choice *Value, at string) *draft {
	for _, name := range []string{"message", "delta"} {
		if inner := choice.Get(name); inner.is(Object) {
			d := &draft{role: inner.str("role"), pieces: messageItems(inner, pointer(at, name))}
			if d.role == "" {
				d.role = "assistant"
			}
			return d
		}
	}
	if text := choice.Get("text"); text.is(String) {
		return &draft{role: "assistant", pieces: textItem(PartText, text, at+"/text")}
	}
	if choice.str("finish_reason") != "" { // filtered away
		return &draft{role: "assistant"}
	}
	return nil
}

// loose is what a model call may carry besides: a prompt, or an answer's content
// without a role.
func loose(v *Value, at string) []*draft {
	if prompt := v.Get("prompt"); prompt.is(String) {
		return append(system(v, at, "system"), &draft{role: "user", pieces: textItem(PartText, prompt, at+"/prompt")})
	}
	for _, name := range []string{"content", "tool_calls", "text"} {
		if v.Get(name) != nil {
			items := messageItems(v, at)
			if len(items) == 0 {
				return nil
			}
			return []*draft{{role: "assistant", pieces: items, note: v.str("stop_reason")}}
		}
	}
	return nil
}

// roleOf is the role of a message, also as LangChain writes it.
func roleOf(v *Value) string {
	if role := v.str("role"); role != "" {
		return role
	}
	switch kind := v.str("type"); strings.ToLower(kind) {
	case "human", "ai", "system", "tool":
		return kind
	}
	return ""
}
