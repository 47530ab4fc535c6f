package args

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// text reads a string as an argument.
func (w *walker) text(at scope) {
	start := w.pos
	value, plain, ok := w.string()
	if !ok {
		return
	}
	w.add(at, value, origin{start: start, end: w.pos, plain: plain})
}

// string reads a string; plain says that it stands there as it is.
func (w *walker) string() (value string, plain, ok bool) {
	start := w.pos + 1
	for i := plainUntil(w.src, start); i < len(w.src); i++ {
		switch c := w.src[i]; {
		case c == '"':
			w.pos = i + 1
			return w.checked(w.src[start:i]), true, true
		case c == '\\' || c < ' ':
			return w.escaped(start, i)
		}
	}
	w.pos = len(w.src)
	w.fail("a string has no end")
	return "", false, false
}

// escaped reads the string from start on, whose first escape is at i.
func (w *walker) escaped(start, i int) (value string, plain, ok bool) {
	out := append(make([]byte, 0, w.stringEnd(i)-start), w.src[start:i]...)
	for i < len(w.src) {
		c := w.src[i]
		switch {
		case c == '"':
			w.pos = i + 1
			return w.checked(string(out)), false, true
		case c < ' ':
			w.pos = i
			w.fail("a string holds a raw control character")
			return "", false, false
		case c != '\\':
			end := max(plainUntil(w.src, i), i+1)
			out = append(out, w.src[i:end]...)
			i = end
		default:
			r, size := escape(w.src[i:])
			if size == 0 {
				w.pos = i
				w.fail("a string holds an escape that is none")
				return "", false, false
			}
			out = utf8.AppendRune(out, r)
			i += size
		}
	}
	w.pos = len(w.src)
	w.fail("a string has no end")
	return "", false, false
}

// stringEnd is where the string ends that goes on at i, or the end of all.
func (w *walker) stringEnd(i int) int {
	for ; i < len(w.src); i++ {
		switch w.src[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return len(w.src)
}

// escape reads the escape that s begins with; a size of zero says that it is none.
func escape(s string) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	if s[1] == 'u' {
		return unicodeEscape(s)
	}
	const names, values = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(names, s[1]); i >= 0 {
		return rune(values[i]), 2
	}
	return 0, 0
}

func unicodeEscape(s string) (r rune, size int) {
	first, ok := fourDigits(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(first) {
		if second, ok := fourDigits(s[6:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r, 12
			}
		}
		return utf8.RuneError, 6
	}
	return first, 6
}

// fourDigits reads a backslash, a u and four hexadecimal digits.
func fourDigits(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 32)
	return rune(n), err == nil
}

// checked finds what no text should hold. The value is judged all the same.
func (w *walker) checked(value string) string {
	if strings.IndexByte(value, 0) >= 0 {
		w.find("arguments.nul", guard.SeverityHigh,
			"An argument holds a NUL byte, at which many programs stop reading.")
	}
	if !utf8.ValidString(value) {
		w.find("arguments.invalid_utf8", guard.SeverityMedium,
			"An argument holds bytes that are no UTF-8, which a tool may read as something else than what was judged.")
	}
	return value
}

func (w *walker) number(at scope) {
	start := w.pos
	for w.pos < len(w.src) && isNumberByte(w.src[w.pos]) {
		w.pos++
	}
	raw := w.src[start:w.pos]
	n, err := strconv.ParseFloat(raw, 64)
	if (err != nil && !errors.Is(err, strconv.ErrRange)) || !validNumber(raw) {
		w.fail("a number is none")
		return
	}
	w.append(at, detect.Arg{Text: raw, Number: n, IsNumber: true, Kinds: numberKinds(at)}, origin{start: start, end: w.pos, plain: true})
}

// numberIn is the number that a text is, if it is one and nothing else.
func numberIn(value string) (float64, bool) {
	if value == "" || len(value) > 32 {
		return 0, false
	}
	for i := range len(value) {
		if !isNumberByte(value[i]) {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(value, 64)
	return n, err == nil
}

func isNumberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// validNumber holds to the grammar of JSON where ParseFloat is wider: no leading
// zero, plus or dot.
func validNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return false
	}
	if dot := strings.IndexByte(digits, '.'); dot >= 0 && (dot+1 == len(digits) || digits[dot+1] < '0' || digits[dot+1] > '9') {
		return false
	}
	return digits[0] != '0' || len(digits) == 1 || digits[1] == '.' || digits[1]|0x20 == 'e'
}

// word reads true, false and null.
func (w *walker) word(at scope) {
	for _, word := range [...]string{"true", "false", "null"} {
		if !strings.HasPrefix(w.src[w.pos:], word) {
			continue
		}
		start := w.pos
		w.pos += len(word)
		if word != "null" {
			w.append(at, detect.Arg{Text: word}, origin{start: start, end: w.pos, plain: true})
		}
		return
	}
	w.fail("a value is none")
}

// add adds a text as an argument.
func (w *walker) add(at scope, value string, from origin) {
	arg := detect.Arg{Text: value}
	arg.Kinds, arg.Lang = w.kinds(at, value)
	arg.Number, arg.IsNumber = numberIn(value)
	w.append(at, arg, from)
}

func (w *walker) append(at scope, arg detect.Arg, from origin) {
	arg.Key = at.key
	arg.Field = w.fieldOf(at)
	arg.Via, arg.Derived, arg.Parent = w.via, w.nested, w.parent
	if w.nested {
		from = origin{depth: w.set.origins[w.parent].depth + 1}
	}
	if w.tool.Typed != nil {
		if kinds, known := w.tool.Typed(arg.Field); known {
			arg.Kinds = kinds
		}
	}
	w.set.Args = append(w.set.Args, arg)
	w.set.origins = append(w.set.origins, from)
}

// typed says that a policy says what is in the field.
func (w *walker) typed(field string) bool {
	if w.tool.Typed == nil {
		return false
	}
	_, known := w.tool.Typed(field)
	return known
}

// fieldOf is the field's name, without memory of its own where it is the key's.
func (w *walker) fieldOf(at scope) string {
	if string(w.set.field) == at.key {
		return at.key
	}
	return string(w.set.field)
}
