package command

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/place"
)

// variable is about a path that begins with a variable or with a command, whose
// value is not known.
func (j *judge) variable(w *Word) target {
	name, rest := cutVariable(w.Text)
	switch name {
	case "HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP":
		at := place.Of("$" + name + rest)
		if at == 0 && strings.Contains(name, "TMP") {
			at = place.Temp
		}
		return worth(at, w.Text)
	case "PWD", "(pwd)":
		return j.relative(&Word{Text: "." + rest, Quoted: w.Quoted}, place.Of("."+rest))
	case "": // stops by itself where it is not set: ${x:?}
		return target{reach: scoped}
	}
	return unknown(w, rest)
}

// unknown is about rest behind something that may be empty.
func unknown(w *Word, rest string) target {
	whole := wholeOf(w, rest)
	switch {
	case rest == "":
		return target{reach: scoped}
	case strings.Contains(rest, "/.."):
		return target{reach: unset}
	case rootOnly(whole):
		return target{reach: unset, place: place.Root}
	case rest[0] == '/' && place.Of(rest).Has(place.System|place.Kernel|place.Device):
		return target{reach: unset, place: place.System}
	}
	return target{reach: scoped}
}

// rootOnly says that text behind nothing is the root: "/", "/.".
func rootOnly(text string) bool {
	_, down := steps(text)
	return down == 0 && strings.Contains(text, "/")
}

// cutVariable splits "${x}/y" into "x" and "/y", "$(pwd)/y" into "(pwd)" and "/y".
// The name of "${x:?}" is empty: the shell stops there itself if x is not set.
func cutVariable(text string) (name, rest string) {
	end := variableEnd(text)
	name, rest = text[:end], text[end:]
	if inner, ok := strings.CutPrefix(name, "`"); ok {
		return "(" + strings.TrimSpace(strings.TrimSuffix(inner, "`")) + ")", rest
	}
	inner, braced := strings.CutPrefix(name, "${")
	if !braced {
		return name[1:], rest
	}
	inner = strings.TrimSuffix(inner, "}")
	if name := inner[:nameLength(inner)]; strings.Contains(inner, "?") && name != "HOME" {
		return "", rest
	}
	return inner[:nameLength(inner)], rest
}

// variableEnd is where the expansion at the beginning of text ends.
func variableEnd(text string) int {
	if text[0] == '`' {
		if i := strings.IndexByte(text[1:], '`'); i >= 0 {
			return i + 2
		}
		return len(text)
	}
	if len(text) < 2 || text[1] != '{' && text[1] != '(' {
		return 1 + nameLength(text[1:])
	}
	opening, closing, depth := text[1], byte('}'), 0
	if opening == '(' {
		closing = ')'
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case opening:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// nameLength is how many bytes of text are a variable's name; one for $1, $@, $*.
func nameLength(text string) int {
	for i := range len(text) {
		c := text[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return max(i, 1)
		}
	}
	return len(text)
}
