package shell

import (
	"path"
	"strconv"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// echo is what echo writes.
func (f *frame) echo(sc *scope, c *call) stream {
	list, newline, escapes := c.list, "\n", false
	for len(list) > 0 && isEchoOption(list[0].Text) {
		if strings.Contains(list[0].Text, "n") {
			newline = ""
		}
		escapes = escapes || strings.Contains(list[0].Text, "e")
		list = list[1:]
	}
	text := join(list)
	if len(list) == 0 {
		text = ""
	}
	if escapes {
		text = unescape(text, "")
	}
	out := stream{taint: c.taint}
	for _, word := range list {
		if !word.Known {
			return out.partly(text+newline, c)
		}
	}
	return out.followed(text+newline, c.writer(sc))
}

// writer is the program itself where another one reads what it writes.
func (c *call) writer(sc *scope) *command.Invocation {
	if !sc.piped {
		return nil
	}
	return &command.Invocation{Name: c.name, Args: c.list, Start: c.start, End: c.end}
}

// partly is an output in which something stands as it was written.
func (s stream) partly(text string, c *call) stream {
	s.from = &command.Invocation{Name: c.name, Args: c.list, Start: c.start, End: c.end}
	if len(text) <= maxValue {
		s.text = text
	}
	return s
}

func isEchoOption(text string) bool {
	return len(text) > 1 && text[0] == '-' && strings.Trim(text[1:], "neE") == ""
}

// printf is what printf writes, or sets a variable to.
func (f *frame) printf(sc *scope, c *call) stream {
	list, name := c.list, ""
	if len(list) > 2 && list[0].Text == "-v" {
		name, list = list[1].Text, list[2:]
	}
	if len(list) > 0 && list[0].Text == "--" {
		list = list[1:]
	}
	if len(list) == 0 {
		return stream{}
	}
	known := true
	for _, word := range list {
		known = known && word.Known
	}
	text, ok := format(list[0].Text, list[1:])
	if name != "" {
		sc.set(name, value{alts: []string{text}, known: known && ok, taint: c.taint})
		return stream{}
	}
	out := stream{taint: c.taint}
	if !known || !ok {
		return out.partly(text, c)
	}
	return out.followed(text, c.writer(sc))
}

// format is printf's text, with its words in their places; again, while there are
// any left.
func format(layout string, list []command.Word) (string, bool) {
	var b strings.Builder
	for {
		before := len(list)
		var ok bool
		if list, ok = formatOnce(&b, layout, list); !ok || b.Len() > maxValue {
			return b.String(), false
		}
		if len(list) == 0 || len(list) == before {
			return b.String(), true
		}
	}
}

func formatOnce(b *strings.Builder, layout string, list []command.Word) ([]command.Word, bool) {
	for i := 0; i < len(layout); i++ {
		switch c := layout[i]; {
		case c == '\\' && i+1 < len(layout):
			i++
			i += escape(b, layout[i:], `"'?`)
		case c == '%' && i+1 < len(layout):
			end := i + 1
			for end < len(layout) && strings.IndexByte("-+ #0123456789.*l", layout[end]) >= 0 {
				end++
			}
			if end == len(layout) {
				return list, false
			}
			text := ""
			if layout[end] != '%' && len(list) > 0 {
				text, list = list[0].Text, list[1:]
			}
			if !conversion(b, layout[i+1:end], layout[end], text) {
				return list, false
			}
			i = end
		default:
			b.WriteByte(c)
		}
	}
	return list, true
}

// conversion writes text as one of printf's conversions says.
func conversion(b *strings.Builder, flags string, verb byte, text string) bool {
	switch verb {
	case '%':
		b.WriteByte('%')
	case 's', 'q':
		if _, most, ok := strings.Cut(flags, "."); ok {
			n, err := strconv.Atoi(most)
			text = text[:min(max(n, 0), len(text))]
			return err == nil && writeString(b, text)
		}
		b.WriteString(text)
	case 'b':
		b.WriteString(unescape(text, ""))
	case 'c':
		b.WriteString(text[:min(1, len(text))])
	case 'd', 'i', 'u', 'x', 'X', 'o':
		return integer(b, flags, verb, text)
	default:
		return false
	}
	return true
}

func writeString(b *strings.Builder, text string) bool {
	b.WriteString(text)
	return true
}

func integer(b *strings.Builder, flags string, verb byte, text string) bool {
	n, ok := number64(text)
	if !ok && len(text) > 1 && (text[0] == '\'' || text[0] == '"') {
		n, ok = int64(text[1]), true
	}
	base := 10
	switch verb {
	case 'x', 'X':
		base = 16
	case 'o':
		base = 8
	}
	digits := strconv.FormatInt(n, base)
	if width, err := strconv.Atoi(strings.TrimLeft(flags, "0")); err == nil && strings.HasPrefix(flags, "0") && width < 64 {
		digits = strings.Repeat("0", max(width-len(digits), 0)) + digits
	}
	b.WriteString(digits)
	return ok
}

// fold is what a filter writes, where its input is known and it is one of those
// that are simple enough.
func (f *frame) fold(sc *scope, c *call) (string, bool) {
	switch c.name {
	case "basename", "dirname":
		if len(c.list) == 0 || !c.list[0].Known {
			return "", false
		}
		text := path.Base(c.list[0].Text)
		if c.name == "dirname" {
			text = path.Dir(c.list[0].Text)
		} else if len(c.list) > 1 {
			text = strings.TrimSuffix(text, c.list[1].Text)
		}
		return text + "\n", true
	}
	if !isFilter(c.name) {
		return "", false
	}
	text, ok := f.inputOf(sc, c)
	if !ok || !f.budget.Spend(len(text)) {
		return "", false
	}
	return filter(c, text)
}

// inputOf is what a filter reads: the file that it is given, or its input.
func (f *frame) inputOf(sc *scope, c *call) (string, bool) {
	operand := ""
	if file := fileOperand(c); file >= 0 {
		operand = c.list[file].Text
	}
	if operand == "" || operand == "-" || operand == "/dev/stdin" {
		return c.in.text, c.in.known
	}
	content := f.content(sc, operand)
	if content.known {
		c.taint = c.taint.with(content.taint)
		c.in = stream{}
	}
	return content.text, content.known
}

// fileOperand is which of a filter's words is the file that it reads, -1 where
// none is.
func fileOperand(c *call) int {
	skip, valued := 0, ""
	switch c.name {
	case "tr", "tee":
		return -1
	case "sed", "grep", "awk":
		skip, valued = 1, " -e -f -A -B -C -m -F -v "
		if hasWord(c, "-e") || hasWord(c, "-f") {
			skip = 0
		}
	case "head", "tail":
		valued = " -n -c "
	case "cut":
		valued = " -d -f -c -b "
	case "base64", "base32", "xxd":
		valued = " -w -c -l -s "
	case "openssl":
		return -1
	}
	for i := 0; i < len(c.list); i++ {
		switch text := c.list[i].Text; {
		case takesNext(valued, text):
			i++
		case len(text) > 1 && text[0] == '-':
		case skip > 0:
			skip--
		default:
			return i
		}
	}
	return -1
}

func isFilter(name string) bool {
	switch name {
	case "cat", "tac", "rev", "tr", "base64", "base32", "gbase64", "b64decode", "b64encode", "xxd", "openssl", "sed", "head", "tail", "cut", "sort", "uniq",
		"tee", "nl", "fold", "grep", "strings", "dos2unix", "hexdump", "od", "uudecode", "basenc":
		return true
	}
	return false
}

// filter is what a filter makes of text.
func filter(c *call, text string) (string, bool) {
	switch c.name {
	case "cat", "tee", "dos2unix", "strings":
		return text, c.name != "cat" || fewFiles(c)
	case "tac":
		return reverseLines(text), true
	case "rev":
		return eachLine(text, reverse), true
	case "tr":
		return translate(c.list, text)
	case "base64", "base32", "gbase64", "b64decode", "b64encode", "basenc":
		return base(c, text)
	case "xxd":
		return hex(c.list, text)
	case "openssl":
		return openssl(c, text)
	case "sed":
		return edit(c.list, text)
	case "head", "tail":
		return ends(c, text)
	case "cut":
		return cutFields(c.list, text)
	}
	return "", false
}

func fewFiles(c *call) bool {
	n := 0
	for _, word := range c.list {
		if len(word.Text) > 0 && word.Text[0] != '-' {
			n++
		}
	}
	return n < 2
}

func eachLine(text string, change func(string) string) string {
	body, end := strings.TrimSuffix(text, "\n"), ""
	if body != text {
		end = "\n"
	}
	lines := strings.Split(body, "\n")
	for i := range lines {
		lines[i] = change(lines[i])
	}
	return strings.Join(lines, "\n") + end
}

func reverse(text string) string {
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

func reverseLines(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	return strings.Join(lines, "\n") + "\n"
}
