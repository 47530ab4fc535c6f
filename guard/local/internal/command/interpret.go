package command

import (
	"path"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// interpreter judges programs that run source code, and programs that start another
// one, and says whether the program is one.
func (j *judge) interpreter() bool {
	switch name := strings.TrimRight(j.Name, "0123456789."); name {
	case "python", "pypy", "ipython":
		j.python()
	case "perl":
		j.code("perl", "-e", "-E", "-ne", "-pe", "-le", "-nle", "-lne", "-ple", "-ane", "-lane", "-we")
		j.perlInPlace()
	case "ruby", "jruby":
		j.code("ruby", "-e", "-ne", "-pe")
	case "php":
		j.php()
	case "node", "nodejs", "deno", "bun", "qjs", "tsx", "ts-node":
		j.javascript()
	case "Rscript", "R", "lua", "luajit", "julia", "groovy", "elixir", "tclsh", "scala", "swift", "ghc", "osascript", "pwsh", "powershell",
		"cmd":
		j.foreign(name)
	case "java":
		return j.jar()
	case "npx", "bunx", "uvx", "pnpx", "poetry", "pipenv", "uv", "bundle", "pdm", "hatch", "rye", "dotenv", "direnv", "mise", "asdf",
		"volta":
		return j.runner()
	case "ansible", "salt", "pssh", "pdsh", "clush", "fab", "knife":
		j.fleet()
	case "expect", "script", "gdb", "watch":
		j.wrapped()
	default:
		return false
	}
	return true
}

// perlInPlace judges perl -i: what it changes.
func (j *judge) perlInPlace() {
	if len(j.Args) == 0 || strings.HasPrefix(j.Args[0].Text, "-M") || strings.HasPrefix(j.Args[0].Text, "-I") || !j.inPlace() {
		return
	}
	walk := j.operands(" -e -E -pe -ne -pie -i -M -I ")
	for word := walk.next(); word != nil; word = walk.next() {
		if strings.HasPrefix(word.Text, "/") && !strings.ContainsAny(word.Text, " ;(") && j.write(word) {
			return
		}
	}
}

// code derives the code that stands after one of the options, or on the input.
func (j *judge) code(lang string, options ...string) {
	for i := range j.Args {
		text := j.Args[i].Text
		if !isOption(text) {
			return // a file; the rest is the script's own
		}
		for _, option := range options {
			if text == option && i+1 < len(j.Args) {
				j.derive(detect.Code, lang, j.Args[i+1].Text)
				return
			}
		}
		if rest, ok := strings.CutPrefix(text, options[0]); ok && rest != "" && len(options[0]) == 2 {
			j.derive(detect.Code, lang, rest)
			return
		}
		if end := len(text) - 1; text[1] != '-' && (text[end] == 'e' || text[end] == 'E') && i+1 < len(j.Args) {
			j.derive(detect.Code, lang, j.Args[i+1].Text)
			return
		}
	}
	j.input(lang)
}

// input derives the code that an interpreter reads on its input.
func (j *judge) input(lang string) {
	if j.StdinKnown {
		j.derive(detect.Code, lang, j.Stdin)
	}
}

func (j *judge) python() {
	for i := range j.Args {
		switch text := j.Args[i].Text; {
		case text == "-c" || strings.HasPrefix(text, "-") && len(text) > 2 && text[1] != '-' && text[len(text)-1] == 'c':
			if i+1 < len(j.Args) {
				j.derive(detect.Code, "python", j.Args[i+1].Text)
			}
			return
		case strings.HasPrefix(text, "-c"):
			j.derive(detect.Code, "python", text[2:])
			return
		case text == "-m":
			if i+1 < len(j.Args) {
				j.restart(j.Args[i+1].Text, i+2)
			}
			return
		case text == "-":
			j.input("python")
			return
		case !isOption(text):
			if path.Base(text) == "manage.py" {
				j.restart("manage.py", i+1)
			}
			return
		}
	}
	j.input("python")
}

// restart judges the words from i on as another program's.
func (j *judge) restart(name string, i int) {
	j.Name = strings.TrimSuffix(path.Base(name), ".exe")
	j.Args = j.Args[min(i, len(j.Args)):]
	if !j.asksForHelp() {
		j.program()
	}
}

func (j *judge) php() {
	for i := range j.Args {
		if text := j.Args[i].Text; !isOption(text) {
			if name := path.Base(text); name == "artisan" || name == "console" || name == "yii" || name == "spark" || name == "occ" || strings.HasSuffix(name, ".phar") {
				j.restart(name, i+1)
			}
			return
		}
		if j.Args[i].Text == "-r" {
			break
		}
	}
	j.code("php", "-r", "-R", "-B")
}

func (j *judge) javascript() {
	if first := j.operand(0, ""); first != nil && j.Name == "deno" && first.Text == "eval" {
		if source := j.operand(1, ""); source != nil {
			j.derive(detect.Code, "javascript", source.Text)
		}
		return
	}
	if first := j.operand(0, ""); first != nil && j.Name == "bun" && (first.Text == "x" || first.Text == "run") && len(j.Args) > 1 {
		j.restart(j.Args[1].Text, 2)
		return
	}
	if j.Name == "bun" && j.verb("publish") {
		j.packages()
		return
	}
	j.code("javascript", "-e", "-p", "--eval", "--print", "-pe")
}

// foreign derives the code of languages that are looked through like others.
func (j *judge) foreign(name string) {
	switch name {
	case "Rscript", "R":
		j.code("r", "-e")
	case "osascript":
		if source, ok := j.value("-e"); ok {
			if _, rest, found := strings.Cut(source.Text, `do shell script "`); found {
				run, _, _ := strings.Cut(rest, `"`)
				j.derive(detect.Shell, "", run)
			}
		}
	case "pwsh", "powershell":
		j.powershell()
	case "cmd":
		for i := range j.Args {
			if strings.EqualFold(j.Args[i].Text, "/c") || strings.EqualFold(j.Args[i].Text, "/k") {
				j.derive(detect.Shell, "cmd", joined(j.Args[i+1:]))
				return
			}
		}
	default:
		j.code(name, "-e", "--eval", "-E")
	}
}

// powershell derives what PowerShell is told to run; the analysis of its dialect
// knows the encoded form too.
func (j *judge) powershell() {
	j.derive(detect.Shell, "powershell", j.Name+" "+joined(j.Args))
}

// joined are the words as they were, with a space between.
func joined(words []Word) string {
	texts := make([]string, len(words))
	for i := range words {
		if texts[i] = words[i].Text; words[i].Quoted && strings.Contains(texts[i], " ") && len(words) > 1 && !strings.Contains(texts[i], `"`) {
			texts[i] = `"` + texts[i] + `"`
		}
	}
	return strings.Join(texts, " ")
}

// jar judges java -jar x.jar as a program called x.
func (j *judge) jar() bool {
	for i := range j.Args {
		if j.Args[i].Text == "-jar" && i+1 < len(j.Args) {
			j.restart(strings.TrimSuffix(path.Base(j.Args[i+1].Text), ".jar"), i+2)
			return true
		}
	}
	return true
}

// runner judges what npx and its like start.
func (j *judge) runner() bool {
	switch j.Name {
	case "npx", "bunx", "uvx", "pnpx", "dotenv":
		for i := range j.Args {
			if text := j.Args[i].Text; !isOption(text) {
				name, _, _ := strings.Cut(strings.TrimPrefix(text, "@"), "@")
				j.restart(name, i+1)
				return true
			}
		}
		return true
	}
	for i := range j.Args {
		if text := j.Args[i].Text; text == "run" || text == "exec" {
			for i++; i < len(j.Args) && (isOption(j.Args[i].Text) || strings.Contains(j.Args[i].Text, "@")); i++ {
				continue
			}
			if i < len(j.Args) {
				j.restart(j.Args[i].Text, i+1)
			}
			return true
		}
	}
	return false
}

// fleet judges commands for many machines at once.
func (j *judge) fleet() {
	if run, ok := j.value("-a"); ok && j.Name == "ansible" {
		if strings.Contains(run.Text, "state=absent") {
			j.find("infrastructure.fleet", guard.SeverityHigh, "deletes something on many machines at once", &run)
		}
		j.deriveShell(run)
		return
	}
	if run := j.last(" -h -w -H -l -u -g "); run != nil && strings.Contains(run.Text, " ") {
		j.deriveShell(*run)
	}
}

// wrapped derives the command that a program is given as one word.
func (j *judge) wrapped() {
	for _, option := range [...]string{"-c", "-ex", "--eval-command", "-x"} {
		run, ok := j.value(option)
		if !ok {
			continue
		}
		text := run.Text
		if j.Name == "gdb" {
			if text, ok = strings.CutPrefix(strings.TrimPrefix(text, "!"), "shell "); !ok {
				continue
			}
		}
		j.derive(detect.Shell, "", text)
	}
	if j.Name == "watch" {
		if run := j.operand(0, " -n --interval "); run != nil && run.Quoted {
			j.deriveShell(*run)
		}
	}
}
