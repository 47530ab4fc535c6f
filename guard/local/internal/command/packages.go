package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// packages judges package managers, and says whether the program is one. To remove
// a library from a project is everyday work; to remove a package from the system or
// to publish one is not.
func (j *judge) packages() bool {
	switch strings.TrimRight(j.Name, "0123456789.") {
	case "npm", "yarn", "pnpm", "bun", "cnpm", "lerna", "nx", "turbo":
		j.registry("publish", "unpublish", "deprecate")
		j.runScript()
	case "pip", "pipx", "uv", "poetry", "flit", "hatch", "pdm", "twine", "conda", "mamba", "easy_install", "pipenv":
		j.registry("publish", "upload")
	case "cargo", "gem", "nuget", "dotnet", "vsce", "ovsx", "pod", "mix", "stack", "cabal", "dart", "flutter", "opam", "luarocks":
		j.registry("publish", "yank", "push", "unpublish", "owner")
		j.mix()
	case "mvn", "mvnw", "gradle", "gradlew", "sbt", "lein", "ant":
		j.registry("deploy", "publish", "release:perform", "uploadArchives", "publishToMavenCentral", "closeAndReleaseRepository",
			"deploy:deploy-file")
	case "apt", "apt-get", "aptitude", "yum", "dnf", "microdnf", "zypper", "apk", "pacman", "yay", "dpkg", "rpm", "snap", "flatpak", "pkg",
		"emerge", "xbps-remove", "port", "nix-env", "opkg", "tdnf", "swupd", "eopkg":
		j.systemPackages()
	default:
		return false
	}
	j.origin()
	return true
}

// registry judges publishing; tests of it, and publishing to oneself, are none.
func (j *judge) registry(verbs ...string) {
	walk := j.operands(" --registry --tag --access --prefix -C --cwd --filter -w --workspace --manifest-path -p --package -Dmaven.test.skip ")
	word := walk.next()
	if word == nil || j.dryRun() || j.has("--publish=never") {
		return
	}
	if word.Text == "nuget" || word.Text == "trunk" || word.Text == "hex." || word.Text == "pub" || word.Text == "npm" && j.Name == "yarn" {
		if word = walk.next(); word == nil {
			return
		}
	}
	for ; word != nil; word = walk.next() {
		for _, verb := range verbs {
			if word.Text != verb && !strings.HasSuffix(word.Text, ":"+verb) && word.Text != "hex."+verb {
				continue
			}
			j.find("package.publish", guard.SeverityHigh, "changes what everybody gets who installs a package", word)
			return
		}
		if !manyGoals(j.Name) {
			return
		}
	}
}

// manyGoals says that a program takes several verbs at once: mvn clean deploy.
func manyGoals(name string) bool {
	switch name {
	case "mvn", "mvnw", "gradle", "gradlew", "sbt", "lein", "ant":
		return true
	}
	return false
}

// runScript judges npm exec and yarn dlx as what they start.
func (j *judge) runScript() {
	for i := range j.Args {
		switch text := j.Args[i].Text; {
		case text == "exec" || text == "dlx" || text == "x":
			for i++; i < len(j.Args) && isOption(j.Args[i].Text); i++ {
				continue
			}
			if i < len(j.Args) {
				j.restart(j.Args[i].Text, i+1)
			}
			return
		case text == "prisma" || text == "supabase" || text == "wrangler" || text == "firebase" || text == "sequelize" || text == "typeorm":
			j.restart(text, i+1)
			return
		case !isOption(text):
			return
		}
	}
}

// mix judges tasks of mix that drop a database.
func (j *judge) mix() {
	if j.Name == "mix" && j.verb("ecto.drop", "ecto.reset") {
		j.find("database.drop", guard.SeverityHigh, "drops a database", nil)
	}
}

// systemPackages judges taking packages out of the system.
func (j *judge) systemPackages() {
	var removes bool
	walk := j.operands(" -o -c -t --option ")
	word := walk.next()
	switch j.Name {
	case "pacman", "yay":
		removes = len(j.Args) > 0 && strings.HasPrefix(j.Args[0].Text, "-R")
	case "dpkg", "rpm":
		removes = j.flag('r', "remove") && j.Name == "dpkg" || j.flag('P', "purge") && j.Name == "dpkg" || j.flag('e', "erase") && j.Name == "rpm"
	case "emerge":
		removes = j.flag('C', "unmerge") || j.has("--depclean")
	case "xbps-remove":
		removes = true
	case "nix-env":
		removes = j.flag('e', "uninstall")
	default:
		removes = word != nil && (word.Text == "remove" || word.Text == "purge" || word.Text == "erase" || word.Text == "del" || word.Text == "rm" ||
			word.Text == "delete" || word.Text == "uninstall")
	}
	if !removes || j.hasAny("--dry-run", "--simulate", "-s", "--just-print") {
		return
	}
	severity, reason := guard.SeverityMedium, "takes packages out of the system"
	for i := range j.Args {
		if essential(j.Args[i].Text) {
			severity, reason = guard.SeverityCritical, "takes packages out of the system that it cannot do without"
		}
	}
	j.find("package.remove", severity, reason, nil)
}

func essential(name string) bool {
	switch name {
	case "*", "libc6", "glibc", "bash", "coreutils", "systemd", "linux-image", "kernel", "sudo", "apt", "dpkg", "rpm", "openssh-server",
		"util-linux", "login",
		"init", "grub", "passwd", "libc", "musl", "busybox", "base-files", "python3-minimal", "network-manager", "ubuntu-desktop",
		"gnome-shell":
		return true
	}
	return strings.HasPrefix(name, "linux-image")
}

// origin judges where a package is installed from.
func (j *judge) origin() {
	for i := range j.Args {
		word := &j.Args[i]
		text := strings.TrimPrefix(strings.TrimPrefix(word.Text, "git+"), "--index-url=")
		if after, ok := strings.CutPrefix(word.Text, "--extra-index-url="); ok {
			text = after
		}
		switch {
		case strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "http://localhost") && !strings.HasPrefix(text, "http://127."):
			j.find("package.origin", guard.SeverityMedium, "installs a package that anybody on the way can have changed", word)
			j.derive(detect.URL, "", text)
			return
		case strings.HasPrefix(text, "https://"):
			j.derive(detect.URL, "", text)
		}
	}
}
