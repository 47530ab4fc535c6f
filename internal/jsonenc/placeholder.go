package jsonenc

import (
	"fmt"
	"reflect"
)

// placeholderTextLimit bounds what a placeholder quotes of an error or a panic.
const placeholderTextLimit = 200

// placeholder appends a JSON string that stands for something that has no JSON
// form.
func (s *state) placeholder(text string) { s.buf = appendPlaceholder(s.buf, text) }

func appendPlaceholder(dst []byte, text string) []byte {
	if len(text) > placeholderTextLimit {
		text = text[:runeStart(text, placeholderTextLimit)] + "…"
	}
	return AppendString(dst, "[unencodable: "+text+"]")
}

// describe says what somebody panicked with. It prints no more than an error's or
// a string's own text: package fmt would follow a cycle for ever.
func describe(r any) (text string) {
	defer func() {
		if recover() != nil {
			text = typeName(r)
		}
	}()
	switch r := r.(type) {
	case error:
		return r.Error()
	case string:
		return r
	case fmt.Stringer:
		return r.String()
	}
	return typeName(r)
}

// typeName is the type's name, or what stands for it where there is none.
func typeName(v any) string {
	if v == nil {
		return "nil"
	}
	return reflect.TypeOf(v).String()
}
