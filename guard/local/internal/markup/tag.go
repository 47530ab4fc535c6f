package markup

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

const (
	longestTag  = 16 << 10 // bytes of the longest tag that is read to its end
	longestName = 32       // and of a name in one
)

// attribute is one of a tag's.
type attribute struct {
	name, value string // the name in lower case where it is short enough to be known
	next        int
}

// tag reads the tag that begins at start, and returns where it ends.
func (r *reader) tag(start int) int {
	at := start + 1
	for at < len(r.text) && r.text[at] == 0 {
		at++
	}
	if at == len(r.text) || !scan.Letter.Is(r.text[at]) {
		return r.comment(start, at)
	}
	nameEnd := at
	for nameEnd < len(r.text) && !endsName(r.text[nameEnd]) {
		nameEnd++
	}
	if runsCode(r.text[at:min(len(r.text), at+64)]) > 0 {
		end := at + strings.IndexByte(r.text[at:]+">", '>')
		r.found(scriptURL, start, min(end+1, len(r.text)), r.escaped(start, min(end+1, len(r.text))))
		return end
	}
	element := lower(r.text[at:nameEnd])
	end, worst := r.attributes(element, nameEnd, min(len(r.text), start+longestTag))
	c, stop := r.element(element, start, end)
	if c != "" {
		worst = c
	}
	if worst != "" {
		r.found(worst, start, end, r.escaped(start, end))
	}
	return stop
}

// comment returns where the comment ends that begins at start, and at if none does.
func (r *reader) comment(start, at int) int {
	if strings.HasPrefix(r.text[start:], "<!--") {
		if end := r.commentEnd.next(r.text, "-->", at); end >= 0 {
			return end
		}
	}
	return at
}

func endsName(b byte) bool {
	return b == '>' || b == '/' || b == '<' || b == '"' || b == '\'' || b == '=' || scan.Space.Is(b) || b == 0
}

// lower returns a name in lower case; one that is too long to be known, as it is.
func lower(name string) string {
	if len(name) > longestName {
		return name
	}
	for i := range len(name) {
		if scan.Lower(name[i]) != name[i] {
			return strings.ToLower(name)
		}
	}
	return name
}

// attributes reads the attributes of an element from at on, and returns where its
// tag ends, and what is worst in it.
func (r *reader) attributes(element string, at, stop int) (end int, worst class) {
	var seen facts
	for at < stop {
		b := r.text[at]
		if b == '>' {
			at++
			break
		}
		if b == '<' && at+1 < stop && scan.Letter.Is(r.text[at+1]) {
			break // the tag was none
		}
		if endsName(b) {
			at++
			continue
		}
		a := r.attribute(at, stop)
		if c := r.judge(element, &a, &seen); c != "" && (worst == "" || c.grade() > worst.grade()) {
			worst = c
		}
		at = a.next
	}
	if worst == "" {
		worst = r.judgeAll(element, &seen)
	}
	return at, worst
}

// attribute reads one attribute as a browser does: its value in quotes, or up to the
// next blank.
func (r *reader) attribute(at, stop int) attribute {
	start := at
	for at < stop && !endsName(r.text[at]) {
		at++
	}
	a := attribute{name: lower(r.text[start:at])}
	next := scan.Space.Run(r.text[:stop], at)
	if next >= stop || r.text[next] != '=' {
		a.next = at
		return a
	}
	at = scan.Space.Run(r.text[:stop], next+1)
	if at < stop && (r.text[at] == '"' || r.text[at] == '\'' || r.text[at] == '`') {
		if end := strings.IndexByte(r.text[at+1:stop], r.text[at]); end >= 0 {
			a.value, a.next = r.text[at+1:at+1+end], at+end+2
			return a
		}
	}
	start = at
	for at < stop && r.text[at] != '>' && !scan.Space.Is(r.text[at]) {
		at++
	}
	a.value, a.next = r.text[start:at], max(at, next+1)
	return a
}

// facts are those of an element's attributes that count together.
type facts struct {
	address      string // src, href, data, action
	refresh      bool
	content      string
	stylesheet   bool
	hidden, tiny bool
}

// ending is where the next of some words begins; it is looked for once.
type ending struct{ at int }

// next returns where word begins at or after from, and -1 if it does not.
func (e *ending) next(text, word string, from int) int {
	if e.at >= 0 && e.at < from || e.at == 0 {
		if e.at = indexFold(text[from:], word); e.at >= 0 {
			e.at += from
		}
	}
	return e.at
}

// element looks at what an element is, together with what stands in it, and returns
// where that ends: what stands in a script and in a style is no markup.
func (r *reader) element(name string, start, end int) (c class, stop int) {
	switch name {
	case "script":
		stop = r.scriptEnd.next(r.text, "</script", end)
		c = r.script(r.text[start:end], r.text[end:max(stop, end)])
	case "style":
		stop = r.styleEnd.next(r.text, "</style", end)
		if r.callsOut(r.text[end:max(stop, end)]) {
			c = style
		}
	}
	return c, max(stop, end)
}

// script is one that has a source, or a program in it: "the <script> and </script>
// tags" has none.
func (r *reader) script(tag, content string) class {
	for _, data := range [...]string{"application/json", "application/ld+json", "text/template", "text/x-template", "importmap", "speculationrules"} {
		if indexFold(tag, data) >= 0 {
			return ""
		}
	}
	if src := indexFold(tag, "src"); src > 0 && strings.Contains(tag[src:], "=") || program(content) {
		return script
	}
	return ""
}

// program says that a text begins like one rather than like a sentence.
func program(text string) bool {
	start := scan.Space.Run(text, 0)
	text = text[start:min(len(text), start+256)]
	for i := range len(text) {
		switch text[i] {
		case '=', ';', '`', '{':
			return true
		case '(', '[', '.':
			if i > 0 && inProgram(text[i-1]) && (text[i] != '.' || i+1 < len(text) && inProgram(text[i+1])) {
				return true
			}
		case '/':
			if i+1 < len(text) && (text[i+1] == '*' || text[i+1] == '/') {
				return true
			}
		}
	}
	return false
}

func inProgram(b byte) bool { return scan.Alnum.Is(b) || b == '_' || b == '$' || b == ']' || b == ')' }

// indexFold is where a word in lower case begins, in either case.
func indexFold(text, word string) int {
	for at := 0; at+len(word) <= len(text); at++ {
		if scan.Lower(text[at]) == word[0] && scan.HasPrefixFold(text[at:], word) {
			return at
		}
	}
	return -1
}
