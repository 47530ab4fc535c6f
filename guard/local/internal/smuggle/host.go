package smuggle

import "strings"

// host judges what must be a host's name or address, or a list of them, or an
// address to be fetched.
func host(text string) problem {
	text = strings.TrimSpace(text)
	if text == "" {
		return problem{}
	}
	if text[0] == '-' {
		return problem{code: "argument.option", reason: "is taken for an option of the program instead of a host", severity: smuggled("").severity}
	}
	if strings.Contains(text, "%") {
		if plain, ok := unescape(text); ok {
			text = plain
		}
	}
	if strings.Contains(text, "://") {
		if strings.ContainsAny(text, "\n\r`") || strings.Contains(text, "$(") || strings.Contains(text, "${") {
			return smuggled("runs a command where an address is expected")
		}
		return value(text)
	}
	if i := strings.IndexFunc(text, odd); i >= 0 && !share(text) {
		return smuggled("runs a command where a host is expected")
	}
	first, _, spaced := strings.Cut(text, " ")
	switch {
	case strings.HasPrefix(text, "/") && strings.Count(text, "/") > 1:
		return smuggled("names a program or a file where a host is expected")
	case spaced && known(base(first)), !spaced && bare(text):
		return smuggled("runs a command where a host is expected")
	}
	return problem{}
}

// odd says that a character stands in no host, address, port or list of them.
func odd(c rune) bool {
	switch c {
	case '.', '-', '_', ':', '/', '[', ']', '@', ',', ' ', '=', '+', '~', '#', '?', '%', '*', '\t':
		return false
	}
	return c < 0x80 && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
}

// share says that text is a server's share: \\server\share.
func share(text string) bool {
	rest, ok := strings.CutPrefix(text, `\\`)
	return ok && rest != "" && strings.IndexFunc(rest, func(c rune) bool { return odd(c) && c != '\\' && c != '$' }) < 0
}

// bare says that a word alone is a command that nobody calls a host.
func bare(text string) bool {
	switch strings.ToLower(text) {
	case "whoami", "uname", "ifconfig", "ipconfig", "netstat", "printenv", "reboot", "shutdown", "systeminfo", "tasklist", "poweroff",
		"id", "ls", "dir", "pwd", "ps", "env", "sh", "bash", "cmd", "powershell", "df", "rm":
		return true
	}
	return false
}

// unescape decodes %41. It says whether there was one; what is none stays.
func unescape(text string) (string, bool) {
	var out strings.Builder
	found := false
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			high, low := hexDigit(text[i+1]), hexDigit(text[i+2])
			if high >= 0 && low >= 0 {
				out.WriteByte(byte(high<<4 | low))
				i += 2
				found = true
				continue
			}
		}
		out.WriteByte(text[i])
	}
	return out.String(), found
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
