package path

import (
	"bytes"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// wrapper: names that PHP and others open as something else than a file.
func wrapper(s *subject, text string) problem {
	colon := strings.IndexByte(text, ':')
	if colon < 2 || colon+1 >= len(text) {
		return problem{}
	}
	scheme, rest := text[:colon], text[colon+1:]
	if !strings.HasPrefix(rest, "//") && !strings.EqualFold(scheme, "data") {
		return problem{}
	}
	switch strings.ToLower(scheme) {
	case "php", "expect", "phar", "zip", "glob", "rar", "ogg", "ssh2", "compress.zlib", "compress.bzip2", "jar", "netdoc",
		"gopher", "dict", "ldap", "tftp":
		return problem{"path.wrapper", "has the path opened as a program, an archive or a stream instead of a file", guard.SeverityHigh}
	case "data":
		if s.certain && runnable(rest) {
			return problem{"path.wrapper", "carries the file's content in its name, to have it run", guard.SeverityHigh}
		}
	}
	return problem{}
}

// runnable says that the data: address is not one of a picture or the like.
func runnable(rest string) bool {
	kind, _, found := strings.Cut(rest, ",")
	return found && (strings.HasPrefix(kind, "text/") || strings.Contains(kind, "php") || kind == "" || strings.HasPrefix(kind, "//"))
}

// process says that text is under /proc in a process's own folder, or in what
// describes the network: what is asked for from outside to learn about a machine.
func process(text string) bool {
	_, rest, found := strings.Cut(text, "proc/")
	if !found || rest == "" {
		return false
	}
	first, deeper, _ := strings.Cut(rest, "/")
	return deeper != "" && (first == "self" || first == "thread-self" || first == "net" || strings.Trim(first, "0123456789*?") == "")
}

// loginRecord says that text is a log of logins, or a mailbox.
func loginRecord(text string) bool {
	switch text[strings.LastIndexAny(text, `/\`)+1:] {
	case "auth.log", "auth", "secure", "wtmp", "btmp", "utmp", "lastlog", "faillog", "sulog", "loginlog", "aculog":
		return true
	}
	return strings.Contains(text, "/mail/") || strings.HasPrefix(text, "/var/mail") || strings.HasPrefix(text, "/var/adm/")
}

func shellHistory(text string) bool {
	return strings.Contains(text, "history") || strings.Contains(text, "hst")
}

// server judges the files by which a server is looked over from outside: its
// configuration, its logs, the oldest files of Windows. They are looked for where
// servers are installed and not in a project.
func server(text string, p place.Place) problem {
	if !absolute(text) || p.Has(place.Temp|place.Home) {
		return problem{}
	}
	var room [192]byte
	if len(text) > len(room) {
		return problem{}
	}
	name := lowerSlashes(room[:0], text)
	switch {
	case oldWindows(name):
		return problem{"path.probe", "reads a file by which it is found out what system this is", guard.SeverityMedium}
	case !worked(name) && serverFile(name):
		return problem{"path.server", "reads the configuration or the log of a server", guard.SeverityMedium}
	}
	return problem{}
}

// worked says that name is in a folder where people and agents work: a home, or
// what a container calls its project.
func worked(name []byte) bool {
	for _, front := range [...]string{
		"~", "/home/", "/users/", "c:/users/", "/root/", "/workspace", "/workdir", "/app/", "/code/", "/repo", "/src/", "/project",
		"/testbed/", "/work/", "/data/", "/mnt/",
	} {
		if len(name) > len(front) && string(name[:len(front)]) == front {
			return true
		}
	}
	return false
}

func lowerSlashes(room []byte, text string) []byte {
	for i := range len(text) {
		b := text[i]
		switch {
		case upper(b):
			b |= 0x20
		case b == '\\':
			b = '/'
		}
		room = append(room, b)
	}
	return room
}

func oldWindows(name []byte) bool {
	switch string(name[lastSlash(name)+1:]) {
	case "boot.ini", "win.ini", "system.ini", "ntldr", "autoexec.bat", "config.sys", "metabase.xml", "msdos.sys", "io.sys":
		return true
	case "desktop.ini", "cmd.exe":
		return bytes.Contains(name, []byte("/winnt/")) || bytes.Contains(name, []byte("/windows/"))
	}
	return false
}

func lastSlash(name []byte) int { return bytes.LastIndexByte(name, '/') }

// serverFile says that name is a server's configuration or log in a folder that
// servers have of their own.
func serverFile(name []byte) bool {
	if rest, ok := ofServers(name); ok && anyServer(rest) {
		return true
	}
	file := name[lastSlash(name)+1:]
	kind := fileKind(file)
	if kind == 0 {
		return false
	}
	for start := 1; start < len(name)-len(file); {
		end := start
		for name[end] != '/' {
			end++
		}
		if owned := folderKind(name[start:end]); owned&kind != 0 {
			return true
		}
		start = end + 1
	}
	return kind&named != 0 && atRoot(name)
}

// ofServers says that name is in a folder where servers have their settings and
// logs, and is its rest.
func ofServers(name []byte) ([]byte, bool) {
	for _, front := range [...]string{"/etc/", "/private/etc/", "/var/log/", "/usr/local/etc/", "/usr/etc/", "/var/run/", "/var/lock/"} {
		if len(name) > len(front) && string(name[:len(front)]) == front {
			return name[len(front):], true
		}
	}
	return nil, false
}

// anyServer says that one of the names in path begins with a server's.
func anyServer(path []byte) bool {
	for start := 0; start < len(path); {
		end := start + bytes.IndexByte(path[start:], '/')
		if end < start {
			end = len(path)
		}
		for _, server := range [...]string{
			"apache", "httpd", "nginx", "lighttpd", "thttpd", "php", "mysql", "my.cnf", "mariadb", "postgres", "exim", "samba", "squid", "ftp", "proftp",
			"pure-ftp", "pureftp", "vsftp", "wu-ftp", "xferlog", "cpanel", "vhcs", "snmp", "tomcat", "chttp", "httpsd", "ssl_access", "access_log", "error_log",
		} {
			if bytes.HasPrefix(path[start:end], []byte(server)) {
				return true
			}
		}
		start = end + 1
	}
	return false
}

// What files and folders of servers are, as a set.
const (
	conf  = 1 << iota // configuration
	logs              // a log
	named             // of a name that only servers have
)

func fileKind(file []byte) int {
	switch string(file) {
	case "httpd.conf", "apache.conf", "apache2.conf", "php.ini", "my.cnf", "my.ini", "proftpd.conf", "vsftpd.conf", "lighttpd.conf",
		"pure-ftpd.conf", "cpanel.config", "nginx.conf", "pureftpd.pdb", "httpd-vhosts.conf", "tomcat-users.xml", "web.config", "global.asa":
		return conf | named
	case "access.log", "access_log", "error.log", "error_log", "httpd-access.log", "httpd-error.log", "accesslog", "errorlog":
		return logs | named
	}
	switch string(file[max(bytes.LastIndexAny(file, "._-"), 0):]) {
	case ".conf", ".cnf", ".ini", ".pdb", ".cfg", ".config", ".xml":
		return conf
	case ".log", "_log", "-log", ".old", ".err":
		return logs
	}
	return 0
}

// folderKind is what files in a folder of that name are a server's.
func folderKind(folder []byte) int {
	switch string(folder) {
	case "apache", "apache2", "httpd", "httpd2", "lighttpd", "nginx", "xampp", "lampp", "wamp", "wamp64", "zendserver", "inetpub",
		"apache group", "apache software foundation", "netserver", "cpanel", "php", "php4", "php5", "php7", "php8", "tomcat",
		"pure-ftpd", "proftpd", "vsftpd", "wu-ftpd", "filezillaftp", "mysql", "mercurymail", "inetsrv", "vhcs2", "webserver":
		return conf | logs
	case "www", "web", "htdocs", "wwwroot", "vhosts":
		return logs
	}
	return 0
}

// atRoot says that a named file lies where no project is: right under the root or
// the system's own folders.
func atRoot(name []byte) bool {
	for _, front := range [...]string{"/etc/", "/usr/", "/var/", "/opt/", "/bin/", "/logs/", "/log/", "c:/windows/", "c:/winnt/", "/windows/", "/winnt/", "/conf/"} {
		if len(name) > len(front) && string(name[:len(front)]) == front {
			return true
		}
	}
	return lastSlash(name) <= 0
}
