package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// write judges overwriting or adding to the file that word names, and says whether
// there is a finding.
func (j *judge) write(word *Word) bool {
	t := j.target(word)
	var code, reason string
	severity := guard.SeverityHigh
	switch {
	case t.reach <= above:
		return false
	case t.place.Has(place.Guard):
		code, severity, reason = "shell.write.guard", guard.SeverityCritical, "changes the guard's own files"
	case t.place.Has(place.Device):
		code, severity, reason = "shell.write.device", guard.SeverityCritical, "overwrites a disk"
	case t.place.Has(place.Project):
		return false
	case t.place.Has(place.Account):
		code, severity, reason = "shell.write.account", guard.SeverityCritical, "changes who may log in, and as what"
	case t.place.Has(place.Startup):
		code, reason = "shell.persist.startup", "changes what is run at login, at boot or by a timer"
	case t.place.Has(place.History):
		code, reason = "shell.tracks.history", "changes logs or a history of what was done"
	case t.place.Has(place.Secret):
		code, severity, reason = "shell.write.secret", guard.SeverityMedium, "changes keys or passwords"
	case t.place.Has(place.Kernel):
		code, reason = "shell.write.kernel", "changes the running kernel"
	case t.place.Has(place.System) && !local(word.Text):
		code, reason = "shell.write.system", "changes a part of the operating system"
	default:
		return false
	}
	j.find(code, severity, reason, word)
	return true
}

// local says that text is where a machine's owner puts programs of their own.
func local(text string) bool {
	return strings.HasPrefix(text, "/usr/local/") || strings.HasPrefix(text, "/opt/") || strings.HasPrefix(text, "/srv/")
}

// writeAll judges programs that write into each of their operands.
func (j *judge) writeAll() {
	walk := j.operands(" -s --size -r --reference -o -l --length -m --mode ")
	for word := walk.next(); word != nil; word = walk.next() {
		if j.write(word) {
			return
		}
	}
}

// destination is where mv and cp put things: the value of -t, or the last operand.
func (j *judge) destination() *Word {
	for i := range j.Args {
		text := j.Args[i].Text
		if (text == "-t" || text == "--target-directory") && i+1 < len(j.Args) {
			return &j.Args[i+1]
		}
		if after, ok := strings.CutPrefix(text, "--target-directory="); ok {
			to := j.Args[i]
			to.Text = after
			return &to
		}
	}
	return j.last(copyValued)
}

const copyValued = " -S --suffix -t --target-directory -m --mode -o --owner -g --group "

// move judges mv: what it takes away, and what it overwrites.
func (j *judge) move() {
	to := j.destination()
	if to == nil {
		return
	}
	walk := j.operands(copyValued)
	for word := walk.next(); word != nil; word = walk.next() {
		if word == to || word.Text == to.Text && word.Start == to.Start {
			continue
		}
		switch t := j.target(word); {
		case to.Text == "/dev/null":
			j.find("shell.delete.discard", guard.SeverityHigh, "throws a file away", word)
			return
		case t.reach > unset && !t.place.Has(place.Project):
			j.removal(word, true, true)
			return
		}
	}
	j.write(to)
}

// copyFiles judges cp, install and ln: what they overwrite, and keys that they copy.
func (j *judge) copyFiles() {
	to := j.destination()
	if to == nil || j.Name == "cp" && j.flag('s', "symbolic-link") && !j.flag('f', "force") {
		return
	}
	if j.write(to) || j.operand(1, copyValued) == nil {
		return
	}
	if mode, ok := j.value("-m"); ok && j.Name != "ln" && len(mode.Text) == 4 && (mode.Text[0] == '4' || mode.Text[0] == '6') {
		j.find("shell.privilege.setuid", guard.SeverityHigh, "installs a program that runs as its owner whoever starts it", &mode)
		return
	}
	walk := j.operands(copyValued)
	for word := walk.next(); word != nil; word = walk.next() {
		if word.Text == to.Text {
			continue
		}
		at := j.target(word).place
		if at.Has(place.Project) && at.Has(place.Secret) {
			continue // .env to .env.local
		}
		if j.reads(word) {
			return
		}
	}
}

// touch judges setting back when a file was changed.
func (j *judge) touch() {
	if !j.flag('t', "date") && !j.flag('d', "") && !j.flag('r', "reference") {
		return
	}
	walk := j.operands(" -t -d -r --date --reference --time ")
	for word := walk.next(); word != nil; word = walk.next() {
		if t := j.target(word); t.reach >= precious && !t.place.Has(place.Project) {
			j.find("shell.tracks.time", guard.SeverityHigh, "makes it look as if a file of the system had been changed at another time", word)
			return
		}
	}
}

// dd judges what dd reads and what it writes.
func (j *judge) dd() {
	for i := range j.Args {
		word := j.Args[i]
		if to, ok := strings.CutPrefix(word.Text, "of="); ok {
			word.Text = to
			j.write(&word)
		}
		if from, ok := strings.CutPrefix(word.Text, "if="); ok {
			word.Text = from
			if t := j.target(&word); t.place.Has(place.Device) {
				j.find("shell.read.device", guard.SeverityHigh, "reads a disk or the memory as a whole", &word)
			} else {
				j.reads(&word)
			}
		}
	}
}

// sed judges sed: what it changes in place, and keys that it prints.
func (j *judge) sed() {
	script := j.has("-e") || j.has("--expression") || j.has("-f") || j.has("--file")
	inPlace := j.inPlace()
	walk := j.operands(" -e -f --expression --file -l ")
	if !script {
		walk.next()
	}
	for word := walk.next(); word != nil; word = walk.next() {
		if inPlace && j.write(word) || !inPlace && j.reads(word) {
			return
		}
	}
}

// inPlace says that sed or perl writes back into the files that it reads.
func (j *judge) inPlace() bool {
	for i := range j.Args {
		text := j.Args[i].Text
		if strings.HasPrefix(text, "--in-place") || isOption(text) && text[1] != '-' && text[1] != 'e' && strings.IndexByte(text, 'i') > 0 {
			return true
		}
	}
	return false
}

// archive judges packing keys up, and unpacking over the system.
func (j *judge) archive() {
	for _, option := range [...]string{"-C", "--directory", "-d"} {
		into, ok := j.value(option)
		if !ok || option == "-d" && j.Name != "unzip" {
			continue
		}
		if t := j.target(&into); t.reach == root && j.unpacks() {
			j.find("shell.write.system", guard.SeverityHigh, "unpacks an archive over the operating system", &into)
			return
		}
	}
	if run, ok := j.value("--checkpoint-action"); ok && strings.HasPrefix(run.Text, "exec=") {
		j.find("shell.run.option", guard.SeverityHigh, "has tar run a command", &run)
		return
	}
	walk := j.operands(" -f -C --file --directory -X -T --exclude ")
	for word := walk.next(); word != nil; word = walk.next() {
		if at := j.placeOf(word); at.Has(place.Secret) && !at.Has(place.Project) {
			j.find("shell.secret.read", guard.SeverityHigh, "reads keys or passwords", word)
			return
		}
	}
}

// unpacks says that tar or unzip takes something out of an archive.
func (j *judge) unpacks() bool {
	return j.Name == "unzip" || j.flag('x', "extract") || len(j.Args) > 0 && strings.Contains(j.Args[0].Text, "x")
}
