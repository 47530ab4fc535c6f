package command

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// program hands the invocation to those who know its program. What nobody here
// knows is judged by its words alone.
func (j *judge) program() {
	switch {
	case strings.HasSuffix(j.Name, ")") && strings.Contains(j.Name, "("):
		j.derive(detect.Code, "", j.Name) // a call, given to the wrong program
	case j.files(), j.machine(), j.network(), j.development(), ordinary(j.Name):
	default:
		j.service()
	}
}

// files judges programs that work on files, and says whether the program is one.
func (j *judge) files() bool {
	switch j.Name {
	case "rm", "rmdir", "unlink", "shred", "srm", "wipe", "trash", "trash-put", "grm", "rimraf", "del-cli":
		j.remove()
	case "find", "gfind", "bfs", "fd", "fdfind":
		j.findFiles()
	case "mv", "gmv", "rename":
		j.move()
	case "cp", "gcp", "install", "ginstall", "ln", "gln", "link":
		j.copyFiles()
	case "tee", "gtee", "sponge", "truncate", "gtruncate", "mkfifo", "mknod", "fallocate":
		j.writeAll()
	case "touch", "gtouch":
		j.touch()
	case "dd", "gdd", "dcfldd", "dc3dd":
		j.dd()
	case "sed", "gsed":
		j.sed()
	case "tar", "gtar", "bsdtar", "zip", "unzip", "7z", "7za", "7zr", "cpio", "pax", "ar", "gzip", "bzip2", "xz", "zstd", "rar", "unrar":
		j.archive()
	case "rsync":
		j.rsync()
	case "chmod", "chown", "chgrp", "setfacl", "chattr", "setcap", "gchmod", "gchown":
		j.permissions()
	default:
		return j.read()
	}
	return true
}

// machine judges programs that are about the machine itself, and says whether the
// program is one.
func (j *judge) machine() bool {
	switch j.Name {
	case "kill", "killall", "pkill", "skill", "killall5", "xkill":
		j.kill()
	case "systemctl", "service", "launchctl", "rc-service", "rc-update", "initctl", "sv", "chkconfig", "update-rc.d", "invoke-rc.d",
		"systemd-run":
		j.services()
	case "crontab", "at", "batch", "anacron", "insmod", "modprobe", "rmmod", "kextload", "kextunload", "kmutil", "defaults", "dconf",
		"ldconfig":
		j.persist()
	case "iptables", "ip6tables", "nft", "ufw", "firewall-cmd", "pfctl", "ipfw", "setenforce", "csrutil", "spctl", "auditctl",
		"apparmor_parser",
		"aa-disable", "aa-teardown", "aa-complain", "semanage", "setsebool", "ebtables", "arptables", "iptables-restore", "getenforce",
		"fdesetup":
		j.defence()
	case "history", "fc", "journalctl", "wevtutil", "logrotate", "utmpdump", "last", "lastlog":
		j.tracks()
	case "sysctl", "swapoff", "ulimit", "mount", "umount", "chroot", "unshare", "nsenter", "date", "timedatectl", "hostnamectl",
		"update-alternatives":
		j.kernel()
	default:
		return j.disk() || j.power() || j.account()
	}
	return true
}

// network judges programs that talk to other machines, and says whether the
// program is one.
func (j *judge) network() bool {
	switch j.Name {
	case "curl", "wget", "http", "https", "xh", "xhs", "curlie", "aria2c", "httpie", "lynx", "fetch", "axel", "wget2":
		j.http()
	case "nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "socat", "telnet", "cryptcat", "pwncat", "rustcat", "rcat":
		j.socket()
	case "ssh", "scp", "sftp", "rcp", "sshfs", "sshpass", "autossh", "mosh", "ftp", "lftp", "tftp", "smbclient", "ssh-copy-id", "ssh-add":
		j.remoteShell()
	case "mail", "mailx", "mutt", "sendmail", "msmtp", "swaks", "openssl", "dig", "nslookup", "host", "gpg":
		j.send()
	case "xmrig", "minerd", "cpuminer", "ccminer", "cgminer", "bfgminer", "ethminer", "nbminer", "t-rex", "lolMiner", "phoenixminer",
		"claymore":
		j.mine()
	case "nsupdate", "knsupdate":
		j.nsupdate()
	default:
		return false
	}
	return true
}

// development judges what programmers work with, and says whether the program is
// such a one.
func (j *judge) development() bool {
	switch j.Name {
	case "git":
		j.git()
	case "docker", "podman", "nerdctl", "buildah", "docker-compose", "podman-compose", "ctr", "crictl":
		j.docker()
	case "psql", "mysql", "mariadb", "sqlite3", "sqlite", "sqlcmd", "clickhouse-client", "clickhouse", "cockroach", "duckdb", "bq",
		"snowsql",
		"cqlsh", "presto", "trino", "hive", "beeline", "impala-shell", "spark-sql", "isql", "osql", "bcp", "usql", "pgcli", "mycli",
		"litecli",
		"sqlplus", "db2", "mssql-cli", "tsql", "ysqlsh", "vsql", "snow", "athenacli", "turso", "mysqlsh", "iredis", "mongosh", "mongo",
		"redis-cli", "valkey-cli", "keydb-cli", "mysqladmin", "mariadb-admin", "dropdb", "dropuser", "mongodump", "mongorestore",
		"pg_restore", "pg_dropcluster", "pg_resetwal", "influx":
		j.database()
	default:
		return j.interpreter() || j.packages()
	}
	return true
}
