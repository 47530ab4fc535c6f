package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// read judges programs that show, turn or compare what stands in files, and says
// whether the program is one.
func (j *judge) read() bool {
	var valued string
	first := 0
	switch j.Name {
	case "cat", "gcat", "tac", "bat", "batcat", "less", "more", "most", "nl", "view", "zcat", "pg", "ccat", "lolcat":
		j.readWhole()
		return true
	case "head", "tail", "ghead", "gtail":
		valued = " -n -c --lines --bytes "
	case "grep", "egrep", "fgrep", "rg", "ag", "ack", "zgrep", "ggrep", "pcregrep", "ugrep":
		valued, first = " -e -f -m -A -B -C -g -t -T -d -D --include --exclude --max-count --regexp --file --glob --type ", 1
		if j.flag('q', "quiet") || j.flag('l', "files-with-matches") || j.flag('c', "count") {
			return true // it shows nothing of what stands there
		}
		if j.has("-e") || j.has("-f") || j.has("--regexp") || j.has("--file") || j.has("--files") {
			first = 0
		}
	case "awk", "gawk", "mawk", "nawk":
		valued, first = " -F -v -f ", 1
		j.awk()
	case "jq", "yq", "xq", "tomlq", "gojq":
		valued, first = " --arg --argjson --indent --slurpfile --rawfile -f --from-file ", 1
	case "split":
		if j.operand(2, " -n -l -b -a -C ") != nil {
			return false // a feature flag's service of that name
		}
		valued = " -n -l -b -a -C "
	case "cut", "sort", "uniq", "rev", "paste", "fold", "fmt", "pr", "column", "expand", "tr", "look", "shuf", "csplit":
		valued = " -d -f -c -k -t -o -b -w -l -n -s -S -T "
	case "base64", "base32", "gbase64", "xxd", "od", "hexdump", "hd", "strings", "uuencode", "basenc", "iconv", "qrencode":
		valued = " -w -t -n -N -j -A -f --wrap -l -s -c -o "
	case "diff", "cmp", "comm", "join", "colordiff", "vimdiff", "sdiff":
		valued = " -u -U -C -t -1 -2 -o "
	case "vim", "vi", "nvim", "nano", "emacs", "ed", "ex", "pico", "micro", "code", "subl", "gedit", "kate", "joe", "mcedit":
		j.editor()
		return true
	default:
		return false
	}
	j.readOperands(valued, first)
	return true
}

// readOperands judges reading all operands but the first few.
func (j *judge) readOperands(valued string, first int) {
	walk := j.operands(valued)
	for range first {
		walk.next()
	}
	for word := walk.next(); word != nil; word = walk.next() {
		if j.reads(word) {
			return
		}
	}
}

// reads judges reading the file that word names, and says whether there is a
// finding.
func (j *judge) reads(word *Word) bool {
	t := j.target(word)
	switch {
	case t.place.Has(place.Secret) && t.place.Has(place.Project):
		j.find("shell.secret.read", guard.SeverityMedium, "reads the keys and passwords of the project", word)
	case t.place.Has(place.Secret):
		j.find("shell.secret.read", guard.SeverityHigh, "reads keys or passwords", word)
	case t.place.Has(place.History) && strings.Contains(word.Text, "history"):
		j.find("shell.secret.history", guard.SeverityMedium, "reads what was typed into a shell, passwords included", word)
	case t.place.Has(place.Device) && t.reach == system:
		j.find("shell.read.device", guard.SeverityHigh, "reads a disk or the memory as a whole", word)
	default:
		return false
	}
	j.derive(detect.Path, "", word.Text)
	return true
}

// readWhole judges showing whole files: besides keys, what tells an intruder how the
// machine is set up.
func (j *judge) readWhole() {
	walk := j.operands(" -l --language --style ")
	for word := walk.next(); word != nil; word = walk.next() {
		if j.reads(word) {
			return
		}
		if !j.Piped && j.setup(word) {
			return
		}
	}
}

// setup judges showing a file of the system as it is.
func (j *judge) setup(word *Word) bool {
	t := j.target(word)
	switch {
	case t.place.Has(place.Project) || t.reach <= scoped || everyday(word.Text):
		return false
	case t.place.Has(place.Account):
		j.find("shell.read.account", guard.SeverityMedium, "reads who may log in to the machine, and as what", word)
	case t.place.Has(place.Startup) && strings.HasPrefix(word.Text, "/root/"):
		j.find("shell.read.system", guard.SeverityLow, "reads how the machine is set up", word)
	case t.place.Has(place.System|place.Kernel|place.History) && !t.place.Has(place.Startup) && insight(word.Text):
		j.find("shell.read.system", guard.SeverityLow, "reads how the machine is set up", word)
	default:
		return false
	}
	return true
}

// insight says that a file of the system says something about this machine; a
// header, a licence or a server's own settings and logs do not.
func insight(text string) bool {
	for _, prefix := range [...]string{
		"/etc/", "/proc/", "/sys/kernel/", "/sys/firmware/", "/sys/module/", "/sys/bus/", "/var/log/", "/var/lib/", "/boot/", "/usr/share/base-passwd/",
	} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			first, _, nested := strings.Cut(rest, "/")
			return !nested || !ownMatter(prefix, first)
		}
	}
	return false
}

// ownMatter says that a folder of the system is a process's or a server's own.
func ownMatter(prefix, folder string) bool {
	switch prefix {
	case "/proc/":
		return folder == "self" || folder == "thread-self" || folder != "" && (folder[0] == '$' || folder[0] >= '0' && folder[0] <= '9')
	case "/var/log/":
		return true
	}
	switch folder {
	case "nginx", "apache2", "httpd", "mysql", "postgresql", "php", "redis", "supervisor", "fonts", "X11", "vim", "alternatives", "haproxy", "caddy",
		"prometheus", "grafana", "elasticsearch", "rabbitmq", "mongodb", "docker", "containerd":
		return true
	}
	return false
}

// everyday are the files of /etc that any program reads to know where it is.
func everyday(text string) bool {
	if strings.HasPrefix(text, "/etc/") && strings.HasSuffix(strings.TrimRight(text, "*"), "release") {
		return true
	}
	switch text {
	case "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/timezone", "/etc/localtime", "/etc/issue", "/etc/motd", "/etc/services",
		"/etc/protocols", "/etc/mime.types", "/etc/debian_version", "/etc/machine-id", "/etc/shells", "/usr/lib/os-release",
		"/proc/version", "/proc/loadavg", "/proc/uptime":
		return true
	}
	return false
}

// awk judges commands inside awk's own program.
func (j *judge) awk() {
	program := j.operand(0, " -F -v -f ")
	if program == nil || !strings.Contains(program.Text, "system(") && !strings.Contains(program.Text, "|") {
		return
	}
	for rest := program.Text; ; {
		_, after, ok := strings.Cut(rest, `system("`)
		if !ok {
			break
		}
		run, tail, _ := strings.Cut(after, `"`)
		j.derive(detect.Shell, "", run)
		rest = tail
	}
	if strings.Contains(program.Text, "/inet/tcp/") {
		j.find("shell.reverse", guard.SeverityCritical, "lets another machine type commands into this one", program)
	}
}

// editor judges opening files in an editor, and commands that it is told to run.
func (j *judge) editor() {
	for i := range j.Args {
		text := j.Args[i].Text
		for _, lead := range [...]string{"+!", ":!", "+:!", "!"} {
			if run, ok := strings.CutPrefix(text, lead); ok {
				j.derive(detect.Shell, "", run)
			}
		}
		if strings.HasPrefix(text, "(") && (strings.Contains(text, "shell-command") || strings.Contains(text, "term ") || strings.Contains(text, "start-process")) {
			j.find("shell.run.editor", guard.SeverityMedium, "has an editor run a command", &j.Args[i])
			return
		}
	}
	walk := j.operands(" -c --cmd -S -u --eval ")
	for word := walk.next(); word != nil; word = walk.next() {
		t := j.target(word)
		if t.place.Has(place.Account) && !t.place.Has(place.Project) {
			j.find("shell.write.account", guard.SeverityHigh, "opens for editing who may log in, and as what", word)
			return
		}
		if j.reads(word) {
			return
		}
	}
}
