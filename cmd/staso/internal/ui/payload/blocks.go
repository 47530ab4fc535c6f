package payload

import (
	"fmt"
	"strings"
)

// blocks are the content blocks of a list or of one block; nil where something
// in it is none.
func blocks(v *Value, at string) []*piece {
	if v.is(Object) {
		return block(v, at)
	}
	if !v.is(Array) {
		return nil
	}
	var items []*piece
	for i, b := range v.Items {
		blockAt := index(at, i)
		found := block(b, blockAt)
		if b.is(String) && items != nil {
			found = textItem(PartText, b, blockAt)
		}
		if found == nil {
			return nil
		}
		items = append(items, found...)
	}
	return items
}

// block is one content block of OpenAI or Anthropic, by its type. A block of no
// words gives an item all the same, so that its list stays recognised.
func block(v *Value, at string) []*piece {
	kind := v.str("type")
	switch kind {
	case "text", "input_text", "output_text", "summary_text", "refusal":
		return textBlock(v, at, PartText)
	case "thinking", "reasoning", "redacted_thinking", "reasoning_text":
		return thinkingBlock(v, at)
	case "tool_use", "server_tool_use", "mcp_tool_use":
		return []*piece{{kind: PartCall, id: v.str("id"), name: v.str("name"), value: v.Get("input"), at: at + "/input"}}
	case "image", "image_url", "input_image", "document", "file", "input_file", "input_audio", "audio", "video", "video_url":
		return []*piece{mediaBlock(v, kind)}
	}
	if strings.HasSuffix(kind, "tool_result") {
		it := &piece{kind: PartResult, id: v.str("tool_use_id"), value: v.Get("content"), at: at + "/content"}
		it.failed = v.Get("is_error").is(Bool) && v.Get("is_error").Text == "true"
		return []*piece{it}
	}
	return nil
}

func textBlock(v *Value, at string, kind PartKind) []*piece {
	for _, name := range []string{"text", "refusal"} {
		if text := v.Get(name); text.is(String) {
			return []*piece{{kind: kind, value: text, at: pointer(at, name)}}
		}
	}
	return nil
}

func thinkingBlock(v *Value, at string) []*piece {
	for _, name := range []string{"thinking", "text", "reasoning"} {
		if text := v.Get(name); text.is(String) && text.Text != "" {
			return []*piece{{kind: PartThinking, value: text, at: pointer(at, name)}}
		}
	}
	var items []*piece
	for _, name := range []string{"summary", "content"} {
		if inner := v.Get(name); inner.is(Array) {
			for i, s := range inner.Items {
				items = append(items, textBlock(s, index(pointer(at, name), i), PartThinking)...)
			}
		}
	}
	if items != nil {
		return items
	}
	return []*piece{sealed(v)}
}

// sealed stands for thoughts that the provider does not show.
func sealed(v *Value) *piece {
	size := len(v.str("data")) + len(v.str("encrypted_content")) + len(v.str("signature"))
	if size == 0 {
		return media("thinking, not shown by the provider", "", 0)
	}
	return media("thinking, sealed by the provider", "", size)
}

func mediaBlock(v *Value, kind string) *piece {
	kind = strings.TrimSuffix(strings.TrimPrefix(kind, "input_"), "_url")
	mime, size, name := "", 0, ""
	for _, inner := range append([]*Value{v}, v.Items...) {
		if inner.is(String) && inner == v.Get("image_url") {
			name, mime, size = source(inner.Text, name, mime, size)
		}
		if !inner.is(Object) {
			continue
		}
		mime = first(inner.str("media_type"), inner.str("mime_type"), inner.str("format"), mime)
		for _, key := range []string{"data", "url", "file_data", "file_url", "filename", "file_id"} {
			if text := inner.str(key); text != "" && key == "data" {
				size = max(size, len(text)*3/4)
			} else if text != "" {
				name, mime, size = source(text, name, mime, size)
			}
		}
	}
	return media(strings.TrimSpace(kind+" "+name), mime, size)
}

// source reads what an attachment's address says of it.
func source(text, name, mime string, size int) (string, string, int) {
	if rest, ok := strings.CutPrefix(text, "data:"); ok {
		kind, data, _ := strings.Cut(rest, ",")
		kind, _, _ = strings.Cut(kind, ";")
		return name, first(kind, mime), max(size, len(data)*3/4)
	}
	return first(name, text), mime, size
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func bytesText(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d KB", n/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
