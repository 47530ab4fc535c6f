package shell

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// leaves reports that what has a secret in it goes to the network.
func (f *frame) leaves(t taint, start, end int) {
	if t.secret == "" {
		return
	}
	if strings.HasPrefix(t.secret, "the ") {
		f.find("shell.exfiltration.environment", guard.SeverityCritical, start, end, "sends "+t.secret+" to another machine")
		return
	}
	f.find("shell.exfiltration.secret", guard.SeverityCritical, start, end, "sends keys or passwords to another machine: "+t.secret)
}

// flows is about secrets that a program sends away, and shells that talk to the
// network.
func (f *frame) flows(sc *scope, c *call) {
	if !isNetwork(c.name) && !sendsMore(c) {
		return
	}
	if from := c.in.from; from != nil && isShell(from.Name) && isRaw(c.name) {
		f.find("shell.reverse", guard.SeverityCritical, c.start, c.end, "hands a shell on this machine to somebody on the network")
	}
	if c.in.taint.secret != "" && sendsInput(c) {
		f.leaves(c.in.taint, c.start, c.end)
		return
	}
	f.asks(c)
	for i := range c.list {
		t := c.taintOf(i)
		if t.secret == "" || isCredential(c, i) {
			continue
		}
		f.leaves(t, c.start, c.end)
		return
	}
	for _, word := range c.list {
		name := word.Text
		if i := strings.LastIndexByte(name, '@'); i >= 0 && !strings.Contains(name, "://") {
			name = name[i+1:]
		}
		if known, ok := f.files[locate(sc, name)]; ok && known.taint.secret != "" {
			f.leaves(known.taint, c.start, c.end)
			return
		}
	}
}

// asks is about looking up a name that says something about the machine, which
// tells it to whoever answers for the name.
func (f *frame) asks(c *call) {
	switch c.name {
	case "dig", "nslookup", "host", "drill", "ping":
	default:
		return
	}
	for _, word := range c.list {
		end := strings.LastIndexAny(word.Text, ")`")
		if word.Known || end < 0 || strings.Count(word.Text[end:], ".") < 2 {
			continue
		}
		for _, told := range [...]string{"whoami", "hostname", "id", "uname", "cat ", "base64", "pwd", "xxd", "env"} {
			if strings.Contains(word.Text, told) {
				f.find("shell.exfiltration.dns", guard.SeverityMedium, word.Start, word.End, "tells somebody on the network about this machine, in a name that it looks up")
				return
			}
		}
	}
}

// isCredential says that the i-th word tells a server who is asking, which is what
// a secret is for.
func isCredential(c *call, i int) bool {
	text := strings.ToLower(c.list[i].Text)
	if strings.HasPrefix(text, "authorization:") || strings.HasPrefix(text, "private-token:") || strings.HasPrefix(text, "x-api-key:") || strings.HasPrefix(text, "x-vault-token:") {
		return true
	}
	if i == 0 {
		return false
	}
	switch c.list[i-1].Text {
	case "-u", "--user", "--oauth2-bearer", "-p", "--password", "-i", "--key", "--cert", "-E":
		return true
	}
	return false
}

// isNetwork says that a program sends what it is given to another machine.
func isNetwork(name string) bool {
	switch name {
	case "curl", "wget", "http", "https", "xh", "nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "socat", "telnet", "ftp", "tftp", "sftp", "lftp", "ssh", "scp", "rsync",
		"dig", "nslookup", "host", "drill", "ping", "mail", "mailx", "mutt", "sendmail", "msmtp", "swaks", "rclone", "smbclient", "croc", "wormhole", "transfer":
		return true
	}
	return false
}

// isRaw says that a program passes on what it reads as it is.
func isRaw(name string) bool {
	switch name {
	case "nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "socat", "telnet", "openssl":
		return true
	}
	return false
}

// sendsMore is about programs that send only when they are told so.
func sendsMore(c *call) bool {
	switch c.name {
	case "openssl":
		return hasWord(c, "s_client")
	case "aws", "gsutil", "gcloud", "az", "s3cmd", "mc":
		return hasWord(c, "cp") || hasWord(c, "put") || hasWord(c, "sync") || hasWord(c, "pipe") || hasWord(c, "mv") || hasWord(c, "upload") || hasWord(c, "rsync")
	case "gh":
		return hasWord(c, "gist") || hasWord(c, "--body-file")
	}
	return false
}

// sendsInput says that a program sends what it reads on its standard input.
func sendsInput(c *call) bool {
	switch c.name {
	case "curl", "http", "https", "xh", "wget":
		for i, word := range c.list {
			text := word.Text
			if strings.HasSuffix(text, "@-") || text == "-T-" || strings.HasSuffix(text, "=-") || strings.HasSuffix(text, "/dev/stdin") || strings.Contains(text, "=@-;") ||
				text == "-" && i > 0 && (c.list[i-1].Text == "-T" || c.list[i-1].Text == "--upload-file") {
				return true
			}
		}
		return c.name == "http" || c.name == "https" || c.name == "xh"
	case "aws", "gsutil", "gcloud", "az", "s3cmd", "gh", "scp", "rsync":
		return hasWord(c, "-") || c.name == "mc"
	case "dig", "nslookup", "host", "drill", "ping":
		return false
	}
	return true
}
