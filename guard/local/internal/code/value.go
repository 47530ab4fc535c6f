package code

import "strings"

// origin is where a value comes from, as a set.
type origin uint8

const (
	remote      origin = 1 << iota // fetched from another machine
	decoded                        // decoded from text that nobody can read
	secret                         // read from a file of keys
	environment                    // all of the environment
)

// value is what is known of a value without running anything.
type value struct {
	// text is what is known of it; a part that is not is written as a variable of a
	// shell: "$x".
	text string
	// known says that text is all of it.
	known bool
	// items are a list's; joined says how the text is made of them.
	items  []value
	isList bool
	// chain is the name of a module, function or method: "os.system".
	chain string
	// key is the name that an argument was given by.
	key  string
	from origin
}

func text(t string) value { return value{text: t, known: true} }

// shown is the text of a value, or a variable in its place.
func (v value) shown() string {
	if v.text != "" || v.known {
		return v.text
	}
	if v.isList {
		return commandLine(v.items)
	}
	return "$_"
}

// plus is the text of one value behind that of another.
func (v value) plus(w value, between string) value {
	const longest = 2 << 10
	sum := value{text: v.shown() + between + w.shown(), known: v.known && w.known, from: v.from | w.from}
	if len(sum.text) > longest {
		sum.text, sum.known = "", false
	}
	return sum
}

// commandLine writes the words of a list as a shell would need them.
func commandLine(words []value) string {
	var line strings.Builder
	for i, word := range words {
		if i > 0 {
			line.WriteByte(' ')
		}
		line.WriteString(quote(word))
	}
	return line.String()
}

func quote(word value) string {
	shown := word.shown()
	switch {
	case !word.known && !strings.ContainsAny(shown, " \t\n;|&<>()\"'*?"):
		return shown
	case !word.known:
		return `"` + strings.ReplaceAll(shown, `"`, `\"`) + `"`
	case shown == "" || strings.ContainsAny(shown, " \t\n;|&<>()\"'*?$`\\{}[]#~!"):
		return "'" + strings.ReplaceAll(shown, "'", `'\''`) + "'"
	}
	return shown
}

// under is the chain of a member of what chain names. One that grows without end
// begins anew.
func under(chain, member string) string {
	const longest = 256
	if chain == "" || len(chain) > longest {
		chain = "?"
	}
	return chain + "." + member
}

// called is the chain of what a call of chain returns.
func called(chain string) string {
	const longest = 256
	if len(chain) > longest {
		return "()"
	}
	return chain + "()"
}

// last is the last name of a chain: "system" of "os.system".
func last(chain string) string { return chain[strings.LastIndexByte(chain, '.')+1:] }

// before is what stands before the last name of a chain: "os" of "os.system".
func before(chain string) string {
	if i := strings.LastIndexByte(chain, '.'); i >= 0 {
		return chain[:i]
	}
	return ""
}
