package command

import (
	"path"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// findFiles judges find: what it deletes or has deleted, and keys that it hunts for.
func (j *judge) findFiles() {
	roots := j.findRoots()
	filtered := false
	for i := roots; i < len(j.Args); i++ {
		switch text := j.Args[i].Text; text {
		case "-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-mtime", "-mmin", "-newer", "-size", "-empty",
			"-atime", "-ctime", "-amin", "-cmin", "-newermt", "-perm", "-user", "-group", "-lname", "-inum", "-samefile":
			filtered = filtered || j.narrows(i)
			j.hunt(roots, i)
		case "-delete":
			j.findDelete(roots, filtered, &j.Args[i])
			return
		case "-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch":
			if j.findExec(roots, i, filtered) {
				return
			}
		case "-fprint", "-fprintf", "-fls", "-fprint0":
			if i+1 < len(j.Args) {
				j.write(&j.Args[i+1])
			}
		}
	}
}

// findRoots is how many of the words come before the expression.
func (j *judge) findRoots() int {
	for i := range j.Args {
		switch text := j.Args[i].Text; {
		case text == "-H" || text == "-L" || text == "-P" || strings.HasPrefix(text, "-O"):
		case text == "" || text[0] == '-' || text == "(" || text == "!" || text == ")":
			return i
		}
	}
	return len(j.Args)
}

// narrows says that the test at i lets but some files pass.
func (j *judge) narrows(i int) bool {
	if j.Args[i].Text == "-empty" {
		return true
	}
	negated := i > 0 && (j.Args[i-1].Text == "!" || j.Args[i-1].Text == "-not")
	return !negated && i+1 < len(j.Args) && j.Args[i+1].Text != "*" && j.Args[i+1].Text != "*.*"
}

// widest is the widest reach of the first n words; the working folder where there
// is none.
func (j *judge) widest(n int) (target, *Word) {
	widest, at := target{reach: nothing}, (*Word)(nil)
	for i := range n {
		if j.Args[i].Text[0] == '-' {
			continue
		}
		if t := j.target(&j.Args[i]); at == nil || t.reach > widest.reach {
			widest, at = t, &j.Args[i]
		}
	}
	if at == nil {
		dot := Word{Text: "."}
		return j.target(&dot), nil
	}
	return widest, at
}

// findDelete judges -delete below the roots.
func (j *judge) findDelete(roots int, filtered bool, at *Word) {
	t, root := j.widest(roots)
	if root == nil {
		root = at
	}
	switch {
	case t.reach >= unset:
		j.find("shell.delete.system", guard.SeverityCritical, "deletes files of the system or of a home folder", root)
	case t.reach > scoped && !filtered:
		j.find("shell.delete.all", guard.SeverityHigh, "deletes every file below a folder", root)
	case t.reach > scoped:
		j.find("shell.delete.many", guard.SeverityMedium, "deletes files wherever they are found below a folder", root)
	}
}

// findExec judges the command of -exec at i, and says whether there is a finding.
func (j *judge) findExec(roots, i int, filtered bool) bool {
	recursive, deletes := false, false
	for _, word := range j.Args[i+1:] {
		if word.Text == ";" || word.Text == "+" || word.Text == `\;` {
			break
		}
		switch path.Base(word.Text) {
		case "rm", "shred", "unlink", "srm", "rmdir":
			deletes = true
		}
		if isOption(word.Text) && (strings.HasPrefix(word.Text, "--recursive") || word.Text[1] != '-' && strings.ContainsAny(word.Text, "rR")) {
			recursive = true
		}
	}
	if !deletes {
		return false
	}
	t, root := j.widest(roots)
	if root == nil {
		root = &j.Args[i]
	}
	switch {
	case t.reach >= unset && (recursive || !filtered || t.reach == system):
		j.find("shell.delete.system", guard.SeverityCritical, "deletes files of the system or of a home folder", root)
	case recursive && !filtered && t.reach != nothing && (t.reach > scoped || t.place.Has(place.Temp)) && !j.bounded():
		j.find("shell.delete.all", guard.SeverityHigh, "deletes every folder below a folder", root)
	case !filtered && t.reach > scoped && !j.bounded():
		j.find("shell.delete.all", guard.SeverityHigh, "deletes every file below a folder", root)
	default:
		return false
	}
	return true
}

// bounded says that find looks at what stands in the folder itself, leaving
// something out.
func (j *judge) bounded() bool { return j.has("!") || j.has("-not") || j.has("-prune") }

// hunt judges looking for keys all over a system or a home folder.
func (j *judge) hunt(roots, i int) {
	if i+1 >= len(j.Args) || !strings.HasSuffix(j.Args[i].Text, "name") || !place.Of(strings.Trim(j.Args[i+1].Text, "*")).Has(place.Secret) {
		return
	}
	if t, _ := j.widest(roots); t.reach >= home {
		j.find("shell.secret.search", guard.SeverityMedium, "looks for keys and passwords all over the machine", &j.Args[i+1])
	}
}
