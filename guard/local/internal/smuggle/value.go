package smuggle

import "strings"

// value judges a name, an id, a comment or a path. Signs that mean something to a
// shell stand in many of them; what counts is a command behind one.
func value(text string) problem {
	if p := template(text); p.code != "" {
		return p
	}
	for i := 0; i < len(text); i++ {
		size := separator(text[i:])
		if size == 0 {
			continue
		}
		if commanded(text, i, size) {
			return smuggled("runs a command if it is put into a command line")
		}
		i += size - 1
	}
	return problem{}
}

// separator is how long the sign is by which a new command begins here.
func separator(text string) int {
	switch text[0] {
	case ';', '\n', '\r', '`':
		return 1
	case '|', '&':
		if len(text) > 1 && text[1] == text[0] {
			return 2
		}
		return 1
	case '$', '<', '>':
		if len(text) > 1 && text[1] == '(' {
			return 2
		}
	case '%':
		if len(text) > 2 && (text[1] == '0' && (text[2]|0x20 == 'a' || text[2]|0x20 == 'd') || text[1] == '3' && text[2]|0x20 == 'b' || text[1] == '7' && text[2]|0x20 == 'c') {
			return 3
		}
	case '\\':
		if len(text) > 2 && text[1] == 'n' && text[2] != '\\' {
			return 2
		}
	}
	return 0
}

// commanded says that a command stands behind the separator at i.
func commanded(text string, i, size int) bool {
	rest := text[i+size:]
	trimmed := strings.TrimLeft(rest, " \t'\"(")
	if rest != trimmed && trimmed != "" && strings.TrimSpace(rest[:len(rest)-len(trimmed)]) != "" && text[i] == '&' {
		return false // R&D "x"
	}
	end := wordEnd(trimmed)
	word, tail := trimmed[:end], trimmed[end:]
	if word == "" || !known(base(word)) {
		return false
	}
	switch text[i] {
	case '`':
		return closes(tail, '`') && !strings.ContainsAny(text[:i], " \n") || shaped(tail) && closes(tail, '`') && !prose(text[:i])
	case '$', '<', '>':
		return true
	}
	if strings.HasPrefix(word, "/") {
		return true
	}
	glued := rest == trimmed
	switch {
	case shaped(tail):
		return true
	case atEnd(tail):
		return glued && text[i] != '&' || !english(word)
	}
	return false
}

// wordEnd is where the name of a program ends.
func wordEnd(text string) int {
	for i := range len(text) {
		c := text[i]
		if c != '/' && c != '.' && c != '_' && c != '-' && c != ':' && c != '\\' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return i
		}
	}
	return len(text)
}

// base is a program's name without its folder, in lower case.
func base(word string) string {
	if i := strings.LastIndexAny(word, `/\`); i >= 0 {
		word = word[i+1:]
	}
	return strings.TrimSuffix(strings.ToLower(word), ".exe")
}

// closes says that a quote is closed soon.
func closes(tail string, quote byte) bool { return strings.IndexByte(tail, quote) >= 0 }

// prose says that text is words of a sentence.
func prose(text string) bool { return strings.Count(text, " ") > 1 }

// shaped says that what follows a name is an argument rather than a word of a
// sentence: an option, a path, a variable, an address.
func shaped(tail string) bool {
	trimmed := strings.TrimLeft(tail, " \t")
	if trimmed == tail && !strings.HasPrefix(tail, "<") && !strings.HasPrefix(tail, "$") {
		return false
	}
	argument, _, _ := strings.Cut(trimmed, " ")
	if argument == "" {
		return false
	}
	if argument[0] == '-' && len(argument) > 1 && argument[1] != ' ' || argument[0] == '/' || argument[0] == '$' || argument[0] == '~' || argument[0] == '"' || argument[0] == '\'' || argument[0] == '%' {
		return true
	}
	return strings.Contains(argument, "/") || strings.Contains(argument, `\`) || strings.Contains(strings.TrimRight(argument, ".,;!?"), ".") || strings.ContainsAny(argument, ">|=") || argument == "view" || argument == "user"
}

// atEnd says that nothing or another separator follows.
func atEnd(tail string) bool {
	tail = strings.TrimLeft(tail, " \t")
	return tail == "" || strings.IndexByte(";|&`)'\"\n\r#\\", tail[0]) >= 0
}

// template judges marks of templates and of servers that run what stands in them.
func template(text string) problem {
	for _, mark := range [...]string{
		"<?php", "<?=", "<!--#exec", "<!--#include", "() {", "${jndi:", "${IFS", "$IFS", "T(java.", "@print(",
		"<%=", "#{7*7", "${7*7", "*{7*7",
	} {
		if strings.Contains(text, mark) && (mark != "() {" || strings.Contains(text, ":;")) {
			return smuggled("runs code if it is put into a template or a command line")
		}
	}
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{{")
		if !ok {
			return problem{}
		}
		inside, _, _ := strings.Cut(after, "}}")
		if evaluated(strings.TrimSpace(inside)) {
			return problem{code: "argument.template", reason: "runs code if it is put into a template", severity: smuggled("").severity}
		}
		rest = after
	}
}

// evaluated says that what stands between braces computes something or reaches for
// what is inside of the server; a mere name is a place to be filled in.
func evaluated(inside string) bool {
	for _, mark := range [...]string{
		"__", "config.", "config|", "request.", "self.", "lipsum", "cycler", "constructor", "system(", "exec(",
		"popen", "|attr", "|filter",
	} {
		if strings.Contains(inside, mark) {
			return true
		}
	}
	if inside == "config" {
		return true
	}
	i := strings.IndexByte(inside, '*')
	return i > 0 && isDigit(inside[i-1]) && i+1 < len(inside) && (isDigit(inside[i+1]) || inside[i+1] == '\'')
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
