package command_test

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// split takes a command line of the simplest kind apart: words, quotes, one pipe
// after the other. What expands stays as it is written.
func split(line string) *command.Invocation {
	var from, inv *command.Invocation
	words, quoted := []string{""}, []bool{false}
	fresh, depth := true, 0
	end := func() {
		if last := len(words) - 1; fresh && last > 0 {
			words, quoted = words[:last], quoted[:last]
		}
		inv = &command.Invocation{Name: words[0], StdinFrom: from, End: len(line)}
		for i, word := range words[1:] {
			inv.Args = append(inv.Args, command.Word{
				Text: word, Quoted: quoted[i+1], Known: !strings.ContainsAny(word, "$`"),
			})
		}
		from, words, quoted = inv, []string{""}, []bool{false}
	}
	var quote rune
	for _, c := range strings.TrimSpace(line) {
		last := len(words) - 1
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, quoted[last], fresh = c, true, false
		case quote == 0 && (c == '(' || c == ')' || depth > 0):
			depth += strings.Count("(", string(c)) - strings.Count(")", string(c))
			words[last] += string(c)
			fresh = false
		case quote == 0 && c == '|':
			end()
			fresh = true
		case quote == 0 && c == ' ':
			if !fresh && words[0] != "" {
				words, quoted, fresh = append(words, ""), append(quoted, false), true
			}
		default:
			words[last] += string(c)
			fresh = false
		}
	}
	end()
	return inv
}
