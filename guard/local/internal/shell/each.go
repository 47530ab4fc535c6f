package shell

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// xargs runs a program with what it reads.
func (f *frame) xargs(sc *scope, c *call) stream {
	const valued = " -n -P -d -E -s -a -L -S -R --arg-file --delimiter --max-args --max-procs --max-lines --max-chars --process-slot-var -I -J "
	token := ""
	for i, word := range c.list {
		text := word.Text
		if len(text) < 2 || text[0] != '-' || text == "--" {
			break
		}
		switch {
		case (text == "-I" || text == "-J") && i+1 < len(c.list):
			token = c.list[i+1].Text
		case strings.HasPrefix(text, "-I") && len(text) > 2:
			token = text[2:]
		case text == "-i" || text == "--replace" || text == "--replace=":
			token = "{}"
		case strings.HasPrefix(text, "-i"):
			token = text[2:]
		case strings.HasPrefix(text, "--replace="):
			token = text[len("--replace="):]
		}
	}
	i := skipOptions(c.list, valued)
	if i >= len(c.list) {
		return c.in
	}
	for j := range i - 1 {
		if text := c.list[j].Text; text == "-a" || text == "--arg-file" {
			c.in = f.content(sc, c.list[j+1].Text)
		}
	}
	items := f.fed(c, token != "")
	rest := *c
	rest.words = c.from(i)
	if token == "" {
		rest.add(items, c.in.taint)
		rest.in = stream{from: c.in.from, taint: taint{secret: c.in.taint.secret}}
		rest.depth++
		return f.start(sc, rest)
	}
	return f.replacing(sc, rest, token, items)
}

// fed is the words, or the lines, that a program is fed with.
func (f *frame) fed(c *call, lines bool) []command.Word {
	var texts []string
	switch {
	case !c.in.known:
		return c.guessed()
	case !f.budget.Spend(2 * len(c.in.text)):
		return nil
	case lines:
		texts = strings.Split(strings.Trim(c.in.text, "\n"), "\n")
	default:
		texts = strings.FieldsFunc(c.in.text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == 0 })
	}
	if len(texts) > maxFields {
		f.overflow = true
		texts = texts[:maxFields]
	}
	list := make([]command.Word, 0, len(texts))
	for _, text := range texts {
		if text = strings.Trim(text, "'\""); text != "" {
			list = append(list, command.Word{Text: text, Known: true, Start: c.start, End: c.end})
		}
	}
	return list
}

// guessed is what stands for the files that another program finds.
func (c *call) guessed() []command.Word {
	switch from := c.in.from; {
	case from == nil:
	case isFinder(from.Name):
		return found(from.Args, c.start, c.end)
	case from.Name == "ls":
		return listedFiles(from.Args)
	}
	return []command.Word{{Text: "{}", Start: c.start, End: c.end}}
}

// listedFiles is what stands for the files that ls names.
func listedFiles(list []command.Word) []command.Word {
	var names []command.Word
	itself := hasFlag(list, 'd', "--directory")
	for _, word := range list {
		if word.Text == "" || word.Text[0] == '-' {
			continue
		}
		if !itself && !strings.ContainsAny(word.Text, "*?[") {
			word.Text = strings.TrimSuffix(word.Text, "/") + "/{}"
			word.Known = false
		}
		names = append(names, word)
	}
	if len(names) == 0 {
		names = []command.Word{{Text: "./{}"}}
	}
	return names
}

// replacing runs a program once for each item, with the item in place of token.
func (f *frame) replacing(sc *scope, c call, token string, items []command.Word) stream {
	var out stream
	for _, item := range items {
		if !f.step() {
			break
		}
		one := c
		one.list = make([]command.Word, len(c.list))
		one.taints = nil
		for i, word := range c.list {
			if strings.Contains(word.Text, token) {
				word.Text = strings.ReplaceAll(word.Text, token, item.Text)
				word.Known = word.Known && item.Known
				one.taintAt(i, c.in.taint)
			}
			one.list[i] = word
		}
		one.in = stream{from: c.in.from}
		one.depth++
		out = out.then(f.start(sc, one))
	}
	return out
}

// taintAt adds to the taint of the i-th word.
func (c *call) taintAt(i int, t taint) {
	if t == (taint{}) {
		return
	}
	if c.taints == nil {
		c.taints = make([]taint, len(c.list))
	}
	c.taints[i] = c.taints[i].with(t)
	c.taint = c.taint.with(t)
}

// parallel runs a command line for each of its inputs.
func (f *frame) parallel(sc *scope, c *call) stream {
	const valued = " -j -P -a -S -N -n -L -I --jobs --max-procs --colsep --delay --retries --timeout --joblog --results --sshlogin --workdir --tmpdir --tag-string --block "
	if hasFlag(c.list[:skipOptions(c.list, valued)], 0, "--dry-run") {
		return stream{}
	}
	begin := skipOptions(c.list, valued)
	end := begin
	for end < len(c.list) && !strings.HasPrefix(c.list[end].Text, ":::") {
		end++
	}
	items := c.list[min(end+1, len(c.list)):]
	if end == len(c.list) {
		items = f.fed(c, true)
	}
	text := join(c.list[begin:end])
	var out stream
	for _, item := range items {
		if !f.step() {
			break
		}
		if strings.HasPrefix(item.Text, ":::") {
			continue
		}
		line := text
		if strings.Contains(line, "{}") {
			line = strings.ReplaceAll(line, "{}", item.Text)
		} else {
			line = strings.TrimSpace(line + " " + item.Text)
		}
		out = out.then(f.runText(sc.inner(), c, line, c.taint.with(c.in.taint)))
	}
	if end > begin {
		asWords := *c
		asWords.words = words{list: c.list[begin:end]}
		f.replacing(sc, asWords, "{}", items)
	}
	return out
}

func isFinder(name string) bool { return name == "find" || name == "fd" || name == "fdfind" }

// find runs the programs that find runs for what it finds.
func (f *frame) finds(sc *scope, c *call) {
	for i := 0; i < len(c.list); i++ {
		switch c.list[i].Text {
		case "-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch":
			end := i + 1
			for end < len(c.list) && c.list[end].Text != ";" && (c.list[end].Text != "+" || c.list[end-1].Text != "{}") {
				end++
			}
			inner := *c
			inner.list = c.list[i+1 : end]
			inner.taints = nil
			if c.taints != nil {
				inner.taints = c.taints[i+1 : end]
			}
			inner.in = stream{from: c.invocation(sc)}
			f.forFound(sc, inner, c)
			i = end
		}
	}
}

// forFound runs a program for what find finds.
func (f *frame) forFound(sc *scope, inner call, c *call) {
	items := found(c.list, c.start, c.end)
	named := false
	for _, word := range inner.list {
		named = named || strings.Contains(word.Text, "{}")
	}
	if !named && c.name != "find" {
		inner.add(items, taint{})
	}
	if !named {
		inner.depth++
		f.start(sc, inner)
		return
	}
	f.replacing(sc, inner, "{}", items)
}

// found is what stands for the files that find would find: the folder itself where
// nothing narrows it down, or else something in it.
func found(list []command.Word, start, end int) []command.Word {
	narrowed := false
	var roots []command.Word
	for i, word := range list {
		text := word.Text
		if len(text) > 1 && text[0] == '-' || text == "(" || text == "!" {
			narrowed = narrows(list[i:])
			break
		}
		if text != "" {
			roots = append(roots, word)
		}
	}
	if len(roots) == 0 {
		roots = []command.Word{{Text: ".", Known: true, Start: start, End: end}}
	}
	for i := range roots {
		if narrowed {
			roots[i].Text = strings.TrimSuffix(roots[i].Text, "/") + "/{}"
			roots[i].Known = false
		}
	}
	return roots
}

// narrows says that among the tests of a find there is one that leaves things out.
func narrows(list []command.Word) bool {
	for _, word := range list {
		switch word.Text {
		case "-exec", "-execdir", "-ok", "-okdir", "-delete":
			return false
		case "-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-mtime", "-mmin", "-atime", "-amin", "-ctime", "-cmin",
			"-newer", "-newermt", "-size", "-user", "-group", "-perm", "-empty", "-links", "-inum", "-samefile", "-nouser", "-nogroup", "-mindepth", "-lname", "-uid", "-gid":
			return true
		}
	}
	return false
}
