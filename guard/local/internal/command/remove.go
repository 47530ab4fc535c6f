package command

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// remove judges rm and its like.
func (j *judge) remove() {
	recursive := j.flag('r', "recursive") || j.flag('R', "")
	forced := j.flag('f', "force")
	if j.has("--no-preserve-root") {
		j.find("shell.delete.root", guard.SeverityCritical, "deletes every file of the system", nil)
		return
	}
	walk := j.operands("")
	operands := 0
	for word := walk.next(); word != nil; word = walk.next() {
		operands++
		if j.removal(word, recursive, forced) {
			return
		}
	}
	if operands == 0 && recursive && forced && j.StdinFrom != nil {
		j.fed()
	}
}

// fed is about rm -rf of whatever another program names.
func (j *judge) fed() {
	if from := j.StdinFrom; from.Name == "find" || from.Name == "fd" || from.Name == "git" {
		return // judged by what it looks for
	}
	j.find("shell.delete.unknown", guard.SeverityHigh, "deletes folders that it is only told of when it runs", nil)
}

// removal judges deleting one thing, and says whether there is a finding.
func (j *judge) removal(word *Word, recursive, forced bool) bool {
	code, severity, reason := "", guard.SeverityCritical, ""
	switch t := j.target(word); t.reach {
	case root:
		code, reason = "shell.delete.root", "deletes every file of the system"
	case home:
		code, reason = "shell.delete.home", "deletes a home folder with all that is in it"
	case system:
		code, reason = "shell.delete.system", "deletes a part of the operating system"
	case precious:
		code, severity, reason = preciousRemoval(t.place)
	case unset:
		if recursive || forced {
			code, reason = "shell.delete.unset", "deletes from the root of the file system if a variable is not set"
		}
	default:
		if recursive || t.reach == all && forced {
			code, severity, reason = j.recursive(t)
		}
	}
	if code == "" {
		return false
	}
	j.find(code, severity, reason, word)
	return true
}

// recursive judges deleting a whole folder that is nothing special.
func (j *judge) recursive(t target) (code string, severity guard.Severity, reason string) {
	switch {
	case t.place.Has(place.VCS):
		return "shell.delete.repository", guard.SeverityHigh, "deletes a repository's history"
	case t.reach == all:
		return "shell.delete.all", guard.SeverityHigh, "deletes everything in the working folder"
	case t.reach == above:
		return "shell.delete.above", guard.SeverityHigh, "deletes a folder above the working folder"
	case t.reach == elsewhere:
		return "shell.delete.folder", guard.SeverityHigh, "deletes a whole folder outside the working folder"
	case t.reach == scoped && j.Remote:
		return "shell.delete.remote", guard.SeverityMedium, "deletes a whole folder on another machine"
	}
	return "", 0, ""
}

func preciousRemoval(at place.Place) (code string, severity guard.Severity, reason string) {
	switch {
	case at.Has(place.Guard):
		return "shell.delete.guard", guard.SeverityCritical, "deletes the guard's own files"
	case at.Has(place.Project) && !at.Has(place.Startup):
		return "", 0, ""
	case at.Has(place.History):
		return "shell.delete.history", guard.SeverityHigh, "deletes logs or a history of what was done"
	case at.Has(place.Secret):
		return "shell.delete.secret", guard.SeverityHigh, "deletes keys or passwords"
	case at.Has(place.Account):
		return "shell.delete.account", guard.SeverityCritical, "deletes who may log in"
	case at.Has(place.Startup):
		return "shell.delete.startup", guard.SeverityHigh, "deletes what is run at login or boot"
	}
	return "", 0, ""
}
