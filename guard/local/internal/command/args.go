package command

import (
	"slices"
	"strings"
)

// operands walks the words of a command line that are no options.
type operands struct {
	words []Word
	// valued are the options whose value is the next word, between spaces:
	// " -u --user ".
	valued string
	i      int
	plain  bool // after "--"
}

// operands starts a walk; valued names the options that take the next word, each
// with a space before and behind.
func (inv *Invocation) operands(valued string) operands {
	return operands{words: inv.Args, valued: valued}
}

// next returns the next operand, nil at the end.
func (o *operands) next() *Word {
	for o.i < len(o.words) {
		word := &o.words[o.i]
		o.i++
		switch {
		case o.plain || !isOption(word.Text):
			return word
		case word.Text == "--":
			o.plain = true
		case takesNext(o.valued, word.Text):
			o.i++
		}
	}
	return nil
}

// operand returns the n-th operand, from 0; nil where there are fewer.
func (inv *Invocation) operand(n int, valued string) *Word {
	walk := inv.operands(valued)
	word := walk.next()
	for ; word != nil && n > 0; n-- {
		word = walk.next()
	}
	return word
}

// last returns the last operand, nil where there is none.
func (inv *Invocation) last(valued string) *Word {
	var last *Word
	walk := inv.operands(valued)
	for word := walk.next(); word != nil; word = walk.next() {
		last = word
	}
	return last
}

func isOption(text string) bool { return len(text) > 1 && text[0] == '-' }

func takesNext(valued, option string) bool {
	if valued == "" {
		return false
	}
	i := strings.Index(valued, option)
	return i > 0 && valued[i-1] == ' ' && i+len(option) < len(valued) && valued[i+len(option)] == ' '
}

// flag says that an option is set: its letter, alone or among others, or its long
// name, whole or as short as getopt would still take it. Zero and "" are no option.
func (inv *Invocation) flag(letter byte, long string) bool {
	for i := range inv.Args {
		switch text := inv.Args[i].Text; {
		case text == "--":
			return false
		case !isOption(text):
		case text[1] != '-':
			if letter != 0 && strings.IndexByte(text[1:], letter) >= 0 {
				return true
			}
		case long != "" && isLong(text, long):
			return true
		}
	}
	return false
}

// shortest is how much of a long option must stand there: "--rec" for
// "--recursive".
const shortest = len("--") + 3

func isLong(text, long string) bool {
	name, value, _ := strings.Cut(text, "=")
	if value == "false" || value == "no" || value == "0" {
		return false
	}
	return name[2:] == long || len(name) >= shortest && strings.HasPrefix(long, name[2:])
}

// has says that one of the words before a "--" is text, or begins with it and "=".
func (inv *Invocation) has(text string) bool {
	for i := range inv.Args {
		word := inv.Args[i].Text
		if word == "--" {
			return text == "--"
		}
		if rest, ok := strings.CutPrefix(word, text); ok && (rest == "" || rest[0] == '=' && !isOff(rest[1:])) {
			return true
		}
	}
	return false
}

func isOff(value string) bool { return value == "false" || value == "no" || value == "none" }

// hasAny says that has is true of one of the texts.
func (inv *Invocation) hasAny(texts ...string) bool {
	return slices.ContainsFunc(texts, inv.has)
}

// value returns the value of an option, given as "-e", "--eval": the next word, what
// follows "=", or what is glued to its letter. It is nil where there is none; what
// is glued comes back as a word of its own.
func (inv *Invocation) value(option string) (Word, bool) {
	for i := range inv.Args {
		if inv.Args[i].Text == "--" {
			break
		}
		if word, ok := inv.valueAt(i, option); ok {
			return word, true
		}
	}
	return Word{}, false
}

// valueAt is the value of option if that is what stands at i.
func (inv *Invocation) valueAt(i int, option string) (Word, bool) {
	word := inv.Args[i]
	rest, ok := strings.CutPrefix(word.Text, option)
	switch {
	case !ok:
	case rest == "":
		if i+1 < len(inv.Args) {
			return inv.Args[i+1], true
		}
	case rest[0] == '=':
		word.Text = rest[1:]
		return word, true
	case len(option) == 2 && option[1] != '-':
		word.Text = rest
		return word, true
	}
	return Word{}, false
}
