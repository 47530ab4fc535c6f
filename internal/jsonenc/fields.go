package jsonenc

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// field is one member of a struct's JSON form.
type field struct {
	index     []int
	key       string // quoted, with its colon
	name      string
	tagged    bool
	omitEmpty bool
	isZero    func(reflect.Value) bool // not nil: omitzero
	quoted    bool
	text      bool // a plain string of the struct's own: no more needs to be asked
	encode    encodeFunc
}

// fields finds the members of t by Go's rules of promotion as encoding/json has
// them: the shallowest of a name wins, then the tagged one, and a tie drops all.
func (e *Encoder) fields(t reflect.Type) []field {
	var all []field
	e.collectFields(t, nil, map[reflect.Type]bool{}, &all)
	kept := all[:0:0]
	for i := range all {
		if dominant(all, &all[i]) {
			kept = append(kept, all[i])
		}
	}
	slices.SortFunc(kept, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return kept
}

// collectFields takes the fields of t and of what it embeds. open has the types
// that are being walked over, for one may embed a pointer to itself.
func (e *Encoder) collectFields(t reflect.Type, index []int, open map[reflect.Type]bool, all *[]field) {
	if open[t] {
		return
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		if !takesPart(sf) {
			continue
		}
		name, options := parseTag(sf.Tag.Get("json"))
		at := append(slices.Clone(index), i)
		if embedded := pointedTo(sf.Type); sf.Anonymous && name == "" && embedded.Kind() == reflect.Struct {
			e.collectFields(embedded, at, open, all)
			continue
		}
		*all = append(*all, e.newField(sf, at, name, options))
	}
}

// takesPart says that the field, or one that it embeds, is seen in JSON.
func takesPart(sf reflect.StructField) bool {
	if sf.Tag.Get("json") == "-" {
		return false
	}
	return sf.IsExported() || sf.Anonymous && pointedTo(sf.Type).Kind() == reflect.Struct
}

// pointedTo is what an unnamed pointer type points to, or t.
func pointedTo(t reflect.Type) reflect.Type {
	if t.Name() == "" && t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// parseTag takes a tag apart. A name that encoding/json does not take is none.
func parseTag(tag string) (name, options string) {
	name, options, _ = strings.Cut(tag, ",")
	for _, c := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return "", options
		}
	}
	return name, options
}

func (e *Encoder) newField(sf reflect.StructField, index []int, name, options string) field {
	f := field{index: index, name: name, tagged: name != "", encode: e.lazyPlan(sf.Type)}
	if !f.tagged {
		f.name = sf.Name
	}
	f.key = string(append(AppendString(nil, f.name), ':'))
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.isZero = zeroTest(sf.Type)
		case "string":
			f.quoted = quotable(pointedTo(sf.Type))
		}
	}
	f.text = len(index) == 1 && isText(sf.Type) && !f.omitEmpty && f.isZero == nil && !f.quoted
	return f
}

// isText says that a value of type t encodes as the string that it is.
func isText(t reflect.Type) bool {
	return t.Kind() == reflect.String && t != reflect.TypeFor[json.Number]() && !hasMethods(reflect.PointerTo(t))
}

func quotable(t reflect.Type) bool {
	return (t.Kind() == reflect.String || isNumber(t.Kind())) && !hasMethods(t)
}

// dominant says that no other field of f's name hides f.
func dominant(all []field, f *field) bool {
	for i := range all {
		other := &all[i]
		if other.name != f.name || slices.Equal(other.index, f.index) {
			continue
		}
		switch {
		case len(other.index) > len(f.index):
		case len(other.index) < len(f.index):
			return false
		case f.tagged && !other.tagged:
		default: // the other one is tagged, or both are alike
			return false
		}
	}
	return true
}
