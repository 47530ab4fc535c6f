package windows

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
)

// cmdlet judges commands of PowerShell by their verb, "Remove-AzResourceGroup", and
// says whether it is one.
func (a *analysis) cmdlet(s *statement) bool {
	verb, noun, ok := strings.Cut(s.name, "-")
	if !ok || noun == "" || !isVerb(verb) {
		return false
	}
	if s.has("-whatif", 3) {
		return true
	}
	switch s.name {
	case "format-volume", "clear-disk", "initialize-disk", "remove-partition", "reset-physicaldisk", "remove-storagepool",
		"remove-virtualdisk":
		a.find(s, "windows.disk.wipe", guard.SeverityCritical, "deletes a disk or a volume with all that is on it")
		return true
	case "disable-computerrestore", "remove-wbbackupset", "remove-vmsnapshot", "remove-vm", "disable-bitlocker":
		a.find(s, "windows.backup.delete", guard.SeverityHigh, "deletes backups or machines, or keeps backups from being made")
		return true
	case "out-file", "set-content", "add-content", "tee-object", "new-item", "export-csv", "export-clixml":
		a.writes(s)
		return true
	case "send-mailmessage":
		a.secrets(s)
		return true
	case "get-wmiobject", "get-ciminstance":
		if s.mentions("shadowcopy") && s.mentions("delete") {
			a.find(s, "windows.backup.delete", guard.SeverityCritical, "deletes the backups of the system")
		}
		return true
	case "invoke-cimmethod", "invoke-wmimethod":
		a.find(s, "windows.start", guard.SeverityHigh, "starts a program in a way that hides who started it")
		return true
	case "invoke-mimikatz", "invoke-shellcode", "invoke-reflectivepeinjection", "out-minidump", "invoke-powershelltcp", "invoke-kerberoast":
		a.find(s, "windows.attack", guard.SeverityCritical, "attacks the machine")
		return true
	case "remove-module", "remove-variable", "remove-job", "remove-pssession", "remove-psdrive", "remove-alias", "remove-typedata",
		"remove-psbreakpoint", "remove-event", "clear-variable", "clear-host":
		return true
	case "uninstall-module", "uninstall-package", "uninstall-script":
		return true
	}
	if verb == "remove" || verb == "uninstall" || verb == "clear" && noun != "host" || verb == "revoke" || verb == "unregister" || verb == "drop" {
		a.find(s, "service.delete", guard.SeverityHigh, "deletes or takes away something that a service or the system keeps")
	}
	return true
}

// isVerb says that a word is one of the verbs of PowerShell's commands.
func isVerb(word string) bool {
	switch word {
	case "get", "set", "new", "remove", "add", "clear", "copy", "move", "rename", "out", "write", "read", "start", "stop", "restart",
		"suspend", "resume", "invoke", "enable", "disable", "register", "unregister",
		"import", "export", "convert", "convertfrom", "convertto", "select", "where", "foreach", "sort", "group", "measure", "compare",
		"format", "test", "show", "find", "install", "uninstall", "update", "save", "send", "receive",
		"connect", "disconnect", "enter", "exit", "push", "pop", "join", "split", "resolve", "wait", "watch", "grant", "revoke", "protect",
		"unprotect", "block", "unblock", "mount", "dismount", "initialize", "reset", "resize",
		"restore", "backup", "checkpoint", "debug", "trace", "tee", "use", "limit", "publish", "unpublish", "merge", "expand", "compress",
		"search", "sync", "step", "switch", "lock", "unlock", "open", "close", "request", "submit", "approve", "deny", "confirm", "assert",
		"complete", "hide", "optimize", "repair", "undo", "redo", "skip", "edit", "build", "deploy", "drop":
		return true
	}
	return false
}

// writes judges writing into a file.
func (a *analysis) writes(s *statement) {
	for _, option := range [...]string{"-filepath", "-path", "-literalpath"} {
		if to, ok := s.after(option, 3); ok {
			command.Write(a.budget, "", wordOf(to), a.report(s))
			return
		}
	}
	if len(s.words) > 0 && !strings.HasPrefix(s.words[0].text, "-") {
		command.Write(a.budget, "", wordOf(s.words[0]), a.report(s))
	}
}
