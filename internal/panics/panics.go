// Package panics says what somebody panicked with.
package panics

import (
	"fmt"
	"reflect"
	"strconv"
)

// Text describes what recover returned. An error and a string are told in their
// own words, of anything else only the type is: package fmt would follow a cycle
// for ever, and that cannot be recovered from. A method that panics in turn is
// told by the type too.
func Text(recovered any) (text string) {
	defer func() {
		if recover() != nil {
			text = typeName(recovered)
		}
	}()
	switch r := recovered.(type) {
	case error:
		return r.Error()
	case string:
		return r
	case int:
		return strconv.Itoa(r)
	case fmt.Stringer:
		return r.String()
	}
	return typeName(recovered)
}

func typeName(v any) string {
	if v == nil {
		return "nil"
	}
	return reflect.TypeOf(v).String()
}
