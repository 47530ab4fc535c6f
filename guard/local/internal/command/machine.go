package command

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// disk judges programs that work on whole disks and file systems, and says whether
// the program is one.
func (j *judge) disk() bool {
	switch name := j.Name; {
	case strings.HasPrefix(name, "mkfs"), name == "mke2fs", name == "mkswap", name == "newfs", name == "mkdosfs", name == "mkntfs":
		j.format()
		return true
	}
	switch j.Name {
	case "fdisk", "sfdisk", "gdisk", "sgdisk", "cfdisk", "parted", "gparted":
		j.partition()
	case "wipefs", "blkdiscard", "badblocks", "hdparm", "nvme", "sg_format", "dmsetup", "mdadm", "cryptsetup", "tune2fs", "debugfs",
		"e2fsck", "fsck",
		"lvremove", "vgremove", "pvremove", "lvreduce", "vgreduce", "zpool", "zfs", "btrfs", "losetup", "diskutil", "gpart", "hdiutil",
		"ntfsfix", "xfs_repair", "asr":
		j.volume()
	default:
		return false
	}
	return true
}

// format judges making a file system. In a file it harms nothing.
func (j *judge) format() {
	if word := j.last(" -t -L -b -F -n -N -U -O -E -I -m "); word != nil && !j.flag('n', "dry-run") && j.onDisk(word) {
		j.find("shell.disk.format", guard.SeverityCritical, "formats a disk, and deletes all that is on it", word)
	}
}

func (j *judge) onDisk(word *Word) bool {
	return j.target(word).place.Has(place.Device) || word.Text[0] == '$' || strings.HasPrefix(word.Text, "/dev/")
}

// partition judges changing how a disk is divided.
func (j *judge) partition() {
	if j.flag('l', "list") || j.flag('d', "dump") || j.has("--print") || j.has("-p") || j.has("-V") {
		return
	}
	walk := j.operands("")
	disk, shows := (*Word)(nil), false
	for word := walk.next(); word != nil; word = walk.next() {
		shows = shows || word.Text == "print" || word.Text == "unit"
		if disk == nil && word.Text != "" && j.onDisk(word) {
			disk = word
		}
	}
	if disk != nil && !shows {
		j.find("shell.disk.partition", guard.SeverityCritical, "changes how a disk is divided, and may lose all that is on it", disk)
	}
}

// volume judges tools for volumes by their verbs.
func (j *judge) volume() {
	harmful := false
	switch j.Name {
	case "wipefs":
		harmful = (j.flag('a', "all") || j.flag('o', "offset")) && !j.flag('n', "no-act")
	case "blkdiscard", "sg_format", "lvremove", "vgremove", "pvremove", "lvreduce", "vgreduce":
		harmful = len(j.Args) > 0 && !j.has("--test") && !j.has("-t")
	case "badblocks":
		harmful = j.flag('w', "")
	case "hdparm":
		harmful = j.has("--security-erase") || j.has("--security-erase-enhanced") || j.has("--trim-sector-ranges") || j.has("--write-sector")
	case "mdadm":
		harmful = j.has("--zero-superblock") || j.has("--stop") || j.has("-S") || j.has("--remove") || j.has("--create")
	case "cryptsetup":
		harmful = j.verb("luksFormat", "luksErase", "erase", "luksKillSlot", "luksRemoveKey", "reencrypt", "format")
	case "zpool", "zfs", "btrfs", "dmsetup", "gpart", "nvme":
		harmful = j.verb("destroy", "rollback", "labelclear", "delete", "remove", "wipe_table", "remove_all", "format", "sanitize",
			"offline", "split") && !j.flag('n', "dry-run")
	case "diskutil", "asr":
		harmful = j.verb("eraseDisk", "eraseVolume", "partitionDisk", "reformat", "zeroDisk", "secureErase", "randomDisk", "deleteVolume",
			"deleteContainer", "restore", "erasedisk", "apfs")
		harmful = harmful && !j.verb("list")
	case "debugfs":
		harmful = j.flag('w', "")
	}
	if harmful {
		j.find("shell.disk.wipe", guard.SeverityCritical, "deletes a disk or a volume with all that is on it", nil)
	}
}

// verb says that one of the first three operands is one of the verbs.
func (j *judge) verb(verbs ...string) bool {
	walk := j.operands("")
	for range 3 {
		word := walk.next()
		if word == nil {
			return false
		}
		if slices.Contains(verbs, word.Text) {
			return true
		}
	}
	return false
}

// power judges turning the machine off, and says whether the program does that.
func (j *judge) power() bool {
	switch j.Name {
	case "shutdown", "reboot", "halt", "poweroff", "pm-suspend", "pm-hibernate":
		if j.flag('c', "") && j.Name == "shutdown" || j.has("--show") || j.flag('k', "") {
			return true
		}
	case "init", "telinit":
		if level := j.operand(0, ""); level == nil || level.Text != "0" && level.Text != "6" && level.Text != "1" && level.Text != "S" {
			return true
		}
	default:
		return false
	}
	j.find("shell.power.off", guard.SeverityHigh, "turns the machine off or starts it anew", nil)
	return true
}

// kill judges ending processes: all of them, the first, or those that the machine
// or its services depend on.
func (j *judge) kill() {
	if j.flag('l', "list") || j.flag('L', "table") || j.has("-0") {
		return
	}
	signal := j.Name == "kill"
	for i := range j.Args {
		word := &j.Args[i]
		switch {
		case word.Text == "--" || word.Text == "-s" || word.Text == "-n":
		case signal && i > 0 && word.Text == "-1", word.Text == "1" && signal && !afterSignal(j.Args, i):
			j.find("shell.kill.all", guard.SeverityCritical, "ends every process of the machine", word)
			return
		case j.fatal(word):
			j.find("shell.kill.service", guard.SeverityHigh, "ends a process that the machine or its services depend on", word)
			return
		}
	}
	if j.Name == "killall5" || j.Name == "pkill" && (j.has("-u") || j.has("-U")) && j.last(" -u -U -g -t -s ") == nil {
		j.find("shell.kill.all", guard.SeverityHigh, "ends every process of a user", nil)
	}
}

func afterSignal(args []Word, i int) bool {
	return i > 0 && (args[i-1].Text == "-s" || args[i-1].Text == "-n")
}

// fatal says that a word of kill or killall names a process that is depended on,
// itself or by a search.
func (j *judge) fatal(word *Word) bool {
	text := strings.Trim(word.Text, "^$\"'")
	if i := strings.Index(text, "pgrep "); i >= 0 {
		text = text[i+len("pgrep "):]
	} else if i := strings.Index(text, "pidof "); i >= 0 {
		text = text[i+len("pidof "):]
	}
	text = strings.Trim(text, " )`\"'")
	if i := strings.LastIndexByte(text, ' '); i >= 0 {
		text = text[i+1:]
	}
	return !isOption(text) && depended(strings.TrimSuffix(text, ".service"))
}

// depended says that the machine, or what it is there for, depends on a service.
func depended(name string) bool {
	switch strings.TrimSuffix(name, "d") {
	case "init", "system", "ssh", "cron", "crond", "dbus-daemon", "dbus", "dbus-broker", "rsyslog", "syslog", "rsyslogd", "auditd", "audit",
		"Xorg", "gdm", "gdm3", "lightdm", "sddm",
		"networking", "network", "NetworkManager", "systemd-network", "systemd-resolve", "systemd-journal", "systemd-login", "systemd-ude",
		"udev", "polkit", "firewall", "iptables", "nftables", "ufw", "apparmor", "selinux", "fail2ban", "fail2ban-server", "falco", "sss",
		"cups", "bluetooth", "avahi-daemon", "ntp", "chrony",
		"nginx", "apache2", "http", "apache", "haproxy", "caddy", "traefik", "mysql", "mysqld", "mariadb", "postgres", "postgresql",
		"redis-server", "redis", "mongo", "mongodb",
		"docker", "dockerd", "container", "containerd", "kubelet", "etc", "k3s", "cri", "crio", "elasticsearch", "rabbitmq-server", "kafka",
		"consul", "vault",
		"clamav", "clamav-daemon", "clam", "wazuh-agent", "ossec", "osquery", "crowdstrike", "falcon-sensor", "auoms", "mdatp",
		"wdavdaemon", "snort", "suricata", "launch", "loginwindow", "WindowServer", "kernel_task", "kube-apiserver", "kube-proxy":
		return true
	}
	return false
}

// services judges stopping what is depended on, and having something run for ever.
func (j *judge) services() {
	if j.Name == "systemd-run" {
		if j.has("--on-calendar") || j.has("--on-boot") || j.has("--on-active") || j.has("--on-startup") || j.has("--on-unit-active") {
			j.find("shell.persist.timer", guard.SeverityMedium, "has a command run again and again by the system", nil)
		}
		return
	}
	walk := j.operands(" -H -M -n -o -p -t --host --machine --type --property --signal -s ")
	for word := walk.next(); word != nil; word = walk.next() {
		switch word.Text {
		case "poweroff", "reboot", "halt", "kexec", "rescue", "emergency", "soft-reboot":
			j.find("shell.power.off", guard.SeverityHigh, "turns the machine off or starts it anew", word)
			return
		case "isolate", "set-default":
			j.find("shell.service.isolate", guard.SeverityHigh, "stops most of what runs on the machine", word)
			return
		case "stop", "disable", "mask", "kill", "unload", "bootout", "remove", "off", "--del", "del":
			j.stopped(word)
			return
		case "enable", "load", "bootstrap", "link", "submit":
			j.enabled()
			return
		}
	}
}

// stopped judges stopping or taking out a service; how bad it is depends on which.
func (j *judge) stopped(verb *Word) {
	for i := range j.Args {
		name := strings.TrimSuffix(strings.TrimSuffix(j.Args[i].Text, ".service"), ".socket")
		name = strings.TrimPrefix(name, "com.apple.")
		if name == "ufw" || name == "auditd" || name == "apparmor" || name == "firewalld" || name == "fail2ban" || strings.HasPrefix(name, "falco") {
			j.find("shell.defence.off", guard.SeverityHigh, "turns off what protects the machine", &j.Args[i])
			return
		}
		if depended(name) {
			j.find("shell.service.stop", guard.SeverityHigh, "stops a service that the machine or others depend on", &j.Args[i])
			return
		}
	}
	if verb.Text == "disable" || verb.Text == "mask" || verb.Text == "bootout" || verb.Text == "unload" {
		j.find("shell.service.stop", guard.SeverityMedium, "keeps a service from running from now on", verb)
	}
}

// enabled judges a unit that comes from where the system's own do not.
func (j *judge) enabled() {
	for i := range j.Args {
		text := j.Args[i].Text
		if strings.Contains(text, "/") && (j.Name == "systemctl" || j.Name == "launchctl") && j.target(&j.Args[i]).reach != nothing && text[0] != '-' {
			j.find("shell.persist.service", guard.SeverityMedium, "has the system run a program for ever", &j.Args[i])
			return
		}
	}
}
