package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// transfer judges copying between machines, the last operand being where to.
func (j *judge) transfer(valued string) {
	to := j.last(valued)
	if to == nil {
		return
	}
	host, there, remote := cutHost(to.Text)
	if !remote && j.Name != "sftp" && j.Name != "lftp" {
		if !j.write(to) {
			j.fetchesKeys(valued)
		}
		return
	}
	walk := j.operands(valued)
	for word := walk.next(); word != nil; word = walk.next() {
		if word.Text != to.Text && j.leak(word) {
			return
		}
	}
	dir := Word{Text: there, Start: to.Start, End: to.End}
	if t := j.target(&dir); host != "" && there != "" && t.reach > unset && t.reach != home && !t.place.Has(place.Project) {
		j.find("shell.write.remote", guard.SeverityHigh, "overwrites a part of another machine's system", to)
	}
}

// fetchesKeys reports copying another machine's keys or passwords to this one.
func (j *judge) fetchesKeys(valued string) {
	walk := j.operands(valued)
	for word := walk.next(); word != nil; word = walk.next() {
		if _, there, remote := cutHost(word.Text); remote && place.Of(there).Has(place.Secret) && !place.Of(there).Has(place.Project) {
			j.find("shell.read.secret", guard.SeverityHigh, "copies keys or passwords from another machine", word)
			return
		}
	}
}

// cutHost splits "user@host:path".
func cutHost(text string) (host, rest string, ok bool) {
	for _, scheme := range [...]string{"scp://", "sftp://", "rsync://", "ftp://", "smb://"} {
		if after, found := strings.CutPrefix(text, scheme); found {
			host, rest, _ = strings.Cut(after, "/")
			return host, "/" + rest, true
		}
	}
	host, rest, ok = strings.Cut(text, ":")
	if !ok || len(host) < 2 || strings.ContainsAny(host, "/$") && !strings.Contains(host, "@") {
		return "", text, false
	}
	return host, strings.TrimPrefix(rest, ":"), true
}

// rsync judges rsync: what it deletes at the other end, and keys sent away.
func (j *judge) rsync() {
	valued := " -e --rsh -f --filter --exclude --include --exclude-from --include-from --files-from -M --remote-option --port --password-file -T --temp-dir --bwlimit --log-file --chmod --chown --rsync-path "
	if run, ok := j.value("--rsync-path"); ok {
		j.derive(detect.Shell, "", run.Text)
	}
	if shell, ok := j.value("-e"); ok {
		j.derive(detect.Shell, "", shell.Text)
	}
	if j.flag('n', "dry-run") || j.has("--list-only") {
		return
	}
	for i := range j.Args {
		word := &j.Args[i]
		switch text := word.Text; {
		case strings.HasPrefix(text, "--delete") || text == "--del":
			j.find("shell.delete.sync", guard.SeverityMedium, "deletes whatever is at the destination and not at the source", word)
			return
		case strings.HasPrefix(text, "--remove-source"):
			j.find("shell.delete.source", guard.SeverityMedium, "deletes files once they are copied", word)
			return
		}
	}
	j.transfer(valued)
}
