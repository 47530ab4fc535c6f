package staso

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/staso-go/staso/internal/jsonenc"
)

// finish gives the content its final form, on a sender's goroutine: encoded,
// then suppressed, then redacted, then cut to size.
func (r *record) finish() {
	t, d := r.tracer, &r.data
	d.StartTime = d.StartTime.Round(0)
	d.Input = r.finishPayload(FieldInput, &r.input)
	d.Output = r.finishPayload(FieldOutput, &r.output)
	if d.ErrorMessage != "" {
		d.ErrorMessage = t.finishText(FieldErrorMessage, d.ErrorMessage)
	}
	if d.RequestedModel == "" {
		d.RequestedModel = d.Model
	}
	if d.Usage != nil && d.Usage.TotalTokens == 0 {
		d.Usage.TotalTokens = d.Usage.InputTokens + d.Usage.OutputTokens
	}
	r.attributes = r.appendAttributes(r.attributes[:0])
	content := t.suppressParts(FieldMetadata, r.attributes, d.Capture)
	d.Attributes = t.finishContent(FieldMetadata, content, r.limit())
}

func (r *record) finishPayload(field Field, p *payload) []byte {
	if !p.set || r.suppresses(field) {
		return nil
	}
	if p.later != nil || len(p.encoded) == 0 {
		if p.encoded == nil {
			p.encoded = r.tracer.scratch()
		}
		p.encoded = r.tracer.encoder.Append(p.encoded[:0], p.later, r.tracer.encodeLimit())
		p.later = nil
	}
	content := p.encoded
	if r.data.Kind != KindTool {
		content = r.tracer.suppressParts(field, content, r.data.Capture)
	}
	return r.tracer.finishContent(field, content, r.limit())
}

// finishContent redacts, then cuts.
func (t *Tracer) finishContent(field Field, content []byte, limit int) []byte {
	if t.redactor != nil && len(content) > 0 {
		redacted, ok := t.redact(field, content)
		if !ok {
			return suppressedContent(field)
		}
		content = redacted
	}
	if len(content) > limit {
		content = jsonenc.AppendCut(nil, content, limit)
	}
	return content
}

// attribute is an entry of metadata of the library's own, its value encoded.
type attribute struct {
	key   string
	value []byte
}

// appendAttributes writes the metadata as one JSON object: what the library
// knows first, then the user's, which wins over a key of the library's.
func (r *record) appendAttributes(b []byte) []byte {
	b = append(b, '{')
	body := len(b)
	member := func(key string) bool {
		if r.hasMeta(key) {
			return false
		}
		if len(b) > body {
			b = append(b, ',')
		}
		b = append(jsonenc.AppendString(b, key), ':')
		return true
	}
	if r.isRoot() {
		for _, a := range r.tracer.vcs() {
			if member(a.key) {
				b = append(b, a.value...)
			}
		}
	}
	for _, a := range r.code {
		if member(a.key) {
			b = append(b, a.value...)
		}
	}
	if len(r.tags) > 0 && member(KeyTags) {
		b = r.tracer.encoder.Append(b, r.tags, r.tracer.encodeLimit())
	}
	for i := range r.meta {
		e := &r.meta[i]
		if len(b) > body {
			b = append(b, ',')
		}
		b = append(jsonenc.AppendString(b, e.key), ':')
		b = r.appendMetaEntry(b, e)
	}
	if len(r.errors) > 1 && member(KeyExceptionChain) {
		b = r.appendErrors(b)
	}
	for _, detail := range r.usageDetails() {
		if detail.count != 0 && member(detail.key) {
			b = strconv.AppendInt(b, detail.count, 10)
		}
	}
	if r.metaLost > 0 && member("staso.metadata_lost") {
		b = strconv.AppendInt(b, int64(r.metaLost), 10)
	}
	return append(b, '}')
}

func (r *record) appendMetaEntry(b []byte, e *metaEntry) []byte {
	if e.later != nil {
		return r.tracer.encoder.Append(b, e.later, r.tracer.encodeLimit())
	}
	return append(b, r.metaBytes[e.start:e.end]...)
}

// appendErrors writes the chain of errors, each as an error message of its own:
// redacted, and then cut.
func (r *record) appendErrors(b []byte) []byte {
	b = append(b, '[')
	for i, text := range r.errors {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsonenc.AppendString(b, cutText(r.tracer.finishText(FieldErrorMessage, text), maxIdentifier))
	}
	return append(b, ']')
}

func (r *record) hasMeta(key string) bool {
	for i := range r.meta {
		if r.meta[i].key == key {
			return true
		}
	}
	return false
}

type usageDetail struct {
	key   string
	count int64
}

func (r *record) usageDetails() [7]usageDetail {
	if r.data.Usage == nil {
		return [7]usageDetail{}
	}
	u := r.data.Usage
	return [7]usageDetail{
		{KeyCacheReadInputTokens, u.CacheReadInputTokens},
		{KeyCacheCreationInputTokens, u.CacheCreationInputTokens},
		{KeyCacheWrite5mInputTokens, u.CacheWrite5mInputTokens},
		{KeyCacheWrite1hInputTokens, u.CacheWrite1hInputTokens},
		{KeyReasoningTokens, u.ReasoningTokens},
		{KeyAudioInputTokens, u.AudioInputTokens},
		{KeyAudioOutputTokens, u.AudioOutputTokens},
	}
}

// scratch returns a buffer to encode into.
func (t *Tracer) scratch() []byte {
	if b, ok := t.buffers.Get().(*[]byte); ok {
		out := (*b)[:0]
		*b = nil
		t.boxes.Put(b)
		return out
	}
	return make([]byte, 0, 512)
}

func (t *Tracer) putScratch(b []byte) {
	if cap(b) == 0 || cap(b) > keepBuffer {
		return
	}
	box, ok := t.boxes.Get().(*[]byte)
	if !ok {
		box = new([]byte)
	}
	*box = b
	t.buffers.Put(box)
}

// cutText returns valid UTF-8 of at most limit bytes, cut at a rune.
func cutText(text string, limit int) string {
	if len(text) > limit {
		for limit > 0 && !utf8.RuneStart(text[limit]) {
			limit--
		}
		text = strings.Clone(text[:limit]) // not to keep the whole alive
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return text
}
