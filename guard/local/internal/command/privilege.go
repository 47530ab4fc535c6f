package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// permissions judges changing what may be done with files, and by whom.
func (j *judge) permissions() {
	recursive := j.flag('R', "recursive")
	switch j.Name {
	case "setcap":
		j.find("shell.privilege.capability", guard.SeverityHigh, "lets a program do what only an administrator may", nil)
		return
	case "chattr":
		j.attributes()
		return
	}
	walk := j.operands(" -m -M -x --reference --modify --set --from ")
	mode := ""
	if j.Name != "setfacl" && !j.has("--reference") {
		if word := walk.next(); word != nil {
			mode = word.Text
		}
	}
	chmod := strings.HasSuffix(j.Name, "chmod")
	if chmod && setsID(mode) {
		j.find("shell.privilege.setuid", guard.SeverityHigh, "lets a program run with its owner's rights, whoever starts it", nil)
		return
	}
	for word := walk.next(); word != nil; word = walk.next() {
		if j.permission(word, mode, recursive, chmod) {
			return
		}
	}
}

// permission judges changing the permissions of one thing.
func (j *judge) permission(word *Word, mode string, recursive, chmod bool) bool {
	t := j.target(word)
	switch {
	case t.place.Has(place.Project) && t.reach <= scoped, t.reach == system && local(word.Text):
		return false
	case t.place.Has(place.Account|place.Secret) && !t.place.Has(place.Project):
		if chmod && !opens(mode) {
			return false // chmod 600 of a key
		}
		j.find("shell.privilege.account", guard.SeverityHigh, "opens keys, or the files that say who may log in, to others", word)
	case t.reach == root, t.reach == unset:
		j.find("shell.privilege.system", guard.SeverityCritical, "changes who may do what with every file of the system", word)
	case t.reach == system && (recursive || !chmod || opens(mode)):
		j.find("shell.privilege.system", guard.SeverityHigh, "changes who may do what with a part of the operating system", word)
	case t.reach == home && recursive && (opens(mode) || !chmod && t.place.Has(place.Root)):
		j.find("shell.privilege.home", guard.SeverityHigh, "opens a home folder to others", word)
	case chmod && recursive && opensToAll(mode) && (t.reach == elsewhere || t.reach == all || t.reach == above):
		j.find("shell.privilege.open", guard.SeverityMedium, "lets everybody change what is in a folder", word)
	default:
		return false
	}
	return true
}

// setsID says that a mode has a program run with its owner's rights.
func setsID(mode string) bool {
	if who, what, ok := strings.Cut(mode, "+"); ok {
		return strings.Contains(what, "s") && strings.Trim(who, "ugoa") == ""
	}
	if len(mode) == 4 || len(mode) == 5 && mode[0] == '0' {
		if octal(mode) {
			return strings.IndexByte("4267", mode[len(mode)-4]) >= 0
		}
	}
	return false
}

func octal(mode string) bool { return strings.Trim(mode, "01234567") == "" }

// opens says that a mode lets others read or write; opensToAll that it lets them
// do everything.
func opens(mode string) bool {
	if octal(mode) && len(mode) >= 3 {
		return mode[len(mode)-1] >= '4'
	}
	who, what, ok := strings.Cut(mode, "+")
	if !ok {
		who, what, ok = strings.Cut(mode, "=")
	}
	return ok && (who == "" || strings.ContainsAny(who, "oa")) && strings.ContainsAny(what, "rw")
}

func opensToAll(mode string) bool {
	if octal(mode) && len(mode) >= 3 {
		last := mode[len(mode)-1]
		return last == '7' || last == '6' || last == '2' || last == '3'
	}
	return opens(mode) && strings.Contains(mode, "w")
}

// attributes judges chattr.
func (j *judge) attributes() {
	walk := j.operands("")
	for word := walk.next(); word != nil; word = walk.next() {
		if t := j.target(word); t.reach >= precious && !t.place.Has(place.Project) {
			j.find("shell.privilege.attribute", guard.SeverityHigh, "changes whether a file of the system can be changed or deleted", word)
			return
		}
	}
}

// account judges programs that make, change and delete accounts, and says whether
// the program is one.
func (j *judge) account() bool {
	switch j.Name {
	case "useradd", "adduser", "userdel", "deluser", "usermod", "groupadd", "addgroup", "groupmod", "groupdel", "delgroup", "gpasswd",
		"newusers",
		"pw", "sysadminctl", "dscl", "dseditgroup", "net", "chsh", "chfn", "vipw", "vigr", "visudo", "samba-tool", "ldapadd", "ldapmodify",
		"ldapdelete",
		"realm", "ipa", "smbpasswd":
		if j.looksOnly() {
			return true
		}
		j.find("shell.privilege.user", guard.SeverityHigh, "makes, changes or deletes an account of the machine", nil)
	case "passwd", "chpasswd", "chage":
		if j.flag('S', "status") || j.Name == "chage" && j.flag('l', "list") {
			return true
		}
		j.find("shell.privilege.password", guard.SeverityHigh, "changes a password of the machine", nil)
	case "getent":
		if j.verb("shadow", "gshadow") {
			j.find("shell.secret.read", guard.SeverityHigh, "reads the passwords of the machine", nil)
		}
	case "unshadow", "john", "hashcat", "hydra", "medusa", "mimikatz", "mimipenguin", "crackmapexec", "responder", "linpeas", "pspy":
		j.find("shell.secret.crack", guard.SeverityHigh, "breaks passwords", nil)
	case "security":
		j.keychain()
	case "secret-tool", "pass", "keyctl", "kwallet-query", "chrome-decrypt":
		if j.verb("lookup", "search", "show", "print", "dump", "export") {
			j.find("shell.secret.read", guard.SeverityHigh, "reads stored passwords", nil)
		}
	default:
		return false
	}
	return true
}

func (j *judge) looksOnly() bool {
	switch j.Name {
	case "visudo":
		return j.flag('c', "check")
	case "dscl":
		return j.verb("-read", "-list", "-search", "read", "list", "search") || j.hasAny("-read", "-list", "-search")
	case "net":
		return !j.verb("user", "localgroup", "group") || len(j.Args) < 2 || !j.has("/add") && !j.has("/delete") && !j.has("/ADD") && !j.has("/DELETE")
	case "useradd", "groupadd":
		return j.has("-D") && len(j.Args) == 1
	case "pw", "realm", "ipa", "samba-tool":
		return j.verb("usershow", "groupshow", "show", "list", "discover", "user-find", "user-show")
	}
	return len(j.Args) == 0
}

// keychain judges the tool for the keys of macOS.
func (j *judge) keychain() {
	if j.verb("dump-keychain", "find-generic-password", "find-internet-password", "find-certificate", "export", "find-identity",
		"find-key") {
		j.find("shell.secret.read", guard.SeverityHigh, "reads stored keys and passwords", nil)
		return
	}
	if j.verb("delete-keychain", "delete-generic-password", "delete-internet-password", "delete-certificate", "add-trusted-cert",
		"authorizationdb") {
		j.find("shell.secret.change", guard.SeverityHigh, "changes which keys and certificates the machine trusts", nil)
	}
}
