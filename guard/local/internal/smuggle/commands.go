package smuggle

// known says that a word is the name of a program that an intruder would start.
func known(word string) bool { return english(word) || only(word) }

// only are names that are no words of a language.
func only(word string) bool {
	switch word {
	case "id", "ls", "whoami", "uname", "ifconfig", "ipconfig", "netstat", "nslookup", "ping", "ping6", "traceroute", "tracert", "wget",
		"curl", "nc", "ncat", "netcat", "socat", "telnet", "ssh", "scp", "ftp", "tftp", "rsync", "dig",
		"rm", "rmdir", "mv", "cp", "dd", "mkfs", "chmod", "chown", "chgrp", "ln", "mkdir", "mkfifo", "shred", "truncate", "rd", "del",
		"rundll32", "regsvr32",
		"sh", "bash", "zsh", "dash", "ksh", "csh", "ash", "fish", "cmd", "powershell", "pwsh", "cscript", "wscript", "mshta", "certutil",
		"bitsadmin", "wmic", "vssadmin", "schtasks", "systeminfo", "tasklist", "taskkill", "icacls",
		"python", "python2", "python3", "perl", "ruby", "php", "node", "lua", "java", "gcc", "awk", "gawk", "sed", "grep", "egrep", "xargs",
		"tee", "xxd", "base64", "openssl",
		"ps", "pkill", "killall", "lsof", "df", "du", "env", "printenv", "pwd", "dir", "systemctl", "crontab", "useradd", "usermod",
		"passwd", "sudo", "su", "doas", "nohup", "eval", "reboot", "shutdown", "poweroff", "iptables",
		"mysql", "psql", "sqlite3", "redis-cli", "mongo", "mongosh", "aws", "gcloud", "kubectl", "docker", "terraform", "git", "npm", "pip",
		"apt", "apt-get", "yum", "apk", "gem", "nmap", "tcpdump", "busybox", "lynx", "phpinfo", "phpversion", "arp", "w", "gpg":
		return true
	}
	return false
}

// english are names that are words of a language as well: they count with an argument
// that no sentence has.
func english(word string) bool {
	switch word {
	case "cat", "echo", "find", "sort", "more", "less", "head", "tail", "cut", "date", "who", "type", "net", "kill", "make", "at", "time",
		"test", "read", "print", "printf", "sleep", "touch", "install", "mount", "umount", "mail", "write", "look", "free", "top",
		"which", "locate", "export", "source", "exec", "set", "host", "hostname", "route", "tar", "zip", "unzip", "vi", "vim", "nano", "ed",
		"expr", "yes", "last", "users", "groups", "man", "history", "format", "copy", "move", "start", "call", "reg", "sc", "fetch",
		"system", "nice", "timeout", "watch", "go", "wall", "say", "open":
		return true
	}
	return false
}
