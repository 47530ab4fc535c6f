package ingest

import (
	"encoding/json"
	"slices"

	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// The attributes that mean something to the backend, and those that it adds.
const (
	attrProvider    = "provider"
	attrTags        = "tags"
	attrProvisional = "staso.provisional_root"

	// attrKind keeps a kind that is none of ours.
	attrKind = "staso.original_kind"
	// attrText keeps attributes that are not a JSON object, where attrKind had
	// to be added to them.
	attrText = "staso.original_attributes"
)

// derive fills in what a span's attributes say and its fields do not. Attributes
// that are not a JSON object are kept and say nothing.
func (r *reader) derive(sp *store.Span) {
	if len(sp.Attributes) == 0 {
		return
	}
	s := &r.attributes
	s.Reset(sp.Attributes)
	var (
		provider    string
		tags        []string
		provisional bool
	)
	for s.BeginObject(); s.Field(); {
		switch string(s.Key()) {
		case attrProvider:
			provider = stringOr(s, sp.Provider)
		case attrTags:
			tags = readTags(s)
		case attrProvisional:
			provisional = isTrue(s)
		default:
			s.Skip()
		}
	}
	s.End()
	if s.Err() != nil {
		return
	}
	if sp.Provider == "" {
		sp.Provider = cut(provider, maxLabelBytes)
	}
	sp.Tags, sp.Provisional = tags, provisional
}

func stringOr(s *jsonscan.Scanner, like string) string {
	if s.Kind() != jsonscan.String {
		s.Skip()
		return ""
	}
	return s.Text(like)
}

func isTrue(s *jsonscan.Scanner) bool {
	if s.Kind() != jsonscan.Bool {
		s.Skip()
		return false
	}
	return s.Bool()
}

// readTags takes a list of strings, each once. What is no string, too long or too
// many stays in the attributes and is not a tag.
func readTags(s *jsonscan.Scanner) []string {
	if s.Kind() != jsonscan.Array {
		s.Skip()
		return nil
	}
	var tags []string
	for s.BeginArray(); s.Element(); {
		tag := stringOr(s, "")
		if tag != "" && len(tag) <= maxTagBytes && len(tags) < maxTags && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// withKind returns attributes that also keep the kind that a client gave.
func withKind(attributes []byte, kind string) []byte {
	name, _ := json.Marshal(cut(kind, maxLabelBytes)) //nolint:errcheck // a string always encodes
	member := `"` + attrKind + `":` + string(name)
	end, empty, ok := objectEnd(attributes)
	switch {
	case ok && empty:
		return []byte("{" + member + "}")
	case ok:
		return slices.Concat(attributes[:end], []byte(","+member+"}"))
	}
	text, _ := json.Marshal(string(attributes)) //nolint:errcheck // a string always encodes
	return []byte("{" + member + `,"` + attrText + `":` + string(text) + "}")
}

// objectEnd finds the closing brace of attributes that are a JSON object, or
// nothing at all.
func objectEnd(attributes []byte) (end int, empty, ok bool) {
	if len(attributes) == 0 {
		return 0, true, true
	}
	s := jsonscan.New(attributes)
	empty = true
	for s.BeginObject(); s.Field(); {
		empty = false
		s.Skip()
	}
	end = s.Offset() - 1
	s.End()
	return end, empty, s.Err() == nil
}
