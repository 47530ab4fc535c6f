package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// persist judges having something run later, or in the kernel.
func (j *judge) persist() {
	switch j.Name {
	case "crontab":
		switch {
		case j.flag('l', ""):
		case j.flag('r', ""):
			j.find("shell.delete.cron", guard.SeverityHigh, "deletes every timed command of the user", nil)
		case !j.flag('e', "") || j.StdinFrom != nil:
			if len(j.Args) > 0 || j.StdinFrom != nil || j.StdinKnown {
				j.find("shell.persist.cron", guard.SeverityHigh, "has a command run again and again", nil)
			}
		}
	case "at", "batch":
		if !j.flag('l', "") && !j.flag('r', "") && !j.flag('d', "") && !j.flag('c', "") && (len(j.Args) > 0 || j.StdinFrom != nil) {
			j.find("shell.persist.at", guard.SeverityMedium, "has a command run later", nil)
		}
	case "insmod", "modprobe", "kextload", "rmmod", "kextunload", "kmutil":
		j.module()
	case "defaults":
		if j.verb("write") && (j.mentions("LoginHook") || j.mentions("LogoutHook") || j.mentions("loginwindow")) {
			j.find("shell.persist.startup", guard.SeverityHigh, "has a command run at every login", nil)
		}
	}
}

// module judges loading and unloading parts of the kernel.
func (j *judge) module() {
	if len(j.Args) == 0 || j.Name == "modprobe" && (j.flag('n', "dry-run") || j.flag('c', "showconfig") || j.has("--show-depends") || j.has("-D")) ||
		j.Name == "kmutil" && !j.verb("load", "unload", "install") {
		return
	}
	j.find("shell.kernel.module", guard.SeverityHigh, "loads a part into the kernel, or takes one out", nil)
}

// mentions says that one of the words contains text.
func (j *judge) mentions(text string) bool {
	for i := range j.Args {
		if strings.Contains(j.Args[i].Text, text) {
			return true
		}
	}
	return false
}

// defence judges turning off what protects the machine.
func (j *judge) defence() {
	off := false
	switch j.Name {
	case "iptables", "ip6tables", "ebtables", "arptables":
		off = j.flag('F', "flush") || j.flag('X', "delete-chain") || j.flag('D', "delete") || j.has("-P") && j.has("ACCEPT")
	case "iptables-restore", "aa-disable", "aa-teardown", "aa-complain":
		off = true
	case "nft":
		off = j.verb("flush", "delete", "destroy", "reset")
	case "ufw":
		off = j.verb("disable", "reset", "delete") || j.verb("default") && j.verb("allow")
	case "firewall-cmd":
		off = j.has("--panic-off") || j.mentions("--remove") || j.has("--set-default-zone=trusted")
	case "pfctl":
		off = j.flag('d', "") || j.flag('F', "")
	case "ipfw":
		off = j.verb("flush", "delete")
	case "setenforce":
		off = j.verb("0", "Permissive", "permissive")
	case "csrutil", "spctl", "fdesetup":
		off = j.verb("disable", "--master-disable") || j.has("--master-disable") || j.has("--global-disable")
	case "auditctl":
		off = j.has("-D") || j.has("-e") && (j.has("0") || j.verb("0"))
	case "apparmor_parser":
		off = j.flag('R', "remove")
	case "semanage", "setsebool":
		off = j.verb("permissive") || j.flag('P', "")
	}
	if off {
		j.find("shell.defence.off", guard.SeverityHigh, "turns off what protects the machine", nil)
	}
}

// tracks judges hiding what was done.
func (j *judge) tracks() {
	hides := false
	switch j.Name {
	case "history":
		hides = j.flag('c', "") || j.flag('d', "")
	case "journalctl":
		hides = j.has("--vacuum-time") || j.has("--vacuum-size") || j.has("--vacuum-files") || j.has("--rotate") && j.mentions("vacuum")
	case "wevtutil":
		hides = j.verb("cl", "clear-log")
	case "logrotate":
		hides = j.flag('f', "force")
	}
	if hides {
		j.find("shell.tracks.history", guard.SeverityHigh, "deletes logs or a history of what was done", nil)
	}
}

// kernel judges changing the running system's own settings.
func (j *judge) kernel() {
	switch j.Name {
	case "sysctl":
		if !j.flag('w', "write") && !j.mentions("=") {
			return
		}
		for _, name := range [...]string{
			"kernel.randomize_va_space", "kernel.sysrq", "kernel.core_pattern", "kernel.modprobe", "ptrace_scope", "kptr_restrict",
			"kernel.panic", "ip_forward", "unprivileged", "dmesg_restrict",
		} {
			if j.mentions(name) {
				j.find("shell.write.kernel", guard.SeverityHigh, "changes the running kernel's protection", nil)
				return
			}
		}
	case "mount":
		j.mount()
	case "umount":
		if j.flag('a', "all") {
			j.find("shell.disk.unmount", guard.SeverityHigh, "takes every file system away from the machine", nil)
		}
	case "swapoff":
		if j.flag('a', "all") {
			j.find("shell.kernel.swap", guard.SeverityMedium, "takes the machine's swap space away", nil)
		}
	case "nsenter":
		if j.has("-t") || j.has("--target") {
			j.find("shell.privilege.escape", guard.SeverityHigh, "leaves its container for the machine's own processes", nil)
		}
	case "date", "timedatectl", "hostnamectl":
		if j.flag('s', "set") && j.Name == "date" || j.verb("set-time", "set-ntp", "set-hostname") {
			j.find("shell.kernel.clock", guard.SeverityMedium, "changes the machine's clock or name", nil)
		}
	}
}

// mount judges making the machine's own file system writable, or another disk its.
func (j *judge) mount() {
	if word := j.last(" -o -t -L -U -O "); word != nil && j.mentions("remount") && j.target(word).reach == root {
		j.find("shell.disk.remount", guard.SeverityHigh, "mounts the operating system anew, to change it", word)
	}
}
