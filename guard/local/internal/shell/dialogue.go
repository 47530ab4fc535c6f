package shell

import "strings"

// dialogue runs the command lines in what a program is told on its input, line by
// line: an editor's "!rm x", a makefile's recipes.
func (f *frame) dialogue(sc *scope, c *call) {
	if c.name == "make" || c.name == "gmake" {
		f.makefile(sc, c)
		return
	}
	begins := escapes(c.name)
	if begins == nil || !c.in.known {
		return
	}
	for line := range strings.Lines(c.in.text) {
		line = strings.TrimSpace(line)
		for _, begin := range begins {
			if text, ok := strings.CutPrefix(line, begin); ok {
				f.runText(sc.inner(), c, text, c.in.taint.onlyCode())
				break
			}
		}
	}
}

// escapes is how a line begins that a program hands to a shell.
func escapes(name string) []string {
	switch name {
	case "ed", "ex", "vi", "vim", "ftp", "sftp", "lftp", "mail", "mailx", "bc", "irb":
		return []string{"!", ":!"}
	case "sqlite3":
		return []string{".shell ", ".system "}
	case "psql":
		return []string{`\!`}
	case "mysql", "mariadb":
		return []string{`\!`, "system "}
	case "gdb":
		return []string{"shell ", "!"}
	}
	return nil
}

// makefile runs the recipes of a makefile that the source itself wrote.
func (f *frame) makefile(sc *scope, c *call) {
	content := stream{}
	for i, word := range c.list {
		if text := word.Text; (text == "-f" || text == "--file" || text == "--makefile") && i+1 < len(c.list) {
			if content = f.content(sc, c.list[i+1].Text); isInput(c.list[i+1].Text) {
				content = c.in
			}
		}
	}
	if !content.known {
		for _, name := range [...]string{"Makefile", "makefile", "GNUmakefile"} {
			if known := f.content(sc, name); known.known {
				content = known
			}
		}
	}
	if !content.known {
		return
	}
	for line := range strings.Lines(content.text) {
		recipe, ok := strings.CutPrefix(line, "\t")
		if !ok {
			if target, rest, inline := strings.Cut(line, ";"); inline && strings.Contains(target, ":") {
				recipe, ok = rest, true
			}
		}
		if ok {
			f.runText(sc.inner(), c, strings.TrimLeft(recipe, "@-+ "), content.taint.onlyCode())
		}
	}
}
