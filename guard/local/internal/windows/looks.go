package windows

import "strings"

// LooksLike returns the dialect that source is written in, "cmd" or "powershell", or
// "" where it may as well be for a shell of another system. It goes by the first word
// of each command.
func LooksLike(source string) string {
	for rest := source[:min(len(source), 16<<10)]; rest != ""; {
		var one string
		one, rest = cutCommand(rest)
		if dialect := looksOne(strings.TrimLeft(one, " \t\r({&@")); dialect != "" {
			return dialect
		}
	}
	return ""
}

// cutCommand cuts off what comes before the next sign that ends a command, outside
// of quotes.
func cutCommand(source string) (one, rest string) {
	var quote byte
	for i := range len(source) {
		switch c := source[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' && i > 0 && (source[i-1] == ' ' || source[i-1] == '('):
			quote = c
		case c == ';' || c == '|' || c == '\n' || c == '&' && i > 0:
			return source[:i], source[i+1:]
		}
	}
	return source, ""
}

// looksOne looks at one command.
func looksOne(command string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(command), " ")
	if name, inside, ok := strings.Cut(first, "("); ok && isBare(name) { // IEX(New-Object ...)
		first, rest = name, inside
	}
	if first == "" || len(first) > 128 {
		return ""
	}
	name := baseName(strings.ReplaceAll(strings.ReplaceAll(first, "^", ""), "`", ""))
	switch {
	case isCmdlet(name), strings.HasPrefix(first, "$env:"), strings.HasPrefix(first, "[System."), strings.HasPrefix(first, "[Net."), strings.HasPrefix(first, "[Convert]"), strings.HasPrefix(first, "[Text."),
		strings.HasPrefix(first, "[Reflection."), strings.HasPrefix(first, "[Runtime."), name == "iex", name == "iwr", name == "irm":
		return powershell
	case strings.HasPrefix(first, "$") && strings.HasPrefix(rest, "= "):
		return powershell
	}
	if isWindowsTool(name) || isOptioned(name, first, rest) {
		return cmd
	}
	return ""
}

// isCmdlet says that a name is a verb and a noun of PowerShell: "remove-item".
func isCmdlet(name string) bool {
	verb, noun, ok := strings.Cut(name, "-")
	if !ok || noun == "" || strings.ContainsAny(noun, ".-_=/") || !isVerb(verb) {
		return false
	}
	switch noun {
	case "item", "content", "childitem", "process", "service", "object", "expression", "command", "webrequest", "restmethod", "variable",
		"host", "location", "path", "string", "json", "csv", "eventlog", "computer", "localuser",
		"localgroupmember", "mppreference", "executionpolicy", "itemproperty", "scheduledtask", "bitstransfer", "output", "module", "date",
		"random", "help", "member", "table", "list", "file", "null", "volume", "disk", "partition",
		"acl", "credential", "wmiobject", "ciminstance", "winevent", "netfirewallrule", "netfirewallprofile", "history", "filehash",
		"archive", "wbbackupset", "vm", "computerrestore", "bitlocker", "aduser", "alias", "type", "event", "job", "session", "pssession",
		"package", "mailmessage", "securestring", "clixml", "xml", "html":
		return true
	}
	return strings.HasPrefix(noun, "az") || strings.HasPrefix(noun, "ad") || strings.HasPrefix(noun, "net")
}

// isWindowsTool says that a program comes with Windows, and with nothing else.
func isWindowsTool(name string) bool {
	switch name {
	case "vssadmin", "wbadmin", "bcdedit", "schtasks", "wmic", "icacls", "cacls", "takeown", "diskpart", "certutil", "bitsadmin", "mshta",
		"regsvr32", "rundll32", "wevtutil", "auditpol", "robocopy", "xcopy", "tasklist", "taskkill",
		"ipconfig", "systeminfo", "gpupdate", "gpresult", "netsh", "fsutil", "manage-bde", "powercfg", "cmdkey", "forfiles", "attrib",
		"cscript", "wscript", "msiexec", "ntdsutil", "mimikatz", "procdump", "psexec", "reagentc", "cmstp", "regedit", "tasklist.exe",
		"subst", "doskey", "dism", "sfc", "chkdsk", "winrm", "winrs", "nltest", "dsquery", "klist", "vaultcmd":
		return true
	}
	return false
}

// isOptioned says that a command of several systems has an option or a path as only
// Windows has them.
func isOptioned(name, first, rest string) bool {
	switch name {
	case "del", "erase", "rd", "rmdir", "copy", "move", "ren", "dir", "type", "attrib", "format", "md", "start", "find", "more", "cipher",
		"shutdown", "sort":
		if !strings.Contains(rest, "/") && !strings.Contains(rest, `\`) && !strings.Contains(rest, "%") && !strings.Contains(rest, ":") {
			return false
		}
		return hasSlashOption(rest) || hasDrive(rest) || strings.Contains(rest, "%") && strings.Count(rest, "%") > 1 && name != "find" && name != "sort"
	case "reg":
		return startsWithAny(rest, "add ", "delete ", "query ", "save ", "export ", "import ", "load ")
	case "net", "net1":
		return startsWithAny(rest, "user", "localgroup", "group", "stop", "start", "share", "use", "view", "accounts")
	case "sc":
		return startsWithAny(rest, "delete ", "create ", "config ", "stop ", "start ", "query")
	case "cmd":
		return startsWithAny(rest, "/c", "/k", "/C", "/K")
	case "powershell", "pwsh":
		return name == "powershell" || strings.HasPrefix(rest, "-")
	}
	lower := strings.ToLower(first)
	return strings.HasPrefix(lower, "del/") || strings.HasPrefix(lower, "rd/") || strings.HasPrefix(lower, "rmdir/") || lower == "echo off" || lower == "setlocal" || hasDrive(first)
}

func startsWithAny(text string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if _, ok := cutFold(text, prefix); ok {
			return true
		}
	}
	return false
}

// hasSlashOption says that a word is a slash and a letter or two: "/s", "/q".
func hasSlashOption(rest string) bool {
	for _, part := range strings.Fields(rest) {
		if len(part) >= 2 && len(part) <= 3 && part[0] == '/' && part[1] != '*' && part[1] != '.' && !strings.Contains(part[1:], "/") {
			return true
		}
	}
	return false
}

// hasDrive says that there is a drive in a text: "C:\".
func hasDrive(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if text[i+1] == ':' && text[i+2] == '\\' && text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' && (i == 0 || text[i-1] == ' ' || text[i-1] == '"' || text[i-1] == '=') {
			return true
		}
	}
	return false
}
