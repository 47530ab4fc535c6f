package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
)

// toJSON writes n as JSON, keys in their order in the file.
func toJSON(n *node) json.RawMessage {
	var buffer bytes.Buffer
	(&jsonWriter{buffer: &buffer}).write(n)
	return buffer.Bytes()
}

// canonical writes n as JSON, keys in their alphabet's order.
func canonical(n *node) []byte {
	var buffer bytes.Buffer
	(&jsonWriter{buffer: &buffer, sorted: true}).write(n)
	return buffer.Bytes()
}

type jsonWriter struct {
	buffer *bytes.Buffer
	sorted bool
}

func (w *jsonWriter) write(n *node) {
	switch n.kind {
	case null:
		w.buffer.WriteString("null")
	case text:
		w.string(n.text)
	case number, boolean:
		w.buffer.WriteString(n.text)
	case list:
		w.list(n.elements)
	case mapping:
		w.mapping(n)
	}
}

func (w *jsonWriter) list(elements []*node) {
	w.buffer.WriteByte('[')
	for i, element := range elements {
		if i > 0 {
			w.buffer.WriteByte(',')
		}
		w.write(element)
	}
	w.buffer.WriteByte(']')
}

func (w *jsonWriter) mapping(n *node) {
	order := make([]int, len(n.keys))
	for i := range order {
		order[i] = i
	}
	if w.sorted {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(n.keys[a].text, n.keys[b].text) })
	}
	w.buffer.WriteByte('{')
	for i, at := range order {
		if i > 0 {
			w.buffer.WriteByte(',')
		}
		w.string(n.keys[at].text)
		w.buffer.WriteByte(':')
		w.write(n.elements[at])
	}
	w.buffer.WriteByte('}')
}

// string writes text as it is: a call's arguments may hold "<" and "&".
func (w *jsonWriter) string(s string) {
	encoder := json.NewEncoder(w.buffer)
	encoder.SetEscapeHTML(false)
	encoder.Encode(s)                     //nolint:errcheck // a string into memory
	w.buffer.Truncate(w.buffer.Len() - 1) // Encode ends the line
}
