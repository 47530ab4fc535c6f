package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// git judges git by its subcommand: what throws work away that is committed
// nowhere, what rewrites what others have, and options that run a command.
func (j *judge) git() {
	sub := j.gitCommand()
	j.gitRuns()
	switch sub {
	case "push", "send-pack":
		j.gitPush()
	case "reset", "checkout", "switch", "restore", "clean", "stash", "checkout-index", "read-tree":
		j.gitDiscard(sub)
	case "branch", "tag", "reflog", "gc", "prune", "update-ref", "filter-branch", "filter-repo", "replace", "symbolic-ref", "worktree",
		"submodule", "notes", "annex":
		j.gitHistory(sub)
	case "clone", "fetch", "pull", "remote", "ls-remote", "archive":
		j.gitRemote()
	case "config":
		j.gitConfig()
	case "show", "cat-file", "diff", "grep":
		j.readOperands(" -U -e -C -A -B -n ", 1)
	}
}

// gitCommand cuts off git's own options, so that the words left are those of the
// subcommand, and returns its name.
func (j *judge) gitCommand() string {
	for i := 0; i < len(j.Args); i++ {
		switch text := j.Args[i].Text; {
		case text == "-C" || text == "-c" || text == "--git-dir" || text == "--work-tree" || text == "--namespace" || text == "--exec-path" ||
			text == "--super-prefix" || text == "--config-env" || text == "--attr-source":
			if text == "-c" && i+1 < len(j.Args) {
				j.gitSetting(j.Args[i+1])
			}
			i++
		case strings.HasPrefix(text, "-c"):
			setting := j.Args[i]
			setting.Text = text[2:]
			j.gitSetting(setting)
		case !isOption(text):
			j.Args = j.Args[i+1:]
			return text
		}
	}
	j.Args = nil
	return ""
}

// gitSetting judges -c name=value: some settings are commands.
func (j *judge) gitSetting(setting Word) {
	name, value, _ := strings.Cut(setting.Text, "=")
	if command, ok := gitCommandOf(name, value); ok {
		j.derive(detect.Shell, "", command)
		j.find("git.run", guard.SeverityHigh, "has git run a command", &setting)
	}
}

// gitCommandOf returns the command in a setting that is one.
func gitCommandOf(name, value string) (command string, ok bool) {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "alias.") {
		return strings.CutPrefix(value, "!")
	}
	switch name {
	case "core.sshcommand", "core.gitproxy", "core.fsmonitor", "core.askpass", "core.hookspath", "diff.external", "gpg.program",
		"gpg.ssh.program",
		"sequence.editor", "uploadpack.packobjectshook":
		return value, value != "" && value != "true" && value != "false" && value != ".husky" && value != ".githooks" && value != "/dev/null"
	case "core.editor", "core.pager", "pager.log", "pager.diff", "credential.helper":
		return value, strings.ContainsAny(value, ";|&$`>") || strings.HasPrefix(value, "!")
	}
	if strings.HasPrefix(name, "filter.") && !strings.HasPrefix(name, "filter.lfs.") && !strings.HasSuffix(name, ".required") {
		return value, value != "" && value != "cat"
	}
	if name == "protocol.ext.allow" {
		return "", value == "always" || value == "user"
	}
	return "", false
}

// gitRuns judges options by which git runs a command at either end.
func (j *judge) gitRuns() {
	for i := range j.Args {
		word := &j.Args[i]
		for _, option := range [...]string{"--upload-pack", "--receive-pack", "--exec", "-u"} {
			command, ok := j.valueAt(i, option)
			if !ok || option == "-u" && !strings.ContainsAny(command.Text, ";|&$`> ") || strings.HasPrefix(command.Text, "git-") || option == "--exec" && j.Name != "git" {
				continue
			}
			j.derive(detect.Shell, "", command.Text)
			if option != "--exec" {
				j.find("git.run", guard.SeverityHigh, "has git run a command", &command)
			}
			return
		}
		if strings.HasPrefix(word.Text, "ext::") || strings.HasPrefix(word.Text, "-oProxyCommand") {
			_, command, _ := strings.Cut(word.Text, "::")
			j.derive(detect.Shell, "", command)
			j.find("git.run", guard.SeverityHigh, "has git run a command", word)
			return
		}
		if j.target(word).place.Has(place.Guard) {
			j.find("shell.write.guard", guard.SeverityHigh, "changes the guard's own files", word)
			return
		}
	}
}

// gitRemote judges where things are fetched from.
func (j *judge) gitRemote() {
	for i := range j.Args {
		if text := j.Args[i].Text; strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
			j.derive(detect.URL, "", text)
		}
	}
	if to := j.last(" --depth -b --branch --origin -o --reference -j --filter "); to != nil && len(j.Args) > 1 && isAbsolutePath(to.Text) {
		j.write(to)
	}
}

func isAbsolutePath(text string) bool {
	return text != "" && (text[0] == '/' || text[0] == '~')
}

// gitConfig judges settings that have git run a command from now on.
func (j *judge) gitConfig() {
	name := j.operand(0, " -f --file --blob --type --default ")
	if name != nil && (name.Text == "set" || name.Text == "unset" || name.Text == "get") {
		name = j.operand(1, " -f --file --blob --type --default ")
	}
	value := j.last(" -f --file --blob --type --default ")
	if name == nil || value == name || j.hasAny("--get", "--list", "-l", "--unset", "--get-all") {
		return
	}
	if command, ok := gitCommandOf(name.Text, value.Text); ok {
		j.derive(detect.Shell, "", command)
		j.find("git.run", guard.SeverityMedium, "has git run a command from now on", value)
	}
}
