package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// gitPush judges git push: what others have is overwritten or deleted.
func (j *judge) gitPush() {
	if j.flag('n', "dry-run") || j.hasAny("--force-with-lease") {
		return
	}
	for i := range j.Args {
		word := &j.Args[i]
		switch text := word.Text; {
		case text == "--mirror":
			j.find("git.push.mirror", guard.SeverityCritical, "makes a remote repository the same as this one, and deletes all else in it", word)
		case text == "--delete", text == "-d", text == "--prune", len(text) > 1 && text[0] == ':':
			j.find("git.push.delete", guard.SeverityHigh, "deletes a branch or tag of a remote repository", word)
		case strings.HasPrefix(text, "--force") && !strings.HasPrefix(text, "--force-if-includes") && isLong(text, "force") || text == "--force-with-lease-if-includes",
			isOption(text) && text[1] != '-' && text[1] != 'o' && strings.IndexByte(text, 'f') > 0, len(text) > 1 && text[0] == '+':
			j.find("git.push.force", guard.SeverityHigh, "overwrites the history that others have of a branch", word)
		default:
			continue
		}
		return
	}
}

// gitDiscard judges what throws changes away that are not committed.
func (j *judge) gitDiscard(sub string) {
	discards := false
	switch sub {
	case "reset":
		discards = j.hasAny("--hard", "--merge")
	case "checkout":
		discards = j.gitCheckout()
	case "switch":
		discards = j.flag('f', "force") && !j.creates() || j.has("--discard-changes")
	case "restore":
		discards = j.gitRestore()
	case "clean":
		discards = j.flag('f', "force") && !j.flag('n', "dry-run") && !j.flag('i', "interactive")
	case "stash":
		j.gitStash()
	case "checkout-index":
		discards = j.flag('f', "force")
	case "read-tree":
		discards = j.has("--reset")
	}
	if discards {
		reason := "throws away changes that are not committed"
		if sub == "clean" {
			reason = "deletes files that are in no commit"
		}
		j.find("git.discard."+sub, guard.SeverityHigh, reason, nil)
	}
}

// creates says that switch or checkout makes a branch: -c, -cname, -b.
func (j *judge) creates() bool {
	for i := range j.Args {
		text := j.Args[i].Text
		if text == "--" {
			return false
		}
		if len(text) > 1 && text[0] == '-' && strings.IndexByte("cCbB", text[1]) >= 0 || text == "--create" || text == "--orphan" || text == "--force-create" {
			return true
		}
	}
	return false
}

// gitCheckout says that git checkout overwrites files.
func (j *judge) gitCheckout() bool {
	if j.creates() || j.flag('p', "patch") || j.flag('d', "detach") {
		return false
	}
	if j.flag('f', "force") {
		return true
	}
	words, after := 0, false
	for i := 0; i < len(j.Args); i++ {
		text := j.Args[i].Text
		switch {
		case after, !isOption(text):
			if after || text == "." || text == "*" || strings.HasPrefix(text, ":/") || strings.HasPrefix(text, "./") {
				return true
			}
			words++
		case text == "--":
			after = true
		case text == "--conflict" || text == "--pathspec-from-file":
			i++
		case text == "--track" || text == "-t" || text == "--recurse-submodules":
			if i+2 < len(j.Args) && isTrackMode(j.Args[i+1].Text) {
				i++
			}
		}
	}
	return words > 1
}

func isTrackMode(text string) bool {
	switch text {
	case "direct", "inherit", "checkout", "on-demand", "yes", "no":
		return true
	}
	return false
}

// gitRestore says that git restore overwrites files, and not only what is staged.
func (j *judge) gitRestore() bool {
	if j.flag('p', "patch") || j.last(" -s --source ") == nil {
		return false
	}
	staged := j.flag('S', "staged")
	return !staged || j.flag('W', "worktree")
}

func (j *judge) gitStash() {
	if word := j.operand(0, ""); word != nil && (word.Text == "drop" || word.Text == "clear") {
		j.find("git.stash", guard.SeverityHigh, "deletes changes that were put aside", word)
	}
}

// gitHistory judges what deletes or rewrites what is committed.
func (j *judge) gitHistory(sub string) {
	harmful := false
	switch sub {
	case "branch":
		harmful = j.flag('D', "") || j.flag('f', "force") || j.flag('d', "delete") && j.flag('f', "force")
	case "tag":
		harmful = j.flag('f', "force")
	case "reflog", "symbolic-ref":
		harmful = j.verb("expire", "delete") || sub == "symbolic-ref" && j.flag('d', "delete")
	case "gc":
		harmful = j.hasAny("--prune=now", "--prune=all")
	case "prune":
		harmful = !j.flag('n', "dry-run")
	case "update-ref", "replace":
		harmful = j.flag('d', "delete") || j.has("--stdin")
	case "filter-branch":
		harmful = true
	case "filter-repo":
		harmful = !j.hasAny("--analyze", "--dry-run")
	case "annex":
		harmful = j.verb("drop", "unannex", "dropunused", "uninit") && j.has("--force")
	case "worktree":
		// One in a folder of its own for the time being is cleaned up.
		if folder := j.last(""); j.verb("remove") && j.flag('f', "force") && folder != nil && folder.Known && !j.placeOf(folder).Has(place.Temp) {
			j.find("git.discard.worktree", guard.SeverityHigh, "deletes another folder of the repository, with changes that are not committed", nil)
		}
	case "submodule":
		if j.verb("deinit") && j.flag('f', "force") {
			j.find("git.discard.submodule", guard.SeverityHigh, "throws away changes in submodules that are not committed", nil)
		}
		if run, ok := j.value("foreach"); ok {
			j.deriveShell(run)
		}
	}
	if harmful {
		j.find("git.history."+sub, guard.SeverityHigh, "deletes or rewrites commits, so that they may be lost", nil)
	}
}
