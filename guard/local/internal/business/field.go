package business

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// pattern is a field with every index taken out: "items[3].price" is
// "items[].price".
func pattern(field string) string {
	if strings.IndexByte(field, '[') < 0 {
		return field
	}
	out := make([]byte, 0, len(field))
	for i := 0; i < len(field); i++ {
		out = append(out, field[i])
		if field[i] != '[' {
			continue
		}
		for i+1 < len(field) && field[i+1] >= '0' && field[i+1] <= '9' {
			i++
		}
	}
	return string(out)
}

// parent is the object that a field stands in: "items[3]" of "items[3].price".
func parent(field string) string {
	if dot := strings.LastIndexByte(field, '.'); dot >= 0 {
		return field[:dot]
	}
	return ""
}

// name is the last name in an argument's field, as it is written: "orderId" of
// "orders[3].orderId".
func name(arg *detect.Arg) string {
	last := arg.Field[strings.LastIndexByte(arg.Field, '.')+1:]
	if index := strings.IndexByte(last, '['); index > 0 {
		last = last[:index]
	}
	return last
}

// own goes through the arguments that stand in the call itself, or in JSON that
// one of them is.
func own(c *detect.Call) func(yield func(*detect.Arg) bool) {
	return func(yield func(*detect.Arg) bool) {
		for i := range c.Args {
			if isOwn(&c.Args[i]) && !yield(&c.Args[i]) {
				return
			}
		}
	}
}

func isOwn(arg *detect.Arg) bool {
	if !arg.Derived {
		return true
	}
	for _, via := range arg.Via {
		if via != "json" {
			return false
		}
	}
	return len(arg.Via) > 0
}

// words takes a name apart into its words, in lower case: "exportAll_users" is
// export, all, users. It calls yield for each until that says no.
func words(name string, yield func(word string) bool) {
	start := 0
	for i := 1; i <= len(name); i++ {
		if i < len(name) && !breaks(name, i) {
			continue
		}
		if word := strings.Trim(name[start:i], "_-.:/ []"); word != "" && !yield(strings.ToLower(word)) {
			return
		}
		start = i
	}
}

// breaks says that a word begins at i.
func breaks(name string, i int) bool {
	if strings.IndexByte("_-.:/ []", name[i]) >= 0 {
		return true
	}
	upper := name[i] >= 'A' && name[i] <= 'Z'
	after := name[i-1] >= 'a' && name[i-1] <= 'z' || name[i-1] >= '0' && name[i-1] <= '9'
	return upper && after
}

// hasWord says that one of a name's words is among these.
func hasWord(name string, among func(string) bool) bool {
	found := false
	words(name, func(word string) bool {
		found = among(word)
		return !found
	})
	return found
}
