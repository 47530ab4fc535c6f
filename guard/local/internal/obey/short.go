package obey

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// maxShort is up to how many bytes a short argument has.
const maxShort = 80

// carriedOut returns an argument that makes the call one that an order speaks of:
// the order names the argument and what the tool does, and nobody else named the
// argument. If only another answer has, as a list of all files would, then all
// arguments must be from the order.
func (s *conversation) carriedOut(c *detect.Call) *detect.Arg {
	for _, order := range s.orders {
		if !speaksOf(order, c.Tool) {
			continue
		}
		if arg := s.from(order, c.Args); arg != nil {
			return arg
		}
	}
	return nil
}

func (s *conversation) from(order string, args []detect.Arg) *detect.Arg {
	var listed *detect.Arg
	all := true
	for i := range args {
		arg := &args[i]
		text := strings.ToLower(strings.TrimSpace(arg.Text))
		if arg.Derived || !says(text) || anyNames(s.asked, text) {
			continue
		}
		switch {
		case len(text) > maxShort || !names(order, text):
			all = false
		case !anyNames(s.answers, text):
			return arg
		default:
			listed = arg
		}
	}
	if all {
		return listed
	}
	return nil
}

// says that an argument says something of its own: not a switch, a currency or a
// date, and not a single letter.
func says(text string) bool {
	switch text {
	case "", "true", "false", "yes", "no", "none", "null", "usd", "eur", "gbp", "user", "email", "file", "low", "high", "medium", "default", "all":
		return false
	}
	return utf8.RuneCountInString(text) > 1 && !isDate(text)
}

// reads says that a tool only looks at something, as its name has it.
func reads(tool string) bool {
	word := strings.ToLower(tool)
	if at := strings.LastIndex(word, "__"); at >= 0 {
		word = word[at+2:]
	}
	for _, verb := range [...]string{
		"get", "list", "search", "read", "find", "view", "check", "show", "fetch", "lookup", "look_up", "query", "describe", "count", "calculate", "compute", "think", "browse", "open", "summar", "retrieve", "grep", "glob",
	} {
		if strings.HasPrefix(word, verb) {
			return true
		}
	}
	return false
}

// speaksOf says that an order names a word of the tool's name, in some form of it:
// reserve_hotel and "make a reservation".
func speaksOf(order, tool string) bool {
	for _, word := range strings.FieldsFunc(snake(tool), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(word) >= 4 && word != "user" && word != "with" && word != "from" && word != "tool" && strings.Contains(order, word[:min(len(word), stem)]) {
			return true
		}
	}
	return false
}

// stem is how much of a word stays the same in its forms.
const stem = 6

// snake is a name in small letters, its words apart.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func anyNames(texts []string, part string) bool {
	for _, text := range texts {
		if names(text, part) {
			return true
		}
	}
	return false
}

// names says that part stands in text as a word of its own.
func names(text, part string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(part):])
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
		from = at + 1
	}
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}
