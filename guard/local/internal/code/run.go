package code

import (
	"path"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// runs judges calls that start a program, and says whether this is one.
func (c *call) runs() bool {
	switch {
	case c.startsShell():
		c.shell(c.command())
	case c.startsProgram():
		c.program()
	default:
		return false
	}
	return true
}

// startsShell says that the first argument is a command line for a shell, or a list
// of words.
func (c *call) startsShell() bool {
	switch c.name {
	case "system":
		return c.lang != clike || c.base == "" || c.base == "std"
	case "popen", "getoutput", "getstatusoutput", "create_subprocess_shell", "shell_exec", "passthru", "proc_open", "execSync",
		"exec_command", "popen2", "popen3", "popen4", "check_output", "check_call",
		"Popen", "capture2", "capture2e", "capture3", "system2":
		return true
	case "exec":
		return c.base == "" && (c.lang == php || c.lang == ruby || c.lang == perl) || childProcess(c.base) || strings.HasSuffix(c.base, "getRuntime()")
	case "run", "call":
		return c.base == "subprocess" || c.base == "pexpect" || c.base == "sp"
	case "spawn":
		if c.base == "pty" && c.lang == python {
			c.facts.shell = true
			c.finding("code.pty", guard.SeverityMedium, "starts a shell that somebody can type into")
		}
		return c.base == "pexpect" || c.base == "pty" || c.lang == ruby && (c.base == "" || c.base == "Process" || c.base == "Kernel")
	case "execute":
		return c.base == "os" && c.lang == lua
	case "shell":
		return c.lang == r && c.base == ""
	}
	return false
}

func childProcess(base string) bool {
	return base == "child_process" || base == "cp" || base == "childProcess" || base == "child"
}

// startsProgram says that the first argument is a program, and those behind it are
// its words.
func (c *call) startsProgram() bool {
	switch c.name {
	case "spawn", "spawnSync", "execFile", "execFileSync", "fork":
		return childProcess(c.base) || c.name == "spawnSync" || c.name == "execFileSync" || c.base == "Bun"
	case "execl", "execlp", "execle", "execv", "execvp", "execve", "execvpe", "spawnl", "spawnlp", "spawnv", "spawnvp", "posix_spawn":
		return true
	case "Command", "CommandContext":
		return c.base == "exec" || c.base == "Deno"
	case "create_subprocess_exec", "ProcessBuilder", "pcntl_exec":
		return true
	case "Start", "run":
		return strings.HasSuffix(c.base, "Process") && c.name == "Start" || c.base == "Deno"
	}
	return false
}

// command is the command line of a call that takes one, or a list of words, or
// several.
func (c *call) command() value {
	first := c.arg(0)
	if first.isList {
		return value{text: commandLine(first.items), known: true, from: first.from}
	}
	second := c.arg(1)
	if second.text == "" && !second.isList || c.lang != ruby && c.lang != perl && c.lang != r {
		return first
	}
	return value{text: commandLine(c.words()), known: first.known, from: first.from}
}

// words are the arguments, with lists among them opened.
func (c *call) words() []value {
	var words []value
	for i := range c.args {
		switch arg := c.args[i]; {
		case arg.key != "":
		case arg.isList && i < 3:
			words = append(words, arg.items...)
		case arg.text != "":
			words = append(words, arg)
		}
	}
	return words
}

// program judges a program with its words.
func (c *call) program() {
	words := c.words()
	if list, ok := c.keyed("cmd"); ok && list.isList {
		words = list.items
	}
	if len(words) > 2 && words[0].known && words[1].known && path.Base(words[0].text) == path.Base(words[1].text) {
		words = append(words[:1:1], words[2:]...) // the program's own name for itself
	} else if len(words) > 1 && (strings.HasPrefix(c.name, "execl") || strings.HasPrefix(c.name, "spawnl")) {
		words = append(words[:1:1], words[2:]...)
	}
	if len(words) > 0 {
		c.shell(value{text: commandLine(words), known: true, from: words[0].from})
	}
}

// shell derives a command line, and judges where it comes from.
func (p *parser) shell(line value) {
	switch {
	case line.from&remote != 0:
		p.finding("code.run.download", guard.SeverityCritical, "runs commands that it fetches from another machine", "")
		return
	case !hasText(line):
		return
	}
	p.facts.shell = p.facts.shell || isShell(line.text)
	via := []string(nil)
	if line.from&decoded != 0 {
		via = []string{"decoded"}
	}
	p.derive(detect.Arg{Kinds: detect.Shell, Text: line.text, Via: via, Derived: true})
}

// hasText says that something of a command line is known.
func hasText(line value) bool {
	return line.text != "" && (!strings.HasPrefix(line.text, "$") || strings.ContainsAny(line.text, " /"))
}

func (p *parser) derive(arg detect.Arg) {
	const most = 64
	if len(p.derived) < most {
		p.derived = append(p.derived, arg)
	}
}

// isShell says that a command line is a shell and no more, to be typed into.
func isShell(line string) bool {
	program, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch path.Base(program) {
	case "sh", "bash", "zsh", "dash", "ksh", "ash", "cmd.exe", "powershell", "powershell.exe", "cmd":
		return rest == "" || strings.HasPrefix(rest, "-i")
	}
	return false
}

// evaluates judges calls that run source code, and says whether this is one.
func (c *call) evaluates() bool {
	lang := c.lang
	source := c.arg(0)
	switch c.name {
	case "eval", "exec", "execScript", "runInThisContext", "runInNewContext", "instance_eval", "class_eval", "load_string", "loadstring",
		"evalscript", "create_function", "_compile":
		if c.name == "exec" && c.base != "" && c.base != "builtins" {
			return false
		}
	case "compile":
		if c.base != "" || lang != python {
			return false
		}
	case "Function":
		if len(c.args) == 0 {
			return false
		}
		source = c.args[len(c.args)-1]
	case "assert":
		if lang != php {
			return false
		}
	default:
		return false
	}
	c.evaluate(source, lang)
	return true
}
