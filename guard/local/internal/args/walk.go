package args

import (
	"strconv"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// walker reads one JSON document. It judges on where a strict parser would give
// up, and says that the document is none.
type walker struct {
	set    *Set
	tool   *Tool
	budget *detect.Budget
	src    string
	pos    int
	depth  int
	values int
	broken bool
	// limited says that it is broken off at a limit, not because it is no JSON
	limited bool
	// of what is inside a string of the call: whose child it is
	nested bool
	parent int
	via    []string
}

// scope is what is known of a value from the names around it.
type scope struct {
	key  string // the last name, in lower case
	role role
}

func (w *walker) document(name string) {
	w.space()
	if w.pos == len(w.src) {
		return
	}
	top := scope{}
	if w.src[w.pos] != '{' {
		w.push(name)
		top = named(name)
	}
	w.value(top)
	w.space()
	if w.pos < len(w.src) {
		w.fail("goes on after its end")
	}
	w.set.field = w.set.field[:0]
	if w.broken && w.lenient() {
		w.asText(name)
	}
}

// lenient says that what is read is data, not a call's arguments: what is odd
// about it misleads no tool.
func (w *walker) lenient() bool { return w.tool.class == classOutput }

// asText takes all of it for one text in place of what was read so far.
func (w *walker) asText(name string) {
	w.set.Args, w.set.origins = w.set.Args[:0], w.set.origins[:0]
	w.push(name)
	w.add(named(name), w.src, origin{start: 0, end: len(w.src)})
	w.set.field = w.set.field[:0]
}

func (w *walker) find(code string, severity guard.Severity, reason string) {
	if !w.lenient() {
		w.set.find(code, severity, reason)
	}
}

// fail makes a finding of what is no JSON, and judges the rest as text.
func (w *walker) fail(what string) {
	if w.broken {
		return
	}
	w.broken = true
	if w.nested || w.lenient() {
		return
	}
	w.find("arguments.invalid_json", guard.SeverityHigh,
		"The arguments are no JSON ("+what+" at byte "+strconv.Itoa(w.pos)+"), so a tool may read them as something else than what was judged.")
	w.add(named("input"), w.src, origin{start: 0, end: len(w.src)})
}

func (w *walker) space() {
	for w.pos < len(w.src) {
		switch w.src[w.pos] {
		case ' ', '\t', '\n', '\r':
			w.pos++
		default:
			return
		}
	}
}

func (w *walker) value(at scope) {
	if w.broken {
		return
	}
	if w.values++; w.values > MaxValues {
		w.limit("arguments.too_large", "The arguments hold more than the 16384 values that are judged; split the call.")
		return
	}
	if w.pos == len(w.src) {
		w.fail("a value is missing")
		return
	}
	switch c := w.src[w.pos]; {
	case c == '{', c == '[':
		w.deeper(at, c)
	case c == '"':
		w.text(at)
	case c == '-' || c >= '0' && c <= '9':
		w.number(at)
	default:
		w.word(at)
	}
}

// limit stops the walk: the call is not judged whole, and the finding says so.
func (w *walker) limit(code, reason string) {
	w.broken, w.limited = true, true
	w.find(code, guard.SeverityHigh, reason)
}

// deeper reads the object or the list that opens here.
func (w *walker) deeper(at scope, opening byte) {
	if w.depth++; w.depth > MaxDepth {
		w.limit("arguments.too_deep", "The arguments are nested deeper than the 128 levels that are judged; flatten them.")
		return
	}
	w.pos++
	if opening == '{' {
		w.object()
	} else {
		w.list(at)
	}
	w.depth--
}

func (w *walker) list(at scope) {
	w.space()
	if w.accept(']') {
		return
	}
	first, length := len(w.set.Args), len(w.set.field)
	for i := 0; !w.broken; i++ {
		w.set.field = appendIndex(w.set.field, i)
		w.space()
		w.value(at)
		w.set.field = w.set.field[:length]
		w.space()
		if w.accept(']') {
			w.joinList(at, first)
			return
		}
		if !w.accept(',') {
			w.fail("a list does not go on as one")
		}
	}
}

func (w *walker) object() {
	names := names{set: w.set, from: len(w.set.keys)}
	first, length := len(w.set.Args), len(w.set.field)
	w.space()
	if w.accept('}') {
		return
	}
	for !w.broken {
		w.member(&names)
		w.set.field = w.set.field[:length]
		w.space()
		if w.accept('}') {
			break
		}
		if !w.accept(',') {
			w.fail("an object does not go on as one")
		}
		w.space()
	}
	w.set.keys = w.set.keys[:names.from]
	if !w.broken {
		w.speak(first)
		w.joinObject(first)
	}
}

func (w *walker) member(names *names) {
	if w.pos == len(w.src) || w.src[w.pos] != '"' {
		w.fail("a member has no name")
		return
	}
	key, _, ok := w.string()
	if !ok {
		return
	}
	w.space()
	if !w.accept(':') {
		w.fail("a name has no value")
		return
	}
	w.space()
	w.push(key)
	if names.again(key) && !names.reported {
		names.reported = true
		w.find("arguments.duplicate_key", guard.SeverityHigh,
			"The arguments hold a member twice, so a tool may read another value than the one that was meant.")
	}
	at := named(key)
	w.oddName(key, at)
	w.value(at)
}

// oddName judges a name that is more than a name, as a value.
func (w *walker) oddName(key string, at scope) {
	if len(key) <= 64 && !strings.ContainsAny(key, " \t\n;&|<>$`'\"(){}\\/=") {
		return
	}
	at.role = roleUnknown
	w.add(at, key, origin{})
}

func (w *walker) accept(c byte) bool {
	if w.pos < len(w.src) && w.src[w.pos] == c {
		w.pos++
		return true
	}
	return false
}

// push appends a name to the field, cut where it is long.
func (w *walker) push(name string) {
	if len(w.set.field) >= maxField {
		return
	}
	if len(w.set.field) > 0 {
		w.set.field = append(w.set.field, '.')
	}
	w.set.field = append(w.set.field, name[:min(len(name), maxField/2)]...)
}

func appendIndex(field []byte, i int) []byte {
	if len(field) >= maxField {
		return field
	}
	return append(strconv.AppendInt(append(field, '['), int64(i), 10), ']')
}
