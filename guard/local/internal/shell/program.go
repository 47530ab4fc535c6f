package shell

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
)

// program runs what is neither a part of the shell nor starts another program by
// its words alone, and returns what it writes.
func (f *frame) program(sc *scope, c *call) stream {
	if strings.IndexByte(c.path, '/') >= 0 || strings.HasPrefix(c.path, ".") {
		if out, ok := f.own(sc, c); ok {
			return out
		}
	}
	f.resolveGlobs(c)
	switch {
	case isFinder(c.name):
		f.finds(sc, c)
	case isInterpreter(c.name):
		f.interpreter(sc, c)
	default:
		f.elsewhere(sc, c)
		f.optionTexts(sc, c)
	}
	inv := c.invocation(sc)
	if c.name != "tee" { // judged by what it writes where
		f.judge(sc, inv)
	}
	f.kills(sc, c, inv)
	f.flows(sc, c)
	out := f.output(sc, c, inv)
	f.copies(sc, c, out)
	return out
}

// own runs a program that the source itself wrote or loaded.
func (f *frame) own(sc *scope, c *call) (stream, bool) {
	content, ok := f.files[locate(sc, c.path)]
	if !ok || !content.known && content.taint == (taint{}) {
		return stream{}, false
	}
	if content.taint.network && !content.known {
		f.find("shell.download_run", guard.SeverityHigh, c.start, c.end, "runs what it has just loaded from the network")
		return stream{taint: content.taint}, true
	}
	inner := sc.inner()
	list := append([]command.Word{{}}, c.list...)
	rest := call{words: words{list: list}}
	inner.params, inner.hasParams = rest.params(), true
	return f.runFile(inner, c, c.path, taint{}), true
}

// resolveGlobs replaces globs that find but one well-known file, such as
// /e?c/sh?dow, by its name.
func (f *frame) resolveGlobs(c *call) {
	for i := range c.list {
		word := &c.list[i]
		if word.Quoted || !strings.ContainsAny(word.Text, "?[") || !strings.HasPrefix(word.Text, "/") {
			continue
		}
		if name := usualFile(word.Text); name != "" {
			word.Text = name
		}
	}
}

// usualFile is the file of a usual system that a glob finds.
func usualFile(pattern string) string {
	for _, name := range [...]string{
		"/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/group", "/etc/gshadow", "/etc/hosts", "/etc/crontab", "/root/.ssh/id_rsa",
		"/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/opt", "/proc", "/root", "/sbin", "/srv", "/sys", "/usr", "/var", "/dev/sda", "/dev/nvme0n1",
	} {
		if matchGlob(pattern, name) {
			return name
		}
	}
	return ""
}

// output is what a program writes, as far as it follows from its words and its
// input.
func (f *frame) output(sc *scope, c *call, inv *command.Invocation) stream {
	if c.name == "mktemp" {
		return stream{}.followed(temporary(c)+"\n", inv)
	}
	if text, ok := f.fold(sc, c); ok {
		out := c.in.with(c.taint)
		if via := decoding(c); via != "" && text != "" {
			out.taint.via = strings.TrimSpace(c.in.taint.via + " " + via)
		}
		return out.followed(text, inv)
	}
	t := c.in.taint.with(c.taint)
	t.via = ""
	switch {
	case decodes(c), isInterpreter(c.name) && decodesInCode(c):
		t.decoded = true
	case counts(c):
		return stream{from: inv}
	}
	if loads(c) {
		t.network = true
	}
	t.process = processes(c)
	if sc.used {
		t = t.with(f.readTaint(sc, c))
	}
	return stream{taint: t, from: inv}
}

// temporary is the name of a file that mktemp makes.
func temporary(c *call) string {
	name, anywhere := "tmp.0123456789", true
	for i, word := range c.list {
		switch text := word.Text; {
		case text == "-p" || strings.HasPrefix(text, "--tmpdir=") || text == "-t" || text == "--tmpdir":
			anywhere = true
		case text == "" || text[0] == '-' || i > 0 && c.list[i-1].Text == "-p":
		default:
			name, anywhere = text, i > 0 && c.list[i-1].Text == "-t"
		}
	}
	if anywhere {
		return "/tmp/" + name[strings.LastIndexByte(name, '/')+1:]
	}
	return name
}

// with is s with another taint besides.
func (s stream) with(t taint) stream {
	s.taint = s.taint.with(t)
	return s
}

// readTaint is what the files that a program is given bring with them.
func (f *frame) readTaint(sc *scope, c *call) taint {
	var t taint
	if c.name == "printenv" && len(c.list) == 0 {
		t.secret = environment
	}
	if !reads(c.name) {
		return t
	}
	for _, word := range c.list {
		if word.Text == "" || word.Text[0] == '-' || len(word.Text) > maxPath || strings.ContainsAny(word.Text, "\n{(|") {
			continue
		}
		name := locate(sc, strings.TrimPrefix(strings.TrimPrefix(word.Text, "if="), "@"))
		if known, ok := f.files[name]; ok {
			t = t.with(known.taint)
			continue
		}
		t = t.with(f.fileTaint(name))
	}
	return t
}

// maxPath is how long the name of a file may be.
const maxPath = 512

// reads says that what a program writes holds what its files hold.
func reads(name string) bool {
	switch name {
	case "ls", "rm", "stat", "test", "chmod", "chown", "mkdir", "touch", "file", "wc", "md5sum", "sha1sum", "sha256sum", "cksum", "du", "find", "git",
		"realpath", "readlink", "basename", "dirname", "ssh", "ssh-keygen", "ssh-add", "curl", "wget", "docker", "kubectl", "npm", "make", "export":
		return false
	}
	return true
}

// counts says that what a program writes tells nothing of what it reads.
func counts(c *call) bool {
	switch c.name {
	case "wc", "md5sum", "sha1sum", "sha256sum", "sha512sum", "shasum", "cksum", "sum", "b2sum", "test":
		return true
	case "grep", "rg", "egrep", "fgrep":
		return hasFlag(c.list, 'c', "--count") || hasFlag(c.list, 'q', "--quiet")
	}
	return false
}

// loads says that what a program writes comes from the network.
func loads(c *call) bool {
	switch c.name {
	case "curl", "wget", "fetch", "http", "https", "xh", "aria2c", "lynx", "links", "w3m", "elinks", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "tftp", "dig", "nslookup":
		return !isInstaller(c)
	case "aws", "gsutil", "gcloud", "az", "s3cmd", "mc", "rclone":
		return hasWord(c, "cp") && hasWord(c, "-") || hasWord(c, "cat")
	case "openssl":
		return hasWord(c, "s_client")
	}
	return false
}

func hasWord(c *call, text string) bool {
	for _, word := range c.list {
		if word.Text == text {
			return true
		}
	}
	return false
}

// copies takes down which files a program writes besides.
func (f *frame) copies(sc *scope, c *call, out stream) {
	switch c.name {
	case "tee":
		for _, word := range c.list {
			if word.Text != "" && word.Text[0] != '-' {
				f.writes(sc, outlet{
					path: word.Text, appends: hasFlag(c.list, 'a', "--append"), redirected: true, start: word.Start, end: word.End,
				}, c.in)
			}
		}
	case "cp", "mv", "install", "ln":
		f.copy(sc, c)
	case "curl", "wget", "aria2c", "fetch", "axel":
		f.loaded(sc, c)
	case "dd", "tar", "zip", "7z", "gzip", "xz", "bzip2", "zstd", "openssl", "gpg", "base64", "rsync", "scp", "sort", "xxd":
		f.spread(sc, c, out)
	}
}

// copy is about a file that then is also another.
func (f *frame) copy(sc *scope, c *call) {
	var names []string
	for _, word := range c.list {
		if word.Text != "" && word.Text[0] != '-' {
			names = append(names, word.Text)
		}
	}
	if len(names) != 2 {
		return
	}
	content := f.content(sc, names[0])
	if content.known || content.taint != (taint{}) {
		f.store(sc, names[1], content, false)
	}
}

// loaded is about the files that come in from the network.
func (f *frame) loaded(sc *scope, c *call) {
	came := stream{taint: taint{network: !isInstaller(c)}}
	named := false
	for i, word := range c.list {
		text := word.Text
		switch {
		case (text == "--output" || text == "--output-document" || len(text) > 1 && text[0] == '-' && text[1] != '-' && outputFlag(c.name, text)) && i+1 < len(c.list):
			f.store(sc, c.list[i+1].Text, came, false)
			named = true
		case strings.HasPrefix(text, "--output=") || strings.HasPrefix(text, "--output-document="):
			_, name, _ := strings.Cut(text, "=")
			f.store(sc, name, came, false)
			named = true
		}
	}
	if named || c.name == "curl" && !hasFlag(c.list, 'O', "--remote-name") {
		return
	}
	for _, word := range c.list {
		if i := strings.LastIndexByte(word.Text, '/'); i > 0 && strings.Contains(word.Text, "://") && i+1 < len(word.Text) {
			name, _, _ := strings.Cut(word.Text[i+1:], "?")
			f.store(sc, name, came, false)
		}
	}
}

// outputFlag says that a cluster of options ends in the one that names the file
// that is written.
func outputFlag(name, text string) bool {
	last := text[len(text)-1]
	if name == "wget" {
		return last == 'O'
	}
	return last == 'o'
}

// spread is about archives and the like: where one of the files is a secret, any
// other may hold it.
func (f *frame) spread(sc *scope, c *call, out stream) {
	t := out.taint.with(f.readTaint(sc, c))
	if t.secret == "" && !t.network {
		return
	}
	for _, word := range c.list {
		name := strings.TrimPrefix(word.Text, "of=")
		if name == "" || name[0] == '-' || strings.HasPrefix(name, "if=") || f.fileTaint(locate(sc, name)).secret != "" {
			continue
		}
		if _, ok := f.files[locate(sc, name)]; !ok {
			f.store(sc, name, stream{taint: t}, false)
		}
	}
}
