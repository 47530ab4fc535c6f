package payload

import "strings"

// draft is a message as recognised, before it is made ready for a page.
type draft struct {
	role, name, note string
	pieces           []*piece
}

// piece is a part of a draft: value is its text, the arguments of a call, what
// a result holds, or the whole of something unknown.
type piece struct {
	kind     PartKind
	value    *Value
	at       string
	id, name string
	failed   bool
	result   *piece
}

func (it *piece) text() string {
	if it.value == nil {
		return ""
	}
	return it.value.Text
}

func (d *draft) size() int {
	n := 0
	for _, it := range d.pieces {
		n += len(it.text())
	}
	return n
}

// pair moves each result to the call that asked for it, by id, else in order by
// name, and drops the messages that held nothing else.
func pair(drafts []*draft) []*draft {
	byID, byName := map[string]*piece{}, map[string][]*piece{}
	out := drafts[:0:0]
	for _, d := range drafts {
		kept := d.pieces[:0:0]
		for _, it := range d.pieces {
			if it.kind == PartCall {
				byID[it.id] = it
				byName[it.name] = append(byName[it.name], it)
			}
			if it.kind != PartResult || !attach(it, byID, byName) {
				kept = append(kept, it)
			}
		}
		if len(kept) == 0 && len(d.pieces) > 0 {
			continue
		}
		d.pieces = kept
		out = append(out, d)
	}
	return out
}

func attach(result *piece, byID map[string]*piece, byName map[string][]*piece) bool {
	if call := byID[result.id]; result.id != "" && call != nil && call.result == nil {
		call.result = result
		return true
	}
	if result.id != "" {
		return false
	}
	for _, call := range byName[result.name] {
		if call.result == nil {
			call.result = result
			return true
		}
	}
	return false
}

// textItem is a text, and nil where there is none.
func textItem(kind PartKind, v *Value, at string) []*piece {
	if !v.is(String) || v.Text == "" {
		return nil
	}
	return []*piece{{kind: kind, value: v, at: at}}
}

func media(kind, mime string, size int) *piece {
	words := []string{kind}
	if mime != "" {
		words = append(words, mime)
	}
	if size > 0 {
		words = append(words, bytesText(size))
	}
	return &piece{kind: PartMedia, name: strings.Join(words, " · ")}
}
