package jsonenc

import "reflect"

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

// typeName is the type's name, or what stands for it where there is none.
func typeName(v any) string {
	if v == nil {
		return "nil"
	}
	return reflect.TypeOf(v).String()
}
