package payload

import (
	"strconv"
	"strings"
)

// Resolve returns the string that the JSON pointer at leads to, also through
// JSON that stands in a string. It returns raw whole where at is "" or leads to
// anything else.
func Resolve(raw []byte, at string) []byte {
	if at == "" || at[0] != '/' {
		return raw
	}
	v, ok := Parse(raw)
	if !ok {
		return raw
	}
	for name := range strings.SplitSeq(at[1:], "/") {
		if inner := nested(v); inner != nil {
			v = inner
		}
		if v = step(v, unescape(name)); v == nil {
			return raw
		}
	}
	if !v.is(String) {
		return raw
	}
	return []byte(v.Text)
}

func step(v *Value, name string) *Value {
	if !v.is(Array) {
		return v.Get(name)
	}
	i, err := strconv.Atoi(name)
	if err != nil || i < 0 || i >= len(v.Items) {
		return nil
	}
	return v.Items[i]
}

func unescape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
}
