package shell

import "strings"

// sed runs the command lines that a sed program runs: those behind its command e,
// what a substitution with the flag e puts in, and all lines where e stands alone.
func (f *frame) sed(sc *scope, c *call) {
	for i, word := range c.list {
		text := word.Text
		if len(text) > 1 && text[0] == '-' || strings.IndexByte(text, 'e') < 0 {
			continue
		}
		switch line, alone := sedCommand(text); {
		case alone:
			f.runInput(sc.inner(), c)
			return
		case line != "":
			f.runText(sc.inner(), c, line, c.taintOf(i))
			return
		}
	}
}

// sedCommand returns the command line that a sed program runs; alone says that it is
// whatever is read.
func sedCommand(program string) (line string, alone bool) {
	program = afterAddress(strings.TrimLeft(program, " \t;{"))
	switch {
	case program == "e":
		return "", true
	case strings.HasPrefix(program, "e "):
		line, _, _ = strings.Cut(program[2:], "\n")
		return line, false
	case len(program) > 3 && program[0] == 's':
		return substituted(program[1:]), false
	}
	return "", false
}

// afterAddress is a sed command without the lines that it is for: 1, $, /x/, 1,5.
func afterAddress(program string) string {
	if strings.HasPrefix(program, "/") {
		if end := unescapedIndex(program[1:], '/'); end >= 0 {
			program = program[end+2:]
		}
	}
	return strings.TrimLeft(program, "0123456789$,!~+ ")
}

// substituted is what s/x/y/e runs, y; nothing without the flag.
func substituted(rest string) string {
	sign := rest[0]
	first := unescapedIndex(rest[1:], sign)
	if first < 0 {
		return ""
	}
	with := rest[first+2:]
	second := unescapedIndex(with, sign)
	if second < 0 {
		return ""
	}
	flags, _, _ := strings.Cut(with[second+1:], ";")
	if strings.IndexByte(flags, 'e') < 0 || strings.Trim(flags, "0123456789gpiIemMw \n}") != "" {
		return ""
	}
	return strings.ReplaceAll(with[:second], "\\"+string(sign), string(sign))
}

// unescapedIndex is where a sign stands that no backslash is in front of; -1 if
// nowhere.
func unescapedIndex(text string, sign byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case sign:
			return i
		}
	}
	return -1
}
