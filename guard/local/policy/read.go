package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/staso-go/staso/guard/local/internal/glob"
	"github.com/staso-go/staso/guard/local/internal/nearest"
)

// reader reads a policy out of nodes, and collects every mistake.
type reader struct {
	compiler *compiler
	now      time.Time
	base     *Policy // the built-in policy, once it is asked for
	mistakes []error
	warnings []*Error
}

// fields are the keys that a mapping may have, each with what reads its value.
type fields map[string]func(*node)

func (r *reader) fail(at Position, problem, remedy string) {
	r.mistakes = append(r.mistakes, &Error{Position: at, Problem: problem, Remedy: remedy})
}

// must says whether n is of the kind; where not, that is a mistake.
func (r *reader) must(n *node, want kind, what string) bool {
	if n.kind != want {
		r.fail(n.at, fmt.Sprintf("%s is %s", what, n.kind), "it must be "+want.String()+hint(n, want))
	}
	return n.kind == want
}

// hint says how the value is written that was probably meant.
func hint(n *node, want kind) string {
	switch {
	case want == text && (n.kind == number || n.kind == boolean):
		return ": write it in quotes"
	case want == list && n.kind == text:
		return fmt.Sprintf(": write [%s]", n.text)
	}
	return ""
}

// mapping reads a mapping's values by their keys.
func (r *reader) mapping(n *node, what string, known fields) bool {
	if !r.must(n, mapping, what) {
		return false
	}
	for i, key := range n.keys {
		if read, ok := known[key.text]; ok {
			read(n.elements[i])
			continue
		}
		r.unknown(key.at, fmt.Sprintf("%s has no key %q", what, key.text), key.text, keysOf(known))
	}
	return true
}

// unknown is the mistake of a name that is not among known.
func (r *reader) unknown(at Position, problem, name string, known []string) {
	remedy := "use one of " + strings.Join(known, ", ")
	if near := nearest.Name(name, known); near != "" {
		remedy = fmt.Sprintf("did you mean %q? It may be %s", near, strings.Join(known, ", "))
	}
	r.fail(at, problem, remedy)
}

func keysOf(known fields) []string {
	keys := make([]string, 0, len(known))
	for key := range known {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// text reads text that is not empty.
func (r *reader) text(into *string, what string) func(*node) {
	return func(n *node) {
		if !r.must(n, text, what) {
			return
		}
		if *into = n.text; strings.TrimSpace(n.text) == "" {
			r.fail(n.at, what+" is empty", "leave the key out, or write something")
		}
	}
}

// list reads a list by its elements.
func (r *reader) list(n *node, what string, read func(*node)) {
	if !r.must(n, list, what) {
		return
	}
	for _, element := range n.elements {
		read(element)
	}
}

// texts reads a list of texts.
func (r *reader) texts(into *[]string, what string) func(*node) {
	return func(n *node) {
		r.list(n, what, func(element *node) {
			var one string
			r.text(&one, "an element of "+what)(element)
			*into = append(*into, one)
		})
	}
}

// globs reads a list of patterns.
func (r *reader) globs(into *[]string, what string) func(*node) {
	return func(n *node) {
		r.list(n, what, func(element *node) {
			var pattern string
			r.text(&pattern, "an element of "+what)(element)
			r.glob(pattern, element.at)
			*into = append(*into, pattern)
		})
	}
}

func (r *reader) glob(pattern string, at Position) {
	if _, err := glob.Compile(pattern); err != nil {
		r.fail(at, err.Error(), `"*" is any run of characters, "?" any one, "{a,b}" a or b`)
	}
}

// oneOf reads one of a few words.
func oneOf[T ~string](r *reader, into *T, what string, words ...T) func(*node) {
	return func(n *node) {
		if !r.must(n, text, what) {
			return
		}
		if slices.Contains(words, T(n.text)) {
			*into = T(n.text)
			return
		}
		known := make([]string, len(words))
		for i, word := range words {
			known[i] = string(word)
		}
		r.unknown(n.at, fmt.Sprintf("%s is %q", what, n.text), n.text, known)
	}
}

// boolean reads true or false.
func (r *reader) boolean(into *bool, what string) func(*node) {
	return func(n *node) {
		if r.must(n, boolean, what) {
			*into = n.text == "true"
		}
	}
}

// duration reads a length of time that is more than nothing.
func (r *reader) duration(into *time.Duration, what string) func(*node) {
	return func(n *node) {
		d, err := time.ParseDuration(n.text)
		if n.kind != text || err != nil || d <= 0 {
			r.fail(n.at, fmt.Sprintf("%s is %q", what, n.text), `write a number and its unit: "500ms", "2s"`)
			return
		}
		*into = d
	}
}

// when reads an expression.
func (r *reader) when(into **Expression) func(*node) {
	return func(n *node) {
		if !r.must(n, text, "when") {
			return
		}
		compiled, err := r.compiler.compile(n.text)
		if err != nil {
			r.fail(n.at, "when: "+err.Error(), `it is a CEL expression over the call: args.amount > 100 && agent != "supervisor"`)
			return
		}
		*into = compiled
	}
}
