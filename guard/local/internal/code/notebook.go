package code

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// notebook takes the command lines out of a notebook's cell: all of it below %%bash,
// and each line behind a "!". What is left is source.
func notebook(source string) (rest string, lines []detect.Arg) {
	if head := strings.TrimLeft(source, " \n"); strings.HasPrefix(head, "%%") {
		magic, body, _ := strings.Cut(head[2:], "\n")
		if name, with, _ := strings.Cut(strings.TrimSpace(magic), " "); isShellMagic(name, with) {
			return "", []detect.Arg{{Kinds: detect.Shell, Text: body, Derived: true}}
		}
	}
	if !strings.HasPrefix(source, "!") && !strings.Contains(source, "\n!") {
		return source, nil
	}
	const most = 64
	var left strings.Builder
	for line := range strings.Lines(source) {
		if command, ok := strings.CutPrefix(line, "!"); ok && len(lines) < most {
			lines = append(lines, detect.Arg{Kinds: detect.Shell, Text: strings.TrimSpace(command), Derived: true})
			line = "\n"
		}
		left.WriteString(line)
	}
	return left.String(), lines
}

func isShellMagic(name, with string) bool {
	switch name {
	case "bash", "sh", "zsh", "system", "sx", "!":
		return true
	case "script":
		return strings.Contains(with, "sh")
	}
	return false
}
