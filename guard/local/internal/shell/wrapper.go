package shell

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// wrapper is how a program that runs another one is called.
type wrapper struct {
	// valued are the options whose value is the next word, between spaces.
	valued string
	// skip is how many words stand between the options and the program.
	skip int
	// assigns says that variables may be set in front of the program.
	assigns bool
	// elevated and remote are how the program then runs.
	elevated, remote bool
	// after says that the program stands behind "--", or else where it would
	// without.
	after bool
	// text says that the words are one command line for a shell.
	text bool
}

// wrapperOf says how the program called name runs another one, if it does.
func wrapperOf(name string) (wrapper, bool) {
	switch name {
	case "sudo":
		return wrapper{valued: " -u -g -h -p -C -D -R -T -U -r -t --user --group --host --prompt --chdir --chroot --role --type ", assigns: true, elevated: true}, true
	case "doas", "pkexec", "run0":
		return wrapper{valued: " -u -C -a --user ", assigns: true, elevated: true}, true
	case "gosu", "su-exec", "setuidgid", "chpst":
		return wrapper{valued: " -u -U ", skip: 1, elevated: true}, true
	case "nice", "renice":
		return wrapper{valued: " -n --adjustment "}, true
	case "ionice":
		return wrapper{valued: " -c -n -p -P -u --class --classdata --pid "}, true
	case "nohup", "setsid", "unbuffer", "rlwrap", "fakeroot", "dbus-run-session", "xvfb-run", "torsocks", "torify", "catchsegv", "caffeinate", "eatmydata", "systemd-cat", "chronic", "run-one", "nocache", "noglob", "nocorrect", "setarch", "linux32", "linux64":
		return wrapper{}, true
	case "proxychains", "proxychains4":
		return wrapper{valued: " -f "}, true
	case "stdbuf":
		return wrapper{valued: " -i -o -e --input --output --error "}, true
	case "time", "gtime":
		return wrapper{valued: " -f -o --format --output "}, true
	case "timeout", "gtimeout", "faketime":
		return wrapper{valued: " -k -s --kill-after --signal ", skip: 1}, true
	case "chrt", "taskset", "perf":
		return wrapper{skip: 1}, true
	case "strace", "ltrace", "dtruss":
		return wrapper{valued: " -e -o -p -s -u -E -a -b -P -I -O -S --trace --output "}, true
	case "valgrind", "heaptrack", "hyperfine", "entr", "systemd-inhibit", "cgexec", "numactl", "prlimit", "setpriv", "capsh", "firejail", "bwrap":
		return wrapper{valued: " -g -x -ex -o -C -n -S -w --what --who --why ", after: name == "capsh" || name == "bwrap"}, true

	case "watchexec":
		return wrapper{valued: " -w -e -f -i -d -s --watch --exts --filter --ignore --debounce --signal "}, true
	case "pdsh", "pssh", "dsh", "parallel-ssh", "clush":
		return wrapper{valued: " -w -x -l -f -g -h -H -t -p -o -e ", remote: true, text: true}, true
	case "watch":
		return wrapper{valued: " -n --interval -q --equexit ", text: true}, true
	case "chroot", "arch-chroot":
		return wrapper{skip: 1, valued: " --userspec --groups "}, true
	case "unshare":
		return wrapper{valued: " -R -w -S -G --root --wd "}, true
	case "nsenter":
		return wrapper{valued: " -t --target -S -G ", elevated: true}, true
	case "systemd-run":
		return wrapper{valued: " -u -p -E -H -M --unit --property --setenv --on-calendar --on-active --slice --uid --gid --description "}, true
	case "runcon", "newgrp", "sg":
		return wrapper{skip: 1}, true
	}
	return wrapper{}, false
}

// wrapped runs the program that c's program runs, and says whether that is all
// that c does.
func (f *frame) wrapped(sc *scope, c *call) (stream, bool) {
	if w, ok := wrapperOf(c.name); ok {
		return f.unwrap(sc, c, w), true
	}
	if (c.name == "gdb" || c.name == "lldb") && hasWord(c, "--args") {
		return f.unwrap(sc, c, wrapper{after: true}), true
	}
	switch c.name {
	case "env":
		return f.env(sc, c), true
	case "start-stop-daemon", "daemonize":
		return f.daemon(sc, c), true
	case "busybox", "toybox":
		return f.rest(sc, c, 0), true
	case "su", "runuser":
		return f.su(sc, c), true
	case "xargs", "gxargs":
		return f.xargs(sc, c), true
	case "parallel", "rush":
		return f.parallel(sc, c), true
	case "at", "batch":
		return f.later(sc, c), true
	case "script", "flock":
		return f.withText(sc, c), true
	case "poetry", "pipenv", "uv", "hatch", "rye", "pdm", "conda", "mamba", "micromamba", "mise", "rtx", "bundle", "dotenv",
		"direnv", "rbenv", "pyenv", "asdf", "op", "doppler", "infisical", "chamber", "aws-vault":
		return f.runner(sc, c)
	}
	if isShell(c.name) {
		return f.shell(sc, c), true
	}
	return stream{}, false
}

// rest starts the words from the i-th on as a program.
func (f *frame) rest(sc *scope, c *call, i int) stream {
	if i >= len(c.list) {
		return stream{}
	}
	inner := *c
	inner.words = c.from(i)
	inner.start = max(c.start, inner.list[0].Start)
	inner.depth++
	return f.start(sc, inner)
}

// unwrap starts the program that a wrapper is called with.
func (f *frame) unwrap(sc *scope, c *call, w wrapper) stream {
	i := w.find(c.list)
	if i >= len(c.list) {
		if w.elevated && (hasFlag(c.list, 's', "--shell") || hasFlag(c.list, 'i', "--login")) {
			inner := sc.inner()
			inner.elevated = true
			return f.runInput(inner, c)
		}
		return stream{}
	}
	inner := sc
	if w.elevated || w.remote || w.assigns {
		inner = sc.inner()
		inner.elevated = inner.elevated || w.elevated
		inner.remote = inner.remote || w.remote
	}
	if c.name == "sg" && c.list[i].Text == "-c" && i+1 < len(c.list) {
		i++
	}
	if !w.text && (c.name == "hyperfine" || strings.Contains(c.list[i].Text, " ") && c.list[i].Quoted) {
		return f.textual(inner, c, i)
	}
	if w.text && !hasFlag(c.list[:i], 'x', "--exec") {
		return f.runText(inner, c, join(c.list[i:]), c.taintFrom(i))
	}
	return f.rest(inner, c, i)
}

// textual runs the words from the i-th on as command lines, each by itself, as programs
// do that take one for a word.
func (f *frame) textual(sc *scope, c *call, i int) stream {
	var out stream
	for ; i < len(c.list); i++ {
		out = f.runText(sc, c, c.list[i].Text, c.taintOf(i))
	}
	return out
}

// taintFrom is the taint of the words from the i-th on.
func (w *words) taintFrom(i int) taint {
	var t taint
	for _, one := range w.taints[min(i, len(w.taints)):] {
		t = t.with(one)
	}
	return t
}

// find returns where the program stands in a wrapper's words.
func (w wrapper) find(list []command.Word) int {
	if w.after {
		for i, word := range list {
			if word.Text == "--" || word.Text == "--args" {
				return i + 1
			}
		}
	}
	i := skipOptions(list, w.valued)
	for skip := w.skip; skip > 0 && i < len(list); skip-- {
		i++
		if i < len(list) && list[i].Text == "--" {
			i++
		}
	}
	for w.assigns && i < len(list) && isAssignment(list[i].Text) {
		i++
	}
	return i
}

// skipOptions returns where the options at the beginning of list end.
func skipOptions(list []command.Word, valued string) int {
	for i := 0; i < len(list); i++ {
		switch text := list[i].Text; {
		case text == "--":
			return i + 1
		case len(text) < 2 || text[0] != '-':
			return i
		case takesNext(valued, text):
			i++
		}
	}
	return len(list)
}

// takesNext says that the value of an option is the next word.
func takesNext(valued, option string) bool {
	if valued == "" || strings.IndexByte(option, ' ') >= 0 {
		return false
	}
	i := strings.Index(valued, option)
	return i > 0 && valued[i-1] == ' ' && valued[i+len(option)] == ' '
}

func isAssignment(text string) bool {
	name, _, ok := strings.Cut(text, "=")
	return ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == ""
}

// hasFlag says that an option is among the words: its letter, or its long name.
func hasFlag(list []command.Word, letter byte, long string) bool {
	for _, word := range list {
		text := word.Text
		if text == long || len(text) > 1 && text[0] == '-' && text[1] != '-' && strings.IndexByte(text, letter) > 0 {
			return true
		}
	}
	return false
}

// env runs a program with other variables, or lists them.
func (f *frame) env(sc *scope, c *call) stream {
	inner := sc.inner()
	for i := 0; i < len(c.list); i++ {
		text := c.list[i].Text
		switch {
		case text == "-":
		case text == "-S" || text == "--split-string":
			if i+1 < len(c.list) {
				return f.runText(inner, c, join(c.list[i+1:]), c.taintFrom(i+1))
			}
		case strings.HasPrefix(text, "-S") || strings.HasPrefix(text, "--split-string="):
			word := c.list[i]
			word.Text = strings.TrimPrefix(strings.TrimPrefix(text, "-S"), "--split-string=")
			return f.runText(inner, c, join(append([]command.Word{word}, c.list[i+1:]...)), c.taintFrom(i))
		case text == "-C" || text == "--chdir":
			if i++; i < len(c.list) {
				inner.dir = locate(sc, c.list[i].Text)
			}
		case strings.HasPrefix(text, "--chdir="):
			inner.dir = locate(sc, text[len("--chdir="):])
		case text == "-u" || text == "--unset":
			i++
		case len(text) > 1 && text[0] == '-':
		case isAssignment(text):
			name, held, _ := strings.Cut(text, "=")
			inner.set(name, value{alts: []string{held}, known: c.list[i].Known, taint: c.taintOf(i)})
		default:
			return f.rest(inner, c, i)
		}
	}
	return stream{taint: taint{secret: environment}}
}

// daemon runs the program behind --exec, with the words behind "--".
func (f *frame) daemon(sc *scope, c *call) stream {
	program, rest := -1, len(c.list)
	for i, word := range c.list {
		switch word.Text {
		case "--exec", "-x", "--startas", "-a":
			program = i + 1
		case "--":
			rest = min(rest, i+1)
		}
	}
	if program < 0 || program >= len(c.list) {
		return stream{}
	}
	inner := *c
	inner.words = words{list: append([]command.Word{c.list[program]}, c.list[rest:]...)}
	inner.depth++
	return f.start(sc, inner)
}

// su runs a command line as somebody else.
func (f *frame) su(sc *scope, c *call) stream {
	inner := sc.inner()
	inner.elevated = true
	for i := range c.list {
		text := c.list[i].Text
		switch {
		case text == "-c" || text == "--command" || text == "--session-command":
			if i+1 < len(c.list) {
				return f.runText(inner, c, c.list[i+1].Text, c.taintOf(i+1))
			}
		case strings.HasPrefix(text, "--command="):
			return f.runText(inner, c, text[len("--command="):], c.taintOf(i))
		case text == "--" && i+1 < len(c.list):
			return f.rest(inner, c, i+1)
		}
	}
	return f.runInput(inner, c)
}

// later runs what it reads at another time.
func (f *frame) later(sc *scope, c *call) stream {
	for i := range c.list {
		if c.list[i].Text == "-f" && i+1 < len(c.list) {
			return f.runFile(sc.inner(), c, c.list[i+1].Text, c.taintOf(i+1))
		}
	}
	if hasFlag(c.list, 'l', "") || hasFlag(c.list, 'r', "") || hasFlag(c.list, 'd', "") {
		return stream{}
	}
	f.judge(sc, c.invocation(sc))
	return f.runInput(sc.inner(), c)
}

// withText is about programs that take a command line behind -c, or a program
// behind a file.
func (f *frame) withText(sc *scope, c *call) stream {
	for i := range c.list {
		text := c.list[i].Text
		if len(text) > 1 && text[0] == '-' && text[1] != '-' && text[len(text)-1] == 'c' || text == "--command" {
			if i+1 < len(c.list) {
				return f.runText(sc.inner(), c, c.list[i+1].Text, c.taintOf(i+1))
			}
		}
	}
	if c.name == "flock" {
		return f.rest(sc, c, skipOptions(c.list, " -w -E --timeout --conflict-exit-code ")+1)
	}
	return stream{}
}

// runner is about managers of versions and secrets, that run a program with what
// they manage: poetry run, op run --, aws-vault exec profile --.
func (f *frame) runner(sc *scope, c *call) (stream, bool) {
	for i, word := range c.list {
		switch word.Text {
		case "--":
			return f.rest(sc, c, i+1), true
		case "run", "exec", "x":
			j := i + 1 + skipOptions(c.list[i+1:], " -n --name -p --prefix --env-file --with --python --project --config -e --env ")
			if c.name == "direnv" || c.name == "chamber" || c.name == "aws-vault" {
				j++
			}
			if j <= len(c.list) {
				f.judge(sc, c.invocation(sc))
				return f.rest(sc, c, min(j, len(c.list))), true
			}
		}
	}
	return stream{}, false
}
