package windows

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// verdict is what a statement comes to.
type verdict struct {
	code, reason string
	severity     guard.Severity
}

// system judges the tools that come with Windows.
func (a *analysis) system(s *statement) bool {
	v, known := disks(s)
	if !known {
		v, known = defences(s)
	}
	if !known {
		v, known = registryTool(s)
	}
	if !known {
		v, known = services(s)
	}
	if v.code != "" {
		a.find(s, v.code, v.severity, v.reason)
		if s.name == "schtasks" {
			if run, ok := s.after("/tr", 3); ok {
				a.inner(run.text, cmd, s)
			}
		}
	}
	return known
}

// disks judges what works on whole disks and on backups.
func disks(s *statement) (v verdict, known bool) {
	const critical = guard.SeverityCritical
	switch s.name {
	case "format":
		if drive(s.verb(0)) {
			v = verdict{"windows.disk.format", "formats a disk, and deletes all that is on it", critical}
		}
	case "diskpart":
		v = verdict{"windows.disk.partition", "changes how a disk is divided, and may lose all that is on it", critical}
	case "vssadmin":
		if first := s.verb(0); first == "delete" || first == "resize" {
			v = verdict{"windows.backup.delete", "deletes the backups of the system", critical}
		}
	case "wbadmin":
		if first := s.verb(0); first == "delete" || first == "disable" || first == "stop" {
			v = verdict{"windows.backup.delete", "deletes the backups of the system", critical}
		}
	case "bcdedit", "bootrec", "bootsect", "reagentc":
		if s.slash("set") || s.slash("delete") || s.slash("deletevalue") || s.slash("import") || s.slash("fixmbr") || s.slash("disable") {
			v = verdict{"windows.boot", "changes how the machine starts, and how it is repaired", critical}
		}
	case "cipher":
		if s.slash("w") {
			v = verdict{"windows.disk.wipe", "overwrites what was deleted, so that nobody can get it back", guard.SeverityHigh}
		}
	case "fsutil":
		if first := s.verb(0); first == "usn" && s.verb(1) == "deletejournal" || first == "file" && s.verb(1) == "setzerodata" || s.mentions("setdirty") {
			v = verdict{"windows.tracks", "deletes what a disk knows of its changes", guard.SeverityHigh}
		}
	case "manage-bde":
		if s.slash("off") || s.slash("disable") || s.slash("forcerecovery") || s.slash("lock") || s.slash("on") {
			v = verdict{"windows.disk.encryption", "changes whether a disk is encrypted", guard.SeverityHigh}
		}
	case "robocopy":
		if s.slash("mir") || s.slash("purge") {
			v = verdict{"shell.delete.sync", "deletes whatever is at the destination and not at the source", guard.SeverityMedium}
		}
	default:
		return v, false
	}
	return v, true
}

// drive says that a text is a drive: "c:".
func drive(text string) bool {
	return len(text) >= 2 && len(text) <= 3 && text[1] == ':' && text[0]|0x20 >= 'a' && text[0]|0x20 <= 'z' || strings.HasPrefix(text, `\\.\`) || strings.HasPrefix(text, `\\?\`)
}

// defences judges turning off what protects the machine, and what records.
func defences(s *statement) (v verdict, known bool) {
	off := verdict{"windows.defence.off", "turns off what protects the machine", guard.SeverityHigh}
	tracks := verdict{"windows.tracks", "deletes or stops the records of what was done", guard.SeverityHigh}
	switch s.name {
	case "netsh":
		switch {
		case s.mentions("firewall") && (s.mentions("off") || s.mentions("disable") || s.mentions("delete") || s.mentions("reset")):
			v = off
		case s.mentions("firewall") && s.mentions("add") && s.mentions("allow"), s.mentions("portproxy") && s.mentions("add"):
			v = verdict{"windows.defence.open", "opens the machine to others", guard.SeverityHigh}
		case s.mentions("wlan") && s.mentions("key=clear"):
			v = verdict{"shell.secret.read", "reads keys or passwords", guard.SeverityHigh}
		}
	case "set-mppreference", "add-mppreference", "uninstall-windowsfeature", "disable-windowsoptionalfeature":
		if s.mentions("disable") || s.mentions("exclusion") || s.mentions("defender") || s.mentions("submitsamples") || s.mentions("mapsreporting") {
			v = off
		}
	case "set-netfirewallprofile", "disable-netfirewallrule", "remove-netfirewallrule":
		if s.name != "set-netfirewallprofile" || s.mentions("false") {
			v = off
		}
	case "set-executionpolicy":
		if (s.mentions("bypass") || s.mentions("unrestricted")) && !s.mentions("process") && !s.mentions("currentuser") {
			v = verdict{"windows.defence.policy", "lets any script run on the machine", guard.SeverityMedium}
		}
	case "mpcmdrun":
		if s.mentions("removedefinitions") || s.mentions("restore") {
			v = off
		}
	case "auditpol":
		if s.slash("clear") || s.slash("remove") || s.mentions("disable") {
			v = tracks
		}
	case "wevtutil":
		if first := s.verb(0); first == "cl" || first == "clear-log" || first == "sl" && s.mentions("false") {
			v = tracks
		}
	case "clear-eventlog", "remove-eventlog", "limit-eventlog", "clear-history", "clear-winevent":
		v = tracks
	default:
		return v, false
	}
	return v, true
}

// registryTool judges reg and its like, and tasks that run by themselves.
func registryTool(s *statement) (v verdict, known bool) {
	const high = guard.SeverityHigh
	switch s.name {
	case "reg":
		switch s.verb(0) {
		case "delete":
			v = verdict{"windows.registry.delete", "deletes settings of the system", high}
		case "add", "import", "restore", "load":
			v = registryWrite(s)
		case "save", "export":
			if s.mentions(`\sam`) || s.mentions(`\system`) || s.mentions(`\security`) {
				v = verdict{"windows.secret.dump", "copies the passwords of the machine", guard.SeverityCritical}
			}
		}
	case "set-itemproperty", "new-itemproperty", "new-item":
		if s.mentions("hk") || s.mentions("registry::") {
			v = registryWrite(s)
		} else if s.name == "new-item" {
			return v, false
		}
	case "regedit":
		if s.slash("s") || len(s.words) > 0 {
			v = verdict{"windows.registry.write", "changes settings of the system", guard.SeverityMedium}
		}
	case "schtasks":
		if s.slash("create") || s.slash("change") {
			v = verdict{"windows.persist.task", "has a program run again and again", high}
		}
		if s.slash("delete") {
			v = verdict{"windows.task.delete", "deletes a task that the system runs by itself", guard.SeverityMedium}
		}
	case "register-scheduledtask", "new-scheduledtask", "register-scheduledjob", "at", "set-wmiinstance", "register-wmievent":
		v = verdict{"windows.persist.task", "has a program run again and again", high}
	default:
		return v, false
	}
	return v, true
}

// registryWrite judges setting a value of the registry.
func registryWrite(s *statement) verdict {
	for _, key := range [...]string{
		`\run`, `currentversion\run`, "winlogon", "userinit", "image file execution options",
		"appinit_dlls", `\services\`, "shellserviceobject", "inprocserver32", `\command`, "policies\\explorer\\run", "silentprocessexit",
		"netsh\\",
	} {
		if s.mentions(key) {
			return verdict{"windows.persist.registry", "has a program run at every start or login", guard.SeverityHigh}
		}
	}
	for _, key := range [...]string{
		"defender", "disableantispyware", "enablelua", "consentpromptbehavioradmin", "disabletaskmgr", "lsa",
		"wdigest", "terminal server", "firewall", "safeboot", "uac", "amsi", "scriptblocklogging",
	} {
		if s.mentions(key) {
			return verdict{"windows.defence.off", "turns off what protects the machine", guard.SeverityHigh}
		}
	}
	if s.mentions("hklm") || s.mentions("hkey_local_machine") {
		return verdict{"windows.registry.write", "changes settings of the system", guard.SeverityMedium}
	}
	return verdict{}
}

// services judges services, processes and the machine's power.
func services(s *statement) (v verdict, known bool) {
	const high = guard.SeverityHigh
	switch s.name {
	case "sc":
		switch first := s.verb(0); first {
		case "delete", "stop":
			v = verdict{"windows.service.stop", "stops or deletes a service of the system", high}
		case "create", "config", "failure", "sdset":
			v = verdict{"windows.persist.service", "has the system run a program for ever", high}
		}
	case "stop-service", "remove-service", "set-service", "suspend-service":
		if s.name != "set-service" || s.mentions("disabled") || s.mentions("stopped") {
			v = verdict{"windows.service.stop", "stops or deletes a service of the system", high}
		}
	case "new-service":
		v = verdict{"windows.persist.service", "has the system run a program for ever", high}
	case "taskkill", "stop-process", "tskill", "pskill":
		for _, process := range [...]string{
			"lsass", "csrss", "winlogon", "wininit", "services", "smss", "svchost", "explorer", "msmpeng",
			"defender", "sql", "veeam", "backup",
		} {
			if s.mentions(process) {
				v = verdict{"shell.kill.service", "ends a process that the machine or its services depend on", high}
			}
		}
	case "shutdown", "stop-computer", "restart-computer", "psshutdown":
		if !s.slash("a") && !s.slash("?") && (s.name != "shutdown" || len(s.words) > 0) {
			v = verdict{"shell.power.off", "turns the machine off or starts it anew", high}
		}
	case "procdump", "procdump64", "mimikatz", "ntdsutil", "lazagne", "pwdump", "gsecdump", "wce", "rubeus", "sharphound", "nanodump":
		if !strings.HasPrefix(s.name, "procdump") || s.mentions("lsass") || s.slash("ma") {
			v = verdict{"windows.secret.dump", "reads the passwords of those who are logged in", guard.SeverityCritical}
		}
	default:
		return v, false
	}
	return v, true
}

// accounts judges accounts, rights and files of keys.
func (a *analysis) accounts(s *statement) bool {
	const high = guard.SeverityHigh
	switch s.name {
	case "net", "net1":
		first := s.verb(0)
		switch {
		case (first == "user" || first == "localgroup" || first == "group") && (s.slash("add") || s.slash("delete") || s.slash("active") || first == "user" && s.verb(2) != "" && !s.slash("domain")):
			a.find(s, "shell.privilege.user", high, "makes, changes or deletes an account of the machine")
		case first == "stop":
			a.find(s, "windows.service.stop", high, "stops or deletes a service of the system")
		case first == "share" && (s.mentions("=") || s.slash("delete")):
			a.find(s, "windows.share", guard.SeverityMedium, "opens a folder of the machine to others, or closes it")
		}
	case "new-localuser", "add-localgroupmember", "remove-localuser", "set-localuser", "disable-localuser", "set-adaccountpassword",
		"new-aduser", "add-adgroupmember", "remove-aduser", "disable-adaccount", "dsadd", "dsmod", "dsrm":
		a.find(s, "shell.privilege.user", high, "makes, changes or deletes an account of the machine")
	case "icacls", "cacls", "takeown", "set-acl", "subinacl", "attrib":
		a.rights(s)
	case "get-content", "copy-item", "move-item", "select-string", "more", "get-item":
		if !a.secrets(s) {
			a.overwrites(s)
		}
	case "cmdkey", "vaultcmd", "get-credential", "rundll":
		if s.mentions("/list") && s.name == "vaultcmd" {
			a.find(s, "shell.secret.read", high, "reads stored passwords")
		}
	default:
		return false
	}
	return true
}

// rights judges changing who may do what with files.
func (a *analysis) rights(s *statement) {
	if s.name == "attrib" && !s.mentions("+h") && !s.mentions("+s") && !s.mentions("-r") {
		return
	}
	if s.name == "icacls" && !s.slash("grant") && !s.slash("deny") && !s.slash("setowner") && !s.slash("reset") && !s.slash("inheritance") && !s.slash("remove") {
		return
	}
	for i := range s.words {
		if at := place.Of(s.words[i].text); at.Has(place.Root | place.System | place.Account | place.Home) {
			a.find(s, "shell.privilege.system", guard.SeverityHigh, "changes who may do what with a part of the operating system")
			return
		}
	}
	if s.name == "icacls" && s.slash("grant") && (s.mentions("everyone:") || s.mentions("*s-1-1-0:")) && (s.mentions("f") && s.mentions(":(f") || s.mentions(":f") || s.mentions("(oi)(ci)f")) {
		a.find(s, "shell.privilege.open", guard.SeverityMedium, "lets everybody change what is in a folder")
	}
}

// overwrites judges copying onto a place of the system.
func (a *analysis) overwrites(s *statement) {
	if s.name != "copy-item" && s.name != "move-item" {
		return
	}
	to, ok := s.after("-destination", 4)
	if !ok {
		for i := range s.words {
			if text := s.words[i].text; text != "" && text[0] != '-' && text[0] != '/' {
				to = s.words[i]
			}
		}
	}
	if to.text != "" {
		command.Write(a.budget, "", wordOf(to), a.report(s))
	}
}
