package payload

// requestContents is a request of Gemini's wire.
func requestContents(v *Value, at string) []*draft {
	drafts := turns(v.Get("contents"), at+"/contents")
	if drafts == nil {
		return nil
	}
	for _, name := range []string{"systemInstruction", "system_instruction"} {
		if items := geminiParts(v.Get(name).Get("parts"), pointer(at, name)+"/parts"); len(items) > 0 {
			return append([]*draft{{role: "system", pieces: items}}, drafts...)
		}
	}
	return drafts
}

// candidates is an answer of Gemini's wire.
func candidates(v *Value, at string) []*draft {
	all := v.Get("candidates")
	if !all.is(Array) {
		return nil
	}
	var drafts []*draft
	for i, c := range all.Items {
		inner := c.Get("content")
		if !inner.is(Object) {
			continue
		}
		d := &draft{role: first(inner.str("role"), "model"), note: c.str("finishReason")}
		d.pieces = geminiParts(inner.Get("parts"), index(at+"/candidates", i)+"/content/parts")
		drafts = append(drafts, d)
	}
	return drafts
}

// chunks is a streamed answer of Gemini's wire: its texts joined.
func chunks(v *Value, at string) []*draft {
	joined := &draft{role: "model"}
	for i, chunk := range v.Items {
		drafts := candidates(chunk, index(at, i))
		if !chunk.Get("candidates").is(Array) && chunk.Get("usageMetadata") == nil {
			return nil
		}
		for _, d := range drafts {
			joined.note = first(d.note, joined.note)
			joined.join(d.pieces, at)
		}
	}
	if len(joined.pieces) == 0 {
		return nil
	}
	return []*draft{joined}
}

func (d *draft) join(items []*piece, at string) {
	for _, it := range items {
		last := len(d.pieces) - 1
		spoken := it.kind == PartText || it.kind == PartThinking
		if spoken && last >= 0 && d.pieces[last].kind == it.kind {
			text := d.pieces[last].text() + it.text()
			d.pieces[last] = &piece{kind: it.kind, value: &Value{Type: String, Text: text}, at: at}
			continue
		}
		d.pieces = append(d.pieces, it)
	}
}

// geminiContent is one message of Gemini's wire; without a role it is the user's.
func geminiContent(v *Value, at string) *draft {
	parts := v.Get("parts")
	if !parts.is(Array) {
		return nil
	}
	items := geminiParts(parts, at+"/parts")
	if items == nil && len(parts.Items) > 0 {
		return nil
	}
	return &draft{role: first(v.str("role"), "user"), pieces: items}
}

func geminiParts(parts *Value, at string) []*piece {
	if parts.is(Object) {
		return geminiPart(parts, at)
	}
	if !parts.is(Array) {
		return nil
	}
	var items []*piece
	for i, p := range parts.Items {
		items = append(items, geminiPart(p, index(at, i))...)
	}
	return items
}

func geminiPart(v *Value, at string) []*piece {
	switch {
	case v.Get("functionCall").is(Object):
		call := v.Get("functionCall")
		return []*piece{{kind: PartCall, id: call.str("id"), name: call.str("name"), value: call.Get("args"), at: at + "/functionCall/args"}}
	case v.Get("functionResponse").is(Object):
		r := v.Get("functionResponse")
		return []*piece{{kind: PartResult, id: r.str("id"), name: r.str("name"), value: r.Get("response"), at: at + "/functionResponse/response"}}
	case v.Get("inlineData").is(Object):
		data := v.Get("inlineData")
		return []*piece{media("attachment", data.str("mimeType"), len(data.str("data"))*3/4)}
	case v.Get("fileData").is(Object):
		return []*piece{media("file "+v.Get("fileData").str("fileUri"), v.Get("fileData").str("mimeType"), 0)}
	case v.Get("text").is(String):
		return []*piece{{kind: spoken(v), value: v.Get("text"), at: at + "/text"}}
	case v.Get("executableCode").is(Object):
		return []*piece{{kind: PartCall, name: "code_execution", value: v.Get("executableCode"), at: at + "/executableCode"}}
	case v.Get("codeExecutionResult").is(Object):
		r := v.Get("codeExecutionResult")
		return []*piece{{kind: PartResult, name: "code_execution", value: r.Get("output"), at: at + "/codeExecutionResult/output", failed: r.str("outcome") != "OUTCOME_OK"}}
	}
	return []*piece{{kind: PartOther, value: v, at: at}}
}

func spoken(v *Value) PartKind {
	if thought := v.Get("thought"); thought.is(Bool) && thought.Text == "true" {
		return PartThinking
	}
	return PartText
}
